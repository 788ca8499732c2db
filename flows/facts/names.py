"""Names in a text: the platform, the seller, the goods and how many. Names stay as they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.facts.numbers import SMALL, small_value
from flows.facts.text import Field, Reading, some
from flows.segment import Token

_NAME_BEFORE = re.compile(r"[\w一-鿿·]{1,10}$")
_QUOTED = re.compile(r"[“\"「『【‘]$")
_UNQUOTED = re.compile(r"[”\"」』】’]")
_WEAK_AFTER = re.compile(
    r"(?:里(?=[放存充买下])|找|充[了过]|下[了的]单|这家|那家|这个|的?网站|的?地方|的?店|网|上买|上充|这边|里买)"
)
_CALLED = re.compile(
    r"(?:叫他|叫她|网名叫?|昵称叫?|群里叫他?|名字叫|id叫)\s?[“\"「]?(?P<name>[\w一-鿿]{2,8}?)(?=[”\"」,，。\s]|的|说|$)"
)
_SPEAKER = re.compile(r"(?:^|\n)(?:【(?P<boxed>[^】\n]{2,12})】|(?P<name>[^\n:：\d\s【】]{2,12})\s?:)")
_OF_GOODS = re.compile(
    rf"(?P<count>{SMALL})\s?(?P<unit>张|个|份|套|台|笔|单|条|组|瓶|件|枚)(?!月|小时|钟头|星期|礼拜|人|单子|钱|多)"
)
_BOUGHT = re.compile(
    r"(?:买|拿|购买|提|下|订|囤|充|购|批发|一批|进)(?:了|的|过|咗|来|入|到)?(?:他|她)?(?:家)?$"
)
_LATELY_BOUGHT = re.compile(r"(?:买|购|充|订|囤|拍|开|入|收|卖|冲|氪|续|要|发|换)[^,，。]{0,8}$")
_LATIN_NAME = re.compile(r"[a-z][a-z0-9+]{1,12}\s?$")


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name and its place in the normalised text."""

    value: str
    start: int
    end: int
    confidence: float


def find_platform(reading: Reading) -> NameFound | None:
    """The site: a field, X卡盟 and the like, or a marketplace that something was bought on."""
    if (line := reading.first("platform")) is not None and len(line.value) <= 20:
        return NameFound(reading.typed(line.start, line.end), line.start, line.end, 0.97)
    named = [found for found in _platforms_by_ending(reading) if found is not None]
    if named:
        return max(named, key=lambda one: (one.confidence, one.end - one.start))
    for match in some(reading.words.known_platform, reading.text):
        if match["before"] or match["after"]:
            start, end = match.span("name")
            return NameFound(reading.typed(start, end), start, end, 0.8)
    return None


def _platforms_by_ending(reading: Reading) -> list[NameFound | None]:
    return [_platform(reading, match) for match in some(reading.words.platform_ending, reading.text)]


def _platform(reading: Reading, ending: re.Match[str]) -> NameFound | None:
    """The name in front of 卡盟: it starts behind the last word that only leads up to it."""
    words, text = reading.words, reading.text
    line = reading.field_at(ending.start())
    if line is not None and line.kind not in ("platform", "merchant"):
        return None
    before = _NAME_BEFORE.search(reading.before(ending.start(), 10))
    if before is None:
        return None
    start = ending.start() - len(before.group())
    lead = None
    for lead in words.platform_lead.finditer(before.group()):
        start = ending.start() - len(before.group()) + lead.end()
    name = text[start : ending.start()]
    weak = ending.group() in words.platform_weak_endings
    led = lead is not None and lead.group() in ("在", "叫", "叫做", "喺", "去", "从")
    quoted = _QUOTED.search(text[max(0, start - 1) : start]) and _UNQUOTED.match(text, ending.end())
    if weak and not quoted and not (led and _WEAK_AFTER.match(text, ending.end())):
        return None
    if not 1 <= len(name) <= 8 or _is_no_name(reading, name):
        return None
    return NameFound(reading.typed(start, ending.end()), start, ending.end(), 0.9 if led else 0.8)


