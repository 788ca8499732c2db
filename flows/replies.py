"""Reading what the other side answered: refusal and which excuse, delay, promise and its due time, traps.

The text may be the answer itself, pasted or forwarded, or a report of it ("他说…"). What to look for, what to tell
the person and what to send back stand in data/knowledge/excuses. Reading never raises, whatever the text, and takes
time in proportion to its first `MOST_READ` characters; the rest is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flows.knowledge import Excuse, Knowledge
from flows.language import Language
from flows.normalise import Normalised, normalise
from flows.phrasing import Match, WordCuts, collected, find_all
from flows.promises import promised_time
from flows.understanding import Span

MOST_READ = 2000
_NOWHERE = Span(0, 0)

#: Kinds by what has to be said first: what loses money, what loses the claim, what settles it, then the rest.
#: `refusal` here is one with a reason; bare refusals come after offers and promises.
_ORDER = (
    "wants_payment",
    "shares_screen",
    "code",
    "add_contact",
    "wants_withdrawal_first",
    "good_review",
    "to_balance",
    "wants_material:identity",
    "paid_back",
    "delivered",
    "accepted",
    "partial_offer",
    "refusal",
    "exchange_offer",
    "delay:told",
    "promise:dated",
    "silence",
    "wants_material",
    "promise",
    "delay",
    "plain",
)
KINDS = frozenset({*_ORDER} - {"promise:dated", "delay:told", "wants_material:identity", "plain"} | {"none"})
#: Kinds in which a time that is named is a promise.
_OPEN = frozenset(
    {
        "promise",
        "delay",
        "exchange_offer",
        "partial_offer",
        "wants_material",
        "to_balance",
        "wants_withdrawal_first",
    }
)
#: Kinds that the words "if" and "should" don't turn into a mere possibility: a demand is a demand.
_DEMANDS = frozenset(
    {
        "wants_payment",
        "shares_screen",
        "code",
        "add_contact",
        "wants_withdrawal_first",
        "good_review",
        "promise",
    }
)
#: Kinds whose wordings are everyday words: alone they are weak evidence that the text reports an answer.
_EVERYDAY = frozenset({"silence", "delay", "promise", "paid_back", "delivered", "accepted", "exchange_offer"})
_BARE = frozenset({"plain_refusal", "plain_delay", "plain_promise"})
#: Entries that are more urgent or less urgent than others of their kind.
_RANKED = {"plain_refusal": "plain", "wants_identity": "wants_material:identity"}

_OWN_LINE = re.compile(r"(?m)^[ \t]*(?:我(?:方|自己|说|问|回)?|本人|买家|顾客)(?: ?\d[^:\n]{0,20})?:[^\n]*")
_DENIED = re.compile(r"(?:没(?:有)?(?:说|讲|提|让|叫|要求)|不是(?:说)?|并非|并不是)[^,。!?;\n]{0,3}$")
_WONDERED = re.compile(r"(?:是不是|会不会|能不能|可不可以|要不要|怕|担心|万一)[^,。!?;\n]{0,6}$")
_SUPPOSED = re.compile(r"(?:如果|要是|假如|倘若|若|等到?|直到)[^,。!?;\n]{0,16}$")
_ACTS = re.compile(
    r"退|原路|返回|处理|到账|补发|发货|解决|回复|答复|搞定|弄好|给你|给您|给我|充(?:上|值|好)|打款|返还|发给|修复"
)
_WAITS = re.compile(r"等|耐心|稍|排队|审核|核实")
#: Something done for the person, or the deed right behind its time: a commitment although the word (处理) is vague.
_COMMITS = re.compile(
    r"(?:给|帮|为|替|同|和|跟)(?:你|您|我)[^,。!?;\n]{0,6}(?:处理|解决|弄|搞|办|回复|答复|核实|退|发|补|充)"
    r"|(?:天|日|早|晚|晚上|上午|下午|号|内|前|后|[一二三四五六]|点|下周|本周|月底)(?:就|会|一定|肯定|统一|安排|可以|能){0,3}(?:处理|解决|搞定|弄好|办好)"
)
#: A term and nothing else (三到五个工作日): something to wait for.
_TERM = re.compile(r"工作[日天]|[内前]|最[迟晚多]|不(?:会)?超过")
_BRIEF = 10
_MINE = re.compile(r"我(?:打算|准备|想|要|会|就|再|去|可以|应该|能)")
_WHO = r"(?:他们?|她们?|对方|对面|客服|人家|卖家|商家|店家|店主|老板|站长|平台|网站|官方|售后|号商|号主|商户|上家|代理|人工|12315|银行|支付宝|微信|财付通|云闪付|工作人员|那边|那人|民警|警察|警方|公安|派出所|法院|法官|消协|消委会|消保委|市监局|市场监管局?|工商局?|运营商|移动|联通|电信)"
_REPORTED = re.compile(
    rf"{_WHO}(?:那边|的人|刚|刚刚|终于|今天|昨天|又|就|还|一直|只|也|直接|现在)*(?:跟我|和我|对我|给我)?(?:说|回|讲|答|告诉|表示|称|让|叫|要|问|不肯|不给|拒|咬定|坚持|认为|判|裁定|回复|答复|通知|一口咬定|笑|同意|答应|承诺|发|来|非|:)"
    r"|(?:回|回复|答复|告诉|发|跟|和|让|叫|要求|要|骗|通知|联系|答应)我|说(?:是|要|让|叫|等|不|没|已|系统|虚拟|:)|回(?:了|复|信|话|消息)|被(?:拒|驳回|拉黑)"
)
_VOICE = re.compile(
    r"亲,|亲亲|亲爱的|^亲|您好|你好,|您的|请您|为您|给您|帮您|我们这边|这边(?:给|帮|为|已|建议|查)|本店|本站|本平台|抱歉|不好意思|感谢您|敬请|请知悉|望理解|请谅解|概不|恕不|哦$|呢$|尊敬的|给你|帮你|你自己|你先|你这边|你那边|请(?:你|耐心|稍|提供|查收|注意|重新|联系|先|勿)|亲 "
    r"|^(?:你|您)(?:就|尽管|自己|先|应该)?(?:去|找|问|联系)(?!帮|给我)|(?:找|问|联系)(?:你|您)(?:的|自己)?(?:上家|上级|供货商)|^(?:随便|尽管|有本事|有种|爱告|爱投诉)"
    r"|(?:已经?|刚|又|都)?(?:补发|重发|换新)(?:了|过)|看(?:一)?下收到没|查收"
)
_QUIET = re.compile(
    r"(?:没|不|未|没有)(?:有)?(?:人)?(?:回|理|搭理|答复|回应)|拉黑|已读|石沉大海|没动静|没下文|没消息|装死|消失|失联|玩失踪|人没了|人不见|找不到人"
)
_RESULT = re.compile(
    r"驳回|拒绝|受理|退回来|退了|到账了|不予|不退|补发|同意|不赔|不支持|不管|立案|调解|经济纠纷|民事纠纷|证据不足"
)
_STORY = re.compile(
    r"我(?:昨天|今天|前天|刚|刚刚|上周|在)?[^,。!?;\n]{0,8}(?:买|充|付|转|拍|下单)了?[^,。!?;\n]{0,6}\d"
)


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What an answer amounts to. `kind` is one of KINDS.

    `excuse` is the entry of data/knowledge/excuses with the text to tell and the text to send back (also for kinds
    without an excuse, such as a delay). `promised_for` is when a promise falls due. `trap` is the kind of trap, if
    there is one, even when the text holds more. `also` are further entries, most urgent first. `words` and `span`
    are the deciding words as typed; `confidence` is 0..1, 0 with kind 'none'.
    """

    kind: str
    excuse: str | None = None
    promised_for: datetime | None = None
    words: str = ""
    span: Span = _NOWHERE
    confidence: float = 0.0
    trap: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """One entry that was found, with its best match."""

    excuse: Excuse
    match: Match


