"""Money in a text: every sum with the part it plays, and which of them was paid.

Face values, discounts, balances, promised, demanded and refunded sums, foreign currency and counts are never the
amount. The sum wins where the text gives one; otherwise what was actually paid, the last verb of paying first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from flows.facts.numbers import BEFORE, NUMBER, Number, number_value, small_value
from flows.facts.text import Reading, some


class Part(IntEnum):
    """The part that a sum plays; higher is likelier to be what was paid. OTHER and DEMANDED never are."""

    OTHER = 0
    DEMANDED = 1
    ASKED = 2
    REFUNDED = 15
    BARE = 20
    PLAIN = 30
    OVERCHARGED = 35
    FEE = 40
    OBEYED = 45
    LOST = 50
    PAYING = 55
    PAID = 60
    TOTAL = 80
    PRICE_FIELD = 90
    PAID_FIELD = 100


CONFIDENCE = {
    Part.REFUNDED: 0.6,
    Part.BARE: 0.5,
    Part.PLAIN: 0.75,
    Part.OVERCHARGED: 0.6,
    Part.FEE: 0.75,
    Part.OBEYED: 0.6,
    Part.LOST: 0.85,
    Part.PAYING: 0.85,
    Part.PAID: 0.92,
    Part.TOTAL: 0.95,
    Part.PRICE_FIELD: 0.9,
    Part.PAID_FIELD: 0.98,
}
_LARGEST_FEN = 10_000_000_00


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of money in fen, where it stands, and the part it plays."""

    fen: int
    start: int
    end: int
    part: Part
    approx: bool