def _is_no_name(reading: Reading, name: str) -> bool:
    if name in reading.words.platform_not or re.search(r"什么|之前|以前|被|哪|这|那|某|怎么|学会|有个", name):
        return True
    return name.endswith(
        (
            "上",
            "的",
            "了",
            "这",
            "那",
            "个",
            "些",
            "不",
            "没",
            "动",
            "多",
            "给",
            "先",
            "未",
            "家",
            "种",
            "些",
            "何",
            "规",
            "谱",
        )
    )


def find_merchant(reading: Reading) -> NameFound | None:
    """The seller: a field, a quoted name behind 卖家 or 店铺, an X号铺, or the other speaker of a chat log."""
    if (line := reading.first("merchant")) is not None and _is_name(reading, line):
        end = line.start + len(re.split(r"[(（)）\s]", line.value, maxsplit=1)[0])
        return NameFound(reading.typed(line.start, end), line.start, end, 0.95)
    for pattern, confidence in ((reading.words.merchant_quoted, 0.9), (reading.words.merchant_ending, 0.8)):
        match = pattern.search(reading.text)
        if match is not None:
            return NameFound(reading.typed(*match.span(1)), match.start(1), match.end(1), confidence)
    called = _CALLED.search(reading.text)
    if called is not None and not reading.words.speaker_role.search(called["name"]):
        return NameFound(reading.typed(*called.span("name")), called.start("name"), called.end("name"), 0.6)
    return _speaker(reading)


def _is_name(reading: Reading, line: Field) -> bool:
    """A name, not a sentence: 商家：卡密不会错 is a line of a chat."""
    if not 2 <= len(line.value) <= 20 or re.search(r"[,，。!?~“”\"]", line.value):
        return False
    if line.label.startswith(("店", "收款", "商户")):
        return True
    lines = [match["name"] or match["boxed"] for match in some(_SPEAKER, reading.text)]
    is_chat = "我" in lines or lines.count(line.label) > 1
    return not is_chat and not re.search(r"的|了|不|吗|呢|我|您|你|这|说", line.value)


def _speaker(reading: Reading) -> NameFound | None:
    """A chat log of two: the one who is not 我 and whose name is no mere role."""
    names = []
    for match in some(_SPEAKER, reading.text):
        group = "boxed" if match["boxed"] else "name"
        names.append((match[group], match.start(group), match.end(group)))
    if not any(name == "我" for name, _, _ in names) and len(names) < 2 and "我" not in reading.text:
        return None
    for name, start, end in names:
        is_label = name in reading.words.field_kind_of
        often = sum(other == name for other, _, _ in names) > 1
        if often and not is_label and not reading.words.speaker_role.search(name):
            return NameFound(reading.typed(start, end), start, end, 0.8)
    return None


@dataclass(frozen=True, slots=True)
class GoodsFound:
    """The goods as written, and their kind."""

    name: NameFound
    kind: str


def find_goods(reading: Reading, tokens: tuple[Token, ...]) -> GoodsFound | None:
    """The noun of what was bought: from a field, else the best noun of the word list with what modifies it."""
    if (line := reading.first("goods")) is not None and 2 <= len(line.value) <= 40:
        value = reading.typed(line.start, line.end)
        return GoodsFound(NameFound(value, line.start, line.end, 0.95), _kind(reading, line.value))
    best: tuple[float, NameFound, str] | None = None
    for match in some(reading.words.goods_noun, reading.text):
        rated = _rate(reading, match, tokens)
        if rated is not None and (best is None or rated[0] > best[0]):
            best = (*rated, reading.words.goods_kind_of[match.group()])
    return GoodsFound(best[1], best[2]) if best is not None else None


def _kind(reading: Reading, value: str) -> str:
    found = [match.group() for match in reading.words.goods_noun.finditer(value.lower())]
    return reading.words.goods_kind_of[found[-1]] if found else "other"


def _rate(
    reading: Reading, match: re.Match[str], tokens: tuple[Token, ...]
) -> tuple[float, NameFound] | None:
    noun, start, end = match.group(), match.start(), match.end()
    if reading.is_taken(start, end) or _is_part_of_word(reading, noun, start, end, tokens):
        return None
    line = reading.field_at(start)
    if line is not None and line.kind not in ("other", "price", "paid"):
        return None
    start = _with_modifier(reading, start)
    before = reading.before(start, 12)
    bought = _LATELY_BOUGHT.search(before)
    score = (
        2.0
        + (3.0 if bought else 0.0)
        + min(3, end - start) * 0.3
        - (1.5 if noun in ("号", "会员", "软件") else 0.0)
    )
    score -= start / 2000
    return score, NameFound(reading.typed(start, end), start, end, 0.8 if bought else 0.6)


