"""What a letter may say: every name that a template under data/knowledge/letters can use, and nothing else.

Facts (text; an unknown one reads 【待补充：…】; `has('name')` says whether it is known):
the keys of `FACTS`. Money reads "328.00元", times as exactly as they were told, `account` is masked.

Derived, never unknown unless said so:
`happened`, `request`, `perform`   fragments of the problem type, filled in (`perform` may be empty)
`problem`, `short`, `type`         name, short name and id of the problem type
`channel`, `letter`                ids, for templates and fragments that serve several
`seller`                           商家, else the platform, else unknown
`opponent`                         who was paid: the payee as the bill names it, else like `seller`
`respondent`                       whom an authority is to hear: payee or registered name, else unknown, followed by
                                   （店铺：…；网站：…）: the name of a site is no legal subject
`order`                            订单 with its number; empty where none is to be expected
`other`                            贵方 in a letter to the seller, 对方 in all others
`used_early`                       the code was used before it was paid for
`deal`                             time, way of paying, amount and goods in one clause
`back`                             which way the money is to come back
`claim`, `part`                    the amount asked for, and whether it is less than all that was paid (`flows.claims`)
`due`, `taken`, `taken_times`      of a double charge: what was due, what was taken, in how many payments; may be empty
`balance_left`                     the balance on a closed site; may be empty
`ordered`, `came`                  of a delivery that fell short: 200点券, 100点券; may be empty
`payments`                         the single payments where there were several; may be empty
`illicit`                          the goods are unlawful themselves: nobody can ask for more of them
`child_law`                        《民法典》第一百四十四条 or 第一百四十五条, by the child's age; empty while it is unknown
`young`                            the child is under eight
`deadline`                         11月30日（周一）18:00, or unknown
`today`, `now`                     2026年11月22日, 2026年11月22日20:15
`attached`                         证据1 支付账单、证据2 …; empty when there is no exhibit
`proof('official')`                证据3, the exhibits that answer this line of the checklist; empty when there is none
`exhibits`                         rows with number, name, formed, proves, form
`history`                          rows with when, who, what, amount: the timeline
`contact`                          what was tried with the seller and what came of it, one sentence; may be empty
`rescission`                       when the letter that ends the contract was sent; may be empty
`told`                             the person's own words, verbatim with their time; empty when not calm or long
`statements`                       all calm statements, for a police station
`lure`                             what was promised for a further payment: 退款, 提现 …; may be empty
`purpose`                          本人为个人生活消费购买; unknown until the role is known; 本人是孩子的监护人
`elsewhere`                        names of the other authorities that have the matter already; may be empty
`refused`                          the reason that this channel gave the last time; unknown until it was told
`todo('…')`                        【待补充：…】 for what no fact stands for
`citations`                        《电子商务法》第二十条、…; may be empty
`order_tail`                       尾号 of the order number, for texts that strangers may read
`optional`                         false when the text has to be shortened: leave out what the letter can do without
`reseller`, `guardian`, `personal` role and a transfer to a private person, as truth values
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows import claims, dealings, written
from flows.case import Case, Fact
from flows.citations import checked, child_names, child_years, citation_text, cited
from flows.exhibits import Exhibit, attached, exhibit_list, timeline
from flows.fact_names import FACTS
from flows.knowledge import Knowledge, Letter
from flows.moment import SHANGHAI, Moment

#: Parts of the problem type, filled in before the letter; a fragment can't use another one.
FRAGMENTS = ("happened", "request", "perform")
MONEY = frozenset({"amount", "claimed", "refunded", "balance"})
#: Facts told in sentences; the others are names and numbers.
TOLD = frozenset({"detail", "promised", "received", "refusal", "handles"})
PAY_CHANNELS = {
    "wechat": "微信支付",
    "wechat_transfer": "微信转账",
    "alipay": "支付宝",
    "alipay_transfer": "支付宝转账",
    "bank_card": "银行卡",
    "credit_card": "信用卡",
    "qq_wallet": "QQ钱包",
    "balance": "平台余额",
    "usdt": "USDT",
    "apple": "Apple账户",
    "other": "其他方式",
}
#: How the name of a company or of a registered trader ends; 卡盟 and 旗舰店 are names of sites and shops.
REGISTERED = re.compile(r"公司$|[省市区县旗].*(?:部|行|室|店|所|厂|社|中心)(?:（个体工商户）)?$")
#: What a payment was, where nobody ordered it, and how the goods are named then.
CHARGED = {"auto_renewal": ("被扣款", "项目为")}
PERSONAL = frozenset({"wechat_transfer", "alipay_transfer", "usdt"})


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a text says. `listed` exhibits are named, others only numbered. `name` and `told` are the most characters of one value, `rows` of the timeline; a bare
    text leaves out how it was paid and what was tried before."""

    statement: bool = True
    citations: bool = True
    listed: bool = True
    optional: bool = True
    name: int = 49
    told: int = 160
    rows: int = 20
    bare: bool = False


