"""The numbered evidence of a case as it is named in letters, in the catalogue and in the timeline.

Numbers are those of arrival and never change; withdrawn items and items that could not be kept don't count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.case import Case, EvidenceItem, Filing, Reply
from flows.events import FileKind
from flows.knowledge import Knowledge, Proof
from flows.moment import Moment
from flows.written import clean, minute, moment, money, numbers, value, whole_sentences

UNNAMED = "其他材料"
FORMS = {
    FileKind.PHOTO: "截图（经压缩）",
    FileKind.DOCUMENT: "原文件",
    FileKind.VIDEO: "录屏或视频",
    FileKind.AUDIO: "录音",
    FileKind.VOICE: "语音",
    None: "文字",
}
#: Who paid, where it was not the person themselves; what happened; how the goods are named then.
PAYERS = {
    "unauthorised": ("不明", "从本人账户付款（非本人操作）", "购买"),
    "minor_purchase": ("孩子", "付款", "购买"),
    "auto_renewal": ("商家", "自动扣款", "项目为"),
}
OWN = ("本人", "付款", "购买")
#: What came of a filing (`Filing.result`), as the timeline tells it; another value is a flaw of the program.
RESULTS = {
    "refused": "对方拒绝",
    "silent": "至今未答复",
    "partial": "对方只同意处理一部分",
    "waiting": "等待处理",
    "refunded": "已退款",
    "promised": "对方承诺处理",
    "delivered": "已补发",
    "accepted": "已受理",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """证据N: what it is called, which checklist line it answers, when it was formed, what it proves."""

    number: int
    name: str
    slot: str | None
    formed: str
    proves: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline. `at` is None while the time is not known."""

    at: datetime | None
    when: str
    who: str
    what: str
    amount: str = ""
    exhibits: tuple[int, ...] = ()


def _proofs(case: Case, knowledge: Knowledge | None) -> dict[str, Proof]:
    problem = knowledge.problems.get(case.problem) if knowledge else None
    return {proof.id: proof for proof in problem.evidence} if problem else {}


def _kept(case: Case) -> tuple[EvidenceItem, ...]:
    return tuple(item for item in case.evidence if not item.withdrawn and not item.problem)


def exhibit_list(case: Case, knowledge: Knowledge | None = None) -> tuple[Exhibit, ...]:
    """Every exhibit that counts, by number. Without `knowledge` the names are captions and file names."""
    proofs = _proofs(case, knowledge)
    return tuple(_exhibit(item, proofs.get(item.slot or "")) for item in _kept(case))


def _exhibit(item: EvidenceItem, proof: Proof | None) -> Exhibit:
    said = value(item.caption)[:20] or (UNNAMED if item.kind else "聊天消息")
    formed = minute(item.origin_at) if item.origin_at else f"未注明（{minute(item.received_at)}收存）"
    return Exhibit(
        number=item.number,
        name=proof.name if proof else said,
        slot=item.slot,
        formed=formed,
        proves=proof.proves if proof else "【待补充：证明什么】",
        form=FORMS[item.kind],
    )


def attached(exhibits: Iterable[Exhibit], *, brief: bool = False) -> str:
    """证据1 支付账单、证据2—4 聊天记录; with `brief` only 证据1—4. Empty when there is nothing."""
    listed = tuple(exhibits)
    if brief and listed:
        return (
            f"证据{numbers(exhibit.number for exhibit in listed)}"
            if len(listed) < 10
            else f"证据{len(listed)}份"
        )
    groups: dict[str, list[int]] = {}
    for exhibit in listed:
        groups.setdefault(exhibit.name if exhibit.slot else UNNAMED, []).append(exhibit.number)
    return "、".join(f"证据{numbers(found)} {name}" for name, found in groups.items())


def _slot(case: Case, *slots: str) -> tuple[int, ...]:
    return tuple(item.number for item in _kept(case) if item.slot in slots)


def _text(case: Case, name: str) -> str:
    fact = case.facts.get(name)
    return value(str(fact.value)) if fact and not isinstance(fact.value, Moment) else ""


