"""What a letter may say: every name that a template under data/knowledge/letters can use, and nothing else.

Facts (text; an unknown one reads 【待补充：…】; `has('name')` says whether it is known):
the keys of `FACTS`. Money reads "328.00元", times as exactly as they were told, `account` is masked.

Derived, never unknown unless said so:
`happened`, `request`, `perform`   fragments of the problem type, filled in (`perform` may be empty)
`problem`, `short`                 name of the problem type
`channel`, `letter`                ids, for templates and fragments that serve several
`seller`                           商家, else the platform, else unknown
`opponent`                         full name of the payee, else like `seller`
`order`                            订单 with its number where it is known
`deal`                             time, way of paying, amount and goods in one clause
`back`                             which way the money is to come back
`claim`                            the amount asked for: 要求退还的金额 if it was told, else the amount paid
`deadline`                         11月30日（周一）18:00, or unknown
`today`, `now`                     2026年11月22日, 2026年11月22日20:15
`attached`                         证据1 支付账单、证据2 …; empty when there is no exhibit
`exhibits`                         rows with number, name, formed, proves, form
`history`                          rows with when, who, what, amount: the timeline
`contact`                          what was tried with the seller and what came of it, one sentence; may be empty
`rescission`                       when the letter that ends the contract was sent; may be empty
`told`                             the person's own words, verbatim with their time; empty when not calm or long
`statements`                       all calm statements, for a police station
`purpose`                          为个人生活消费购买; unknown until the role is known
`elsewhere`                        names of the other authorities that have the matter already; may be empty
`refused`                          the reason that this channel gave the last time; unknown until it was told
`todo('…')`                        【待补充：…】 for what no fact stands for
`citations`                        《电子商务法》第二十条、…; may be empty
`optional`                         false when the text has to be shortened: leave out what the letter can do without
`reseller`, `guardian`, `personal` role and a transfer to a private person, as truth values
`platform_known`                   the platform is known and is not the merchant
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows import written
from flows.case import Case, Fact
from flows.exhibits import attached, exhibit_list, timeline
from flows.knowledge import Article, Knowledge, Letter
from flows.moment import SHANGHAI, Moment

#: Name of each fact that a letter may use, and how 【待补充：…】 calls it.
FACTS: Mapping[str, str] = {
    "amount": "付款金额",
    "paid_at": "付款时间",
    "pay_channel": "付款方式",
    "platform": "网站或平台名称",
    "merchant": "商家名称",
    "payee": "账单上的收款方全称",
    "order_no": "订单号",
    "payment_no": "交易单号",
    "second_payment_no": "第二笔交易单号",
    "goods": "商品名称",
    "quantity": "数量",
    "account": "充值账号",
    "claimed": "要求退还的金额",
    "promised": "商家的承诺",
    "received": "实际收到的内容",
    "detail": "具体情况",
    "error": "提示的内容",
    "used_at": "官方查询到的使用时间",
    "happened_at": "发生时间",
    "mistake": "填错的内容",
    "intended": "本来要填的内容",
    "child_age": "孩子的年龄",
    "relation": "与孩子的关系",
    "ticket": "工单或投诉编号",
    "refusal": "对方的理由",
    "address": "商家地址",
    "site": "网址",
    "handles": "对方使用的账号、电话、网址",
}
MONEY = frozenset({"amount", "claimed"})
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
AUTHORITIES = frozenset({"12315", "consumer_association", "court", "police"})
PERSONAL = frozenset({"wechat_transfer", "alipay_transfer", "usdt"})
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
    "操",
    "滚",
    "狗",
    "死全家",
    "去死",
    "弄死",
    "找人",
    "曝光",
    "报复",
    "黑心",
    "无耻",
    "畜生",
    "废物",
    "三倍",
    "赔我",
)


class CitationError(ValueError):
    """A citation that may not leave the house: unknown, not in force on the day, or not verified (G, C)."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a text says. `name` and `told` are the most characters of one value, `rows` of the timeline."""

    statement: bool = True
    citations: bool = True
    optional: bool = True
    name: int = 49
    told: int = 160
    rows: int = 20


