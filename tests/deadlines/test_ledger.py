"""The ledger of a case follows its facts, and the calendar file says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows.case import Case, Fact, Filing, Reply, Source, Step
from flows.deadlines import case_deadlines, ics
from flows.knowledge import Channel, Knowledge
from flows.moment import SHANGHAI, Moment, Precision
from tests.deadlines.test_calendar import CALENDAR, KNOWLEDGE

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=SHANGHAI)


def channel(id: str, deadlines: tuple[str, ...], accepted: tuple[str, ...] = ()) -> Channel:
    return Channel(
        id=id, name=id, short=id, use_when="", steps=(), attach="", letter="x", deadlines=deadlines,
        accepted=accepted, checked_on=date(2026, 11, 22),
    )  # fmt: skip


BOOK: Knowledge = replace(
    KNOWLEDGE,
    channels={
        "merchant": channel("merchant", ("merchant-reply", "merchant-delay")),
        "12315": channel("12315", ("12315-acceptance",), ("12315-mediation",)),
    },
)


def at(day: int, hour: int = 10, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def case(paid: datetime | None = None, *filings: Filing, replies: tuple[Reply, ...] = ()) -> Case:
    facts = {}
    if paid:
        moment = Moment(paid, paid + timedelta(days=7), Precision.WEEK, "上周", approx=True)
        facts["paid_at"] = Fact(value=moment, words="上周", source=Source.SAID, at=NOW, approx=True)
    return Case(
        id="k7m2p9qa", revision=1, opened_at=NOW, step=Step.WAITING, problem="not_delivered", facts=facts,
        filings=filings, replies=replies,
    )  # fmt: skip


def ledger(one: Case, now: datetime | None = None) -> list[tuple[str, str, str]]:
    found = case_deadlines(one, BOOK, CALENDAR, now)
    return [(item.rule.id, item.cause, f"{item.due:%Y-%m-%d %H:%M}") for item in found]


def test_nothing_is_known() -> None:
    assert ledger(case()) == []


def test_a_vague_payment_counts_from_its_earliest_reading() -> None:
    assert ledger(case(at(9))) == [
        ("payment-dispute", "paid_at", "2026-11-24 23:59"),
        ("limitation", "paid_at", "2029-11-09 23:59"),
    ]


def test_a_corrected_payment_moves_its_deadlines_and_no_other() -> None:
    filing = Filing(channel="merchant", letter="merchant.first", sent_at=at(22))
    before, after = ledger(case(at(9), filing)), ledger(case(at(12), filing))
    moved = {row[:2] for row in set(before) ^ set(after)}
    assert moved == {("payment-dispute", "paid_at"), ("limitation", "paid_at")}


def test_filings_acceptance_and_promises_are_sorted() -> None:
    merchant = Filing(channel="merchant", letter="merchant.first", sent_at=at(22))
    office = Filing(channel="12315", letter="12315.complaint", sent_at=at(24), accepted_at=at(2, month=12))
    promise = Reply(text="明天退", at=at(22, 15), kind="promise", promised_for=at(23, 18))
    assert ledger(case(None, merchant, office, replies=(promise,))) == [
        ("merchant-reply", "filing:merchant", "2026-11-23 10:00"),
        ("promise", "promise", "2026-11-23 18:00"),
        ("12315-acceptance", "filing:12315", "2026-12-03 23:59"),
        ("merchant-delay", "filing:merchant", "2026-12-07 23:59"),
        ("12315-mediation", "accepted:12315", "2027-02-01 23:59"),
    ]


def test_what_has_not_happened_yet_starts_no_clock() -> None:
    later = Filing(channel="merchant", letter="merchant.first", sent_at=at(25))
    promise = Reply(text="明天退", at=at(22, 15), kind="promise", promised_for=at(23, 18))
    assert ledger(case(None, later, replies=(promise,)), NOW) == [("promise", "promise", "2026-11-23 18:00")]


def test_an_unknown_channel_starts_no_clock() -> None:
    assert ledger(case(None, Filing(channel="elsewhere", letter="x", sent_at=at(22)))) == []


def calendar_file(one: Case, name: str = "点卡 328元", now: datetime = NOW) -> list[str]:
    text = ics(case_deadlines(one, BOOK, CALENDAR), name, now)
    assert text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


FULL = case(at(9), Filing(channel="12315", letter="x", sent_at=at(22), accepted_at=at(2, month=12)))


def test_the_calendar_file_says_the_same() -> None:
    lines = calendar_file(FULL)
    starts = [line.removeprefix("DTSTART:") for line in lines if line.startswith("DTSTART:")]
    found = case_deadlines(FULL, BOOK, CALENDAR)
    assert starts == [f"{item.due - timedelta(hours=8):%Y%m%dT%H%M%SZ}" for item in found]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(found) == 4
    assert lines.count("BEGIN:VALARM") == lines.count("END:VALARM") == 8
    assert "SUMMARY:点卡 328元：12315 调解期限（暂定）" in lines
    assert "DESCRIPTION:依据：《消费者权益保护法》第四十六条" in lines
    assert lines.count("STATUS:TENTATIVE") == 2


def test_alarms_ring_before_the_earliest_date_and_never_in_the_past() -> None:
    rings = [line[-16:] for line in calendar_file(FULL) if line.startswith("TRIGGER")]
    assert rings[-1] < "20291109T155900Z"
    assert "20270131T135900Z" in rings  # two hours before the day that the mediation may end on
    late = calendar_file(FULL, now=datetime(2031, 1, 1, tzinfo=SHANGHAI))
    assert not [line for line in late if line.startswith("TRIGGER")]


def uids(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("UID:")]


def test_entries_keep_their_identity_when_dates_or_names_change() -> None:
    first, moved = uids(calendar_file(case(at(9)))), uids(calendar_file(case(at(12)), "点卡 88元"))
    assert first == moved and len(set(first)) == 2
    other = uids(calendar_file(replace(case(at(9)), id="zzzzzzzz")))
    assert not set(first) & set(other)


def test_two_filings_with_one_office_are_two_entries() -> None:
    filing = Filing(channel="merchant", letter="x", sent_at=at(20))
    found = uids(calendar_file(case(None, filing, replace(filing, sent_at=at(21)))))
    assert len(set(found)) == len(found) == 4


@pytest.mark.parametrize("name", ["甲;乙,丙\\丁", "一行\n二行\r\n三行", "很长的名字" * 40, "🙂" * 40])
def test_hostile_names_stay_inside_their_line(name: str) -> None:
    lines = calendar_file(case(at(9)), name)
    title = next(line for line in lines if line.startswith("X-WR-CALNAME:"))
    raw = title.removeprefix("X-WR-CALNAME:").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    assert raw.replace("\\\\", "\\") == name.replace("\r\n", "\n")