#: Shortening, in this order: the person's own words, the citations, the names of the exhibits (their numbers stay),
#: the optional sentences, then the values.
DETAILS = (
    Detail(),
    Detail(statement=False),
    Detail(statement=False, citations=False),
    Detail(statement=False, citations=False, listed=False),
    Detail(statement=False, citations=False, listed=False, optional=False, rows=12),
    Detail(statement=False, citations=False, listed=False, optional=False, name=24, told=60, rows=8),
    Detail(statement=False, citations=False, listed=False, optional=False, name=14, told=30, rows=4),
    Detail(
        statement=False, citations=False, listed=False, optional=False, name=10, told=16, rows=2, bare=True
    ),
    Detail(statement=False, citations=False, listed=False, optional=False, name=6, told=8, rows=2, bare=True),
)


def _written(name: str, fact: Fact, detail: Detail) -> str:
    given = fact.value
    if isinstance(given, Moment):
        return written.moment(given)
    if name in MONEY and isinstance(given, int):
        return written.money(given, approx=fact.approx) if given > 0 else ""
    text = written.value(str(given))
    match name:
        case "pay_channel":
            return PAY_CHANNELS.get(text, written.shortened(text, detail.name))
        case "child_age":
            return f"{text}岁" if text.isdigit() else written.shortened(text, detail.name)
        case "account":
            return written.shortened(written.masked(text), detail.name)
        case _ if name in TOLD:
            return written.value(written.whole_sentences(text, detail.told))
        case _:
            return written.shortened(text, detail.name)


def known_facts(case: Case, detail: Detail) -> dict[str, str]:
    """The facts of the case that letters use, written out; facts with an empty value are unknown."""
    texts = {name: _written(name, case.facts[name], detail) for name in FACTS if name in case.facts}
    known = {name: text for name, text in texts.items() if text}
    if "other_amount" in known:  # what was paid in another currency stands as it was told
        known.setdefault("amount", known["other_amount"])
    return known


def _knows(known: Mapping[str, str]) -> Callable[[str], bool]:
    def has(name: str) -> bool:
        if name not in FACTS:
            raise KeyError(f"letters know no fact called {name!r}")
        return name in known

    return has


def _back(pay_channel: str) -> str:
    if pay_channel in PERSONAL:
        return "退回原付款账户"
    return "退回充值时的付款账户" if pay_channel == "balance" else "原路退回"


def _personal(case: Case) -> bool:
    fact = case.facts.get("pay_channel")
    return fact is not None and fact.value in PERSONAL


def _order(known: Mapping[str, str], *, expected: bool) -> str:
    """Money sent to a private person, or for an agency, often has no order behind it: then none is missed."""
    if "order_no" not in known and not expected:
        return ""
    return f"订单{known.get('order_no') or written.unknown(FACTS['order_no'])}"


def _respondent(known: Mapping[str, str], *, personal: bool) -> str:
    """A name that can be a party, or what is missing together with the names that are known."""
    merchant, platform, payee = (known.get(name, "") for name in ("merchant", "platform", "payee"))
    if payee and (payee not in (merchant, platform) or REGISTERED.search(payee)):
        party = payee
    elif REGISTERED.search(merchant):
        party = merchant
    else:
        party = written.unknown("对方的真实姓名（只有网名不能立案）" if personal else "经营者公司全称")
    labels = (("对方使用的名称" if personal else "店铺", merchant), ("网站", platform))
    others = {name: f"{label}：{name}" for label, name in labels if name and name not in party}
    return f"{party}（{'；'.join(others.values())}）" if others else party


def _names(case: Case, known: Mapping[str, str]) -> dict[str, Any]:
    pay_channel = str(case.facts["pay_channel"].value) if "pay_channel" in known else ""
    role = str(case.facts["role"].value) if "role" in case.facts else ""
    merchant, platform = known.get("merchant", ""), known.get("platform", "")
    seller = merchant or platform or written.unknown(FACTS["merchant"])
    claim, part = claims.claim(case)
    return {
        "seller": seller,
        "opponent": known.get("payee") or merchant or platform or written.unknown(FACTS["payee"]),
        "respondent": _respondent(known, personal=_personal(case)),
        "back": _back(pay_channel),
        "claim": claim,
        "part": part,
        "reseller": role == "reseller",
        "guardian": role == "guardian",
        "personal": _personal(case),
        **_sums(case),
    }


def _sums(case: Case) -> dict[str, Any]:
    """What the numbers add up to; each empty where they don't say it."""
    charge, short = claims.charge(case), claims.shortfall(case)
    left = claims.balance(case)
    return {
        "balance_left": written.money(left[0], approx=left[1]) if left else "",
        "due": written.money(charge.due) if charge else "",
        "taken": written.money(charge.taken) if charge else "",
        "taken_times": charge.count if charge else 0,
        "ordered": f"{short.ordered}{short.unit}" if short else "",
        "came": f"{short.got}{short.unit}" if short else "",
        "payments": tuple(written.money(fen) for fen in claims.payments(case)),
    }


