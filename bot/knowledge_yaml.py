"""Reads one knowledge file into plain entries; syntax errors and repeated keys are flaws, not exceptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge_flaws import Flaw

_Base: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml is ten times faster where it is installed
FENCE = "---\n"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name relative to the knowledge folder, its entries, and what was wrong with it."""

    file: str
    entries: tuple[Any, ...]
    flaws: tuple[Flaw, ...]


class _Loader(_Base):  # type: ignore[misc]  # either of PyYAML's two loaders
    """A safe loader that notes repeated keys, which plain YAML loaders overwrite without a word."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.repeated: list[tuple[int, str]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = (key.tag, key.value if isinstance(key, yaml.ScalarNode) else id(key))
            if name in seen:
                self.repeated.append((key.start_mark.line + 1, str(key.value)))
            seen.add(name)
        result: dict[Any, Any] = super().construct_mapping(node, deep)
        return result


def _plain_resolvers() -> dict[str | None, list[tuple[str, re.Pattern[str]]]]:
    """YAML 1.1 reads `off`, `no`, `18:00` and `010` as truth values and odd numbers; here they stay text."""
    strict = {
        "tag:yaml.org,2002:bool": re.compile(r"^(?:true|false)$"),
        "tag:yaml.org,2002:int": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"),
    }
    return {
        first: [(tag, strict.get(tag, pattern)) for tag, pattern in rules]
        for first, rules in _Base.yaml_implicit_resolvers.items()
    }


_Loader.yaml_implicit_resolvers = _plain_resolvers()


def read_yaml(path: Path, file: str) -> Document:
    """A YAML file: one mapping, or a list of mappings."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return Document(file, (), (Flaw(file, "", "不是 UTF-8 编码", "用编辑器另存为 UTF-8"),))
    return _parse(text, file)


def read_letter(path: Path, file: str) -> Document:
    """A letter: YAML between two `---` lines, then the Jinja2 text, whose final line break does not count."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Document(file, (), (Flaw(file, "", "不是 UTF-8 编码", "用编辑器另存为 UTF-8"),))
    head, fence, body = text.removeprefix(FENCE).partition("\n" + FENCE)
    if not (text.startswith(FENCE) and fence):
        cure = "文件第一行写 ---，接着写各项，再写一行 ---，然后是正文"
        return Document(file, (), (Flaw(file, "", "缺少开头的说明部分", cure),))
    document = _parse(head, file)
    match document.entries:
        case ({**entry},):
            return Document(file, ({**entry, "body": body.removesuffix("\n")},), document.flaws)
        case () if document.flaws:
            return document
        case _:
            wrong = Flaw(file, "", "开头的说明不是一组「键: 值」", "每行写一个键，如 name: 给商家的第一封信")
            return Document(file, (), (*document.flaws, wrong))


def _parse(text: str, file: str) -> Document:
    loader = _Loader(text)
    try:
        content = loader.get_single_data()
    except (yaml.YAMLError, ValueError) as error:
        return Document(file, (), (_syntax(error, file),))
    finally:
        loader.dispose()
    repeated = tuple(
        Flaw(file, f"第{line}行", f"键「{key}」在同一层出现了两次", "只留一处")
        for line, key in loader.repeated
    )
    if content is None or content == []:
        return Document(file, (), (Flaw(file, "", "文件是空的", "写入内容，或删去这个文件"),))
    entries = tuple(content) if isinstance(content, list) else (content,)
    return Document(file, entries, repeated)


def _syntax(error: Exception, file: str) -> Flaw:
    mark = getattr(error, "problem_mark", None)
    where = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
    detail = getattr(error, "problem", None) or str(error)
    cure = "检查这一行的缩进（只用空格）、冒号后的空格、成对的引号；含冒号或 # 的文字要加引号"
    return Flaw(file, where, f"YAML 读不通（{detail}）", cure)