_MONEY = re.compile(
    rf"(?:(?P<currency>¥|rmb|cny|人民币)\s?:?\s?-?\s?|{BEFORE})(?P<number>{NUMBER})"
    r"(?P<vague>多|来|几|余|把|左右|出头)?"
    r"(?:\s?(?P<unit>块钱|块|元整|元|圆整|圆|整(?![个天套整年理月张夜晚])|大洋|人民币|rmb|cny|软妹币|r(?![a-z0-9])|蚊|毛钱|毛|角钱)"
    r"(?:(?P<jiao>[一二两三四五六七八九半\d])(?:毛钱?|角)?(?:(?P<fen>[一二三四五六七八九\d])分钱?)?"
    r"(?![\d个张块次份单条天年月小分钟十百千万点起下些样直定共位家遍回半种边.:]))?)?"
)
_FOREIGN_BEFORE = re.compile(r"(?:nt\$?|hk\$?|us\$?|\$|€|£|台币|港币|港元|日元|美元|美金|usdt|欧元)\s?-?$")
_FOREIGN_AFTER = re.compile(
    r"\s?(?:刀|美元|美金|美刀|usdt|usd|btc|eth|比特币|u(?![a-z])|台币|港币|港元|日元|韩元|欧元|欧|镑|英镑|卢布|里拉|加元|澳元|泰铢|hkd|twd|nt|円|\$)"
)
_NUMBERED = re.compile(
    r"(?:qq|频道|密码|error|错误|报错|栋|单元|楼|群|uid|id|ip|手机|手机号|电话|尾号|号码|编号|单号|订单|工号|端口|版本|第|卡号|账号|错误码|代码|区|no\.?|v|#|拨|打移动|打联通|打电信|热线)"
    r"(?:号|是|为|:|的|了)?\s?-?$"
)
_LINES = frozenset(
    [
        "10086",
        "10010",
        "10000",
        "10099",
        "12315",
        "12377",
        "12381",
        "12300",
        "12345",
        "12348",
        "96110",
        "110",
        "114",
        "12306",
        "12305",
    ]
)
_NOT_YUAN = re.compile(
    r"宝|旦|气|素|神|件|老|月|硬盘|显卡|屏|板|电池|内存|砖|肉|石|面|儿|玩|去|来|用|上|打|聊|走"
)
_HARD = "再|还要|还得|又要|又让|要补|补|不|没|没有|未|别|如果|要是|万一|怕|才肯|才能|准备|打算|该不该|要不要|能不能|想|不肯|谁"
_SOFT = "需要|需|必须|得|先|让我们?|叫我|要我|要求我?|(?<![只主不])要|请|说(?!好|是)|催我|喊我|收|让"
_DEMAND = re.compile(rf"(?:(?P<hard>{_HARD})(?:{_SOFT})?|(?P<soft>{_SOFT}))[^，,。\s]{{0,3}}$")
_OBEYED = re.compile(
    r"(?:付|转|交|垫|充|打|冲|汇)(?:了|完|过)|[再又还]要?再?(?:垫|付|交|转|充|打|冲)|骗人|才想起|才觉得|才发现|退押金|才能退|这钱我?要退|[又再还](?:让|要|叫)我?(?:汇|转|付|交|打)|给了他|我给了"
)
_PAID_AFTER = re.compile(
    r"的?(?:钱)?(?:打给|转给|付给|交给|红包给|已付|就?买|付|充|转过去|打过去|打水漂|没了|白花|[^,，。\d]{0,4}?钱?被骗|是(?:付|给|交|转)(?!的是)|扣的|交的|全没|一下没|成交)|(?:一|每|1)(?:年|个?月|张|个|季|份|次|套|单)"
)
_OTHER_AFTER = re.compile(r"的?(?:余额|结余|面值|优惠|流水|佣金|返利|的?券|没花|提不)|的?(?:税|利息)")
_ASKED_AFTER = re.compile(
    r"[^，,。]{0,4}(?:该不该|要不要|能不能|才能|才给|才肯|才退|才发|才解|能追|就能|能帮|帮我追|就帮|就可以)"
)
_NOT_BOUGHT = re.compile(
    r"没敢|还没(?:敢|有)?(?:买|付|下单|下手|充|交|弄|拍)|没付过|没下单|没有下单|未买|没下手|准备买|没(?:付|花|掏|交|给)钱|靠谱吗|靠不靠谱|是不是骗|会不会是骗|能不能买|可不可以买|能不能信|能信[吗不么]|钱还没(?:给|付|交)|没答应"
)
_COLLOQUIAL = re.compile(
    r"[一二两三四五六七八九]?[百千万][一二三四五六七八九]|[一二两三四五六七八九]千[一-九]百?"
)
_APPROX_BEFORE = re.compile(r"(?:大概|大约|差不多|小|近|约|将近|快|上|接近|折合|好像|估计)$")
_APPROX_AFTER = re.compile(r"\s?(?:左右|上下|出头|不到|多)")
_PIECES = re.compile(r"(?<!第)(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个|张|笔|份|单|套)$")
_NTH = re.compile(r"第[一二三四五六七八\d]{1,2}[单笔次回]$")
_COUNTED_OUT = re.compile(
    r"(?<!每)(?<!说)(?:一[次笔回]|第[一二三四五\d][次笔回]|头一[次笔回]|另一[次笔回])(?:付|转|充|打|交|扣|刷|买)?了?(?:我|他)?$"
)
_LEFT_BY_FORCE = re.compile(r"(?:块|元)?(?:钱)?(?:全|都)?(?:让人|被人?)[^,，。]{0,3}(?:提|刷|盗|转|花|买|兑)")
_REFUND = re.compile(r"(?:退(?:给?我|还|回|款|给)了?|退了|退款金额|原路(?:退回|返回))[:：]?\s?$")
_PARTLY = re.compile(r"(?:只|就|才|最多|顶多|肯|部分|能|扣)[^,，。]{0,4}$")
_OF_SOMETHING = re.compile(r"的(?![,，。!?]|$)")
_SPACED_COUNT = re.compile(r" (?:天|张|个|级|小时|分钟|tian|zhang|ge|days?|cards?)")
_LONE_LEFT = re.compile(
    r"(?:^|[\s，,。!?;:\n(（])(?:还|就|才|共|我|花|整整|那|这|足足|大概|差不多|小)?\s?-?$"
)
_LONE_RIGHT = re.compile(r"(?:啊|呢|吧|了|呀|哦|啦|左右|多|的)?(?:$|[\s，,。!?;:\n)）])")


def find_money(reading: Reading) -> tuple[Money, ...]:
    """All sums of money of a text, in order, each with its part."""
    found = (_money(reading, match) for match in some(_MONEY, reading.text))
    return _obey(reading, [money for money in found if money is not None])


def paid(reading: Reading, sums: tuple[Money, ...]) -> Money | None:
    """The sum that was paid, or None when the text names none."""
    floor = Part.PAYING if _NOT_BOUGHT.search(reading.text) else Part.REFUNDED
    candidates = [money for money in sums if money.part >= (Part.LOST if floor is Part.PAYING else floor)]
    if floor is Part.PAYING:
        candidates = [money for money in candidates if money.part is not Part.PAYING]
    best = max(candidates, key=lambda money: (money.part, money.start, money.fen), default=None)
    if best is None or best.part >= Part.TOTAL:
        return best
    return _added_up(reading, candidates) or best


def _added_up(reading: Reading, sums: list[Money]) -> Money | None:
    """一次100一次200, 第一笔300，第二笔500: single payments that were counted out, without a sum in the text."""
    counted = [money for money in sums if _COUNTED_OUT.search(reading.before(money.start, 8))]
    if len(counted) < 2:
        return None
    first, last = counted[0], counted[-1]
    approx = any(money.approx for money in counted)
    return Money(sum(money.fen for money in counted), first.start, last.end, Part.TOTAL, approx)