def read_reply(
    text: str, now: datetime, language: Language, knowledge: Knowledge, problem: str = ""
) -> ReplyReading:
    """Read an answer. `now` is aware; a promised time counts from it. `problem` is the id of the dispute's problem:
    entries that would contradict it are left out. Empty: not known, and entries for certain problems are left out."""
    normal = normalise(text[:MOST_READ], language.tables)
    heard = _OWN_LINE.sub(lambda line: " " * len(line.group()), normal.text)
    if not heard.strip():
        return ReplyReading("none")
    said = _entries(heard, language, knowledge, problem)
    if all(_weak(one.excuse) for one in said) and (turned := _turned(heard)) != heard:
        known = {one.excuse.id for one in said}
        said += [one for one in _entries(turned, language, knowledge, problem) if one.excuse.id not in known]
    due = promised_time(heard, now, knowledge.calendar)
    if not said:
        return _only_time(heard, due, normal, knowledge)
    said = _committed(said, heard, due, knowledge)
    said.sort(key=lambda one: _urgency(one, due))
    first = said[0]
    trap = next((one.excuse.kind for one in said if one.excuse.trap), None)
    dated = any(one.excuse.kind in _OPEN for one in said) and first.excuse.kind not in (
        "paid_back",
        "delivered",
    )
    return ReplyReading(
        kind=first.excuse.kind,
        excuse=first.excuse.id,
        promised_for=due if dated else None,
        words=_words(normal, first.match),
        span=normal.span(first.match.start, first.match.end),
        confidence=_confidence(heard, first),
        trap=trap,
        also=tuple(one.excuse.id for one in said[1:]),
    )