def _opening(case: Case) -> Iterator[Row]:
    promised = _text(case, "promised")
    if promised:
        slots = _slot(case, "listing", "promise")
        yield Row(at=None, when="时间待补充", who="商家", what=f"宣传或承诺：{promised}", exhibits=slots)
    order = _text(case, "order_no")
    if order:
        slots = _slot(case, "order")
        who = PAYERS.get(case.problem, OWN)[0]
        # Nobody places the order of a renewal.
        what = f"订单号{order}" if case.problem == "auto_renewal" else f"下单，订单号{order}"
        yield Row(at=None, when="时间待补充", who=who, what=what, exhibits=slots)
    yield _payment(case)


def _payment(case: Case) -> Row:
    paid, amount = case.facts.get("paid_at"), case.facts.get("amount")
    exact = paid.value if paid and isinstance(paid.value, Moment) else None
    told = _text(case, "paid_at") or "时间待补充"
    fen = amount.value if amount and isinstance(amount.value, int) else None
    goods = _text(case, "goods")
    who, did, what = PAYERS.get(case.problem, OWN)
    other = _text(case, "other_amount") or "待补充"
    return Row(
        at=exact.start if exact else None,
        when=moment(exact) if exact else told,
        who=who,
        what=f"{did}，{what}{goods}" if goods else did,
        amount=money(fen, approx=bool(amount and amount.approx)) if fen else other,
        exhibits=_slot(case, "bill"),
    )


def _filing(filing: Filing, knowledge: Knowledge) -> Iterator[Row]:
    channel = knowledge.channels.get(filing.channel)
    letter = knowledge.letters.get(filing.letter)
    name, title = (channel.name if channel else filing.channel), (letter.name if letter else "请求")
    yield Row(at=filing.sent_at, when=minute(filing.sent_at), who="本人", what=f"向{name}提交《{title}》")
    if filing.accepted_at:
        yield Row(at=filing.accepted_at, when=minute(filing.accepted_at), who=name, what="受理")
    if filing.result and filing.result_at:
        yield Row(at=filing.result_at, when=minute(filing.result_at), who=name, what=RESULTS[filing.result])


def _reply(reply: Reply) -> Row:
    said = whole_sentences(clean(reply.text), 80)
    promise = f"，承诺在{minute(reply.promised_for)}前处理" if reply.promised_for else ""
    return Row(at=reply.at, when=minute(reply.at), who="商家", what=f"答复：“{said}”{promise}")


def _messages(case: Case) -> Iterator[Row]:
    for item in _kept(case):
        if item.origin_at and item.text:
            said = whole_sentences(clean(item.text), 60)
            who = clean(item.origin or "") or "聊天对方"
            number = (item.number,)
            yield Row(
                at=item.origin_at,
                when=minute(item.origin_at),
                who=who,
                what=f"消息：“{said}”",
                exhibits=number,
            )


def timeline(case: Case, knowledge: Knowledge) -> tuple[Row, ...]:
    """宣传 → 下单 → 付款, then everything that has a time, in order of time."""
    later = [row for filing in case.filings for row in _filing(filing, knowledge)]
    later += [_reply(reply) for reply in case.replies]
    later += list(_messages(case))
    later.sort(key=lambda row: row.at.timestamp() if row.at else 0.0)
    return (*_opening(case), *later)


def timeline_text(case: Case, knowledge: Knowledge) -> str:
    """时间 | 谁 | 做了什么 | 金额 | 证据, one line each; an unknown time says so."""
    lines = ["时间 | 谁 | 做了什么 | 金额 | 证据"]
    for row in timeline(case, knowledge):
        proof = f"证据{numbers(row.exhibits)}" if row.exhibits else "—"
        lines.append(" | ".join((row.when, row.who, row.what, row.amount or "—", proof)))
    return "\n".join(lines)


def catalogue_text(case: Case, knowledge: Knowledge) -> str:
    """证据目录 with the columns of 最高人民法院关于民事诉讼证据的若干规定第十九条."""
    lines = ["编号 | 名称 | 形式 | 来源 | 形成时间 | 证明对象 | 页数"]
    exhibits = exhibit_list(case, knowledge)
    for exhibit in exhibits:
        source = "本人手机留存"
        columns = (
            f"证据{exhibit.number}",
            exhibit.name,
            exhibit.form,
            source,
            exhibit.formed,
            exhibit.proves,
            "　",
        )
        lines.append(" | ".join(columns))
    if not exhibits:
        lines.append("（还没有收存证据）")
    return "\n".join((*lines, "提交人（签名）：　　　　　　日期：　　　　　"))
