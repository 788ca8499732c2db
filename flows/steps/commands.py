"""Commands, given with a slash, as a whole message, or by a button: the same thing in all three forms."""

from __future__ import annotations

from collections.abc import Callable

from flows.case import Case, Outcome, Step
from flows.escalation import exhausted_here
from flows.steps import chat, drafts, evidence, prevention, status, waiting
from flows.turn import Turn, words

#: Slash commands, by the word that `flows.answers.command_word` uses for the same wish.
SLASH = {
    "start": "start",
    "new": "new",
    "cases": "cases",
    "case": "status",
    "status": "status",
    "evidence": "evidence",
    "draft": "draft",
    "deadlines": "deadlines",
    "export": "export",
    "check": "prevent",
    "settings": "settings",
    "privacy": "privacy",
    "delete": "erase",
    "help": "help",
    "cancel": "cancel",
}


def _draft(turn: Turn, case: Case) -> Turn:
    if case.outcome is not None:
        return status.show(turn, case)
    if case.step is Step.WAITING and exhausted_here(case, turn.world.knowledge):
        return waiting.escalate(turn, case)
    return drafts.hand_over(turn, case)


def _counter(turn: Turn, case: Case) -> Turn:
    """The answer to the last excuse, asked for in words."""
    named = [reply.excuse for reply in case.replies if reply.excuse in turn.world.knowledge.excuses]
    return drafts.counter(turn, case, named[-1]) if named and named[-1] else status.show(turn, case)


def _sent(turn: Turn, case: Case) -> Turn:
    if case.step is Step.DRAFT:
        return drafts.sent(turn, case)
    return status.show(turn, case, words("sent.nothing"))


def _cancel(turn: Turn, case: Case) -> Turn:
    turn = turn.with_conversation(prevention=None, asking=None)
    return status.show(turn, case, words("cancel.kept"))


#: Wishes about the case that is being talked about.
FOR_CASE: dict[str, Callable[[Turn, Case], Turn]] = {
    "status": status.show,
    "evidence": evidence.show,
    "draft": _draft,
    "deadlines": status.deadlines,
    "export": status.export,
    "sent": _sent,
    "cancel": _cancel,
    "back": _cancel,
    "change": lambda turn, case: turn.say(words("change.how"), case=case),
    "next": waiting.escalate,
    "again": drafts.again,
    "counter": _counter,
    "give_up": lambda turn, case: waiting.close(turn, case, Outcome.GIVEN_UP),
}

#: Wishes about the chat.
FOR_CHAT: dict[str, Callable[[Turn], Turn]] = {
    "start": chat.welcome,
    "new": chat.ask_story,
    "restart": chat.ask_story,
    "cases": status.cases,
    "help": chat.help_text,
    "privacy": chat.privacy,
    "human": chat.human,
    "erase": chat.ask_erase,
    "pause": lambda turn: chat.mute(turn, on=True),
    "resume": lambda turn: chat.mute(turn, on=False),
    "easy": lambda turn: chat.easy(turn, on=True),
    "uneasy": lambda turn: chat.easy(turn, on=False),
    "settings": chat.settings,
    "prevent": prevention.begin,
    "cancel": chat.cancel,
}


def run(turn: Turn, wish: str) -> Turn | None:
    """Do what was wished; None when it is not a wish that can stand alone (skip, yes, ...)."""
    turn = turn.with_conversation(misses=0)
    case = turn.case or (turn.open_cases[0] if len(turn.open_cases) == 1 else None)
    if wish in FOR_CASE and case is None and turn.open_cases:
        return status.cases(turn)
    if wish in FOR_CASE and case is not None:
        turn = turn.with_conversation(current=case.id, asking=None)
        return FOR_CASE[wish](turn, case)
    if wish in FOR_CHAT:
        return FOR_CHAT[wish](turn)
    if wish in FOR_CASE:
        return chat.ask_story(turn)
    return None


def slash(turn: Turn, name: str, argument: str) -> Turn:
    """A slash command. One that does not exist gets the list of those that do."""
    wish = SLASH.get(name)
    if wish == "prevent" and argument:
        return prevention.begin(turn, argument)
    if wish is None:
        return turn.say(words("chat.no_such_command"), words("chat.help"))
    return run(turn, wish) or chat.help_text(turn)
