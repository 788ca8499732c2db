"""Checks that every Jinja2 text compiles and uses only names that will be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, meta

from bot.knowledge_checks import Checked
from bot.knowledge_flaws import Flaw
from flows.knowledge import Knowledge


def check_templates(knowledge: Knowledge, files: Mapping[tuple[str, Any], str]) -> Checked:
    """Flaws of the bodies of letters and of the fragments of problems."""
    flaws = [*_letters(knowledge, files), *_fragments(knowledge, files)]
    return Checked(tuple(flaws))


def _letters(knowledge: Knowledge, files: Mapping[tuple[str, Any], str]) -> Iterator[Flaw]:
    for key, letter in knowledge.letters.items():
        yield from _flaws(letter.body, files["letters", key], f"{key} 正文")


def _fragments(knowledge: Knowledge, files: Mapping[tuple[str, Any], str]) -> Iterator[Flaw]:
    for key, problem in knowledge.problems.items():
        for name in ("happened", "request"):
            yield from _flaws(getattr(problem, name), files["problems", key], f"{key}.{name}")


def _flaws(text: str, file: str, field: str) -> Iterator[Flaw]:
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  # plain text, no HTML
    try:
        meta.find_undeclared_variables(environment.parse(text))
    except TemplateSyntaxError as error:
        cure = "对照 data/README.md 的模板写法改正；{{ }} 和 {% %} 要成对"
        yield Flaw(file, f"{field}第{error.lineno}行", f"模板读不通（{error.message}）", cure)
