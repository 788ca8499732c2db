"""Answers in place: what a short text says in reply to the bot, whatever the bot is doing at the moment.

All functions take the text as typed and the language engine; none guesses: what is not said gives None or nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.facts.corrections import Correction, read_corrections
from flows.facts.numbers import small_value
from flows.facts.secrets import Secret, mask, secrets_in
from flows.facts.short import agreement, read_answer
from flows.facts.text import Reading
from flows.normalise import normalise

if TYPE_CHECKING:
    from flows.language import Language

__all__ = [
    "Correction",
    "ItemOrder",
    "Secret",
    "command_word",
    "declined",
    "mask",
    "outcome_words",
    "read_answer",
    "read_corrections",
    "secrets_in",
    "withdrawal_of_item",
    "yes_no",
]

_EDGES = " \n\t,，。.!！?？~～;；、:：…/"
_POLITE = re.compile(r"^(?:请你?|麻烦你?|帮我|我想要?|我要|给我|那就?|你?能不能|可以|快|赶紧|直接|先|就)+")
_PARTICLES = "啊呀哦呢吧啦哈嘛噢哎喔咯了"
_LONGEST_COMMAND, _LONGEST_OUTCOME = 16, 60
_UNKNOWN = re.compile(
    r"(?:不知道|不晓得|不清楚|不记得|记不清|记不得|忘了|忘记|想不起来?|找不到|没留|没存|没保存|没截图|没有?印象|查不到|不方便说?|不想说)(?:了|啊|呀|呢)?$"
    r"|^(?:没有?|无)(?:这个|订单号|单号|编号|名字|截图|记录|店名)?(?:了|啊|呀)?$"
)


def yes_no(text: str, language: Language) -> bool | None:
    """True for 嗯 or 对的, False for 不是 or 没有, None for anything else and for questions."""
    return agreement(_reading(text, language))


def declined(text: str, language: Language) -> bool:
    """Whether the person cannot or will not say: 不知道, 忘了, 跳过."""
    plain = _reading(text, language).text.strip(_EDGES)
    if not plain or len(plain) > 14:
        return False
    return plain in language.facts.declined or bool(_UNKNOWN.search(plain))


def command_word(text: str, language: Language) -> str | None:
    """The command that the whole message is: cancel, pause, resume, erase, restart, human, help, ..."""
    plain = _reading(text, language).text.strip(_EDGES)
    if not plain or len(plain) > _LONGEST_COMMAND:
        return None
    bare = _POLITE.sub("", plain)
    for form in (plain, plain.rstrip(_PARTICLES), bare, bare.rstrip(_PARTICLES)):
        for command, wordings in language.facts.commands.items():
            if form in wordings:
                return command
    return None


def outcome_words(text: str, language: Language) -> str | None:
    """What the other side did, told briefly: refunded, delivered, refused, silent, partial, waiting, accepted.

    The last thing told counts; a part is a part however it is told; 没退 and 退了吗 are no refund.
    """
    plain = _reading(text, language).text.strip(_EDGES.replace("?", "").replace("？", ""))
    if not plain or len(plain) > _LONGEST_OUTCOME or re.search(r"[?？]$|吗$|了没有?$|怎么办", plain):
        return None
    told = _told(plain, language)
    if not told:
        return None
    names = [name for _, name in sorted(told)]
    if "partial" in names or (names[-1] == "refunded" and re.search(r"少了|还差|只有|不够", plain)):
        return "partial"
    if names[-1] == "refunded" and re.search(r"没到账|没收到|没看到|没见|未到账", plain):
        return "waiting"
    return names[-1]


def _told(plain: str, language: Language) -> list[tuple[int, str]]:
    """The outcomes that the text states without denying them, with where they end; longer wordings first."""
    told: list[tuple[int, str]] = []
    covered: list[tuple[int, int]] = []
    wordings = ((word, name) for name, words in language.facts.outcomes.items() for word in words)
    for word, name in sorted(wordings, key=lambda pair: -len(pair[0])):
        for match in re.finditer(re.escape(word), plain):
            start, end = match.span()
            if any(start < b and a < end for a, b in covered):
                continue
            covered.append((start, end))
            before = plain[max(0, start - 4) : start]
            if not any(before.endswith(word) for word in language.facts.outcome_nots):
                told.append((end, name))
    return told


@dataclass(frozen=True, slots=True)
class ItemOrder:
    """An order about exhibit `number`: withdraw it, or take it for what `slot_words` say."""

    number: int
    slot_words: str | None
    withdraw: bool


_ITEM = r"(?:证据|第|图片?|截图)?\s?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})(?:张|号|个|份|条)?(?:图片?|截图|证据|照片)?"
_ITEMS = rf"(?P<items>{_ITEM}(?:(?:和|、|跟|与|及|,|，|还有)\s?{_ITEM}){{0,9}})"
_DROP = r"(?:都|全)?(?:不要了?|不算了?|撤回|撤掉|撤了|删掉|删除|删了|去掉|作废|拿掉|取消|发错了?|传错了?|没用|不用了?)"
_DROP_AFTER = re.compile(rf"(?<![月\d\w])(?:把)?{_ITEMS}\s?{_DROP}")
_DROP_BEFORE = re.compile(rf"(?:撤回|删掉|删除|删了|去掉|不要|作废|撤掉|拿掉)\s?{_ITEMS}")
_ASSIGN = re.compile(
    rf"(?<![月\d])(?:把)?{_ITEMS}\s?(?:都|其实|应该)?(?:才是|算是|改成|换成|当作|当成|作为|是|为|:)\s?(?P<slot>[^,，。;\n]{{2,24}})"
)
_SLOT = re.compile(
    r"截图|记录|凭证|页|账单|聊天|凭据|单|付款|支付|转账|规则|详情|录屏|发票|客服|商品|短信|邮件|码|提示|界面|报错|公告|承诺|证明|流水|余额|订单|后台|拒|退款|视频|照片|身份|户口"
)
_MARKED = re.compile(r"证据|第|图|截图|张|号|份")
_EACH = re.compile(r"\d{1,2}|[一二两三四五六七八九十]{1,3}")


def withdrawal_of_item(text: str, language: Language) -> tuple[ItemOrder, ...]:
    """Orders about exhibits: 第二张才是付款截图, 3号不要了, 撤回第2张, 第一张和第三张是聊天记录."""
    plain = _reading(text, language).text
    if len(plain) > 120:
        return ()
    orders: dict[int, ItemOrder] = {}
    for pattern in (_DROP_AFTER, _DROP_BEFORE):
        for match in pattern.finditer(plain):
            for number in _numbers(match["items"]):
                orders.setdefault(number, ItemOrder(number, None, withdraw=True))
    for match in _ASSIGN.finditer(plain):
        slot = match["slot"].strip(_EDGES)
        if _SLOT.search(slot) and not slot.startswith("不"):
            for number in _numbers(match["items"]):
                orders.setdefault(number, ItemOrder(number, slot, withdraw=False))
    return tuple(orders[number] for number in sorted(orders))


def _numbers(items: str) -> list[int]:
    """The exhibit numbers of 第一张和第三张; a number with nothing that marks an exhibit is none."""
    if not _MARKED.search(items):
        return []
    values = (small_value(match.group()) for match in _EACH.finditer(items))
    return [value for value in values if value]


def _reading(text: str, language: Language) -> Reading:
    return Reading(normalise(text, language.tables), language.facts)