def _is_part_of_word(reading: Reading, noun: str, start: int, end: int, tokens: tuple[Token, ...]) -> bool:
    """号 in 手机号 or 号码, 会员 in 会员群: the noun belongs to another word."""
    text = reading.text
    if noun in ("号", "账号") and re.match(
        r"码|商|主|贩|段|铺|店|:|里|上|没|和|也|密|就|是[^被]", text[end : end + 2]
    ):
        return noun == "号" or text[end : end + 1] in ":码"
    if noun == "号" and re.search(
        r"[\d机群信单编卡账串工封帐q小讯挂外新]$|[一二三四五六七八九十]$", text[max(0, start - 1) : start]
    ):
        return True
    if noun == "授权" and re.search(r"没|未|官方$", text[max(0, start - 2) : start]):
        return True
    return any(
        token.start < start < token.end or token.start < end < token.end for token in tokens if token.known
    )


def _with_modifier(reading: Reading, start: int) -> int:
    """Brand and kind in front of the noun belong to its name: 王者荣耀点券, steam充值码, office激活密钥."""
    for _ in range(3):
        before = reading.before(start, 12)
        brand = None
        for candidate in reading.words.brand.finditer(before):
            if candidate.end() == len(before):
                brand = candidate
        latin = _LATIN_NAME.search(before)
        length = max(len(brand.group()) if brand else 0, len(latin.group()) if latin else 0)
        if before.endswith("的") and (owner := reading.words.brand_owner.search(before)):
            length = len(owner.group())
        if not length:
            break
        start -= length
    return start


def find_quantity(reading: Reading, goods: GoodsFound | None) -> tuple[NameFound, int] | None:
    """How many pieces were bought: a field, or a count right before the goods."""
    if (line := reading.first("quantity")) is not None:
        number = re.match(r"\d{1,4}", line.value)
        if number:
            return NameFound(number.group(), line.start, line.start + number.end(), 0.97), int(number.group())
    for match in some(_OF_GOODS, reading.text):
        count = small_value(match["count"])
        if count is None or not _counts_goods(reading, match, goods, count):
            continue
        return NameFound(match["count"], match.start("count"), match.end("unit"), 0.8), count
    return None


def _counts_goods(reading: Reading, match: re.Match[str], goods: GoodsFound | None, count: int) -> bool:
    before = reading.before(match.start(), 10)
    if before.endswith(("第", "这", "那", "每", "有", "换", "再", "到", "出", "再买", "了两")) or re.search(
        r"(?:第|里有|中有|掉了|只|剩下|剩)$", before
    ):
        return False
    near = goods is not None and match.end("unit") <= goods.name.end <= match.end("unit") + 16
    priced = re.match(
        r"\d{1,4}(?:元|块)?(?:面值)?的", reading.text[match.end("unit") : match.end("unit") + 9]
    )
    bought = (
        bool(priced)
        or bool(_BOUGHT.search(before))
        or before.endswith(("一批", "扣了", "上游拿了", "代开的"))
    )
    if match["unit"] in ("单", "笔", "条") or not (near or bought):
        return False
    return bought if count == 1 else (bought or near)


_AFFECTED = re.compile(
    rf"(?:有|其中|里面?有?|掉了|还有|剩下|另外)?(?P<count>{SMALL})\s?(?:张|个|份|套|台|条|枚)[^,，。\d张套份枚]{{0,8}}?(?:无效|没到|没发|已使用|被用|用不了|不能用|激活过|已被|被激活|刷不出|掉了|失效|报错|错误|用过|没提出|没出|作废|空的|都提示|提示)"
    rf"|(?:掉了|少了|缺了?|坏了)(?P<lost>{SMALL})(?:张|个|份|套)"
)


def find_affected(reading: Reading) -> tuple[NameFound, int] | None:
    """How many of the pieces are bad: 12张卡里有2张刷不出来, 24个里掉了9个."""
    for match in some(_AFFECTED, reading.text):
        group = "count" if match["count"] else "lost"
        count = small_value(match[group])
        if count is not None:
            return NameFound(match.group(), match.start(), match.end(), 0.75), count
    return None
