"""What was said and tried so far, as a letter tells it: with the seller, with authorities, in the person's own words.

`most` is everywhere the greatest number of characters of one quotation.
"""

from __future__ import annotations

import re
from datetime import datetime

from flows import written
from flows.case import Case
from flows.knowledge import Knowledge, Letter
from flows.moment import Moment

AUTHORITIES = frozenset({"12315", "consumer_association", "court", "police"})
#: Words that a text for an authority must not carry, even in quotation marks (民事诉讼法解释第二百一十条).
HEATED = (
    "骗子",
    "骗钱",
    "骗人",
    "垃圾",
    "傻",
    "妈的",
    "他妈",
    "尼玛",
    "操你",
    "操他",
    "卧槽",
    "滚蛋",
    "狗东西",
    "狗屁",
    "死全家",
    "去死",
    "弄死",
    "找人打",
    "找人弄",
    "找人收拾",
    "曝光",
    "报复",
    "黑心",
    "无耻",
    "畜生",
    "废物",
    "三倍",
    "赔我",
)


def contact(case: Case, letter: Letter, now: datetime, most: int) -> str:
    """What was tried with the seller and what came of it; without dates and quotations when `most` is 0."""
    seller, other = ("贵方", "贵方") if letter.channel == "merchant" else ("商家", "对方")
    filings = [filing for filing in case.filings if filing.channel == "merchant"]
    own = [reply for reply in case.replies if reply.channel == "merchant"]
    replies = [reply for reply in own if not filings or reply.at >= filings[0].sent_at]
    spoken = [reply for reply in replies if written.value(reply.text)]
    if not most and (filings or spoken):
        return f"本人已联系{seller}，问题没有解决"
    answer = ""
    if spoken:
        said = written.value(written.whole_sentences(written.clean(spoken[-1].text), min(60, most)))
        answer = f"，{other}{written.nearby(spoken[-1].at, now)}答复“{said}”"
    if filings:
        silent = _unquoted(filings[-1].result, bool(replies))
        return f"本人于{written.nearby(filings[0].sent_at, now)}向{seller}提出请求{answer or silent}"
    return f"本人已联系{seller}{answer}" if answer else _contacted(case, seller, most)


def _unquoted(result: str | None, replied: bool) -> str:
    """What came of a demand when there are no words of the seller to quote."""
    if result == "refused":
        return "，对方拒绝"
    return "，至今未获答复" if result == "silent" and not replied else ""


def _contacted(case: Case, seller: str, most: int) -> str:
    fact = case.facts.get("contacted")
    said = written.value(str(fact.value)) if fact else ""
    if said in ("", "no"):
        return ""
    if said == "yes" or not most:
        return f"本人已联系{seller}，问题没有解决"
    return f"与{seller}联系的情况：{written.value(written.whole_sentences(said, most))}"


#: What the other side holds back until it is paid again, as people tell it.
_LURE = re.compile(
    r"(?:才|就|之后|以后|完)(?:能|可以|会|给|把)?[^。；;，,]{0,12}?(退|返|发货|發貨|到账|到帳|提现|提現|提出|提款|解冻|解凍|结算|結算)"
)
_FEE = re.compile(r"(解冻|解凍)(?:金|费|費)")
_HELD = {
    "退": "退款",
    "返": "退款",
    "發貨": "发货",
    "到帳": "到账",
    "提現": "提现",
    "提出": "提现",
    "提款": "提现",
}
_HELD |= {"解凍": "解冻", "結算": "结算"}


def lure(case: Case) -> str:
    """What was promised for the further payment: 退款, 发货, 提现 …; empty where nobody said it."""
    texts = [one.text for one in case.statements]
    found = next(
        (match for pattern in (_LURE, _FEE) for text in texts if (match := pattern.search(text))), None
    )
    return _HELD.get(found[1], found[1]) if found else ""


def statements(case: Case) -> tuple[str, ...]:
    """The calm ones, verbatim with their time; nothing of somebody's own words is ever edited or cut."""
    texts = ((one.at, written.clean(one.text)) for one in case.statements)
    calm = ((at, text) for at, text in texts if text and not any(word in text for word in HEATED))
    return tuple(f"（{written.minute(at)}）：“{text}”" for at, text in calm)


def told(calm: tuple[str, ...], most: int) -> str:
    return next((text for text in calm[:1] if len(text) <= most), "")


def purpose(case: Case) -> str:
    """Who speaks, and what the goods were for: nobody bought for their own use what a child bought."""
    fact = case.facts.get("role")
    role = fact.value if fact else None
    if case.problem == "minor_purchase" or role == "guardian":
        known = role == "guardian" or "relation" in case.facts
        return f"本人是孩子的{'监护人' if known else written.unknown('与孩子的关系')}"
    if role == "reseller":
        return ""
    return f"本人{'为个人生活消费购买' if role == 'self' else written.unknown('是否为个人生活消费购买')}"


def elsewhere(case: Case, letter: Letter, knowledge: Knowledge) -> str:
    """Authorities beside this one that were asked already: a complaint must not deny them."""
    asked = {filing.channel for filing in case.filings} & AUTHORITIES - {letter.channel}
    return "、".join(sorted(knowledge.channels[name].name for name in asked if name in knowledge.channels))


def refused(case: Case, letter: Letter, told_before: str, most: int) -> str:
    filings = [filing for filing in case.filings if filing.channel == letter.channel]
    words = [filing.words for filing in filings if filing.words]
    words += [
        reply.text
        for reply in case.replies
        if reply.channel == letter.channel and reply.text and filings and reply.at >= filings[-1].sent_at
    ]
    if not words:
        return told_before
    return written.value(written.whole_sentences(written.clean(words[-1]), min(80, most)))


def used_early(case: Case) -> bool:
    """A code that was used before it was paid for decides the case: the letter says so first."""
    used, paid = case.facts.get("used_at"), case.facts.get("paid_at")
    if not (used and paid and isinstance(used.value, Moment) and isinstance(paid.value, Moment)):
        return False
    return used.value.end <= paid.value.start


def rescission(case: Case, perform: str) -> str:
    """Only a demand that named full performance ends a contract by itself (民法典第五百六十五条)."""
    sent = [filing.sent_at for filing in case.filings if filing.letter == "merchant.final"]
    return written.minute(sent[-1]) if sent and perform else ""
