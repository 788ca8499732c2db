"""How it was paid: the channel nearest to a verb of paying.

加微信, 支付宝客服 or a 微信小号 are no channels. Money to a person (转给他, 红包) is a transfer, which no merchant
complaint covers, so it has an id of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.facts.text import Reading, some
from flows.facts.words import ChannelWords

_VERB_AFTER = re.compile(
    r"(?:里|上|的?(?:商家|商户)?码?|给[^,，。]{0,4}|那边|里?(?:让人|被人?|别人|突然)[^,，。]{0,4}?|[头里上]?[\d一二两三四五六七八九十百千万零.,]{1,7}(?:也|都|就|让人|被人?)?|自己|自动|免密|直接|被|又|就|也|刚|都|扫的?码|扫|账户|余额|[^,，。]{0,3}?)"
    r"(?P<verb>转|付|支付|扣|充|刷|买|下了?|出账|出了|出咗|打|购|扫|给咗|给了|发了?红包|红包|免密|少了|被盗|登录付款|过去|兑换|消费|登|出去|支出|提|花|划|盗|兑|不在|没了)"
)
_VERB_FAR = re.compile(
    r"(?:付款|付的|转的|扣的|支付|充了|充的|买了|买的|转给|转了|付了|扣了|刷了|兑换|盗刷|刷走)"
)
_VERB_BEFORE = re.compile(
    r"(?:用的?是?|付款?用|从|走的?|支付|付的|扣了?我?|扣|通过|碌咗一次|碌|刷|方式|渠道|付款|扫|拿|是|都是|使用)[^,，。]{0,4}$"
)
_TRANSFER = re.compile(
    r"[^,，。]{0,10}?(?:转(?:账|给|了|咗|的|过去|出去|去|钱)|红包|发了?红包)|[^,，。]{0,4}转(?=[\d一二两三四五六七八九百千])|[^,，。]{0,3}打给|[,，\s]{1,2}我?转(?:了|账|过去)?[^,，。]{0,8}(?:给(?:他|她|对方|卖家|人家)|过去)"
)
_ADDED = re.compile(r"[^。!?;\n]{0,8}?转(?:给|账|了|钱|过去)")
_HACKED = re.compile(r"(?:盗了?|hacked|登了?|黑了?|绑的?)我?的?\s?$")
_ORIGINAL = re.compile(r"原路(?:退|返)?回?[^,，。]{0,9}$")
_NO_PAYMENT = re.compile(
    r"[^,，。]{0,10}?(?:都|也|里|流水|明细)?(?:查了|没有这|没有收|没收|没看|没见|都没有)"
)
_PERSON_BEFORE = re.compile(
    r"(?:转给|发红包给|红包给|打给|转到)(?:他|她|卖家|老板|个人|对方|那人|人家|号主)[^,，。]{0,4}$"
)
_BILL = re.compile(r"[^,，。]{0,8}?(?:短信|收据|账单|显示|连着|少了|提醒|扣|白纸黑字)")
_STATEMENT = re.compile(r"账单(?!里?(?:没|都|也|查|翻))")
_OF_BANK = re.compile(
    r"^(?:招行|招商|工行|建行|农行|中行|交行|浦发|中信|平安|民生|光大|兴业|广发|邮政|邮储)$"
)
_NOT_USED = re.compile(
    r"(?:不是|先把|要把|没用|不能用|不支持|没有|别用|(?<!原路)退到|(?<!原路)退回|提到|提现到|绑定|注册)[^,，。]{0,2}$"
)
_IS_BOUGHT = re.compile(r"(?:[\d一二两三四五六七八九十百千万块元多]|(?<![走站台里网])的)$")
_LOOKED_UP = re.compile(r"[翻查看][^,，。]{0,2}$")
_LONE = re.compile(r"\s?(?:$|[,，。!?;)）\n]|的$)")


@dataclass(frozen=True, slots=True)
class ChannelFound:
    """A channel's id and the words it was read from."""

    id: str
    start: int
    end: int
    confidence: float


def find_channel(reading: Reading) -> ChannelFound | None:
    """The channel of the payment, or None when the text names none."""
    text, words = reading.text, reading.words
    stops = [match.span() for match in some(words.channel_stop, text)]
    best: ChannelFound | None = None
    for match in some(words.channel, text):
        if any(start < match.end() and match.start() < end for start, end in stops):
            wechat = match.group().startswith("微信") and _ADDED.match(text, match.start() + len("微信"))
            if wechat and best is None:
                best = ChannelFound("wechat_transfer", *match.span(), 0.7)
            continue
        one = _judge(reading, match, words.channel_of[match.group()])
        if one is not None and (best is None or one.confidence > best.confidence):
            best = one
    return best


def _judge(reading: Reading, match: re.Match[str], channel: ChannelWords) -> ChannelFound | None:
    start, end = match.span()
    line = reading.field_at(start)
    if line is not None and line.kind not in ("channel", "paid", "price"):
        return None
    strength = (
        0.98 if line is not None and line.kind == "channel" else _strength(reading, start, end, channel)
    )
    if strength <= 0:
        return None
    personal = _TRANSFER.match(reading.text, end) or _PERSON_BEFORE.search(reading.before(start, 16))
    name = channel.transfer if channel.transfer and personal else channel.id
    return ChannelFound(name, start, end, strength)


def _strength(reading: Reading, start: int, end: int, channel: ChannelWords) -> float:
    """How surely the word is the channel of the payment: nearness to a verb of paying decides; 0 is not at all."""
    text = reading.text
    before = reading.before(start, 12)
    if _is_no_payment(text, before, end, channel):
        return 0.0
    if channel.sure:
        return 0.95
    after = _VERB_AFTER.match(text, end)
    if after is not None:
        return 0.95 - 0.01 * (after.start("verb") - end)
    if _VERB_BEFORE.search(before):
        return 0.9
    alone = before == "" or before[-1] in "(（ " or _OF_BANK.search(before)
    if channel.id != "balance" and alone and _LONE.match(text, end):
        return 0.75
    if _VERB_FAR.search(text[end : min(end + 16, reading.clause(end - 1)[1])]):
        return 0.7
    return _weak_strength(text, before, end, channel)


def _is_no_payment(text: str, before: str, end: int, channel: ChannelWords) -> bool:
    """不是微信, 退到支付宝, 零钱里没有这笔; 充了2000余额 is what was bought."""
    if _NOT_USED.search(before) or (channel.id == "balance" and _IS_BOUGHT.search(before)):
        return True
    return channel.id != "credit_card" and _NO_PAYMENT.match(text, end) is not None


def _weak_strength(text: str, before: str, end: int, channel: ChannelWords) -> float:
    """Channels told in passing: a bank's message, a statement, a hacked wallet, the card a refund goes back to."""
    if channel.id in ("credit_card", "bank_card", "apple") and _BILL.match(text, end):
        return 0.65
    if _STATEMENT.match(text, end) and not _LOOKED_UP.search(before):
        return 0.65
    if _HACKED.search(before) or _ORIGINAL.search(before):
        return 0.65
    return 0.7 if _PERSON_BEFORE.search(before) or _VERB_FAR.search(before) else 0.0
