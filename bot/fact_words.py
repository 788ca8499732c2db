"""Reads the word lists of data/knowledge/facts into `flows.facts.words.FactWords`.

Every file of the folder is one mapping of list names; together they must give exactly the lists of FactWords.
A mistake raises `FactWordsError`, which names the file's list and what is wrong with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from flows.facts.words import FactWords


class FactWordsError(ValueError):
    """The word lists cannot be used as they stand; the text says why, one line a problem."""


def load(folder: Path) -> FactWords:
    """The word lists under `folder` (data/knowledge/facts). Raises FactWordsError."""
    lists: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise FactWordsError(f"{path.name}: 应当是“名称: 列表”的形式")
        if doubled := lists.keys() & content.keys():
            raise FactWordsError(f"{path.name}: {'、'.join(sorted(doubled))} 已经在别的文件里写过")
        lists |= content
    try:
        return _ADAPTER.validate_python(lists)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise FactWordsError("\n".join(problems)) from error


_ADAPTER = TypeAdapter(FactWords)
