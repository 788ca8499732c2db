"""The words that facts are recognised by, as one frozen value built from data/knowledge/facts, and their patterns.

The lists are data that a volunteer edits; the grammar (numbers, dates, clauses) is code in the other modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWords:
    """A way of paying. `transfer` is the id it becomes when money went to a person. `sure` words need no verb."""

    id: str
    words: tuple[str, ...]
    transfer: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Festival:
    """A day or run of days known by name: the same date each year (`fixed`, MM-DD) or a list of first days."""

    words: tuple[str, ...]
    days: int = 1
    fixed: str | None = None
    starts: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsWords:
    """Nouns of one kind of goods."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FactWords:
    """All word lists. `fields` maps a kind of field (paid, time, order, ...) to its labels on order pages;
    `commands` and `outcomes` map an id to the wordings that mean it."""

    pay_verbs: tuple[str, ...]
    loss_verbs: tuple[str, ...]
    fee_nouns: tuple[str, ...]
    sum_words: tuple[str, ...]
    other_money: tuple[str, ...]
    measure_words: tuple[str, ...]
    measure_nots: tuple[str, ...]
    price_points: tuple[int, ...]
    channels: tuple[ChannelWords, ...]
    channel_stops: tuple[str, ...]
    platforms: tuple[str, ...]
    platform_endings: tuple[str, ...]
    platform_weak_endings: tuple[str, ...]
    platform_leads: tuple[str, ...]
    platform_not: tuple[str, ...]
    merchant_endings: tuple[str, ...]
    merchant_titles: tuple[str, ...]
    speaker_roles: tuple[str, ...]
    festivals: tuple[Festival, ...]
    goods: tuple[GoodsWords, ...]
    brands: tuple[str, ...]
    purchase_words: tuple[str, ...]
    purchase_nots: tuple[str, ...]
    other_events: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    declined: tuple[str, ...]
    commands: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, tuple[str, ...]]
    outcome_nots: tuple[str, ...] = field(default=())

    @cached_property
    def pay(self) -> re.Pattern[str]:
        """A verb of paying with its aspect: group 'done' is set when it says that it happened."""
        return re.compile(
            rf"(?:{either(self.pay_verbs)})(?:给?(?:我|他|她|它|你们?|人|老板|商家|卖家|对方)?)"
            r"(?P<done>了|过|完了?|的是?|掉|走|出去|进去|成功|好了?)?"
        )

    @cached_property
    def purchase(self) -> re.Pattern[str]:
        """Words that tie a time to the payment."""
        return re.compile(rf"(?!{either(self.purchase_nots)})(?:{either(self.purchase_words)})")

    @cached_property
    def other_event(self) -> re.Pattern[str]:
        return re.compile(either(self.other_events))

    @cached_property
    def money_context(self) -> re.Pattern[str]:
        """Words before a number that say what it is; the last one counts. Groups: sum, other, loss, fee, pay, done."""
        return re.compile(
            rf"(?P<loss>{either(self.loss_verbs)})的?|(?P<sum>{either(self.sum_words)})|(?P<other>{either(self.other_money)})"
            rf"|(?P<fee>{either(self.fee_nouns)})|(?P<pay>{self.pay.pattern})"
        )

    @cached_property
    def measure(self) -> re.Pattern[str]:
        """What makes the number before it a count and not money."""
        return re.compile(rf"(?!{either(self.measure_nots)})(?:{either(self.measure_words)})(?!币)")

    @cached_property
    def channel(self) -> re.Pattern[str]:
        return re.compile(either(word for channel in self.channels for word in channel.words))

    @cached_property
    def channel_of(self) -> Mapping[str, ChannelWords]:
        return {word: channel for channel in self.channels for word in channel.words}

    @cached_property
    def channel_stop(self) -> re.Pattern[str]:
        return re.compile(either(self.channel_stops))

    @cached_property
    def festival(self) -> re.Pattern[str]:
        names = either(word for festival in self.festivals for word in festival.words)
        return re.compile(rf"(?P<year>今年|去年|前年|20\d\d年?)?的?(?P<name>{names})(?!币|卡)")

    @cached_property
    def festival_of(self) -> Mapping[str, Festival]:
        return {word: festival for festival in self.festivals for word in festival.words}

    @cached_property
    def platform_ending(self) -> re.Pattern[str]:
        return re.compile(either((*self.platform_endings, *self.platform_weak_endings)))

    @cached_property
    def platform_lead(self) -> re.Pattern[str]:
        return re.compile(either(self.platform_leads))

    @cached_property
    def known_platform(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<before>在|从|上|去|逛|用|于|到)?(?P<name>{either(self.platforms)})"
            r"(?!e?卡|白条|支付|账号|号|点卡|会员|代金|礼品)(?P<after>上|里|的?店|买|平台|网站|拍|下单|那边|付)?"
        )

    @cached_property
    def merchant_ending(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?:在|叫做?)([\w·]{{2,8}}?(?:{either(self.merchant_endings)}))(?=买|充|拍|下|购|付|,|。|$|的|这)"
        )

    @cached_property
    def merchant_quoted(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?:{either(self.merchant_titles)})(?:叫做?|是|:|名叫?)?\s?[“\"「『【‘]([^“”\"「」『』【】‘’\n]{{2,20}})[”\"」』】’]"
        )

    @cached_property
    def speaker_role(self) -> re.Pattern[str]:
        return re.compile(either(self.speaker_roles))

    @cached_property
    def goods_noun(self) -> re.Pattern[str]:
        return re.compile(either(word for goods in self.goods for word in goods.words))

    @cached_property
    def goods_kind_of(self) -> Mapping[str, str]:
        return {word: goods.kind for goods in self.goods for word in goods.words}

    @cached_property
    def brand(self) -> re.Pattern[str]:
        return re.compile(either(self.brands))

    @cached_property
    def brand_owner(self) -> re.Pattern[str]:
        """A brand and 的 at the end of what was read."""
        return re.compile(rf"(?:{self.brand.pattern})的$")

    @cached_property
    def field_label(self) -> re.Pattern[str]:
        """Label and separator of a field: group 1 is the label as it stands in `field_kind_of`."""
        labels = either(word for words in self.fields.values() for word in words)
        return re.compile(rf"({labels})(?:\(元\))?(?P<separator>\s?[:=]\s?|\s(?=\S))")

    @cached_property
    def field_kind_of(self) -> Mapping[str, str]:
        return {word: kind for kind, words in self.fields.items() for word in words}


def either(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first, so that 充值 is never read as 充."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
