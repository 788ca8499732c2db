"""How amounts, times, numbers and other people's words are written in a Chinese letter.

Pure text. Nothing here invents: what is approximate stays approximate, what is long is shortened with a visible
mark, and a value that came from outside can never carry layout or template syntax into a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.moment import SHANGHAI, Moment, Precision

WEEKDAYS = "一二三四五六日"
#: Private-use characters that mark an unknown fact while a letter is being filled in.
OPEN, CLOSE = "\ue000", "\ue001"
_OUTSIDE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\s]+")
_MARK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_SENTENCES = re.compile(r"[^。！？；!?;]+[。！？；!?;]*")
_TENTHS = {1: "上旬", 11: "中旬", 21: "下旬"}


def clean(text: str) -> str:
    """One line: control, direction and private-use characters and line breaks become single spaces."""
    return _OUTSIDE.sub(" ", text).strip()


def value(text: str) -> str:
    """A stated value without the full stop or comma that a person may have typed after it."""
    return clean(text).rstrip("。，,；;、 ")


def unknown(label: str) -> str:
    """Stands for a fact that nobody has stated; becomes 【待补充：label】."""
    return f"{OPEN}{label}{CLOSE}"


def filled(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its marks written out, and the labels of the unknown facts in reading order."""
    labels = tuple(dict.fromkeys(_MARK.findall(text)))
    return _MARK.sub(r"【待补充：\1】", text), labels


def shortened(text: str, most: int) -> str:
    """A name of at most `most` characters; a longer one ends in …"""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def whole_sentences(text: str, most: int) -> str:
    """As many leading sentences as fit in `most` characters; a first one that is too long ends in …"""
    if len(text) <= most:
        return text
    taken = ""
    for sentence in _SENTENCES.findall(text):
        if len(taken) + len(sentence) > most:
            break
        taken += sentence
    return taken or shortened(text, most)


def money(fen: int, *, approx: bool = False) -> str:
    """32800 → 328.00元; an approximate amount says that the bill decides."""
    yuan = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}元"
    return f"约{yuan}（以支付账单为准）" if approx else yuan


def day(time: datetime) -> str:
    """2026年11月22日"""
    local = time.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def minute(time: datetime) -> str:
    """2026年11月22日20:15"""
    return f"{day(time)}{time.astimezone(SHANGHAI):%H:%M}"


def nearby(time: datetime, now: datetime) -> str:
    """11月21日20:15; with the year when it is not the present one."""
    local = time.astimezone(SHANGHAI)
    if local.year != now.astimezone(SHANGHAI).year:
        return minute(time)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def due(time: datetime) -> str:
    """11月30日（周一）18:00; the year is added by nobody: a due date in a letter is near."""
    local = time.astimezone(SHANGHAI)
    last = local.time() >= datetime.max.time().replace(hour=23, minute=59, second=0, microsecond=0)
    clock = "24:00" if last else f"{local:%H:%M}"
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{clock}"


def moment(time: Moment) -> str:
    """As exact as it was said: 2026年11月21日20时许, 2026年11月中旬."""
    start = time.start.astimezone(SHANGHAI)
    match time.precision:
        case Precision.SECOND | Precision.MINUTE:
            text = minute(start)
        case Precision.HOUR:
            text = f"{day(start)}{start.hour}时许"
        case Precision.DAY:
            text = day(start)
        case Precision.WEEK:
            text = _days(start, (time.end - timedelta(seconds=1)).astimezone(SHANGHAI))
        case Precision.MONTH:
            text = f"{start.year}年{start.month}月"
    vague = time.precision in (Precision.HOUR, Precision.WEEK)
    return f"{text}前后" if time.approx and not vague else text


def _days(first: datetime, last: datetime) -> str:
    tenth = _TENTHS.get(first.day)
    long = (last - first).days >= 7
    if tenth and long and first.month == last.month:
        return f"{first.year}年{first.month}月{tenth}"
    return f"{day(first)}至{last.month}月{last.day}日之间"


def masked(number: str) -> str:
    """An account so that its owner knows it and nobody else: 13800001234 → 138****1234, ab12 → a***."""
    if len(number) >= 9:
        return f"{number[:3]}****{number[-4:]}"
    return f"{number[: max(1, len(number) // 3)]}***"


def tail(number: str) -> str:
    """The last six characters of an order number, for texts that strangers may read."""
    return f"尾号{number[-6:]}" if len(number) > 6 else f"尾号{number[-2:]}"


def numbers(values: Iterable[int]) -> str:
    """1, 2, 3, 5 → 1—3、5"""
    runs: list[list[int]] = []
    for number in sorted(set(values)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) > 2:
        return f"{run[0]}—{run[-1]}"
    return "、".join(str(number) for number in run)
