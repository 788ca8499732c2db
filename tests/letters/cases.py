"""Invented cases to write letters for. Nobody in them exists; numbers are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.knowledge import survey
from flows.case import Case, EvidenceItem, Fact, FactValue, Filing, Reply, Source, Statement, Step
from flows.events import FileKind
from flows.fact_names import FACTS
from flows.knowledge import Knowledge
from flows.moment import SHANGHAI, Moment, Precision

NOW = datetime(2026, 11, 22, 15, 40, tzinfo=SHANGHAI)
FOLDER = Path(__file__).resolve().parents[2] / "data" / "knowledge"


@cache
def knowledge() -> Knowledge:
    """The project's own knowledge, as it applies on the day of the tests."""
    return survey(FOLDER, date(2026, 11, 22)).knowledge


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time in November 2026, Asia/Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def span(start: datetime, length: timedelta, precision: Precision, *, approx: bool = False) -> Moment:
    """A Moment of that length."""
    return Moment(start, start + length, precision, "", approx)


def minute(day: int, hour: int, minutes: int) -> Moment:
    """A time that is known to the minute."""
    return span(at(day, hour, minutes), timedelta(minutes=1), Precision.MINUTE)


def fact(value: FactValue, *, approx: bool = False) -> Fact:
    """A fact that the person stated."""
    return Fact(value=value, words="", source=Source.SAID, at=NOW, approx=approx)


def case(problem: str, /, **facts: FactValue) -> Case:
    """A case of that type with these facts."""
    return Case(
        id="c1",
        revision=1,
        opened_at=NOW,
        step=Step.DRAFT,
        problem=problem,
        facts={name: fact(value) for name, value in facts.items()},
    )


def exhibit(number: int, slot: str | None, **more: object) -> EvidenceItem:
    """A stored screenshot."""
    item = EvidenceItem(
        number=number,
        file_key=f"f{number}",
        unique_id=f"u{number}",
        kind=FileKind.PHOTO,
        received_at=at(22, 15) + timedelta(seconds=number),
        slot=slot,
    )
    return replace(item, **more)  # type: ignore[arg-type]


def with_exhibits(base: Case, *slots: str) -> Case:
    """The case with one screenshot for each of these checklist lines."""
    return replace(base, evidence=tuple(exhibit(number, slot) for number, slot in enumerate(slots, 1)))


def refused(base: Case, letter: str = "merchant.first") -> Case:
    """The case after the seller was written to and refused."""
    return replace(
        base,
        filings=(Filing(channel="merchant", letter=letter, sent_at=at(21, 20, 15), result="refused"),),
        replies=(Reply(text="虚拟商品一经售出概不退换。", at=at(21, 21, 3), kind="refusal"),),
    )


def silent(base: Case) -> Case:
    """The case after the seller was written to and did not answer."""
    filing = Filing(channel="merchant", letter="merchant.final", sent_at=at(21, 9, 5), result="silent")
    return replace(base, filings=(filing,))


def said(base: Case, *texts: str) -> Case:
    """The case with these statements in the person's own words."""
    return replace(base, statements=tuple(Statement(text=text, at=at(22, 15, 20)) for text in texts))


def empty(problem: str) -> Case:
    """A case of which nothing is known but its type."""
    return case(problem)


def full(problem: str) -> Case:
    """A case in which every fact is known, with exhibits for every line, a refusal and a statement."""
    facts: dict[str, FactValue] = {name: f"〈{label}〉" for name, label in FACTS.items()}
    facts |= {"amount": 12800, "claimed": 7800, "refunded": 5000, "affected": 1}
    facts |= {"paid_at": minute(18, 20, 15), "used_at": minute(18, 19, 2), "happened_at": minute(20, 8, 0)}
    facts |= {"pay_channel": "wechat", "quantity": 1, "account": "13800001234", "order_no": "DD20261118001"}
    facts |= {"role": "self", "contacted": "yes", "goods_kind": "phone_credit"}
    slots = [proof.id for proof in knowledge().problems[problem].evidence]
    return said(refused(with_exhibits(case(problem, **facts), *slots)), "付款后一直没有解决。")


