"""How people put things in an open case: the wording that the steps listen for, as one frozen value.

`bot.talk` reads it from data/knowledge/facts/talk.yaml and refuses a file that is incomplete or could hang; the
steps use it as `turn.world.language.talk`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Channels that a wish can name; `stage_wishes` has exactly these.
STAGES = ("court", "police", "12315", "consumer_association", "wechat_pay", "alipay", "platform")
#: Stands for any name of a fact in `named` and `wrong`.
ANY_NAME = "<名字>"

Pattern = re.Pattern[str]
#: Tried in order; the first that fits counts. Each has the groups that the field's docstring tells.
Patterns = tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A `Pattern` has no groups and is any of the lines of its key. Texts are tried as they were typed."""

    stage_wishes: Mapping[str, Pattern]
    """Channel id to a wish to go straight there ('我要起诉'); searched, the first that fits counts."""
    site_kinds: Mapping[str, Pattern]
    """Value of the fact `site_kind` to how it is told in words; searched, the first that fits counts."""
    paid: Pattern
    """'I have paid (it)', said after somebody asked for money; searched."""
    not_yet: Pattern
    """Nothing has come, although it was promised; searched."""
    danger: Pattern
    """Codes, passwords or the screen are asked for: nothing good needs them; searched."""
    falsify: Pattern
    """A wish to have something written that did not happen; searched."""
    recovered: Pattern
    """'The money is back'; searched."""
    own_fault: Pattern
    """The person says that the mistake was theirs; searched."""
    offer_declined: Pattern
    """No to an offer; at the beginning of the text, tried before `offer_taken`."""
    offer_taken: Pattern
    """Yes to an offer; at the beginning of the text."""
    sentence: Pattern
    """A whole sentence or a question, which is nobody's name; searched."""
    unknown: Pattern
    """'I don't know': the question for a name is passed over; searched."""
    before_name: Pattern
    """What stands before a name that is given in a sentence; it is cut off."""
    company: Patterns
    """A registered company name, known by its ending; at the beginning of the text. Group 1 is the name."""
    names: Mapping[str, str]
    """What people call a fact to the id of the fact (`flows.fact_names.FACTS`), the labels of the letters included."""
    named: Patterns
    """'商家地址是…'; at the beginning of the text. Group 1 is the name, group 2 what was said."""
    wrong: Patterns
    """'金额不对，是25'; at the beginning of the text. Group 1 is the name, group 2 what is right."""
    lead_in: Pattern
    """'He answered me:' and its like, at the beginning of a reported reply."""
    paid_back: Patterns
    """'They paid me 45 back' in a sentence; searched. Group 1 is the sum in yuan, as digits."""
    again: Pattern
    """How a text points back to what was talked about before; at the beginning of the text."""
    confirms: Pattern
    """How a text confirms erasing; at the beginning of the text."""


def first_match(patterns: Patterns, text: str) -> re.Match[str] | None:
    """The match of the first pattern that fits the beginning of `text`."""
    return next((match for pattern in patterns if (match := pattern.match(text))), None)


def first_found(patterns: Patterns, text: str) -> re.Match[str] | None:
    """The match of the first pattern that is found anywhere in `text`."""
    return next((match for pattern in patterns if (match := pattern.search(text))), None)
