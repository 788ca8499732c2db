"""The engine takes anything: every event in any state gives an answer, loses nothing, and survives JSON."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wording
from bot.commands.simulate import ROOT, world_maker
from bot.rehearsal import CODEC, Rehearsal
from flows.actions import Acknowledge, PlanNudges, Say
from flows.case import Outcome, Step
from flows.engine import advance, begin
from flows.events import (
    AlbumSettled,
    ChatBlocked,
    ChoicePicked,
    CommandGiven,
    EvidenceReceived,
    FileKind,
    FileRefused,
    FileStored,
    NudgeDue,
    Origin,
    TextReceived,
    UnsupportedReceived,
)
from handlers.render import render, units
from tests.flows.cases import NOW

STORY = "昨晚八点多在七七卡盟冲了50块q币，微信付的，到现在没到账"
TEXTS = [
    STORY,
    "在白鲸发卡买的激活码35块提示密钥无效",
    "对",
    "不是",
    "跳过",
    "出文书",
    "已发送",
    "退了",
    "没回",
    "他说虚拟商品不退",
    "写错了，不是50是60",
    "删除我的数据",
    "取消",
    "另一件事",
    "证据",
    "期限",
    "进度",
    "暂停提醒",
    "第二张才是付款截图",
    "商家地址是某市某路1号",
    "12315是什么",
    "",
    "\u200b\u200b",
    "\u202eabc",
    "😀😀😀",
    "?" * 50,
    "啊" * 4096,
    "9" * 5000,
    "\ud800坏字",
    "{{ 7*7 }} <b>&",
    "hello there",
]
CHOICES = [
    "yes", "types", "typepage:0", "type:partial", "skip", "draft", "sent", "again", "next", "evidence", "status",
    "out:refused", "out:silent", "out:refunded", "out:partial", "out:accepted", "out:waiting", "full", "notyet",
    "close:given_up", "reopen", "change", "set:pay_channel:wechat", "slot:1:bill", "counter:no_refund_virtual",
    "file:new", "file:same", "mute", "snooze", "resume", "deadlines", "export", "letter:12315.report", "nonsense",
    "set:x:y", "slot:99:zz", "close:zzz", "typepage:x",
]  # fmt: skip
CHAT_CHOICES = ["case:none", "pre:begin", "pre:result", "pre:site:unknown", "erase:yes", "erase:no", "privacy", "new", "stale", "mute", "unmute"]  # fmt: skip


@cache
def worlds():
    return world_maker()


@cache
def catalog():
    return wording.load(ROOT / "locales")


def stage():
    return Rehearsal(worlds(), catalog(), NOW)


def random_event(rng, conversation, at):
    case = rng.choice(conversation.cases) if conversation.cases else None
    number = rng.randint(1, 9)
    match rng.randint(0, 10):
        case 0 | 1 | 2:
            origin = Origin(name=rng.choice(["客服", None]), sent_at=at) if rng.random() < 0.1 else None
            return TextReceived(text=rng.choice(TEXTS), at=at, message_id=number, edited=rng.random() < 0.15, origin=origin)  # fmt: skip
        case 3 | 4 | 5:
            mine = case is not None and rng.random() < 0.9
            revision = case.revision if mine and rng.random() < 0.85 else rng.randint(-1, 20)
            choice = rng.choice(CHOICES if mine else CHAT_CHOICES)
            return ChoicePicked(case_id=case.id if mine else "", revision=revision, choice=choice, at=at, message_id=number, callback_id="q")  # fmt: skip
        case 6:
            return EvidenceReceived(file_key=f"k{rng.randint(1, 6)}", file_unique_id=f"u{rng.randint(1, 6)}", kind=rng.choice(list(FileKind)), at=at, message_id=number, caption=rng.choice(["", "微信账单", STORY]))  # fmt: skip
        case 7:
            return rng.choice([AlbumSettled(at=at), FileStored(file_key=f"k{number}", sha256="ab" * 32, size=1, mime="image/png", at=at), FileRefused(file_key=f"k{number}", reason=rng.choice(["too_big", "broken", "unsupported", "gone", "bomb"]), at=at)])  # fmt: skip
        case 8:
            return NudgeDue(case_id=case.id if case else "x", key="merchant-reply/0/20261123T1500", at=at, late=rng.choice([0.0, 9999.0]))  # fmt: skip
        case 9:
            return CommandGiven(name=rng.choice(["start", "new", "cases", "case", "draft", "check", "settings", "delete", "help", "cancel", "nope"]), argument=rng.choice(["", "nonsense"]), at=at)  # fmt: skip
        case _:
            return rng.choice([UnsupportedReceived(kind=rng.choice(["sticker", "dice", "story"]), at=at), ChatBlocked(blocked=False, at=at)])  # fmt: skip


#: Events after which silence is right: nothing was asked, or a batch is answered together later.
QUIET = (EvidenceReceived, AlbumSettled, FileStored, FileRefused, NudgeDue, ChatBlocked)


def check(before, event, result):
    says = [action for action in result.actions if isinstance(action, Say)]
    assert says or isinstance(event, QUIET), f"silence after {event}"
    if isinstance(event, ChoicePicked):
        assert [a for a in result.actions if isinstance(a, Acknowledge)], "a tapped button must stop spinning"
    for action in result.actions:
        for call in render(action, result.conversation, catalog(), event):
            text = call.params.get("text", "")
            assert units(text) <= 4096
            for row in call.params.get("reply_markup", {}).get("inline_keyboard", []):
                assert all(len(item["callback_data"].encode()) <= 64 for item in row)
    after = {case.id: case for case in result.conversation.cases}
    for case in before.cases:
        assert len(after[case.id].evidence) >= len(case.evidence), "evidence is append-only"
        assert len(after[case.id].filings) >= len(case.filings)
    for plan in (a for a in result.actions if isinstance(a, PlanNudges)):
        case = after[plan.case_id]
        assert not (case.outcome is not None and plan.nudges)
        assert len({nudge.key for nudge in plan.nudges}) == len(plan.nudges)
    raw = CODEC.dump_json(result.conversation)
    assert CODEC.validate_json(raw) == result.conversation


@pytest.mark.parametrize("seed", range(40))
def test_a_random_walk_never_falls(seed):
    rng, conversation, at = random.Random(seed), begin(1, "zh-hans"), NOW
    if seed % 2:
        conversation = advance(conversation, TextReceived(text=STORY, at=at, message_id=1), worlds()(at, "CSEED")).conversation  # fmt: skip
    for step in range(50):
        at += timedelta(minutes=rng.choice([0, 1, 60, 1500]))
        event = random_event(rng, conversation, at)
        result = advance(conversation, event, worlds()(at, f"C{seed}x{step}"))
        check(conversation, event, result)
        conversation = result.conversation


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_first_text_is_answered(text):
    conversation = begin(1, None)
    event = TextReceived(text=text, at=NOW, message_id=1)
    check(conversation, event, advance(conversation, event, worlds()(NOW, "CANY")))


def test_the_same_inputs_give_the_same_outputs():
    event = TextReceived(text=STORY, at=NOW, message_id=1)
    first = advance(begin(1), event, worlds()(NOW, "C1"))
    assert first == advance(begin(1), event, worlds()(NOW, "C1"))


def test_a_stale_button_changes_nothing_and_shows_the_present_step():
    one = stage()
    one.say(STORY)
    case = one.conversation.cases[0]
    one.tap("对")
    after = one.conversation.cases[0]
    answers = one.choose("type:partial", case.id, case.revision)
    assert one.conversation.cases[0] == after
    assert answers


@pytest.mark.parametrize("case_id", ["ZZZZ", "C' OR 1=1", "../../x"])
def test_a_button_of_somebody_elses_case_is_refused(case_id):
    one = stage()
    one.say(STORY)
    before = one.conversation.cases
    one.choose("close:given_up", case_id, 1)
    assert one.conversation.cases == before


def test_a_double_tap_acts_once():
    one = stage()
    one.say(STORY)
    one.tap("对")
    one.say("出文书")
    revision, case_id = one.conversation.cases[0].revision, one.conversation.cases[0].id
    one.choose("sent", case_id, revision)
    one.choose("sent", case_id, revision)
    assert len(one.conversation.cases[0].filings) == 1


def test_a_nudge_for_a_stage_that_was_left_says_nothing():
    one = stage()
    for line in (STORY, "对", "出文书", "已发送"):
        one.say(line)
    case = one.conversation.cases[0]
    key = next(key for (_, key) in one.pending if key.startswith("merchant-reply/0"))
    one.say("没回")
    one.tap("里面有很多店")
    assert one.conversation.cases[0].stage != case.stage
    assert one.happen(NudgeDue(case_id=case.id, key=key, at=one.now + timedelta(days=1))) == []


def test_turns_to_the_first_draft():
    """ux: at most six for a cooperative person, at most three for a pasted order."""
    one = stage()
    turns = 0
    for line in (STORY, "对", "QB20261121203344", "出文书"):
        turns += 1
        shown = one.say(line)
    assert any(message.copy for message in shown)
    assert turns <= 6
    two = stage()
    pasted = "订单号：KM20261121190212\n商品：一卡通100元\n实付：95.00元\n支付方式：支付宝\n支付时间：2026-11-21 19:02\n平台：云朵发卡网\n卡密提示已被使用"
    for line in (pasted, "对", "出文书"):
        shown = two.say(line)
    assert any(message.copy for message in shown)


def test_erasing_needs_a_yes():
    one = stage()
    one.say(STORY)
    one.say("删除我的数据")
    one.say("不")
    assert one.conversation.cases
    one.say("删除我的数据")
    one.say("确认删除")
    assert not one.conversation.cases


def test_secrets_are_not_kept():
    one = stage()
    one.say(STORY + "，我的支付密码是：839201")
    assert "839201" not in CODEC.dump_json(one.conversation).decode()


def test_traditional_writers_are_answered_in_traditional():
    one = stage()
    one.say("我前日用支付寶付了328元買遊戲點數，到現在都沒有入帳")
    assert one.conversation.locale == "zh-TW"
    one.say("对，就是这样的，没错，请继续")
    assert one.conversation.locale == "zh-CN"


def test_a_closed_case_opens_again_where_it_stood():
    one = stage()
    for line in (STORY, "对", "出文书", "已发送", "退了"):
        one.say(line)
    one.tap("全额到账了")
    assert one.conversation.cases[0].outcome is Outcome.REFUNDED
    assert not one.pending
    one.tap("重新打开")
    assert one.conversation.cases[0].step is Step.WAITING
    assert replace(one.conversation.cases[0], outcome=None) == one.conversation.cases[0]