TOPUP = case(
    "not_delivered",
    amount=32800,
    paid_at=minute(20, 20, 15),
    pay_channel="wechat",
    platform="星桥卡盟",
    merchant="星桥数卡专营店",
    payee="某某市星桥网络科技有限公司",
    order_no="XQ2026112000731",
    payment_no="4200002026112012345678",
    goods="2000点券直充",
    account="2087654321",
    contacted="yes",
    role="self",
    promised="三分钟内到账",
)
TOPUP_PROVEN = with_exhibits(TOPUP, "bill", "order", "official", "chat")
CODE = with_exhibits(
    case(
        "code_invalid",
        amount=10000,
        paid_at=minute(19, 13, 2),
        pay_channel="alipay",
        platform="云雀发卡",
        order_no="YQ88120034",
        payment_no="2026111922001400001",
        goods="100元充值卡",
        quantity=1,
        error="该卡密已被使用",
        used_at=minute(19, 12, 40),
        role="self",
    ),
    "bill",
    "order",
    "fault",
    "official",
)
LICENCE = with_exhibits(
    case(
        "license_fail",
        amount=6800,
        paid_at=span(at(17), timedelta(days=1), Precision.DAY),
        pay_channel="alipay",
        merchant="木舟软件小店",
        order_no="MZ5520117",
        goods="办公软件永久激活码",
        error="0xC004C008 激活次数已用完",
    ),
    "bill",
    "fault",
)
MISDESCRIBED = with_exhibits(
    case(
        "misdescribed",
        amount=19900,
        paid_at=span(at(11), timedelta(days=10), Precision.WEEK),
        pay_channel="bank_card",
        merchant="晴川会员",
        goods="视频会员永久卡",
        promised="永久有效",
        received="11月18日起提示会员已到期",
    ),
    "bill",
    "listing",
    "fault",
)
GONE = with_exhibits(
    case(
        "merchant_gone",
        amount=45000,
        paid_at=span(at(15, 21), timedelta(hours=1), Precision.HOUR),
        pay_channel="wechat_transfer",
        merchant="阿泽号铺",
        goods="游戏账号",
        happened_at=span(at(16), timedelta(days=1), Precision.DAY),
        handles="微信名“阿泽”，群“泽哥代充3群”",
        role="self",
    ),
    "bill",
    "lost",
    "handles",
)
CLOSED = with_exhibits(
    case(
        "platform_closed",
        amount=60000,
        paid_at=minute(14, 10, 30),
        pay_channel="alipay",
        platform="海角卡盟",
        payee="某某县海角信息服务部",
        payment_no="2026111422001409999",
        goods="账户充值",
        happened_at=span(at(20), timedelta(days=1), Precision.DAY),
        role="self",
    ),
    "bill",
    "balance",
    "closed",
)
SCAM = said(
    with_exhibits(
        case(
            "scam_task",
            amount=358000,
            paid_at=minute(22, 14, 5),
            pay_channel="bank_card",
            payee="林某（尾号0000的账户）",
            payment_no="2026112200017788",
            handles="QQ“导师小鹿”，网址 task.example",
        ),
        "bill",
        "handles",
        "chat",
    ),
    "他说再付1800解冻金就能提现，我付了还是提不出来。",
)
THEFT = with_exhibits(
    case(
        "unauthorised",
        amount=129900,
        paid_at=minute(22, 3, 12),
        pay_channel="bank_card",
        payee="某某游戏充值",
        payment_no="2026112203120001",
        happened_at=minute(22, 7, 30),
    ),
    "bill",
    "logins",
    "sms",
)
RECOVERY = with_exhibits(
    case("recovery_scam", amount=50000, paid_at=minute(21, 18, 40), pay_channel="alipay_transfer"),
    "bill",
    "handles",
)
MISTAKE = case(
    "wrong_input",
    amount=5000,
    paid_at=minute(22, 15, 10),
    order_no="TX660918",
    goods="话费50元",
    account="13800001234",
    mistake="13800001243",
    intended="13800001234",
)
CHILD = with_exhibits(
    case(
        "minor_purchase",
        amount=64800,
        paid_at=minute(18, 1, 51),
        pay_channel="wechat",
        platform="某某手游",
        goods="6480点券",
        account="uid77120345",
        child_age="10岁",
        relation="母亲",
        order_no="MY20261118",
        role="guardian",
    ),
    "bill",
    "childhand",
    "realname",
)
RENEWAL = case(
    "auto_renewal",
    amount=3000,
    paid_at=minute(20, 0, 5),
    pay_channel="alipay",
    merchant="听风音乐",
    goods="连续包月会员",
    account="13800001234",
)
TWICE = with_exhibits(
    case(
        "double_charge",
        amount=9800,
        claimed=4900,
        paid_at=minute(21, 19, 8),
        pay_channel="wechat",
        merchant="快点数卡",
        order_no="KD2026112101",
        payment_no="4200002026112100000001",
        second_payment_no="4200002026112100000002",
        goods="50元点卡",
    ),
    "bill",
    "bill",
    "order",
)
#: What people tell in one breath, with the facts that are read from it.
DEPOSIT = said(
    case(
        "scam_task",
        amount=80000,
        paid_at=span(at(21), timedelta(days=1), Precision.DAY),
        pay_channel="wechat_transfer",
        goods="Q币",
    ),
    "客服说要再付500保证金才能把之前的800退给我，我昨天微信转了800买Q币。",
)
ONE_OF_THREE = case("code_invalid", amount=28500, goods="卡密", quantity=3, affected=1, platform="星河卡盟")
LOCKED = case(
    "platform_closed",
    amount=500000,
    balance=230000,
    platform="星河卡盟",
    pay_channel="wechat",
    goods="账户充值",
)
HALF = said(
    case("partial", amount=19000, goods="点券", pay_channel="wechat"), "200点券只到了100，微信付190。"
)
TAPPED_TWICE = said(
    case(
        "double_charge",
        amount=1500,
        goods="QQ会员",
        platform="星河卡盟",
        pay_channel="wechat",
        paid_at=span(at(21), timedelta(days=1), Precision.DAY),
    ),
    "昨天在星河卡盟买QQ会员15块，点了一次没反应又点了一次，结果扣了两次，微信付的。",
)
CHEAT = case(
    "banned",
    amount=15000,
    goods="外挂",
    goods_kind="cheating",
    pay_channel="alipay_transfer",
    promised="不封号",
)
SITE_ONLY = case(
    "not_delivered",
    amount=9800,
    goods="Q币",
    platform="星河卡盟",
    pay_channel="wechat",
    paid_at=minute(22, 12, 15),
    order_no="XH202611220915",
    role="self",
)
STABLECOIN = case("not_delivered", other_amount="500U", pay_channel="usdt", goods="会员年卡")
AGENT = case(
    "agent_fee",
    amount=299900,
    paid_at=span(at(1), timedelta(days=30), Precision.MONTH),
    pay_channel="bank_card",
    merchant="百汇卡盟主站",
    goods="金牌代理资格",
    promised="开通后一周内提供独家货源",
    role="reseller",
)