def payments(sums: tuple[Money, ...]) -> tuple[Money, ...]:
    """The single payments when the text names several."""
    single = tuple(money for money in sums if money.part in (Part.PAID, Part.PAYING, Part.PAID_FIELD))
    return single if len(single) > 1 else ()


def _money(reading: Reading, match: re.Match[str]) -> Money | None:
    start, end = match.span()
    if reading.is_taken(match.start("number"), match.end("number")) or _is_no_money(reading, match):
        return None
    number = number_value(match["number"])
    if number is None:
        return None
    fen = _fen(match, number)
    times, part = _part(reading, match, number)
    fen *= times
    if not 0 < fen <= _LARGEST_FEN:
        return None
    approx = number.approx or bool(
        match["vague"]
        or _APPROX_BEFORE.search(reading.text, max(0, start - 3), start)
        or _APPROX_AFTER.match(reading.text, end)
    )
    return Money(fen, start, end, part, approx)


def _fen(match: re.Match[str], number: Number) -> int:
    unit = 10 if match["unit"] in ("毛钱", "毛", "角钱") else 100
    fen = number.value * unit
    if match["jiao"]:
        fen += Decimal(5) * 10 if match["jiao"] == "半" else Decimal(small_value(match["jiao"]) or 0) * 10
    if match["fen"]:
        fen += Decimal(small_value(match["fen"]) or 0)
    return int(fen)


