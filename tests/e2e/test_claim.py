"""A whole claim: told, confirmed, proven, sent to merchant, platform, WeChat Pay and 12315, and paid back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.e2e.rehearsal import Message, Rehearsal, Somebody

STORY = "昨晚八点多在七七卡盟冲了50块q币，微信付的，到现在没到账，客服说系统显示已发货"
PUT_OFF = ["明天再说", "停止提醒"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A bot whose clock is pushed and which is killed."""
    with Rehearsal(tmp_path_factory.mktemp("alone")).running() as rehearsal:
        yield rehearsal


def answer_of(messages: list[Message]) -> Message:
    """The only message with buttons; the others lead up to it."""
    (last,) = [message for message in messages if message.data]
    assert last is messages[-1]
    return last


def handed_over(messages: list[Message], *facts: str) -> Message:
    """A text to copy, with these words in it."""
    draft = answer_of(messages)
    assert draft.copied
    assert [fact for fact in facts if fact not in draft.copied] == []
    assert "已发送" in draft.labels
    return draft


def questions(person: Somebody, messages: list[Message]) -> list[Message]:
    """Answer whatever is asked before the next text, by button where there is one, otherwise by skipping."""
    for _ in range(8):
        asked = answer_of(messages)
        if asked.copied:
            return messages
        choice = next((label for label in ("里面有很多店", "自己用") if label in asked.labels), "跳过")
        messages = person.taps(choice, asked)
    raise AssertionError(f"no end of questions: {messages}")


def is_reminded(person: Somebody, *labels: str) -> Message:
    """Nothing comes a minute before the next reminder is due; then it comes, once, with its buttons."""
    due = person.stage.next_due()
    assert due is not None
    person.stage.clock(now=(due - timedelta(minutes=1)).isoformat())
    assert person.hears() == []
    person.stage.clock(now=due.isoformat())
    (reminder,) = person.hears()
    assert timedelta(0) <= reminder.at - due < timedelta(minutes=1)
    assert set(labels) | set(PUT_OFF) <= set(reminder.labels)
    person.stage.clock(seconds=60)
    assert person.hears() == []
    return reminder


def test_a_claim_goes_from_the_story_to_the_money(alone: Rehearsal) -> None:
    person = Somebody(alone)
    assert "怎么顺口怎么说" in answer_of(person.says("/start")).text
    told = answer_of(person.says(STORY))
    assert [fact for fact in ("未到账", "50元", "七七卡盟", "11月21日") if fact not in told.text] == []
    assert "订单号" in answer_of(person.taps("对")).text
    answer_of(person.says("订单号是QB20261121203344"))
    assert "编为证据1、2、3" in answer_of(person.sends(3, caption="微信账单")).text
    assert "证据2：订单页面" in answer_of(person.taps("订单页面")).text
    handed_over(person.says("出文书"), "QB20261121203344", "50.00元", "证据1")
    assert "11月23日" in answer_of(person.taps("已发送")).text

    is_reminded(person, "退了", "拒绝", "没回", "走下一步")
    refused = person.does(
        "forward", text="虚拟商品一经售出概不退换", origin="客服小李", date="2026-11-23T14:30:00+08:00"
    )
    assert refused["messages"][0]["forward_origin"]
    assert "怎么回他" in answer_of(person.hears()).labels
    assert "退款" in answer_of(person.taps("怎么回他")).copied
    draft = handed_over(questions(person, person.taps("走下一步")), "虚拟商品一经售出概不退换", "电子商务法")
    assert "平台" in draft.text
    person.taps("已发送")

    is_reminded(person, "退了", "没回")
    assert "商户全称" in answer_of(person.taps("没回")).text
    named = person.does("say", text="商户全称是七七网络公司")["messages"][0]["message_id"]
    person.hears()
    person.does("edit", message_id=named, text="商户全称是七七网络科技有限公司")
    corrected = person.hears()
    assert "七七网络科技有限公司" in corrected[-1].text
    draft = handed_over(questions(person, corrected), "七七网络科技有限公司", "50.00元")
    assert "微信支付" in draft.text
    person.taps("已发送")

    is_reminded(person, "退了", "拒绝")
    complaint = handed_over(questions(person, person.taps("拒绝")), "七七网络科技有限公司", STORY)
    assert "12315" in complaint.text
    assert "【待补充：商家地址】" in complaint.copied
    person.taps("已发送")

    is_reminded(person, "受理了", "拒绝")
    assert "暂定" in answer_of(person.taps("受理了")).text
    is_reminded(person, "退了", "拒绝")
    assert "50元" in answer_of(person.says("退了")).text
    closed = answer_of(person.taps("全额到账了"))
    assert "重新打开" in closed.labels
    assert alone.next_due() is None, "a closed case sends no reminders"
    assert alone.rows("SELECT count(*) FROM outbox WHERE state != 'sent' AND chat_id = ?", person.id) == [
        (0,)
    ]


def hang(method: str, person: Somebody | None = None, *, after: bool = False) -> dict[str, object]:
    """The next call of a kind gets no answer: Telegram took it (`after`) or not."""
    chat = {"chat": person.id} if person else {}
    return {"kind": "hang_after" if after else "hang", "method": method, "seconds": 60, "times": 9, **chat}


def test_killed_at_any_moment_it_goes_on_where_it_was(alone: Rehearsal) -> None:
    person = Somebody(alone)
    alone.faults(hang("getUpdates"))
    person.does("say", text="/start")  # the poll that is open brings it
    alone.until(person.chat)
    person.does("say", text=STORY)
    alone.again()
    welcome, told = person.hears()
    assert "怎么顺口怎么说" in welcome.text, "answered once, though it came again"
    assert "50元" in told.text, "said while nobody listened, answered after the start"

    alone.faults(hang("sendMessage", person))
    person.does("tap", message_id=person.last().id, label="对")
    wait_for_sending(alone)
    alone.again()
    assert person.hears() == [], "nobody knows whether it arrived, so it is not said a second time"
    assert "订单号" in person.says("🤔")[-1].text, "the next message draws the step again"

    person.says("订单号是QB20261121203344")
    handed_over(person.says("出文书"), "QB20261121203344")
    alone.faults(hang("sendMessage", person, after=True))
    person.does("tap", message_id=person.last().id, label="已发送")
    wait_for_sending(alone)
    files = [{"name": f"{n}.png", "mime": "image/png", "base64": "iVBORw0KGgo="} for n in range(2)]
    person.does("album", files=files)
    alone.again()
    said = [message.text for message in person.hears()]
    assert sum("从现在起的期限" in text for text in said) == 1, "what had arrived is not said again"
    assert alone.rows("SELECT count(*) FROM files WHERE chat_id = ?", person.id) == [(2,)]
    is_reminded(person, "退了", "没回")


def wait_for_sending(stage: Rehearsal) -> None:
    """A message is on its way."""
    sending = "SELECT 1 FROM outbox WHERE state = 'sending' AND method = 'sendMessage'"
    stage.until(lambda: stage.rows(sending))
