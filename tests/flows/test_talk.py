"""What is heard in the middle of a claim, and what it leads to. Wording is asserted in the transcripts, not here."""

from datetime import timedelta

import pytest

from flows.case import Outcome, Step
from flows.events import EvidenceReceived, FileKind
from tests.flows.test_engine import STORY, stage


def sent():
    one = stage()
    for line in (STORY, "对", "出文书", "已发送"):
        one.say(line)
    return one


def case(one):
    return one.conversation.cases[0]


def labels(shown):
    return [label for message in shown for label, *_ in message.buttons]


def choices(shown):
    return [choice for message in shown for _, choice, *_ in message.buttons]


def test_an_admission_asks_to_write_what_happened():
    one = sent()
    assert "type:wrong_input" in choices(one.say("其实是我自己QQ号填错了"))
    one.tap("按这个处理")
    assert case(one).problem == "wrong_input"
    one.say("出文书")
    assert "失误" in next(message.copy for message in one.shown if message.copy and "失误" in message.copy)


def test_a_demand_for_money_stops_everything():
    one = sent()
    shown = one.forward("再付50手续费就给你退", "客服", one.now)
    assert "go:police" in choices(shown)
    assert not any("怎么回他" in label for label in labels(shown))


def test_money_paid_on_demand_is_no_name_of_a_merchant():
    one = sent()
    one.forward("再付50手续费就给你退", "客服", one.now)
    one.say("我已经付了50了")
    assert "merchant" not in case(one).facts


@pytest.mark.parametrize(("text", "channel"), [("我要起诉", "court"), ("报警", "police"), ("12315", "12315")])
def test_a_stage_can_be_named(text, channel):
    one = sent()
    one.say(text)
    assert case(one).stage == channel


@pytest.mark.parametrize("text", ["报警有用吗", "12315是什么"])
def test_a_question_about_a_stage_is_no_wish_to_go_there(text):
    one = sent()
    one.say(text)
    assert case(one).stage == "merchant"


def test_a_site_that_sells_itself_has_no_platform_step():
    one = sent()
    one.say("没回")
    one.tap("它自己卖")
    assert case(one).stage == "wechat_pay"


def test_an_unknown_way_of_paying_is_asked_for_where_the_way_forks():
    one = stage()
    for line in ("在七七卡盟充了50块q币一直没到账", "对", "跳过", "跳过", "跳过", "出文书", "已发送", "没回"):
        one.say(line)
    one.tap("它自己卖")
    assert case(one).asking == "pay_channel"
    one.tap("支付宝付给商家")
    assert case(one).stage == "alipay"


def test_the_other_sides_words_are_quoted_and_the_persons_are_not():
    one = sent()
    one.say("客服回我：系统显示已经充值成功")
    assert case(one).replies[-1].text == "系统显示已经充值成功"
    two = sent()
    two.say("他们就是不给我退款啊怎么都说不通")
    assert all(reply.text == "" for reply in case(two).replies)


def test_a_promise_becomes_a_date_and_a_broken_one_a_fact():
    one = sent()
    one.forward("明天给你退", "客服", one.now)
    assert case(one).replies[-1].promised_for.date() == (one.now + timedelta(days=1)).date()
    assert case(one).snoozed_until is not None
    one.wait(timedelta(days=2))
    one.say("还没退")
    assert case(one).filings[-1].result == "refused"


def test_arrived_can_be_goods_or_money():
    one = sent()
    assert {"close:delivered", "out:refunded"} <= set(choices(one.say("到账了")))
    assert case(one).outcome is None


def test_a_part_that_came_back_is_taken_off_the_claim():
    one = sent()
    one.tap("部分退")
    one.say("退了20")
    assert case(one).facts["claimed"].value == 3000
    one.tap("到此为止")
    assert case(one).outcome is Outcome.PARTIAL


def test_everything_back_in_parts_is_a_refund():
    one = sent()
    one.tap("部分退")
    one.say("50")
    assert case(one).outcome is Outcome.REFUNDED


def test_a_named_case_is_meant():
    one = sent()
    one.say("另一件事")
    one.say("在白鲸发卡网买的windows激活码35块，提示密钥无效，微信付的，昨天")
    assert len(one.conversation.cases) == 2
    first, second = one.conversation.cases
    assert one.conversation.current == second.id
    one.say("q币那个客服说不退")
    assert one.conversation.current == first.id


def test_another_site_is_asked_about_before_it_overwrites():
    one = sent()
    one.say("在白鲸发卡网买的激活码35块提示密钥无效，昨天付的")
    assert one.conversation.asking == "same_case"
    one.say("另一件事")
    assert len(one.conversation.cases) == 2


def test_facts_can_be_given_by_the_name_that_the_draft_uses():
    one = sent()
    one.say("商家地址是某省某市某路1号")
    assert case(one).facts["address"].value == "某省某市某路1号"


def test_an_edited_story_changes_the_facts_that_came_from_it():
    one = stage()
    one.say(STORY, message_id=77)
    one.say(STORY.replace("50块", "80块"), edited=True, message_id=77)
    assert case(one).facts["amount"].value == 8000


def test_a_long_pause_is_greeted_with_where_things_stand():
    one = sent()
    one.wait(timedelta(days=6))
    shown = one.say("在吗")
    assert any("6" in message.text for message in shown)


def test_pictures_come_back_to_the_open_question():
    one = stage()
    one.say(STORY)
    one.say("对")
    assert case(one).step is Step.ASK_FACT
    one.photos(1, "微信账单")
    assert case(one).step is Step.ASK_FACT
    assert case(one).evidence[0].slot == "bill"
    one.say("QB20261121203344")
    assert case(one).facts["order_no"].value == "QB20261121203344"


def test_a_repeated_picture_is_told_once():
    one = sent()
    one.photos(1)
    before = len(case(one).evidence)
    event_key = case(one).evidence[-1].unique_id
    one.happen(
        EvidenceReceived(
            file_key="again", file_unique_id=event_key, kind=FileKind.PHOTO, at=one.now, message_id=5
        )
    )
    assert len(case(one).evidence) == before + 1
    assert case(one).evidence[-1].problem.startswith("twin:")
