"""Promised times fall due at the end of the period that was named."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.knowledge import CalendarYear
from flows.moment import SHANGHAI
from flows.normalise import normalise
from flows.promises import is_working, promised_time
from flows.replies import read_reply

CALENDAR = {
    2026: CalendarYear(
        year=2026,
        notice="假的通知",
        source="测试",
        checked_on=date(2026, 1, 1),
        off=(
            date(2026, 9, 25),
            date(2026, 10, 1),
            date(2026, 10, 2),
            date(2026, 10, 5),
            date(2026, 10, 6),
            date(2026, 10, 7),
        ),
        worked=(date(2026, 9, 20), date(2026, 10, 10)),
    )
}
#: said on Sunday 22 November 2026 at 21:00
PROMISES = [
    ("明天给你退", "11-23 23:59"),
    ("明天上午给您处理", "11-23 12:00"),
    ("明早退给你", "11-23 12:00"),
    ("明天下午3点前答复", "11-23 15:00"),
    ("明晚八点给你弄", "11-23 20:00"),
    ("后天到账", "11-24 23:59"),
    ("今天给你处理", "11-22 23:59"),
    ("今晚12点前退", "11-22 23:59"),
    ("24小时内给您处理", "11-23 21:00"),
    ("48小時內處理完畢", "11-24 21:00"),
    ("两小时内退", "11-22 23:00"),
    ("半小时内给你发", "11-22 21:30"),
    ("30分钟内到账", "11-22 21:30"),
    ("周一前给你答复", "11-23 23:59"),
    ("周一给你退", "11-23 23:59"),
    ("星期三下班前处理", "11-25 18:00"),
    ("下周五退款", "11-27 23:59"),
    ("周末前到账", "11-22 23:59"),
    ("3个工作日内原路退回", "11-25 23:59"),
    ("1-3个工作日到账", "11-25 23:59"),
    ("三到五个工作日内退款", "11-27 23:59"),
    ("7天内退回", "11-29 23:59"),
    ("两三天后给你", "11-25 23:59"),
    ("月底退", "11-30 23:59"),
    ("月底前退", "11-30 23:59"),
    ("下个月底退款", "12-31 23:59"),
    ("11月25日前到账", "11-25 23:59"),
    ("25号给你退", "11-25 23:59"),
    ("过两天给你退", "11-24 23:59"),
    ("下周给你处理", "11-29 23:59"),
    ("11月30日前退给你", "11-30 23:59"),
    ("周五之前给你退", "11-27 23:59"),
    ("今晚十二點前退返俾你", "11-22 23:59"),
    ("今晚1点前到账", "11-23 01:00"),
    ("12点前退", "11-22 23:59"),
    ("下周内处理", "11-29 23:59"),
    ("下周前退", "11-22 23:59"),
    ("下个月前退", "11-30 23:59"),
    ("下月初退款", "12-10 23:59"),
    ("下个月中旬退", "12-20 23:59"),
    ("聽日退返畀你", "11-23 23:59"),
    ("三個工作天內退款", "11-25 23:59"),
    ("兩個鐘內退返", "11-22 23:00"),
    ("不超过3天", "11-25 23:59"),
    ("承诺24小时退款", "11-23 21:00"),
    ("明天一早给你退", "11-23 12:00"),
    ("今天下班前退", "11-22 23:59"),
]
#: said on Friday 27 November 2026 at 15:00
ON_A_FRIDAY = [
    ("周五之前给你退", "11-27 23:59:59"),
    ("礼拜五前退", "11-27 23:59:59"),
    ("星期五之前退返俾你", "11-27 23:59:59"),
    ("今晚12点前到账", "11-27 23:59:59"),
    ("今晚8点前", "11-27 20:00:00"),
    ("晚上8点前到账", "11-27 20:00:00"),
    ("8点前给你退", "11-27 20:00:00"),
    ("今天12点前退", "11-27 23:59:59"),
    ("今天0点前退", "11-27 23:59:59"),
    ("今晚12点半前退", "11-28 00:30:00"),
    ("今天上午给你退", "11-27 23:59:59"),
    ("明早退", "11-28 12:00:00"),
    ("月底前退", "11-30 23:59:59"),
    ("三到五个工作日", "12-04 23:59:59"),
    ("3个工作日内原路退回", "12-02 23:59:59"),
    ("5号前退", "12-05 23:59:59"),
]
#: times that promise nothing
NO_PROMISE = [
    "等了3天了",
    "已经两天没回",
    "超过24小时不处理",
    "我明天去报警",
    "售后期24小时",
    "3天前充的",
    "马上给你退",
    "尽快处理",
    "昨天说的",
    "11月20日已经退了",
    "我准备周一起诉",
    "上周五说给我退",
    "今天早上8点前退",
]


@pytest.mark.parametrize(("text", "due"), PROMISES)
def test_due_at_the_end_of_the_period(text, due, now, language):
    found = promised_time(normalise(text, language.tables).text, now, {})
    if due is None:
        assert found is None or found.date() == now.date()
    else:
        assert found is not None
        assert f"{found:%m-%d %H:%M}" == due


@pytest.mark.parametrize(("text", "due"), ON_A_FRIDAY)
def test_before_a_day_includes_the_day_and_twelve_at_night_ends_it(text, due, language):
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=SHANGHAI)
    found = promised_time(normalise(text, language.tables).text, friday, {})
    assert found is not None
    assert f"{found:%m-%d %H:%M:%S}" == due


@pytest.mark.parametrize("text", NO_PROMISE)
def test_no_promise_without_a_time_that_is_ahead(text, now, language):
    assert promised_time(normalise(text, language.tables).text, now, {}) is None


@pytest.mark.parametrize(
    ("said_on", "days", "due"),
    [
        ("2026-09-24", 3, "2026-09-30"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-11-20", 7, "2026-12-01"),
        ("2026-11-22", 1, "2026-11-23"),
    ],
)
def test_working_days_are_those_of_the_notice(said_on, days, due, language):
    calendar = {2026: CALENDAR[2026]}
    start = datetime.fromisoformat(f"{said_on}T10:00+08:00")
    text = normalise(f"{days}个工作日内退款", language.tables).text
    found = promised_time(text, start, _with_long_holiday(calendar))
    assert found is not None
    assert found.date() == date.fromisoformat(due)


def _with_long_holiday(calendar: dict[int, CalendarYear]) -> dict[int, CalendarYear]:
    """The notice of the fixture: 25 September off, 1 to 7 October off, 20 September and 10 October worked."""
    assert not is_working(date(2026, 10, 5), calendar)
    assert is_working(date(2026, 10, 10), calendar)
    return calendar


def test_a_year_without_notice_counts_monday_to_friday():
    assert is_working(date(2031, 1, 6), CALENDAR)
    assert not is_working(date(2031, 1, 5), CALENDAR)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("明天给你退", "promise"),
        ("请耐心等待24小时", "delay"),
        ("3天内补发给您", "promise"),
        ("周五前会有人联系您处理", "promise"),
        ("明天给你处理", "promise"),
        ("明天处理", "promise"),
        ("聽日同你處理", "promise"),
        ("周五之前给你弄好", "promise"),
        ("财务明天上班", "delay"),
        ("三到五个工作日", "delay"),
    ],
)
def test_the_reading_carries_the_due_time(text, kind, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert reading.promised_for is not None
    assert reading.promised_for > now


def test_a_refusal_with_a_term_promises_nothing(now, language, knowledge):
    assert read_reply("超过24小时不予处理", now, language, knowledge).promised_for is None


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(alphabet="0123456789一二三十半个天日周月号点前内后工作小时分明今下这底-:~ ,", max_size=40),
    days=st.integers(0, 25_000),
)
def test_never_fails_and_never_returns_a_naive_time(text, days):
    said = datetime(2020, 1, 1, 9, 30, tzinfo=SHANGHAI) + timedelta(days=days)
    found = promised_time(text, said, CALENDAR)
    assert found is None or found.tzinfo is not None
