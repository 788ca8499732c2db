"""Checks that every Jinja2 text compiles and uses only names that will be filled in (see `flows.brief`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, defaults, meta, nodes

from bot.knowledge_checks import Checked
from bot.knowledge_flaws import Flaw
from flows.brief import Detail, names
from flows.case import Case, Step
from flows.fact_names import FACTS
from flows.knowledge import Knowledge, Letter, Problem
from flows.moment import SHANGHAI

#: fragments of the problem type; letters may use them, they may not use each other
FRAGMENTS = frozenset({"happened", "request", "perform"})
#: names that Jinja2 itself offers
_GLOBALS = frozenset(defaults.DEFAULT_NAMESPACE)

Files = Mapping[tuple[str, Any], str]


def check_templates(knowledge: Knowledge, files: Files) -> Checked:
    """Flaws of the letters, of the fragments of problems and of the answers to excuses."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  # plain text, no HTML
    flaws = [
        Flaw(files[key], field, wrong, cure)
        for key, field, text, allowed in _texts(knowledge)
        for wrong, cure in _wrong(environment, text, allowed)
    ]
    return Checked((*flaws, *_facts(knowledge, files)))


@cache
def derived_names() -> frozenset[str]:
    """The names that `flows.brief` offers, asked of itself with an empty case, so that no list can go stale."""
    letter = Letter(id="-", name="-", channel="-", body="", cites=False)
    problem = Problem(
        id="-", name="-", short="-", explain="", priority=0, happened="", request="", outcome="", avoid=(), ladder=(),
        needs={}, evidence=(), cites={},
    )  # fmt: skip
    nothing: dict[str, Any] = {one.name: {} for one in fields(Knowledge) if one.name != "version"}
    knowledge = Knowledge(version="-", **{**nothing, "problems": {"-": problem}, "letters": {"-": letter}})
    now = datetime(2000, 1, 1, tzinfo=SHANGHAI)
    case = Case(id="-", revision=0, opened_at=now, step=Step.DRAFT, problem="-")
    return frozenset(names(letter, case, now, knowledge, None, Detail(), lambda which, known: ""))


def _texts(knowledge: Knowledge) -> Iterator[tuple[tuple[str, str], str, str, frozenset[str]]]:
    """Every template: its entry, its field, its text and the names that it may use without asking has() first."""
    common = (derived_names() - set(FACTS) - FRAGMENTS) | _GLOBALS
    for key, letter in knowledge.letters.items():
        yield ("letters", key), f"{key} 正文", letter.body, common | FRAGMENTS | frozenset(letter.facts)
    for key, problem in knowledge.problems.items():
        for name in sorted(FRAGMENTS):
            yield ("problems", key), f"{key}.{name}", getattr(problem, name), common | frozenset(FACTS)
    for key, excuse in knowledge.excuses.items():
        yield ("excuses", key), f"{key}.counter", excuse.counter, common | FRAGMENTS | frozenset(FACTS)


def _wrong(environment: Environment, text: str, allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not text:
        return
    try:
        tree = environment.parse(text)
        used = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        cure = "对照 data/README.md 的模板写法改正；{{ }} 和 {% %} 要成对"
        yield f"模板第 {error.lineno} 行读不通（{error.message}）", cure
        return
    asked = set(_asked(tree))
    for name in sorted(used - allowed - (asked & set(FACTS))):
        cure = (
            "写进文书开头的 facts，或先用 has() 问有没有"
            if name in FACTS
            else "改成 data/README.md 列出的名字"
        )
        yield f"模板用了没有的名字「{name}」", cure
    for name in sorted(asked - set(FACTS)):
        yield f"has 问的事实「{name}」不存在", "改成 data/README.md 列出的事实"


def _asked(tree: nodes.Template) -> Iterator[str]:
    """The constants in has('…')."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "has":
            yield from (str(one.value) for one in call.args if isinstance(one, nodes.Const))


def _facts(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    for key, letter in knowledge.letters.items():
        for name in letter.facts:
            if name not in FACTS:
                cure = "改成 data/README.md 列出的事实，或删去"
                yield Flaw(files["letters", key], f"{key}.facts", f"没有「{name}」这个事实", cure)
