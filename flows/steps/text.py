"""A text: read in the writer's script, without secrets, and given to whoever it is for."""

from __future__ import annotations

from dataclasses import replace

from flows.answers import command_word, mask, secrets_in, yes_no
from flows.events import TextReceived
from flows.script import locale_of_text
from flows.steps import again, chat, commands, intake, material, ongoing, opening, prevention, several
from flows.turn import Turn, words


def receive(turn: Turn, event: TextReceived) -> Turn:
    """Any text message."""
    turn = _own_script(turn, event.text)
    turn, event = _without_secrets(turn, event)
    if event.edited:
        corrected = material.edited(turn, event)
        if corrected is not None:
            return corrected
    if not event.text.strip("\u200b\u200e\u200f\u2066\u2069\ufeff \n\t"):
        return again.missed(turn)
    if event.origin is not None and turn.case is not None and turn.case.outcome is None:
        return material.forwarded(turn, turn.case, event)
    wish = command_word(event.text, turn.world.language)
    if turn.conversation.asking == "erase":
        answered = _erase_answer(turn, event, wish)
        if answered is not None:
            return answered
        turn = turn.with_conversation(asking=None)
    if turn.conversation.asking == "same_case" and turn.case is not None:
        answered = several.same_answer(turn, turn.case, event)
        if answered is not None:
            return answered
        turn = turn.with_conversation(asking=None, held_text="")
    done = commands.run(turn, wish) if wish and wish != "skip" else None
    return done or _talk(turn, event)


def _own_script(turn: Turn, text: str) -> Turn:
    locale = locale_of_text(text, turn.world.language)
    return turn.with_conversation(locale=locale) if locale else turn


def _without_secrets(turn: Turn, event: TextReceived) -> tuple[Turn, TextReceived]:
    """Passwords, codes and card numbers are masked before anything is kept, and the person is warned."""
    found = secrets_in(event.text)
    if not found:
        return turn, event
    return turn.say(words("secret.warn")), replace(event, text=mask(event.text, found))


def _erase_answer(turn: Turn, event: TextReceived, wish: str | None) -> Turn | None:
    """Yes erases, no keeps; anything else keeps everything and is read for itself (None)."""
    said = yes_no(event.text, turn.world.language)
    if wish == "erase" or said or turn.world.language.talk.confirms.match(event.text.strip()):
        return chat.erase(turn)
    return chat.keep(turn) if said is False or wish == "cancel" else None


def _talk(turn: Turn, event: TextReceived) -> Turn:
    turn = several.named_case(turn, event)
    case, talk = turn.case, turn.conversation
    if talk.prevention is not None:
        return prevention.receive(turn, event.text)
    found = intake.read(turn, event.text)
    if case is None or case.outcome is not None or talk.asking == "story":
        return opening.fresh(turn, event, found)
    return ongoing.ongoing(turn, case, event, found)