def _is_no_money(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the number is a count, a name, a percentage or foreign money."""
    text, start, end = reading.text, match.start(), match.end()
    before = text[max(0, start - 6) : start]
    if _FOREIGN_BEFORE.search(before) or before.endswith(("几", "数", "百分之", "好几")):
        return True
    if match["currency"]:
        return False
    if match["unit"]:
        vague_one = match["unit"] == "块" and len(match["number"]) == 1 and not match["jiao"]
        odd = match["unit"] in ("块", "元") and _NOT_YUAN.match(text, end)
        nothing = match["unit"].startswith("毛") and re.match(r"都|也|没|不", text[end : end + 1])
        return bool(
            (odd and (match["unit"] == "元" or vague_one or text[end] in "硬显屏板电内砖肉石面")) or nothing
        )
    after = text[match.end("number") : match.end("number") + 4].lstrip()
    return bool(
        _tiny(match)
        or reading.words.measure.match(text, match.end("number"))
        or _SPACED_COUNT.match(text, match.end("number"))
        or before.endswith(("×", "x", "*"))
        or (match["vague"] and reading.words.measure.match(text, match.end()))
        or _FOREIGN_AFTER.match(after)
        or (after[:1].isascii() and after[:1].isalpha())
        or _NUMBERED.search(before)
        or match["number"] in _LINES
        or (match["number"][0] == "0" and not match["number"].startswith("0."))
    )


def _part(reading: Reading, match: re.Match[str], number: Number) -> tuple[int, Part]:
    """How many times the sum was paid (三个648) and its part; OTHER for bare numbers that nothing makes money."""
    start = match.start()
    named = bool(match["currency"] or match["unit"])
    if (line := reading.field_at(match.start("number"))) is not None:
        part = {"paid": Part.PAID_FIELD, "price": Part.PRICE_FIELD}.get(line.kind)
        if part is not None:
            return 1, part
        if line.label == "退款金额":
            return 1, Part.REFUNDED
        if line.kind not in ("time", "channel"):
            return 1, Part.OTHER
    times, part = _pieces(reading, match, number)
    if part is Part.OTHER:
        return times, part
    if _OTHER_AFTER.match(reading.text, match.end()):
        return times, Part.OTHER
    spoken = _part_from_words(reading, match, named, start - (3 if times > 1 else 0))
    return times, spoken if part is None or spoken <= Part.ASKED else max(spoken, part)


def _pieces(reading: Reading, match: re.Match[str], number: Number) -> tuple[int, Part | None]:
    """三个648 and 5张100的 are products; 两张100的点卡 only names goods."""
    pieces = _PIECES.search(reading.before(match.start(), 5))
    if pieces is None:
        return 1, None
    end = match.end()
    of = reading.text.startswith("的", end)
    if of and reading.words.goods_noun.match(reading.text, end + 1):
        return 1, Part.OTHER
    if of or (not match["unit"] and number.value in reading.words.price_points):
        return small_value(pieces["count"]) or 1, Part.PLAIN
    return 1, None


def _part_from_words(reading: Reading, match: re.Match[str], named: bool, start: int) -> Part:
    before = reading.before(match.start(), 18)
    context = _last(reading, before)
    if _LEFT_BY_FORCE.match(reading.text, match.end()):
        return Part.LOST
    if context is not None and context["other"] and (refund := _refunded(before)) is not None:
        return refund
    if _NTH.search(before):
        return _asked(before) or Part.FEE
    if context is not None:
        part = _contextual(reading, match, before, context, named)
        if part is not None:
            asked = part is Part.PAYING and _ASKED_AFTER.match(reading.text, match.end())
            return Part.ASKED if asked else part
    if _ASKED_AFTER.match(reading.text, match.end()):
        return Part.ASKED
    if _PAID_AFTER.match(reading.text, match.end()) and (named or len(match["number"]) > 1):
        return Part.PAYING
    if named:
        return _asked(before) or Part.PLAIN
    return _bare(reading, match)


def _refunded(before: str) -> Part | None:
    """退给我620: what was paid, if the text says nothing better; 只退30 is a part of it."""
    refund = _REFUND.search(before)
    if refund is None or _PARTLY.search(before[: refund.start()]):
        return None
    return Part.REFUNDED


def _last(reading: Reading, before: str) -> re.Match[str] | None:
    """The word nearest before the number that says what the number is."""
    last = None
    for found in reading.words.money_context.finditer(before):
        if found["other"] == "余额" and last is not None and last["pay"] and last.end() >= found.start() - 1:
            continue  # 扣了我余额475: paid out of the balance
        last = found
    return last


def _contextual(
    reading: Reading, match: re.Match[str], before: str, context: re.Match[str], named: bool
) -> Part | None:
    gap = len(before) - context.end()
    if re.search(r"\S\s", before[context.end() :]):
        return None  # a blank ends what the word governs: 包赔过期 1.5k
    if context["other"]:
        if context["other"] == "变" and "扣" in reading.text[max(0, match.start() - 24) : match.start()]:
            return Part.PAYING
        return Part.OTHER if gap <= 5 else None
    if context["sum"]:
        return Part.TOTAL if gap <= 6 and (named or gap <= 3) else None
    if context["loss"]:
        return Part.LOST if gap <= (8 if named else 3) else None
    if context["fee"]:
        return (_asked(before[: context.start()]) or Part.FEE) if gap <= 2 else None
    if gap > (14 if named else 9) or _latin_gap(before):
        return None
    return _asked(before[context.end() :]) or _paying(before, context)


def _tiny(match: re.Match[str]) -> bool:
    """一 or 三 alone, without a unit, is hardly ever a sum."""
    return not match["number"][0].isdigit() and len(match["number"]) < 2


def _latin_gap(before: str) -> bool:
    """买了iphone 15: the number belongs to a Latin name."""
    return bool(re.search(r"[a-z]\s?$", before)) and not re.search(r"rmb\s?$", before)


def _paying(before: str, context: re.Match[str]) -> Part:
    lead = before[: context.start()]
    done = context["done"]
    if re.search(r"(?:没有?|未|不|别|还没)$", lead) and done != "过":
        return Part.OTHER
    if lead.endswith("多") and context["pay"].startswith("扣"):
        return Part.OVERCHARGED
    if done and (done[0] != "的" or not _asked(lead)):
        return Part.PAID
    return _asked(lead) or Part.PAYING


def _asked(lead: str) -> Part | None:
    """Whether the words before a verb of paying make it a demand: DEMANDED for good, ASKED if it may be obeyed."""
    demand = _DEMAND.search(lead[-8:])
    if demand is None:
        return None
    return Part.DEMANDED if demand["hard"] else Part.ASKED


def _bare(reading: Reading, match: re.Match[str]) -> Part:
    """A number without unit or verb: 九百五 is money anywhere, 648 only where it stands alone."""
    number, text = match["number"], reading.text
    if _COLLOQUIAL.fullmatch(number):
        return _asked(reading.before(match.start(), 8)) or Part.PLAIN
    written = number[0].isdigit() or any(unit in number for unit in "十百千万")
    if any(unit in number for unit in "百千万") and _OF_SOMETHING.match(text, match.end()):
        return Part.OTHER if reading.before(match.start(), 1) in ("个", "张") else Part.PLAIN
    alone = _LONE_LEFT.search(text, max(0, match.start() - 6), match.start()) and _LONE_RIGHT.match(
        text, match.end()
    )
    if not written or not alone or (number.isdigit() and len(number) > 6):
        return Part.OTHER
    return Part.BARE


def _obey(reading: Reading, sums: list[Money]) -> tuple[Money, ...]:
    """A demand that the text shows to have been obeyed was paid: 让我垫三千 ... 还要再垫五千."""
    result = []
    for money in sums:
        if money.part is Part.ASKED and _OBEYED.search(reading.text, money.end):
            money = Money(money.fen, money.start, money.end, Part.OBEYED, money.approx)
        result.append(money)
    return tuple(result)
