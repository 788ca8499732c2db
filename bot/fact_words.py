"""Reads the word lists of data/knowledge/facts into `flows.facts.words.FactWords`.

Every file of the folder but talk.yaml (see bot.talk) is one mapping of list names; together they must give exactly
the lists of FactWords.
A mistake raises `FactWordsError`, which names the file's list and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from bot import talk
from flows.facts.words import FactWords

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = {
    str: "文字（纯数字、yes、no 要加引号）",
    int: "整数",
    bool: "true 或 false",
    date: "日期（年-月-日）",
}


class FactWordsError(ValueError):
    """The word lists cannot be used as they stand; the text says why, one line a problem."""


def load(folder: Path) -> FactWords:
    """The word lists under `folder` (data/knowledge/facts). Raises FactWordsError."""
    lists: dict[str, Any] = {}
    for path in sorted(set(folder.glob("*.yaml")) - {folder / talk.FILE}):
        content = _content(path)
        if doubled := lists.keys() & content.keys():
            raise FactWordsError(f"{path.name}: {'、'.join(sorted(doubled))} 已经在别的文件里写过")
        lists |= content
    problems: list[str] = []
    words = _record(FactWords, lists, "", problems)
    if problems:
        raise FactWordsError("\n".join(problems))
    return FactWords(**words)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FactWordsError(f"{path.name}: 不是正确的 YAML（{' '.join(str(error).split())}）") from error
    if not isinstance(content, dict):
        raise FactWordsError(f"{path.name}: 应当是“名称: 列表”的形式")
    return content


def _record(kind: Any, written: object, place: str, problems: list[str]) -> dict[str, Any]:
    """The fields of the dataclass `kind`; flaws go to `problems`, and so do names that are missing or unknown."""
    if not isinstance(written, Mapping):
        problems.append(f"{place}: 要写成 {{名称: 内容}} 的形式")
        return {}
    hints = _hints(kind)
    missing = {one.name for one in fields(kind) if one.default is MISSING} - written.keys()
    problems += [f"{place}{name}: 少了这一项" for name in sorted(missing)]
    problems += [
        f"{place}{name}: 没有叫这个名字的列表" for name in sorted(map(str, written.keys() - hints.keys()))
    ]
    return {
        name: _value(hints[name], value, place + name, problems)
        for name, value in written.items()
        if name in hints
    }


def _hints(kind: Any) -> dict[str, Any]:
    return _HINTS.setdefault(kind, get_type_hints(kind))


_HINTS: dict[Any, dict[str, Any]] = {}


def _value(kind: Any, written: object, place: str, problems: list[str]) -> Any:
    """`written` as a value of the annotated type `kind`."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        content = _record(kind, written, f"{place}.", problems)
        return None if problems else kind(**content)  # type: ignore[operator]
    if origin is tuple:
        return _list(inner[0], written, place, problems)
    if origin is Mapping:
        if not isinstance(written, Mapping):
            problems.append(f"{place}: 要写成“名称: 列表”的形式")
            return {}
        return {name: _value(inner[1], value, f"{place}.{name}", problems) for name, value in written.items()}
    if origin is UnionType:
        return None if written is None else _value(inner[0], written, place, problems)
    if type(written) is not kind:
        problems.append(f"{place}: {written!r} 要写成{_KINDS[kind]}")
    return written


def _list(kind: Any, written: object, place: str, problems: list[str]) -> tuple[Any, ...]:
    if not isinstance(written, Sequence) or isinstance(written, str):
        problems.append(f"{place}: 要写成列表")
        return ()
    if kind is str and all(type(item) is str for item in written):
        return tuple(written)
    return tuple(_value(kind, item, f"{place}.{at}", problems) for at, item in enumerate(written))
