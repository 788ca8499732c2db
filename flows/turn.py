"""One turn in the making: the conversation so far, the event, the world, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows.actions import Acknowledge, Action, Button, RetireKeyboard, Say, Words
from flows.case import Case, Conversation
from flows.events import ChoicePicked, Event
from flows.knowledge import Channel, Problem
from flows.world import World

Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Grows by `with_*`, `do` and `say`; each returns a new Turn and changes nothing else."""

    conversation: Conversation
    event: Event
    world: World
    actions: tuple[Action, ...] = ()

    @property
    def case(self) -> Case | None:
        """The case that is being talked about."""
        return self.case_by_id(self.conversation.current or "")

    def case_by_id(self, case_id: str) -> Case | None:
        """One of this person's cases; None when the id is not theirs."""
        return next((case for case in self.conversation.cases if case.id == case_id), None)

    @property
    def open_cases(self) -> tuple[Case, ...]:
        """Cases without an outcome, oldest first."""
        return tuple(case for case in self.conversation.cases if case.outcome is None)

    def problem(self, case: Case) -> Problem:
        """The problem type of a case, as the knowledge has it today."""
        return self.world.knowledge.problems[case.problem]

    def channel(self, case: Case) -> Channel:
        """The channel that the case is with."""
        return self.world.knowledge.channels[case.stage]

    def with_conversation(self, **changes: Any) -> Turn:
        """The same turn with fields of the conversation changed."""
        return replace(self, conversation=replace(self.conversation, **changes))

    def with_case(self, case: Case, *, current: bool = True) -> Turn:
        """The same turn with this case put in the place of its older self, or added."""
        known = any(other.id == case.id for other in self.conversation.cases)
        cases = (
            tuple(case if other.id == case.id else other for other in self.conversation.cases)
            if known
            else (*self.conversation.cases, case)
        )
        chosen = case.id if current else self.conversation.current
        return self.with_conversation(cases=cases, current=chosen)

    def change(self, case: Case, **changes: Any) -> Turn:
        """The same turn with fields of one case changed."""
        return self.with_case(replace(case, **changes))

    def do(self, *actions: Action) -> Turn:
        """The same turn with more to be done."""
        return replace(self, actions=(*self.actions, *actions))

    def say(
        self,
        *parts: Words,
        buttons: Buttons = (),
        copy: str | None = None,
        after: tuple[Words, ...] = (),
        case: Case | None = None,
        in_place: bool = False,
    ) -> Turn:
        """The same turn with one more message. Buttons belong to `case`, or to the chat when there is none."""
        message = Say(
            parts=parts,
            copy=copy,
            after=after,
            buttons=buttons,
            case_id=case.id if case else "",
            revision=case.revision if case else 0,
            in_place=in_place,
        )
        return self.do(message)

    def answered(self, notice: Words | None = None, *, retire: bool = True) -> Turn:
        """Stop the tapped button from spinning and, when it has been used up, take the keyboard away."""
        if not isinstance(self.event, ChoicePicked):
            return self
        turn = self.do(Acknowledge(callback_id=self.event.callback_id, notice=notice))
        return turn.do(RetireKeyboard(message_id=self.event.message_id)) if retire else turn


def words(id: str, /, **args: Any) -> Words:
    """Wording by id with its arguments."""
    return Words(id, args)


def told(text: str) -> Words:
    """A text out of the knowledge, shown in the script of the reader."""
    return Words("told", {"text": text})


def quoted(text: str) -> Words:
    """A text that is somebody's own words, shown as it is."""
    return Words("quoted", {"text": text})


def button(label: str, choice: str, **args: Any) -> Button:
    """A button with a label from the locale."""
    return Button(Words(label, args), choice)


def rows(*buttons: Button) -> Buttons:
    """Buttons two a row, in the order given."""
    return tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
