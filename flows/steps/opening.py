"""A text while no case is open: a claim, a question before buying, a question about us, or small talk."""

from __future__ import annotations

from flows.actions import Words
from flows.events import TextReceived
from flows.questions import Question, topic
from flows.steps import again, chat, facts, intake, prevention, status
from flows.turn import Turn, told, words
from flows.understanding import Understanding

#: Below this nothing is guessed at all.
GUESS = 0.2


def fresh(turn: Turn, event: TextReceived, found: Understanding) -> Turn:
    """No case is open: a claim, a question before buying, a question about us, or small talk."""
    if turn.world.language.talk.again.match(event.text) and (shown := _again_closed(turn, event)):
        return shown
    known = found.primary in turn.world.knowledge.problems
    if known and found.confidence >= intake.SURE:
        return intake.start(turn, event, found)
    if found.primary == "prevention_question":
        return prevention.begin(turn, event.text)
    question = asked(turn, event.text)
    if question is not None:
        return turn.with_conversation(misses=0, asking="story").say(
            answer_of(question), words("chat.tell_after")
        )
    if known and (_telling(found) or found.confidence >= GUESS):
        return intake.start(turn, event, found)
    return small_talk(turn, found) or _again_closed(turn, event) or again.missed(turn)


def _telling(found: Understanding) -> bool:
    """A payment or a purchase is told, even if what went wrong is not clear yet."""
    return bool({"amount", "platform", "order_no", "paid_at"} & set(found.facts))


def _again_closed(turn: Turn, event: TextReceived) -> Turn | None:
    """A word about a case that has ended: show it, with the way to open it again."""
    case = turn.case
    if case is None or turn.conversation.asking == "story" or len(event.text) > facts.LONG:
        return None
    return status.show(turn, case, words("closed.asked"))


def small_talk(turn: Turn, found: Understanding) -> Turn | None:
    """Greetings, thanks, insults, 'it has arrived': one line and the way on."""
    for signal in ("resolved", "thanks", "bot_question", "insult", "greeting"):
        if signal in found.signals:
            turn = turn.with_conversation(misses=0, asking="story", greeted=True)
            return chat.welcome(turn) if signal == "greeting" else turn.say(words(f"small.{signal}"))
    return None


def asked(turn: Turn, text: str) -> Question | None:
    """A question about the way itself, if the text is one."""
    return topic(text, turn.world.language, turn.world.questions)


def answer_of(question: Question) -> Words:
    """The answer to a question in between."""
    return words("question.answer", text=told(question.answer))
