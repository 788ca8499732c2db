"""Reads data/knowledge/questions into `flows.questions.Question`, as strictly as the other knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.knowledge_flaws import Flaw, KnowledgeError, explain, place
from bot.knowledge_yaml import read_yaml
from flows.phrasing import WordingError, compiled
from flows.questions import Question

#: Lines that an answer may have.
MOST_LINES = 4
_ADAPTER: TypeAdapter[Question] = TypeAdapter(Question)


def load(folder: Path, articles: frozenset[str] | None = None) -> Mapping[str, Question]:
    """All questions of a folder by id. Raises KnowledgeError with every flaw of every file.

    With `articles`, each citation has to be one of them. A folder without files is a flaw.
    """
    questions: dict[str, Question] = {}
    flaws: list[Flaw] = []
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})
    if not paths:
        flaws.append(
            Flaw(f"{folder.name}/", "", "文件夹不存在或没有内容", "至少放入一个文件；写法见 data/README.md")
        )
    for path in paths:
        document = read_yaml(path, path.relative_to(folder.parent).as_posix())
        flaws += document.flaws
        for number, entry in enumerate(document.entries, 1):
            flaws += _shelve(entry, document.file, number, questions)
    flaws += [flaw for question in questions.values() for flaw in _flaws(question, folder.name, articles)]
    if flaws:
        raise KnowledgeError(tuple(sorted(flaws)))
    return questions


def _shelve(entry: Any, file: str, number: int, questions: dict[str, Question]) -> Iterator[Flaw]:
    label = str(entry.get("id", f"第{number}项")) if isinstance(entry, dict) else f"第{number}项"
    try:
        question = _ADAPTER.validate_python(entry)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            yield Flaw(file, place(label, one["loc"]), *explain(one))
        return
    if question.id in questions:
        yield Flaw(file, label, f"编号「{label}」已经用过", "换一个编号，或删去其中一处")
        return
    questions[question.id] = question


def _flaws(question: Question, file: str, articles: frozenset[str] | None) -> Iterator[Flaw]:
    if not question.words:
        yield Flaw(file, f"{question.id}.words", "没有写法", "至少写一种问法")
    for word in question.words:
        try:
            compiled((word,))
        except WordingError as error:
            yield Flaw(file, f"{question.id}.words", str(error), "对照 excuses/ 里的写法改正")
    if question.answer.count("\n") >= MOST_LINES:
        yield Flaw(file, f"{question.id}.answer", f"超过 {MOST_LINES} 行", "写短一些")
    for cite in question.cites:
        if articles is not None and cite not in articles:
            yield Flaw(
                file,
                f"{question.id}.cites",
                f"没有编号为「{cite}」的条文",
                "检查拼写；可用的编号见 statutes/",
            )