#: Shortening, in this order: the person's own words, the citations, the optional sentences, then the values.
DETAILS = (
    Detail(),
    Detail(statement=False),
    Detail(statement=False, citations=False),
    Detail(statement=False, citations=False, optional=False, rows=12),
    Detail(statement=False, citations=False, optional=False, name=24, told=60, rows=8),
    Detail(statement=False, citations=False, optional=False, name=14, told=30, rows=4),
    Detail(statement=False, citations=False, optional=False, name=8, told=12, rows=2),
)


def _written(name: str, fact: Fact, detail: Detail) -> str:
    given = fact.value
    if isinstance(given, Moment):
        return written.moment(given)
    if name in MONEY and isinstance(given, int):
        return written.money(given, approx=fact.approx)
    text = written.value(str(given))
    match name:
        case "pay_channel":
            return PAY_CHANNELS.get(text, written.shortened(text, detail.name))
        case "account":
            return written.shortened(written.masked(text), detail.name)
        case _ if name in TOLD:
            return written.value(written.whole_sentences(text, detail.told))
        case _:
            return written.shortened(text, detail.name)


def known_facts(case: Case, detail: Detail) -> dict[str, str]:
    """The facts of the case that letters use, written out; facts with an empty value are unknown."""
    texts = {name: _written(name, case.facts[name], detail) for name in FACTS if name in case.facts}
    return {name: text for name, text in texts.items() if text}


def _knows(known: Mapping[str, str]) -> Callable[[str], bool]:
    def has(name: str) -> bool:
        if name not in FACTS:
            raise KeyError(f"letters know no fact called {name!r}")
        return name in known

    return has


def in_force(article: Article, on: date) -> bool:
    """Whether the article applies on that day."""
    return article.in_force_from <= on and (article.in_force_to is None or on <= article.in_force_to)


def cited(case: Case, letter: Letter, knowledge: Knowledge, on: date) -> tuple[Article, ...]:
    """The articles that this letter relies on. Raises CitationError."""
    if not letter.cites:
        return ()
    articles = []
    for name in knowledge.problems[case.problem].cites.get(letter.channel, ()):
        article = knowledge.articles.get(name)
        if article is None or not in_force(article, on) or article.certainty in ("G", "C"):
            raise CitationError(f"{case.problem}: {name} can't be cited on {on} in {letter.id}")
        articles.append(article)
    return tuple(articles)


def citation_text(articles: tuple[Article, ...]) -> str:
    """《电子商务法》第二十条、第五十一条第二款、《民法典》第五百七十七条"""
    parts, law = [], ""
    for article in articles:
        name = article.law.strip("《》").removeprefix("中华人民共和国")
        parts.append(article.article if name == law else f"《{name}》{article.article}")
        law = name
    return "、".join(parts)


def _back(pay_channel: str) -> str:
    if pay_channel in PERSONAL:
        return "退回原付款账户"
    return "退回充值时的付款账户" if pay_channel == "balance" else "原路退回"


def _names(case: Case, known: Mapping[str, str]) -> dict[str, Any]:
    pay_channel = str(case.facts["pay_channel"].value) if "pay_channel" in known else ""
    role = str(case.facts["role"].value) if "role" in case.facts else ""
    merchant, platform = known.get("merchant", ""), known.get("platform", "")
    seller = merchant or platform or written.unknown(FACTS["merchant"])
    return {
        "seller": seller,
        "opponent": known.get("payee") or seller,
        "order": f"订单{known['order_no']}" if "order_no" in known else "订单",
        "back": _back(pay_channel),
        "claim": known.get("claimed") or known.get("amount") or written.unknown(FACTS["amount"]),
        "reseller": role == "reseller",
        "guardian": role == "guardian",
        "personal": pay_channel in PERSONAL,
        "platform_known": bool(platform) and platform != merchant,
    }


def _deal(facts: Mapping[str, str], known: Mapping[str, str]) -> str:
    way = f"以{known['pay_channel']}" if "pay_channel" in known else ""
    count = f"，数量{known['quantity']}" if "quantity" in known else ""
    return f"{facts['paid_at']}{way}付款{facts['amount']}，购买{facts['goods']}{count}"