def is_about_reply(text: str, language: Language) -> float:
    """How likely (0..1) a text of somebody who waits for an answer passes on what the other side did or said."""
    heard = normalise(text[:MOST_READ], language.tables).text
    if not heard.strip():
        return 0.0
    score = 0.15
    score += 0.55 if _REPORTED.search(heard) else 0.0
    score += 0.4 if _VOICE.search(heard) else 0.0
    score += 0.4 if _QUIET.search(heard) else 0.0
    score += 0.25 if _RESULT.search(heard) else 0.0
    score -= 0.3 if _STORY.search(heard) else 0.0
    score -= 0.3 if heard.rstrip()[-1] in "?吗么" else 0.0
    return round(min(max(score, 0.0), 0.95), 2)


def _turned(text: str) -> str:
    """Reported speech as it was spoken: in 客服说是我自己填错 the 我 is the person addressed."""
    for report in _REPORTED.finditer(text):
        end = next((at for at in range(report.end(), len(text)) if text[at] in "。!?;\n"), len(text))
        text = text[: report.end()] + text[report.end() : end].replace("我", "你") + text[end:]
    return text


def _entries(text: str, language: Language, knowledge: Knowledge, problem: str) -> list[_Said]:
    said = []
    collection = collected(tuple((excuse.id, excuse.words) for excuse in knowledge.excuses.values()))
    for key, matches in find_all(collection, text, WordCuts(text, language)):
        excuse = knowledge.excuses[key]
        if not excuse.fits(problem):
            continue
        stated = (match for match in matches if _stated(text, match, excuse.kind))
        best = max(stated, key=lambda match: match.weight, default=None)
        if best is not None:
            said.append(_Said(excuse, best))
    return said


def _committed(said: list[_Said], text: str, due: datetime | None, knowledge: Knowledge) -> list[_Said]:
    """With a time, 明天给你处理 is a promise and no mere 'we are on it'."""
    promise = knowledge.excuses.get("plain_promise")
    if due is None or promise is None or not _COMMITS.search(text):
        return said
    if any(one.excuse is promise for one in said):
        return [one for one in said if one.excuse.id != "plain_delay"]
    return [_Said(promise, one.match) if one.excuse.id == "plain_delay" else one for one in said]


def _stated(text: str, match: Match, kind: str) -> bool:
    """Whether the words are stated rather than denied, feared or supposed."""
    before = text[max(0, match.start - 20) : match.start]
    if _DENIED.search(before) or _WONDERED.search(before):
        return False
    return kind in _DEMANDS or _SUPPOSED.search(before) is None


def _urgency(said: _Said, due: datetime | None) -> tuple[int, int]:
    kind = said.excuse.kind
    if said.excuse.id in _RANKED:
        kind = _RANKED[said.excuse.id]
    elif kind == "promise" and due is not None:
        kind = "promise:dated"
    elif kind == "delay" and said.excuse.id not in _BARE:
        kind = "delay:told"
    rank = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
    return rank, -said.match.weight


def _weak(excuse: Excuse) -> bool:
    """Whether the entry's wordings are everyday words that say little by themselves."""
    return excuse.kind in _EVERYDAY or excuse.id in _BARE


def _confidence(text: str, said: _Said) -> float:
    weak = _weak(said.excuse)
    score = min(0.7, 0.2 + 0.05 * said.match.weight) if weak else min(0.9, 0.5 + 0.04 * said.match.weight)
    reported = _REPORTED.search(text) is not None or _VOICE.search(text) is not None
    score += 0.15 if reported else 0.0
    score -= 0.25 if not reported and text.rstrip()[-1] in "?吗么" else 0.0
    return round(min(max(score, 0.05), 0.95), 2)


def _only_time(text: str, due: datetime | None, normal: Normalised, knowledge: Knowledge) -> ReplyReading:
    """No known wording, but a time and something to be done by then, or a time to wait."""
    act, wait = _ACTS.search(text), _WAITS.search(text)
    term = len(text.strip()) <= _BRIEF and _TERM.search(text)
    if due is None or _MINE.search(text) or not (act or wait or term):
        return ReplyReading("none")
    kind = "promise" if act else "delay"
    excuse = f"plain_{kind}" if f"plain_{kind}" in knowledge.excuses else None
    found = act or wait
    span = normal.span(found.start(), found.end()) if found else _NOWHERE
    words = normal.source[span.start : span.end]
    return ReplyReading(kind, excuse, due, words, span, 0.45 if _REPORTED.search(text) else 0.3)


def _words(normal: Normalised, match: Match) -> str:
    span = normal.span(match.start, match.end)
    return normal.source[span.start : span.end]
