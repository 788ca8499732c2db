"""Questions in between: what a claim costs, whether the police help, who keeps the data. Short, certain answers.

The questions and their answers stand in data/knowledge/questions. A text is taken for a question only when it is
short and tells no story of a purchase: a claim that ends in a question is a claim. Never raises on a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.knowledge import STRICT, Certainty
from flows.language import Language
from flows.normalise import normalise
from flows.phrasing import Match, WordCuts, collected, find_all

#: Longer texts are stories or pasted material, not questions in between.
MOST_READ = 200
LONGEST = 42
#: Telephone numbers and limits that are asked about, not told.
_ASKED_NUMBERS = re.compile(r"12315|12348|96110|110|(?:7|七)(?:天|日)")
#: So much of a text that is longer than a few words must be the question itself.
_SHARE = 0.3
_STORY = re.compile(
    r"(?:买|充|付|转|拍|下单|花|扣|冲|交|打)(?:了|过|的|完|给|走)?[^,。!?;\n]{0,10}?(?:\d|[一二三四五六七八九十百千两几]{1,4}(?:块|元|百|千|万|笔|张|次))"
    r"|\d+(?:\.\d+)?(?:元|块|rmb)|(?:昨天|前天|上周|上个月|今早|昨晚|刚才|刚刚|前几天|\d+[月号日天点])[^。!?;\n]{0,12}?(?:买|充|付|转|拍|下单|交)"
    r"|(?:没到账|没收到|未到账|没发货|不到账|拉黑|跑路|封号|被封|登不上|用不了|无效|激活失败|已被使用|扣了两|多扣|盗刷了|被盗了|找回了)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that people ask in the middle of a claim. `words` are wordings as in `flows.phrasing`; `answer` is
    at most four short lines; `certainty` and `cites` say what the answer rests on. `in_story` questions are heard in a
    text that tells of a purchase too, because they ask to tell it differently."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    words: tuple[str, ...]
    answer: str
    certainty: Certainty
    cites: tuple[str, ...] = ()
    in_story: bool = False


def topic(text: str, language: Language, questions: Mapping[str, Question]) -> Question | None:
    """The question that the text asks, or None. Where two fit, the one with more of the words."""
    normal = normalise(text[:MOST_READ], language.tables).text.strip()
    if not normal or len(normal) > LONGEST:
        return None
    story = _STORY.search(_ASKED_NUMBERS.sub("", normal)) is not None
    heard = (question for question in questions.values() if question.in_story or not story)
    collection = collected(tuple((question.id, question.words) for question in heard))
    best: tuple[int, str] = (0, "")
    for key, matches in find_all(collection, normal, WordCuts(normal, language)):
        weight = max((match.weight for match in matches if _enough(match, normal)), default=0)
        if weight > best[0]:
            best = (weight, key)
    return next((question for question in questions.values() if question.id == best[1]), None)


def _enough(match: Match, text: str) -> bool:
    """Whether the text is mostly this question; in a longer text a few words are not enough."""
    return match.end - match.start >= _SHARE * len(text)