def _contact(case: Case, detail: Detail) -> str:
    filings = [filing for filing in case.filings if filing.channel == "merchant"]
    replies = [reply for reply in case.replies if not filings or reply.at >= filings[0].sent_at]
    answer = ""
    if replies:
        said = written.value(written.whole_sentences(written.clean(replies[-1].text), min(60, detail.told)))
        answer = f"，对方{written.minute(replies[-1].at)}答复“{said}”"
    if filings:
        silent = "，至今未获答复" if not replies and filings[-1].result == "silent" else ""
        return f"本人于{written.minute(filings[0].sent_at)}向商家提出请求{answer or silent}"
    if answer:
        return f"本人已联系商家{answer}"
    return _contacted(case, detail)


def _contacted(case: Case, detail: Detail) -> str:
    fact = case.facts.get("contacted")
    said = written.value(str(fact.value)) if fact else ""
    match said:
        case "" | "no":
            return ""
        case "yes":
            return "本人已联系商家，问题没有解决"
        case _:
            return f"与商家联系的情况：{written.value(written.whole_sentences(said, detail.told))}"


def _statements(case: Case, detail: Detail) -> tuple[str, ...]:
    """The calm ones, verbatim with their time; nothing of somebody's own words is ever edited or cut."""
    if not detail.statement:
        return ()
    texts = ((one.at, written.clean(one.text)) for one in case.statements)
    calm = ((at, text) for at, text in texts if text and not any(word in text for word in HEATED))
    return tuple(f"（{written.minute(at)}）：“{text}”" for at, text in calm)


def _told(statements: tuple[str, ...], detail: Detail) -> str:
    return next((text for text in statements[:1] if len(text) <= detail.told), "")


def _purpose(case: Case) -> str:
    role = case.facts.get("role")
    if role is None:
        return written.unknown("是否为个人生活消费购买")
    return "" if role.value == "reseller" else "为个人生活消费购买"


def _elsewhere(case: Case, letter: Letter, knowledge: Knowledge) -> str:
    """Authorities beside this one that were asked already: a complaint must not deny them."""
    asked = {filing.channel for filing in case.filings} & AUTHORITIES - {letter.channel}
    return "、".join(sorted(knowledge.channels[name].name for name in asked if name in knowledge.channels))


def _refused(case: Case, letter: Letter, facts: Mapping[str, str], detail: Detail) -> str:
    words = [filing.words for filing in case.filings if filing.channel == letter.channel and filing.words]
    if not words:
        return facts["refusal"]
    return written.value(written.whole_sentences(written.clean(words[-1]), min(80, detail.told)))


def _rescission(case: Case) -> str:
    sent = [filing.sent_at for filing in case.filings if filing.letter == "merchant.final"]
    return written.minute(sent[-1]) if sent else ""


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
    problem = knowledge.problems[case.problem]
    exhibits = exhibit_list(case, knowledge)
    articles = cited(case, letter, knowledge, now.astimezone(SHANGHAI).date()) if detail.citations else ()
    statements = _statements(case, detail)
    result: dict[str, Any] = {
        **facts,
        **_names(case, known),
        "has": _knows(known),
        "problem": problem.name,
        "short": problem.short,
        "channel": letter.channel,
        "letter": letter.id,
        "deal": _deal(facts, known),
        "deadline": written.due(deadline) if deadline else written.unknown("希望对方答复的日期"),
        "today": written.day(now),
        "now": written.minute(now),
        "attached": attached(exhibits, brief=not detail.optional),
        "exhibits": exhibits[: 2 * detail.rows],
        "history": timeline(case, knowledge)[-detail.rows :],
        "contact": _contact(case, detail),
        "rescission": _rescission(case),
        "told": _told(statements, detail),
        "statements": statements,
        "purpose": _purpose(case),
        "elsewhere": _elsewhere(case, letter, knowledge),
        "refused": _refused(case, letter, facts, detail),
        "todo": written.unknown,
        "citations": citation_text(articles),
        "optional": detail.optional,
        "order_tail": written.tail(known["order_no"]) if "order_no" in known else "",
    }
    for which in ("happened", "request", "perform"):
        result[which] = fragment(which, result)
    return result
