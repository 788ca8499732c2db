"""Reads data/knowledge/facts/talk.yaml into `flows.talk.Talk`.

Every flaw of the file is collected and raised at once (`TalkError`), in Chinese, naming file, key and cure: keys that
are unknown or missing, patterns that do not compile, that fit everything, that could hang (a repeat within a repeat),
or that have other groups than the steps read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.knowledge_flaws import Flaw
from bot.knowledge_yaml import read_yaml
from flows.fact_names import CHOICES, FACTS
from flows.talk import ANY_NAME, STAGES, Pattern, Patterns, Talk

FILE = "talk.yaml"
_PLACE = f"facts/{FILE}"
#: Keys with a mapping of pattern lists, and the names that it has.
_MAPPINGS = {"stage_wishes": STAGES, "site_kinds": CHOICES["site_kind"]}
#: Keys whose patterns catch a part of the text in one group.
_CATCHING = ("company", "paid_back")
#: Keys whose patterns have <名字> and, in one group, what was said about it.
_BY_NAME = ("named", "wrong")
_NAMES = "names"
#: A pattern cut into what matters here: escapes, classes, group openings and ends, repeats, single characters.
_PART = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P<\w+>|<?[=!]|:|[a-z-]+:))?|\)"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?|.",
    re.DOTALL,
)
#: Remarks and local settings that would change how the parts above are read.
_REMARK = re.compile(r"\(\?(?:#|[a-z]*x)")
_ONCE, _FIXED = frozenset({"?", "{1}", "{0,1}", "{,1}"}), re.compile(r"\{\d+\}")


class TalkError(ValueError):
    """talk.yaml cannot be used; `problems` says why, one line each."""

    def __init__(self, problems: Iterable[Flaw]) -> None:
        self.problems = tuple(map(str, problems))
        super().__init__("\n".join(self.problems))


def load(folder: Path) -> Talk:
    """The wording in `folder` (data/knowledge/facts). Raises `TalkError`."""
    reader = _Reader()
    content = reader.content(folder / FILE)
    if reader.flaws:
        raise TalkError(reader.flaws)
    values = reader.values(content)
    if reader.flaws:
        raise TalkError(reader.flaws)
    return Talk(**values)


class _Reader:
    """Reads one file; flaws are collected in `flaws`."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def content(self, path: Path) -> Mapping[str, Any]:
        """The file as a mapping, as YAML gives it."""
        if not path.is_file():
            self._flaw("", "文件不见了", "从原来的版本里放回来")
            return {}
        document = read_yaml(path, _PLACE)
        self.flaws += document.flaws
        match document.entries:
            case ({**content},):
                return {str(key): value for key, value in content.items()}
            case _ if not document.flaws:
                self._flaw("", "最外层不是「键: 值」", "每种用途写一个键，下面写列表")
        return {}

    def values(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `Talk`; incomplete when there are flaws."""
        keys = self._known(content, [field.name for field in fields(Talk)], "")
        names = self._names(content[_NAMES]) if _NAMES in keys else {}
        any_name = f"({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})"
        values: dict[str, Any] = {_NAMES: names}
        for key in keys:
            if key in _MAPPINGS:
                values[key] = self._mapping(content[key], key)
            elif key in _BY_NAME:
                values[key] = self._by_name(content[key], key, any_name)
            elif key in _CATCHING:
                values[key] = self._catching(content[key], key)
            elif key != _NAMES:
                values[key] = self._pattern(content[key], key)
        return values

    def _known(self, content: Mapping[str, Any], wanted: Iterable[str], place: str) -> list[str]:
        """The keys of `content` that are wanted, in the order of the file; the others and the absent are flaws."""
        wanted = tuple(wanted)
        for key in content:
            if key not in wanted:
                self._flaw(place + key, "没有这个键", f"检查拼写，或删去；这里正好要有 {'、'.join(wanted)}")
        for key in wanted:
            if key not in content:
                self._flaw(place + key, "缺少这个键", "照原来的版本补上，下面写列表")
        return [key for key in content if key in wanted]

    def _mapping(self, written: object, key: str) -> dict[str, Pattern]:
        if not isinstance(written, Mapping):
            self._flaw(key, "应当是「键: 列表」", f"逐行写 {'、'.join(_MAPPINGS[key])}，每个下面写列表")
            return {}
        content = {str(name): lines for name, lines in written.items()}
        known = self._known(content, _MAPPINGS[key], f"{key}.")
        return {name: self._pattern(content[name], f"{key}.{name}") for name in known}

    def _names(self, written: object) -> dict[str, str]:
        """What people call a fact; first of all the labels that 【待补充：…】 uses."""
        names = {label: fact for fact, label in FACTS.items()}
        if not isinstance(written, Mapping):
            self._flaw(_NAMES, "应当是「事实: 列表」", "每个事实写一行，后面列出大家的叫法")
            return names
        called: dict[str, str] = {}
        for fact, lines in written.items():
            place = f"{_NAMES}.{fact}"
            if fact not in FACTS:
                self._flaw(place, "没有这个事实", f"只能写 {'、'.join(FACTS)}")
            for word in self._lines(lines, place):
                if word in called:
                    self._flaw(place, f"「{word}」已经写在 {called[word]} 下面", "只留一处")
                called[word] = str(fact)
        return names | called

    def _pattern(self, written: object, key: str) -> Pattern:
        lines = self._sound(self._lines(written, key), key, groups=0)
        return re.compile("|".join(lines))

    def _catching(self, written: object, key: str) -> Patterns:
        return tuple(map(re.compile, self._sound(self._lines(written, key), key, groups=1)))

    def _by_name(self, written: object, key: str, any_name: str) -> Patterns:
        lines = self._lines(written, key)
        for line in lines:
            if not line.startswith(ANY_NAME) or line.count(ANY_NAME) != 1:
                self._flaw(key, f"「{line}」里 {ANY_NAME} 不在开头", f"以 {ANY_NAME} 开头，只写一次")
        full = [line.replace(ANY_NAME, any_name, 1) for line in self._sound(lines, key, groups=1)]
        return tuple(map(re.compile, full))

    def _lines(self, written: object, key: str) -> list[str]:
        if not isinstance(written, list) or not written:
            self._flaw(key, "应当是列表", "每行一种说法，以「- 」开头")
            return []
        for line in written:
            if not isinstance(line, str) or not line:
                self._flaw(key, f"{line!r} 不是文字", "用英文单引号把这一行括起来")
        return [line for line in written if isinstance(line, str) and line]

    def _sound(self, lines: list[str], key: str, *, groups: int) -> list[str]:
        """The lines that can be used."""
        sound = []
        for line in lines:
            wrong = _unsound(line, groups)
            if wrong is None:
                sound.append(line)
            else:
                self._flaw(key, f"「{line}」{wrong[0]}", wrong[1])
        return sound

    def _flaw(self, field: str, wrong: str, cure: str) -> None:
        self.flaws.append(Flaw(_PLACE, field, wrong, cure))


def _unsound(line: str, groups: int) -> tuple[str, str] | None:
    """What is wrong with a pattern and the cure; None when it can be used."""
    try:
        pattern = re.compile(line)
    except (re.error, OverflowError) as error:
        return f"不是正确的正则表达式（{error}）", "检查成对的括号和方括号，符号本身前面加 \\"
    if pattern.flags != re.UNICODE or _REMARK.search(line):
        return "改了整条的匹配方式", "删去开头的 (?i)、(?s)、(?x) 和 (?#…) 之类"
    if pattern.groups != groups:
        wanted = "正好一对取内容的 (…)" if groups else "没有取内容的 (…)"
        return f"里有 {pattern.groups} 对取内容的 (…)", f"改成{wanted}，其余的写成 (?:…)"
    if repeats_repeat(line):
        return "在重复里又有重复，长的消息会卡住", "去掉外层或里层的 *、+、?、{…}"
    if pattern.search(""):
        return "什么话都对得上", "至少写一个一定要出现的字"
    return None


def repeats_repeat(pattern: str) -> bool:
    """Whether something that repeats is itself within a group that repeats, as in `(a+)+`: the time for such a
    pattern can double with every character. `pattern` compiles."""
    groups, closed = [False], False  # whether each open group holds a repeat; whether the one just closed did
    for part in _PART.finditer(pattern):
        repeat, text = part["repeat"], part[0]
        if repeat is not None:
            if closed and repeat not in _ONCE:
                return True
            groups[-1] |= not _FIXED.fullmatch(repeat)
            closed = False
        elif text.startswith("("):
            groups.append(False)
            closed = False
        elif text == ")":
            closed = groups.pop()
            groups[-1] |= closed
        else:
            closed = False
    return False