def _child(case: Case, knowledge: Knowledge, on: date) -> dict[str, Any]:
    articles = tuple(checked(name, knowledge, on) for name in child_names(case))
    years = child_years(case)
    return {"child_law": citation_text(articles[1:]), "young": years is not None and years < 8}


def _deal(problem: str, facts: Mapping[str, str], known: Mapping[str, str], detail: Detail) -> str:
    """An order number names the goods as well as their name does: only one of the two has to be known."""
    way = f"通过{known['pay_channel']}" if "pay_channel" in known and not detail.bare else ""
    count = f"，数量{known['quantity']}" if known.get("quantity", "1") != "1" and not detail.bare else ""
    named = "goods" in known or "order_no" not in known
    did, what = CHARGED.get(problem, ("付款", "购买"))
    bought = f"，{what}{facts['goods']}{count}" if named else count
    return f"{facts['paid_at']}{way}{did}{facts['amount']}{bought}"


def _proof(exhibits: tuple[Exhibit, ...], *, brief: bool) -> Callable[[str], str]:
    def proof(slot: str) -> str:
        found = [exhibit.number for exhibit in exhibits if exhibit.slot == slot]
        if brief and len(found) > 2:
            return f"证据{found[0]}等"
        return f"证据{written.numbers(found)}" if found else ""

    return proof


def names(
    letter: Letter,
    case: Case,
    now: datetime,
    knowledge: Knowledge,
    deadline: datetime | None,
    detail: Detail,
    fragment: Callable[[str, Mapping[str, Any]], str],
) -> dict[str, Any]:
    """All names for one rendering. `fragment(which, names)` fills in happened, request or perform."""
    known = known_facts(case, detail)
    facts = {name: known.get(name) or written.unknown(label) for name, label in FACTS.items()}
    on = now.astimezone(SHANGHAI).date()
    articles = cited(case, letter, knowledge, on) if detail.citations else ()
    result: dict[str, Any] = {
        **facts,
        **_names(case, known),
        **_kind(letter, case, knowledge, known),
        **_child(case, knowledge, on),
        **_evidence(case, knowledge, detail),
        **_past(letter, case, now, knowledge, detail),
        "has": _knows(known),
        "todo": written.unknown,
        "deal": _deal(case.problem, facts, known, detail),
        "deadline": written.due(deadline) if deadline else written.unknown("希望对方答复的日期"),
        "today": written.day(now),
        "now": written.minute(now),
        "refused": dealings.refused(case, letter, facts["refusal"], detail.told),
        "citations": citation_text(articles),
        "optional": detail.optional,
        "order_tail": written.tail(known["order_no"]) if "order_no" in known else "",
    }
    filled = {which: fragment(which, result) for which in FRAGMENTS}
    # Nobody can be asked to deliver more of what is unlawful.
    return result | filled | ({"perform": ""} if result["illicit"] else {})


def _kind(letter: Letter, case: Case, knowledge: Knowledge, known: Mapping[str, str]) -> dict[str, Any]:
    """What sort of dispute it is and who is written to."""
    problem = knowledge.problems[case.problem]
    kind = case.facts.get("goods_kind")
    goods = knowledge.goods.get(str(kind.value)) if kind else None
    return {
        "illicit": goods is not None and goods.illicit,
        "problem": problem.name,
        "short": problem.short,
        "type": problem.id,
        "channel": letter.channel,
        "letter": letter.id,
        "other": "贵方" if letter.channel == "merchant" else "对方",
        "order": _order(known, expected=problem.consumer and not _personal(case)),
        "rescission": dealings.rescission(case, problem.perform),
    }


def _evidence(case: Case, knowledge: Knowledge, detail: Detail) -> dict[str, Any]:
    exhibits = exhibit_list(case, knowledge)
    return {
        "proof": _proof(exhibits, brief=not detail.optional),
        "attached": attached(exhibits, brief=not detail.listed),
        "exhibits": exhibits[: 2 * detail.rows],
        "used_early": dealings.used_early(case),
    }


def _past(letter: Letter, case: Case, now: datetime, knowledge: Knowledge, detail: Detail) -> dict[str, Any]:
    """What was said and tried until now."""
    statements = dealings.statements(case) if detail.statement else ()
    return {
        "history": timeline(case, knowledge)[-detail.rows :],
        "contact": dealings.contact(case, letter, now, 0 if detail.bare else detail.told),
        "told": dealings.told(statements, detail.told),
        "statements": statements,
        "lure": dealings.lure(case),
        "purpose": dealings.purpose(case),
        "elsewhere": dealings.elsewhere(case, letter, knowledge),
    }
