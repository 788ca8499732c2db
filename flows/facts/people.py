"""Who bought, whether the seller was asked, whether an answer came, and what was promised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flows.facts.numbers import small_value
from flows.facts.paid_at import promised_time
from flows.facts.text import Reading, some
from flows.moment import Moment

_SELLER = (
    r"(?:客服|商家|卖家|店家|老板|店主|平台|对方|他们?|她|供货商|上家|号主|人家|主站|上游|导师|售后|掌柜)"
)
_NOT_CONTACTED = re.compile(
    rf"(?:还没有?|没有?|从没|没敢)(?:去)?(?:找|联系|问|催)过?(?:{_SELLER}|$|[,，。])|(?:没联系|没问)过?{_SELLER}"
)
_CONTACTED = re.compile(
    rf"(?:找|问|联系|催|跟|和|去找|call|私信|咨询)(?:了|过|咗)?(?:[^,，。\s]{{0,2}}){_SELLER}|{_SELLER}(?:说|回|让我|叫我|答复|回复|坚持|就是|也不|装死|不理|没回|不回|拉黑|把我|问就|话)"
    r"|(?:打|打了)[^,，。]{0,4}电话|联系不上|(?:提交|申请)了?(?:工单|退款|售后)|发(?:了)?(?:消息|信息)|工单|(?:^|\n)我\s?:"
)
_UNANSWERED = re.compile(
    r"没人(?:理|回|应)|不理(?:我|人)?|没回(?:复|我|应|话)?|不回(?:复|我|应|话|消息)?|已读不回|无人(?:回复|应答)|没有(?:回复|回应|再回复)|装死|联系不上|打不通|不接|拉黑|删(?:除)?了?(?:我|好友)|没(?:有)?(?:任何)?(?:反应|动静|下文)|石沉大海|失联|找不到人"
)
_ANSWERED = re.compile(
    rf"{_SELLER}(?:就)?(?:说|回我|回复(?:我|说|是)|答复|让我|叫我|坚持|话|告诉|解释|要求|一直说|总说)|回复(?:是|说|都是)|(?:^|\n)(?:{_SELLER}|【[^】]+】|[^\n:]{{2,8}})\s?:|拒绝|驳回|问就是"
)
_RESELLER = re.compile(
    r"我是(?:做)?(?:个)?(?:代理|分销|分站|批发)|做分销|拿货价|拿货款|我(?:的)?下家|给下家|下家(?:一直|催)|(?:我|帮|给)(?:的)?客户|我扣的|我分站|上家|上游|供货商|货源api|代理押金|给店里的客人|倒卖|转卖"
)
_CHILD = r"(?:儿子|女儿|孩子|娃|小孩|闺女|孙子|孙女|外孙|我家小的|小家伙|熊孩子|我弟|我妹妹?|侄子|外甥)"
_CHILD_PAID = re.compile(
    rf"{_CHILD}[^。]{{0,30}}?(?:充了|买了|偷|拿(?:我|爸|妈|他|她|奶奶|爷爷|外公|平板|了?手机)|用(?:我|爸|妈|奶奶|爷爷|外公|了?大人)|花了|氪|乱充|充值|打赏|刷了)|(?:偷着|偷偷)(?:充|买)|小学生|未成年"
)
_CHILD_NOT = re.compile(
    rf"(?:给|帮|为|替|和|跟)(?:我)?{_CHILD}|不是(?:我)?{_CHILD}|{_CHILD}[^,，。]{{0,6}}(?:让我|叫我|教我|不在身边|说能)"
)
_FOR_OTHER = re.compile(
    r"(?:帮|替)(?:我)?(?:妹妹?|弟弟?|朋友|同学|老公|老婆|爸妈?|妈妈?|爸爸|室友|同事|家人|哥|姐|男朋友|女朋友|媳妇|对象|客户|亲戚|邻居)[^,，。]{0,3}(?:问|买|充|弄|处理|咨询)"
)
_MYSELF = re.compile(r"我自己(?:用|买|充|玩)|自己用|本人(?:购买|使用)|自用")
_AGE = re.compile(
    r"(?:今年|才|刚满?|只有|不到|年仅|,|，|\s)?(?P<age>\d{1,2}|[一二三四五六七八九十]{1,3})(?:周?岁)"
)
_PRIVATE = re.compile(
    r"(?:私下|私底下|直接|线下)(?:给|跟|和)?(?:他|她)?(?:转|付|交易|打)|(?:没|不)走平台|脱离平台|转给他?个人|个人(?:支付宝|微信|收款码)|转到(?:他|她)的?(?:微信|支付宝|卡)|(?:微信|支付宝)转给(?:他|她)|不走担保|发(?:了|的)?[^,，。]{0,6}红包"
)
_PROMISE = re.compile(
    r"(?:说好?|答应|承诺|保证|让我等|让等|叫我等|回复(?:我|说)?|表示|页面(?:写着|提示|显示)|约定|约好)(?P<what>[^。!?;\n]{0,24}?(?:到账|发货|发|补|退|处理|给|解决|到|打过来|核实|开通|弄好|充上|答复|回复)[^,，。!?;\n]{0,8})"
)


#: Who somebody is and whom they asked is read from the beginning of a long story only.
_READ = 1500


@dataclass(frozen=True, slots=True)
class Said:
    """A fact about people, with its place in the normalised text."""

    value: str | int | Moment
    start: int
    end: int
    confidence: float


def find_people(reading: Reading, now: datetime) -> dict[str, Said]:
    """contacted, answered, role, child_age, on_platform, promise and promised_for, as far as the text says them."""
    found: dict[str, Said] = {}
    text = reading.text[:_READ]
    _contact(text, found)
    _role(text, found)
    if (private := _PRIVATE.search(text)) is not None:
        found["on_platform"] = Said("no", private.start(), private.end(), 0.7)
    _promise(text, now, found)
    return found


def _contact(text: str, found: dict[str, Said]) -> None:
    if (match := _NOT_CONTACTED.search(text)) is not None:
        found["contacted"] = Said("no", match.start(), match.end(), 0.8)
        return
    if (match := _CONTACTED.search(text)) is not None:
        found["contacted"] = Said("yes", match.start(), match.end(), 0.8)
    if (match := _UNANSWERED.search(text)) is not None:
        found["answered"] = Said("no", match.start(), match.end(), 0.75)
    elif (match := _ANSWERED.search(text)) is not None:
        found["answered"] = Said("yes", match.start(), match.end(), 0.75)


def _role(text: str, found: dict[str, Said]) -> None:
    child = None if _CHILD_NOT.search(text) else _CHILD_PAID.search(text)
    for role, match in (
        ("guardian", child),
        ("reseller", _RESELLER.search(text)),
        ("for_other", _FOR_OTHER.search(text)),
        ("self", _MYSELF.search(text)),
    ):
        if match is not None:
            found["role"] = Said(role, match.start(), match.end(), 0.8)
            break
    _age(text, found)


def _age(text: str, found: dict[str, Said]) -> None:
    """The age of a child that the text names just before it."""
    for match in some(_AGE, text) if "岁" in text else ():
        age = small_value(match["age"])
        near = text[max(0, match.start() - 14) : match.start()] + text[match.end() : match.end() + 4]
        if age is not None and age < 18 and re.search(rf"{_CHILD}|他才|她才|小朋友|弟|妹", near):
            found["child_age"] = Said(age, match.start("age"), match.end(), 0.9)
            return


def _promise(text: str, now: datetime, found: dict[str, Said]) -> None:
    for match in some(_PROMISE, text):
        time = promised_time(match["what"], now)
        if time is None:
            continue
        moment, start, end = time
        at = match.start("what")
        found["promise"] = Said(match["what"].strip(), at, match.end(), 0.75)
        found["promised_for"] = Said(moment, at + start, at + end, 0.75)
        return
