"""Reads data/knowledge into `flows.knowledge.Knowledge`, once, strictly.

`load` either returns knowledge that is consistent as a whole or raises `KnowledgeError` with every flaw of every
file. A folder that is missing counts as empty here; `bot check` reports it. This and its three neighbours
`knowledge_*` are the only modules that read YAML for the knowledge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.knowledge_checks import Checked, check
from bot.knowledge_flaws import Flaw, KnowledgeError, explain, place
from bot.knowledge_yaml import Document, read_letter, read_yaml
from flows import knowledge as schema
from flows.knowledge import Knowledge
from flows.moment import SHANGHAI

__all__ = ["Flaw", "KnowledgeError", "Survey", "load", "load_rules", "survey"]

#: folder -> (type of its entries, name of the field in Knowledge)
FOLDERS: Mapping[str, tuple[type, str]] = {
    "problems": (schema.Problem, "problems"),
    "channels": (schema.Channel, "channels"),
    "deadlines": (schema.DeadlineRule, "rules"),
    "statutes": (schema.Article, "articles"),
    "letters": (schema.Letter, "letters"),
    "excuses": (schema.Excuse, "excuses"),
    "calendar": (schema.CalendarYear, "calendar"),
    "clauses": (schema.Clause, "clauses"),
    "goods": (schema.Goods, "goods"),
}
#: what the deadline rules need, without anything that takes time to read
RULE_FOLDERS = ("deadlines", "calendar", "statutes")
#: file -> the same, for a file whose entries differ from those of its folder
SPECIAL_FILES: Mapping[str, tuple[type, str]] = {"statutes/never.yaml": (schema.NeverCite, "never")}
SUFFIXES = {".yaml", ".yml", ".j2"}


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was read, and all that is wrong with it. `knowledge` lacks the entries with flaws.

    `missing` are folders that do not exist or are empty; `warnings` do not stop the bot from starting.
    """

    knowledge: Knowledge
    problems: tuple[Flaw, ...]
    warnings: tuple[Flaw, ...]
    missing: tuple[Flaw, ...]


@dataclass(slots=True)
class _Shelf:
    """What has been read so far; filled file by file and then frozen into Knowledge."""

    entries: dict[str, dict[Any, Any]] = field(default_factory=dict)
    raw: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, Any], str] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)


def load(folder: Path, today: date | None = None) -> Knowledge:
    """Everything under `folder`. Raises KnowledgeError. `today` (Asia/Shanghai) decides what is in force."""
    return _sound(survey(folder, today))


def load_rules(folder: Path, today: date | None = None) -> Knowledge:
    """Only the deadline rules, the calendar and the statutes: what `bot deadlines` needs, quickly."""
    return _sound(survey(folder, today, RULE_FOLDERS))


def survey(folder: Path, today: date | None = None, folders: Iterable[str] = tuple(FOLDERS)) -> Survey:
    """Read the named folders and check them; never raises for what is written in the files."""
    shelf = _Shelf()
    missing = [flaw for name in folders for flaw in _read_folder(folder, name, shelf)]
    knowledge = _knowledge(shelf)
    day = today or datetime.now(SHANGHAI).date()
    checked = check(knowledge, shelf.files, frozenset(folders), day)
    found = checked + _templates(knowledge, shelf, frozenset(folders))
    problems = sorted({*shelf.flaws, *found.problems})
    return Survey(knowledge, tuple(problems), tuple(sorted(found.warnings)), tuple(missing))


def _sound(result: Survey) -> Knowledge:
    if result.problems:
        raise KnowledgeError(result.problems)
    return result.knowledge


def _templates(knowledge: Knowledge, shelf: _Shelf, folders: frozenset[str]) -> Checked:
    if not folders & {"letters", "problems"}:
        return Checked()
    from bot.knowledge_templates import (
        check_templates,
    )  # Jinja2 costs 50 ms that `bot deadlines` does not need

    return check_templates(knowledge, shelf.files)


def _read_folder(root: Path, name: str, shelf: _Shelf) -> Iterator[Flaw]:
    paths = sorted(path for path in (root / name).rglob("*") if path.suffix in SUFFIXES)
    if not paths:
        yield Flaw(f"{name}/", "", "文件夹不存在或没有内容", "至少放入一个文件；写法见 data/README.md")
    for path in paths:
        file = path.relative_to(root).as_posix()
        kind, shelf_name = SPECIAL_FILES.get(file, FOLDERS[name])
        document = read_letter(path, file) if path.suffix == ".j2" else read_yaml(path, file)
        shelf.flaws.extend(document.flaws)
        for number, entry in enumerate(document.entries, 1):
            _shelve(entry, kind, shelf_name, document, number, shelf)


def _shelve(entry: Any, kind: type, name: str, document: Document, number: int, shelf: _Shelf) -> None:
    key = _key(entry, "year" if name == "calendar" else "id")
    label = f"第{number}项" if key is None else str(key)
    known = shelf.files.get((name, key))
    if known is not None and key is not None:
        wrong = f"编号「{label}」已在 {known} 用过"
        shelf.flaws.append(Flaw(document.file, label, wrong, "换一个编号，或删去其中一处"))
        return
    shelf.files[name, key] = document.file
    try:
        value = _adapter(kind).validate_python(entry)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            shelf.flaws.append(Flaw(document.file, place(label, one["loc"]), *explain(one)))
        return
    shelf.entries.setdefault(name, {})[key] = value
    shelf.raw.setdefault(name, {})[str(key)] = entry


def _key(entry: Any, field: str) -> str | int | None:
    """What the entry is called, None when it can't be told; a year may be written as text, a date may not."""
    key = entry.get(field) if isinstance(entry, dict) else None
    if field == "year" and isinstance(key, str) and key.isdecimal():
        return int(key)
    return key if isinstance(key, str | int) else None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _knowledge(shelf: _Shelf) -> Knowledge:
    content = json.dumps(shelf.raw, sort_keys=True, default=str, ensure_ascii=False)
    names = {name for _, name in (*FOLDERS.values(), *SPECIAL_FILES.values())}
    version = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Knowledge(version=version, **{name: shelf.entries.get(name, {}) for name in names})
