"""Evidence: every file becomes a numbered exhibit at once; the checklist says what is there and what is missing."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import SettleAlbum, Words
from flows.answers import withdrawal_of_item
from flows.case import Case, EvidenceItem, Step
from flows.events import EvidenceReceived, FileRefused, FileStored, TextReceived
from flows.evidence import assign, checklist, gaps, kept, recognise, twin, unassigned, withdraw
from flows.knowledge import Proof
from flows.turn import Buttons, Turn, button, quoted, rows, told, words

#: How many of the missing lines are named at once, and how many buttons tell what a picture shows.
NAMED_GAPS, SLOT_BUTTONS = 4, 6


def item_of(case: Case, event: EvidenceReceived, slot: str | None) -> EvidenceItem:
    """The next exhibit, as received."""
    return EvidenceItem(
        number=len(case.evidence) + 1,
        file_key=event.file_key,
        unique_id=event.file_unique_id,
        kind=event.kind,
        received_at=event.at,
        caption=event.caption,
        name=event.name,
        mime=event.mime,
        size=event.size,
        slot=slot,
        origin=(event.origin.name or "") if event.origin else None,
        origin_at=event.origin.sent_at if event.origin else None,
    )


def receive(turn: Turn, case: Case, event: EvidenceReceived) -> Turn:
    """One more exhibit; answered together with the rest of the batch when it has settled."""
    known = twin(case, event.file_unique_id)
    slot = recognise(f"{event.caption} {event.name}", case, turn.world.knowledge)
    item = item_of(case, event, slot)
    if known is not None:
        item = replace(item, problem=f"twin:{known.number}")
    case = replace(
        case,
        evidence=(*case.evidence, item),
        unsettled=(*case.unsettled, item.number),
        touched_at=event.at,
    )
    return turn.with_case(case).do(SettleAlbum())


def receive_text(turn: Turn, case: Case, event: TextReceived, *, refusal: bool = False) -> Case:
    """A forwarded text as an exhibit: the words, who said them and when, as Telegram states it.

    It shows the talk with the other side, or its refusal; never anything else on the checklist.
    """
    lines = {proof.id for proof in turn.problem(case).evidence}
    slot = "refusal" if refusal and "refusal" in lines else "chat" if "chat" in lines else None
    item = EvidenceItem(
        number=len(case.evidence) + 1,
        file_key="",
        unique_id=f"text:{event.message_id}",
        kind=None,
        received_at=event.at,
        slot=slot,
        text=event.text,
        origin=(event.origin.name or "") if event.origin else None,
        origin_at=event.origin.sent_at if event.origin else None,
    )
    return replace(case, evidence=(*case.evidence, item), touched_at=event.at)


def stored(case: Case, event: FileStored) -> Case:
    """The case with the bytes of an exhibit on record. The same bytes twice are one exhibit and a note."""
    same = next(
        (item for item in kept(case) if item.sha256 == event.sha256 and item.file_key != event.file_key), None
    )
    return replace(
        case,
        evidence=tuple(
            replace(
                item,
                sha256=event.sha256,
                size=event.size,
                mime=event.mime,
                problem=f"twin:{same.number}" if same and not item.problem else item.problem,
            )
            if item.file_key == event.file_key
            else item
            for item in case.evidence
        ),
    )


def refused(turn: Turn, case: Case, event: FileRefused) -> Turn:
    """A file that could not be kept: its number stays taken, and the person is told why and what to do."""
    marked = tuple(
        replace(item, problem=event.reason) if item.file_key == event.file_key else item
        for item in case.evidence
    )
    number = next((item.number for item in marked if item.file_key == event.file_key), 0)
    case = replace(case, evidence=marked)
    choices = rows(button("button.evidence", "evidence"), button("button.draft", "draft"))
    text = words(f"evidence.refused.{event.reason}", number=number)
    return turn.with_case(case, current=False).say(text, buttons=choices, case=case)


def slot_name(turn: Turn, case: Case, slot: str | None) -> Words:
    """What an exhibit shows, by the name of its checklist line."""
    proofs = {proof.id: proof for proof in turn.problem(case).evidence}
    return told(proofs[slot].name) if slot in proofs else words("evidence.slot_open")


def list_lines(turn: Turn, case: Case) -> tuple[Words, ...]:
    """The checklist: what is there with its numbers, what is missing."""
    lines = []
    for entry in checklist(case, turn.world.knowledge):
        numbers = "、".join(str(item.number) for item in entry.items)
        key = "have" if entry.have else "missing" if entry.proof.required else "optional"
        lines.append(words(f"evidence.line.{key}", name=told(entry.proof.name), numbers=numbers))
    loose = "、".join(str(item.number) for item in unassigned(case))
    return (*lines, words("evidence.line.loose", numbers=loose)) if loose else tuple(lines)


def next_gap(turn: Turn, case: Case) -> Words | None:
    """The next best thing to capture, with how."""
    proof: Proof | None = next(iter(gaps(case, turn.world.knowledge)), None)
    return words("evidence.next", name=told(proof.name), how=told(proof.how)) if proof else None


def buttons(turn: Turn, case: Case) -> Buttons:
    """For the newest exhibit that nobody has named: what it shows; otherwise on to the text."""
    loose = unassigned(case)
    options = []
    if loose:
        number = loose[0].number
        proofs = [entry.proof for entry in checklist(case, turn.world.knowledge)]
        options = [
            button("told", f"slot:{number}:{proof.id}", text=proof.name) for proof in proofs[:SLOT_BUTTONS]
        ]
        options.append(button("button.slot_other", f"slot:{number}:other"))
    return rows(*options, button("button.draft", "draft"), button("button.status", "status"))


def show(turn: Turn, case: Case, *lead: Words, in_place: bool = False) -> Turn:
    """The checklist with the next best thing to capture."""
    loose, gap = unassigned(case), next_gap(turn, case)
    ask = words("evidence.which", number=loose[0].number) if loose else gap
    easy = turn.conversation.easy and ask is not None
    parts = [*lead] if easy else [*lead, words("evidence.list", lines=list_lines(turn, case))]
    parts.append(ask or words("evidence.complete"))
    return turn.say(*parts, buttons=buttons(turn, case), case=case, in_place=in_place)


def enter(turn: Turn, case: Case, *lead: Words) -> Turn:
    """Start collecting."""
    case = replace(case, step=Step.EVIDENCE, asking=None, revision=case.revision + 1)
    return show(turn.with_case(case), case, *lead, words("evidence.intro"))


def settle(turn: Turn, case: Case) -> tuple[Turn, Case, tuple[Words, ...]]:
    """What to say about a batch, once: how many came, which doubles there were, which one nobody has named."""
    batch = [item for item in case.evidence if item.number in case.unsettled]
    fresh = [item for item in batch if not item.problem]
    case = replace(case, unsettled=())
    lead: list[Words] = []
    if fresh:
        numbers = "、".join(str(item.number) for item in fresh)
        lead.append(words("evidence.received", count=len(fresh), numbers=numbers, total=len(kept(case))))
    for item in batch:
        if item.problem.startswith("twin:"):
            same = item.problem.removeprefix("twin:")
            lead.append(words("evidence.twin", number=item.number, same=same))
    first = len(kept(case)) == len(fresh)
    if first and any(item.kind == "photo" for item in fresh):
        lead.append(words("evidence.as_file"))
    return turn.with_case(case, current=False), case, tuple(lead)


def progress(turn: Turn, case: Case, *lead: Words) -> Turn:
    """After new exhibits: how much of the list is there, and the next best thing or the exhibit to be named."""
    required = [entry for entry in checklist(case, turn.world.knowledge) if entry.proof.required]
    done = sum(entry.have for entry in required)
    loose, gap = unassigned(case), next_gap(turn, case)
    ask = words("evidence.which", number=loose[0].number) if loose else gap or words("evidence.complete")
    count = words("evidence.progress", done=done, all=len(required))
    return turn.say(*lead, count, ask, buttons=buttons(turn, case), case=case)


def reorder(turn: Turn, case: Case, text: str) -> Turn | None:
    """Orders about exhibits in free text ('第二张才是付款截图'); None when the text holds none."""
    orders = withdrawal_of_item(text, turn.world.language)
    numbers = {item.number for item in kept(case)}
    orders = tuple(order for order in orders if order.number in numbers)
    if not orders:
        return None
    lines = []
    for order in orders:
        slot = recognise(order.slot_words or "", case, turn.world.knowledge)
        if order.withdraw:
            case = withdraw(case, order.number)
            lines.append(words("evidence.withdrawn", number=order.number))
        elif slot:
            case = assign(case, order.number, slot)
            lines.append(words("evidence.assigned", number=order.number, name=slot_name(turn, case, slot)))
        else:
            lines.append(
                words("evidence.slot_unknown", number=order.number, text=quoted(order.slot_words or ""))
            )
    return show(turn.with_case(case), case, *lines)
