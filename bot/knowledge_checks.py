"""What the schema can't see: references between files, what is in force, what must never be cited.

Everything is collected; nothing raises. `files` says which file an entry came from, for entries with flaws too, so
that one broken entry does not make every reference to it look unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.knowledge_flaws import Flaw
from bot.knowledge_wording import check_wording
from flows.deadlines import FROM_PAYMENT, PROMISE, STARTS
from flows.knowledge import Article, CalendarYear, DeadlineRule, Knowledge, Problem

UNVERIFIED = frozenset({"G", "C"})
#: a citation that nobody looked at for this long is worth a warning
STALE_AFTER = timedelta(days=540)

Files = Mapping[tuple[str, Any], str]


@dataclass(frozen=True, slots=True)
class Checked:
    """Flaws found by the checks: `problems` stop the bot from starting, `warnings` do not."""

    problems: tuple[Flaw, ...] = ()
    warnings: tuple[Flaw, ...] = ()

    def __add__(self, other: Checked) -> Checked:
        return Checked(self.problems + other.problems, self.warnings + other.warnings)


def check(knowledge: Knowledge, files: Files, folders: frozenset[str], today: date) -> Checked:
    """All checks that the folders which were read allow; `today` decides what is in force."""
    dated = _dated(knowledge)
    day = max([today, *(value.checked_on for _, value in dated)])  # a clock behind the last check is wrong
    problems = [*_articles(knowledge, files), *_rules(knowledge, files), *_calendar(knowledge, files)]
    problems += _citations(knowledge, files, day)
    problems += _required(knowledge, folders)
    if "channels" in folders:
        problems += [*_channels(knowledge, files), *_problems(knowledge, files), *_letters(knowledge, files)]
    problems += check_wording(knowledge, files)
    return Checked(tuple(problems), tuple(_freshness(dated, files, today)))


def _dated(knowledge: Knowledge) -> list[tuple[tuple[str, Any], Any]]:
    shelves = ("articles", "rules", "calendar", "channels")
    return [((name, key), value) for name in shelves for key, value in getattr(knowledge, name).items()]


def _freshness(dated: Iterable[tuple[tuple[str, Any], Any]], files: Files, today: date) -> Iterator[Flaw]:
    """One warning for each file and date, however many entries share it."""
    entries: dict[tuple[str, date], list[str]] = {}
    for key, value in dated:
        entries.setdefault((files[key], value.checked_on), []).append(str(key[1]))
    for (file, checked), keys in entries.items():
        field = f"{keys[0]}.checked_on" + (f" 等 {len(keys)} 项" if len(keys) > 1 else "")
        if checked > today:
            yield Flaw(file, field, f"{checked} 在今天（{today}）之后", "改正日期或本机时钟")
        elif today - checked > STALE_AFTER:
            cure = "对照国家法律法规数据库或原页面重新核对，再改 checked_on"
            yield Flaw(file, field, f"最后核对于 {checked}，已超过 540 天", cure)


def _articles(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, article in knowledge.articles.items():
        file = files["articles", key]
        if article.in_force_to and article.in_force_to < article.in_force_from:
            yield Flaw(file, f"{key}.in_force_to", "失效日早于生效日", "改正其中一个日期")
        if article.quote and article.certainty in UNVERIFIED:
            yield Flaw(
                file,
                f"{key}.quote",
                f"把握程度为 {article.certainty} 的条文不能写原文",
                "删去 quote，或核对原文后改为 V",
            )
        for name in ("law", "summary", "source"):
            if not getattr(article, name).strip():
                yield Flaw(file, f"{key}.{name}", "是空的", "补上内容")


def _rules(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, rule in knowledge.rules.items():
        for field, wrong, cure in _rule(rule):
            yield Flaw(files["rules", key], f"{key}.{field}", wrong, cure)


def _rule(rule: DeadlineRule) -> Iterator[tuple[str, str, str]]:
    soft = rule.kind in ("custom", "courtesy", "window")
    if rule.amount < (rule.kind != "promise"):
        yield "amount", f"{rule.amount} 不是正数", "写大于 0 的整数（只有 promise 可以写 0）"
    if rule.starts not in STARTS:
        yield "starts", f"没有「{rule.starts}」这种起点", f"只能写 {'、'.join(STARTS)}"
    if rule.certainty in UNVERIFIED and not (soft and rule.note):
        cure = "kind 写 custom、courtesy 或 window，并在 note 里说明依据不足"
        yield "kind", f"把握程度为 {rule.certainty}，不能作为法定期限", cure
    if not soft and rule.kind != "promise" and not rule.citations:
        yield "citations", f"{rule.kind} 期限没有法条依据", "写上 statutes/ 里的条文编号，或改 kind"
    if rule.roll and rule.unit in ("hours", "working_days"):
        yield "roll", f"{rule.unit} 不需要顺延", "删去 roll"


def _required(knowledge: Knowledge, folders: frozenset[str]) -> Iterator[Flaw]:
    """The rules that the ledger of a case names itself; without any rule the folder is reported as missing."""
    if "deadlines" in folders and knowledge.rules:
        for rule in (*FROM_PAYMENT, PROMISE):
            if rule not in knowledge.rules:
                yield Flaw("deadlines/", rule, "程序要用的期限没有了", f"补回编号为 {rule} 的期限")


def _calendar(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, year in knowledge.calendar.items():
        for field, wrong, cure in _year(year):
            yield Flaw(files["calendar", key], f"{key}.{field}", wrong, cure)


def _year(year: CalendarYear) -> Iterator[tuple[str, str, str]]:
    for field in ("off", "worked"):
        days = getattr(year, field)
        for day in days:
            if day.year != year.year and (day.year, day.month) != (year.year - 1, 12):
                yield field, f"{day} 不在 {year.year} 年（上一年十二月除外）", "移到那一年的文件里"
        if len(set(days)) < len(days):
            yield field, "有重复的日期", "删去重复的"
    for day in set(year.off) & set(year.worked):
        yield "worked", f"{day} 同时写成放假和上班", "对照国务院办公厅通知，只留一处"
    for day in year.worked:
        if day.weekday() < 5:
            yield "worked", f"{day} 本来就是工作日", "worked 只写调休上班的周六、周日"


def _channels(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, channel in knowledge.channels.items():
        file = files["channels", key]
        yield from _known(files, "rules", (*channel.deadlines, *channel.accepted), file, f"{key}.deadlines")
        yield from _known(files, "channels", channel.excludes, file, f"{key}.excludes")
        letters = (channel.letter, *filter(None, (channel.second,)), *channel.beside)
        yield from _known(files, "letters", letters, file, f"{key}.letter")


def _problems(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, problem in knowledge.problems.items():
        file = files["problems", key]
        yield from _ladder(problem, knowledge, files, file)
        yield from _known(files, "channels", problem.needs, file, f"{key}.needs")
        yield from _known(files, "channels", problem.cites, file, f"{key}.cites")
        proofs = [proof.id for proof in problem.evidence]
        for repeated in sorted({proof for proof in proofs if proofs.count(proof) > 1}):
            yield Flaw(file, f"{key}.evidence", f"材料编号「{repeated}」出现了两次", "换一个编号")
        goods = {kind for proof in problem.evidence for kind in proof.goods}
        yield from _known(files, "goods", sorted(goods), file, f"{key}.evidence.goods")


def _ladder(problem: Problem, knowledge: Knowledge, files: Files, file: str) -> Iterator[Flaw]:
    for number, rung in enumerate(problem.ladder, 1):
        where = f"{problem.id}.ladder[{number}]"
        yield from _known(files, "channels", (rung.channel,), file, f"{where}.channel")
        if rung.channel not in problem.needs:
            cure = f"在 needs 里加 {rung.channel}，列出这一步要问的事实（不问就写 []）"
            yield Flaw(file, where, f"needs 里没有「{rung.channel}」", cure)
        own = tuple(filter(None, (rung.letter, rung.second)))
        yield from _known(files, "letters", own, file, f"{where}.letter")
        for letter in (knowledge.letters[one] for one in own if one in knowledge.letters):
            if letter.channel != rung.channel:
                cure = f"换成 {rung.channel} 的文书，或改正文书的 channel"
                yield Flaw(file, f"{where}.letter", f"文书「{letter.id}」是写给 {letter.channel} 的", cure)
    if not problem.ladder:
        yield Flaw(file, f"{problem.id}.ladder", "没有任何维权渠道", "至少写一个渠道")


def _letters(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, letter in knowledge.letters.items():
        file = files["letters", key]
        yield from _known(files, "channels", (letter.channel,), file, f"{key}.channel")
        channel = knowledge.channels.get(letter.channel)
        if channel and channel.limit and (letter.limit or 0) > channel.limit:
            cure = f"改为不超过 {channel.limit}"
            yield Flaw(file, f"{key}.limit", f"超过渠道「{channel.id}」的字数上限 {channel.limit}", cure)


def _known(files: Files, shelf: str, ids: Iterable[str], file: str, field: str) -> Iterator[Flaw]:
    names = {"rules": "期限", "channels": "渠道", "letters": "文书", "goods": "商品", "articles": "条文"}
    folders = {"rules": "deadlines"}
    for one in ids:
        if (shelf, one) not in files:
            cure = (
                f"检查拼写；可用的编号见 {folders.get(shelf, 'statutes' if shelf == 'articles' else shelf)}/"
            )
            yield Flaw(file, field, f"没有编号为「{one}」的{names[shelf]}", cure)


def _uses(knowledge: Knowledge) -> Iterator[tuple[tuple[str, Any], str, tuple[str, ...], bool]]:
    """Every place that cites: the entry, the field, the ids, and whether they go into a letter."""
    for key, rule in knowledge.rules.items():
        yield ("rules", key), f"{key}.citations", rule.citations, False
    for key, problem in knowledge.problems.items():
        for channel, ids in problem.cites.items():
            yield ("problems", key), f"{key}.cites.{channel}", ids, True
    for key, excuse in knowledge.excuses.items():
        yield ("excuses", key), f"{key}.cites", excuse.cites, True
    for key, clause in knowledge.clauses.items():
        yield ("clauses", key), f"{key}.cites", clause.cites, False


def _citations(knowledge: Knowledge, files: Files, day: date) -> Iterator[Flaw]:
    for entry, field, ids, filed in _uses(knowledge):
        file = files[entry]
        yield from _known(files, "articles", ids, file, field)
        for article in (knowledge.articles[one] for one in ids if one in knowledge.articles):
            if not in_force(article, day):
                yield Flaw(file, field, f"「{article.id}」在 {day} 不是现行有效的条文", "换成现行条文")
            if filed and article.certainty in UNVERIFIED:
                wrong = f"「{article.id}」的把握程度是 {article.certainty}，不能写进要提交的文书"
                yield Flaw(file, field, wrong, "换一条核对过的（V 或 V2），或核对原文后改 statutes/")


def in_force(article: Article, day: date) -> bool:
    """Whether the article applies on that day."""
    return article.in_force_from <= day and (article.in_force_to is None or day <= article.in_force_to)
