"""What can be wrong with a knowledge file, said so that a lawyer or volunteer can put it right.

Every flaw names the file, the place in it, what is wrong and the cure, in Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing to put right. `file` is relative to the knowledge folder; `field` is a path inside the file."""

    file: str
    field: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}：{self.field}" if self.field else self.file
        return f"{place}：{self.wrong}。改法：{self.cure}"


class KnowledgeError(Exception):
    """The knowledge files can't be used. `problems` holds every flaw of every file, sorted."""

    def __init__(self, problems: tuple[Flaw, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def place(entry: str, location: tuple[int | str, ...]) -> str:
    """The path of a value as people read it: `entry.ladder[2].channel`."""
    path = entry
    for step in location:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return path


_MEANING = {
    "missing": ("缺少这一项", "补上这一项；各项的含义见 data/README.md"),
    "unexpected_keyword_argument": ("没有这个键", "检查拼写，或删去这一行；可用的键见 data/README.md"),
    "string_type": ("应当是文字", '给值加上英文引号，例如 "12315"'),
    "int_type": ("应当是整数", "写成不带引号的整数"),
    "int_parsing": ("应当是整数", "写成不带引号的整数"),
    "int_from_float": ("应当是整数", "去掉小数部分"),
    "bool_type": ("应当是 true 或 false", "写 true 或 false，不加引号"),
    "bool_parsing": ("应当是 true 或 false", "写 true 或 false，不加引号"),
    "float_type": ("应当是数字", "写成不带引号的数字"),
    "tuple_type": ("应当是列表", "每项一行，以「- 」开头；只有一项也要写成列表"),
    "mapping_type": ("应当是「键: 值」的形式", "按「键: 值」逐行缩进书写"),
    "dict_type": ("应当是「键: 值」的形式", "按「键: 值」逐行缩进书写"),
    "dataclass_type": ("应当是「键: 值」的形式", "按「键: 值」逐行缩进书写"),
}


def explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and the cure, for one error of the schema (pydantic's `errors()`)."""
    kind = str(error["type"])
    shown = repr(error.get("input"))[:60]
    if kind == "literal_error":
        return f"值 {shown} 不在允许的范围内", f"只能写 {error['ctx']['expected'].replace(' or ', ' 或 ')}"
    if kind.startswith("date"):
        return f"{shown} 不是日期", "写成 2026-11-22 这样的日期，不加引号"
    if kind in _MEANING:
        wrong, cure = _MEANING[kind]
        return (
            wrong if kind in ("missing", "unexpected_keyword_argument") else f"{wrong}，现在是 {shown}"
        ), cure
    return f"值 {shown} 不合要求（{error['msg']}）", "对照 data/README.md 改正"
