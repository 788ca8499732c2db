"""What has been collected and what is missing: the checklist of a case, worked out anew each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.case import Case, EvidenceItem
from flows.knowledge import Knowledge, Proof


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the checklist and the exhibits that answer it."""

    proof: Proof
    items: tuple[EvidenceItem, ...]

    @property
    def have(self) -> bool:
        """Something answers this line."""
        return bool(self.items)


def kept(case: Case) -> tuple[EvidenceItem, ...]:
    """The exhibits that count: not withdrawn, not refused."""
    return tuple(item for item in case.evidence if not item.withdrawn and not item.problem)


def checklist(case: Case, knowledge: Knowledge) -> tuple[Entry, ...]:
    """The lines for this type and kind of goods, required ones first, each with what answers it."""
    problem = knowledge.problems.get(case.problem)
    if problem is None:
        return ()
    fact = case.facts.get("goods_kind")
    goods = str(fact.value) if fact else None
    proofs = [proof for proof in problem.evidence if not proof.goods or goods is None or goods in proof.goods]
    proofs.sort(key=lambda proof: not proof.required)
    exhibits = kept(case)
    return tuple(Entry(proof, tuple(item for item in exhibits if item.slot == proof.id)) for proof in proofs)


def gaps(case: Case, knowledge: Knowledge) -> tuple[Proof, ...]:
    """What is still missing, required lines first."""
    return tuple(entry.proof for entry in checklist(case, knowledge) if not entry.have)


def unassigned(case: Case) -> tuple[EvidenceItem, ...]:
    """Exhibits of which nobody has said what they show."""
    return tuple(item for item in kept(case) if item.slot is None)


def recognise(text: str, case: Case, knowledge: Knowledge) -> str | None:
    """The checklist line that a caption or file name points to: the one with the longest matching word."""
    matches = [
        (len(word), entry.proof.id)
        for entry in checklist(case, knowledge)
        for word in (entry.proof.name, *entry.proof.words)
        if word and word in text
    ]
    return max(matches, default=(0, None), key=lambda match: match[0])[1]


def twin(case: Case, unique_id: str, sha256: str = "") -> EvidenceItem | None:
    """An exhibit with the same bytes, or that Telegram says is the same file."""
    return next(
        (item for item in kept(case) if item.unique_id == unique_id or (sha256 and item.sha256 == sha256)),
        None,
    )


def assign(case: Case, number: int, slot: str | None) -> Case:
    """The case with exhibit `number` put to a checklist line."""
    return replace(
        case,
        evidence=tuple(replace(item, slot=slot) if item.number == number else item for item in case.evidence),
    )


def withdraw(case: Case, number: int) -> Case:
    """The case with exhibit `number` withdrawn; its number is never given to another one."""
    return replace(
        case,
        evidence=tuple(
            replace(item, withdrawn=True) if item.number == number else item for item in case.evidence
        ),
    )
