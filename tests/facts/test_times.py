"""Time phrases, told on Sunday 2026-11-22 at 21:00; a payment always lies in the past."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.facts import written_time
from flows.facts.paid_at import promised_time
from flows.facts.text import Reading
from flows.facts.times import find_times
from flows.language import Language
from flows.moment import SHANGHAI, Precision
from flows.normalise import normalise
from tests.facts.conftest import NOW, Read

PHRASES = {
    "昨天晚上八点多": "2026-11-21T20:00",
    "上周三": "2026-11-11",
    "前天下午充了500": "2026-11-20",
    "11月3号20:15": "2026-11-03T20:15",
    "三天前": "2026-11-19",
    "国庆那会儿": "2026-10-01",
    "今早": "2026-11-22",
    "昨儿半夜": "2026-11-21",
    "上个月底": "2026-10-31",
    "半小时前": "2026-11-22T20:30",
    "两个多小时前": "2026-11-22T19:00",
    "上礼拜天": "2026-11-15",
    "周五晚上": "2026-11-20",
    "大前天": "2026-11-19",
    "2026-11-20 14:03:22": "2026-11-20T14:03",
    "2026年11月20日下午2点": "2026-11-20T14:00",
    "11.18": "2026-11-18",
    "11/18 21:07": "2026-11-18T21:07",
    "18号晚上": "2026-11-18",
    "10月底": "2026-10-31",
    "去年双十一": "2025-11-11",
    "双11": "2026-11-11",
    "春节那几天": "2026-02-17",
    "昨天中午12点多": "2026-11-21T12:00",
    "今天凌晨一点四十": "2026-11-22T01:40",
    "这周一": "2026-11-16",
    "十分钟前": "2026-11-22T20:50",
    "一个星期前": "2026-11-15",
    "半个月前": "2026-11-07",
    "9月12号": "2026-09-12",
    "12月3号": "2025-12-03",
    "晚上十点": "2026-11-21T22:00",
    "昨晚": "2026-11-21",
    "上周末": "2026-11-14",
    "礼拜二下午三点一刻": "2026-11-17T15:15",
    "中秋节": "2026-09-25",
    "月初": "2026-11-01",
    "昨天 20点15分": "2026-11-21T20:15",
    "11月18日 晚9点半": "2026-11-18T21:30",
    "两天前的下午": "2026-11-20",
    "前天夜里十一点半": "2026-11-20T23:30",
    "上个星期六": "2026-11-14",
    "20261118210733": "2026-11-18T21:07",
    "大概一个月前": "2026-10-22",
    "六月十八": "2026-06-18",
    "618那天": "2026-06-18",
    "十月中旬": "2026-10-15",
    "昨晚两点": "2026-11-22T02:00",
    "前晚十一点半": "2026-11-20T23:30",
    "尋晚": "2026-11-21",
    "1h前": "2026-11-22T20:00",
    "今年3月5日": "2026-03-05",
    "10.30 晚8:05": "2026-10-30T20:05",
    "２０２６年１１月１５日": "2026-11-15",
}
#: Points in time that cannot be resolved to a day.
VAGUE = {
    "上上周": Precision.WEEK,
    "前几天": Precision.WEEK,
    "上个月": Precision.MONTH,
    "10月": Precision.MONTH,
}
NO_TIMES = (
    "开学那天",
    "订单号20261015083712345",
    "买了3张50的",
    "等了3天",
    "12个月的会员",
    "6月卡",
    "激活数已满(3/3)",
    "价格9.9",
    "30点券",
    "七号柜台",
    "目前天天登不上",
)


def _times(text: str, language: Language, now: datetime = NOW) -> list[str | None]:
    reading = Reading(normalise(text, language.tables), language.facts)
    return [written_time(one.moment) for one in find_times(reading, now)]


@pytest.mark.parametrize(("phrase", "expected"), PHRASES.items())
def test_a_time_phrase_is_resolved_looking_back(phrase: str, expected: str, language: Language) -> None:
    assert _times(phrase, language) == [expected]


def test_just_now_is_now_but_names_no_minute(language: Language) -> None:
    assert _times("刚刚", language) == ["2026-11-22"]


@pytest.mark.parametrize(("phrase", "precision"), VAGUE.items())
def test_a_vague_time_keeps_its_width_and_is_not_written_as_a_day(
    phrase: str, precision: Precision, language: Language
) -> None:
    reading = Reading(normalise(phrase, language.tables), language.facts)
    (one,) = find_times(reading, NOW)
    assert one.moment.precision is precision
    assert one.moment.approx
    assert written_time(one.moment) is None


@pytest.mark.parametrize("phrase", NO_TIMES)
def test_what_is_no_point_in_time_is_left_alone(phrase: str, language: Language) -> None:
    assert _times(phrase, language) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天下单的，今天还没到，12月1号就过期了", "2026-11-21"),
        ("上次买的没问题，这次周三付的款没到账", "2026-11-18"),
        ("付了钱三天没发货", "2026-11-19"),
        ("昨天客服说今天处理，11月15号付的钱", "2026-11-15"),
        ("2027-10-10到期的会员，11月20日买的就没了", "2026-11-20"),
        ("提货时间：11-20 18:02\n支付时间：11-20 17:58:01", "2026-11-20"),
    ],
)
def test_the_time_of_payment_is_chosen_among_several(text: str, expected: str, read: Read) -> None:
    stated = read(text)["paid_at"]
    assert (written_time(stated.value) or "")[:10] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "等了3天还没到",
        "昨天还能登，今天显示域名过期",
        "今早被卖家找回了",
        "会员用了20天掉了",
        "每天早上都要登录买一次",
    ],
)
def test_a_time_of_something_else_is_not_the_time_of_payment(text: str, read: Read) -> None:
    assert "paid_at" not in read(text)


def test_a_time_keeps_the_words_as_typed(read: Read) -> None:
    text = "我 尋晚 用支付寶俾咗￥50"
    found = read(text)["paid_at"]
    assert text[found.span.start : found.span.end] == found.words == "尋晚"


def test_weeks_start_on_monday(language: Language) -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
    assert _times("上周日", language, monday) == ["2026-11-22"]
    assert _times("这周一", language, monday) == ["2026-11-23"]


def test_the_29th_of_february_and_impossible_days(language: Language) -> None:
    assert _times("2月29号", language) == ["2024-02-29"]
    assert _times("2月30号", language) == []
    assert _times("2026-13-45", language) == []


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("明天给你处理", "2026-11-24"),
        ("三天内到账", "2026-11-26"),
        ("周一退", "2026-11-24"),
        ("月底前", "2026-12-01"),
    ],
)
def test_a_promise_lies_ahead(words: str, end: str) -> None:
    found = promised_time(words, NOW)
    assert found is not None
    assert found[0].end.strftime("%Y-%m-%d") == end


def test_24_hours_run_from_now() -> None:
    found = promised_time("24小时内退", NOW)
    assert found is not None
    assert found[0].end == datetime(2026, 11, 23, 21, 0, tzinfo=SHANGHAI)
