"""What belongs to the chat and not to a case: greeting, help, privacy, erasing, pausing, the open story."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import EraseChat
from flows.display import case_name
from flows.steps import status
from flows.turn import Turn, button, rows, words


def welcome(turn: Turn) -> Turn:
    """Three lines on what this is, and the one question. Somebody who has a case is shown where it stands."""
    turn = turn.with_conversation(greeted=True, misses=0)
    case = turn.case
    if case is not None and case.outcome is None:
        return status.show(turn, case, words("chat.welcome_back"))
    turn = turn.with_conversation(asking="story", prevention=None)
    choices = rows(button("button.prevent", "pre:begin"), button("button.privacy", "privacy"))
    return turn.say(words("chat.welcome"), words("chat.tell"), buttons=choices)


def ask_story(turn: Turn, *, again: bool = False) -> Turn:
    """What happened?"""
    turn = turn.with_conversation(asking="story", prevention=None, current=None)
    return turn.say(words("chat.tell_again" if again else "chat.tell"))


def help_text(turn: Turn) -> Turn:
    """What can be said at any time."""
    choices = rows(button("button.status", "status"), button("button.privacy", "privacy"))
    return turn.say(words("chat.help"), buttons=choices)


def privacy(turn: Turn) -> Turn:
    """What is kept, where, how long, and how to have it erased."""
    choices = rows(button("button.erase", "erase"), button("button.status", "status"))
    return turn.say(words("chat.privacy"), buttons=choices)


def human(turn: Turn) -> Turn:
    """Where human help is to be had."""
    choices = rows(button("button.status", "status"), button("button.help", "help"))
    return turn.say(words("chat.human"), buttons=choices)


def ask_erase(turn: Turn) -> Turn:
    """Show what would go, offer the export, ask once."""
    cases = turn.conversation.cases
    names = tuple(words("line", text=case_name(case, turn.world.knowledge)) for case in cases)
    exhibits = sum(len(case.evidence) for case in cases)
    turn = turn.with_conversation(asking="erase")
    what = (
        words("erase.what", count=len(cases), exhibits=exhibits, lines=names)
        if cases
        else words("erase.little")
    )
    choices = rows(
        button("button.export", "export"),
        button("button.keep", "erase:no"),
        button("button.erase_yes", "erase:yes"),
    )
    return turn.say(what, words("erase.ask"), buttons=choices)


def erase(turn: Turn) -> Turn:
    """Everything goes. The farewell is the last message, and nothing of it is kept either."""
    return turn.do(EraseChat()).say(words("erase.done"))


def keep(turn: Turn) -> Turn:
    """Nothing is erased."""
    turn = turn.with_conversation(asking=None)
    return turn.say(words("erase.kept"), buttons=rows(button("button.status", "status")))


def mute(turn: Turn, *, on: bool) -> Turn:
    """Reminders off or on; the dates stay in the list."""
    cases = tuple(replace(case, muted=on, unanswered=0) for case in turn.conversation.cases)
    turn = turn.with_conversation(muted=on, cases=cases)
    label, choice = ("button.unmute", "unmute") if on else ("button.mute", "mute")
    return turn.say(
        words("mute.on" if on else "mute.off"),
        buttons=rows(button(label, choice), button("button.deadlines", "deadlines")),
    )


def easy(turn: Turn, *, on: bool) -> Turn:
    """Short sentences, one step at a time."""
    turn = turn.with_conversation(easy=on)
    button_next = button("button.draft", "draft") if turn.case else button("button.help", "help")
    return turn.say(
        words("easy.on" if on else "easy.off"), buttons=rows(button_next, button("button.status", "status"))
    )


def settings(turn: Turn) -> Turn:
    """Reminders and simple sentences, on or off."""
    talk = turn.conversation
    reminders = button("button.unmute", "unmute") if talk.muted else button("button.mute", "mute")
    sentences = button("button.easy_off", "uneasy") if talk.easy else button("button.easy_on", "easy")
    return turn.say(
        words("chat.settings"), buttons=rows(reminders, sentences, button("button.erase", "erase"))
    )


def cancel(turn: Turn) -> Turn:
    """Leave whatever was asked; nothing that was kept is touched."""
    turn = turn.with_conversation(prevention=None, asking="story")
    return turn.say(words("cancel.nothing"), words("chat.tell"))
