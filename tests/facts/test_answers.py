"""Short answers, corrections, orders about exhibits, commands, told outcomes, secrets."""

from __future__ import annotations

import pytest

from flows.answers import (
    ItemOrder,
    command_word,
    declined,
    mask,
    outcome_words,
    read_answer,
    read_corrections,
    secrets_in,
    withdrawal_of_item,
    yes_no,
)
from flows.facts import written_time
from flows.language import Language
from flows.moment import Moment
from tests.facts.conftest import NOW


@pytest.mark.parametrize(
    "text",
    ["嗯", "对", "是的", "没错", "好", "行", "可以", "有啊", "对的对的", "好的谢谢", "嗯，联系过了", "係呀"],
)
def test_yes(text: str, language: Language) -> None:
    assert yes_no(text, language) is True


@pytest.mark.parametrize("text", ["不是", "不对", "没有", "并没有", "还没", "不是，是昨天", "冇", "不用了"])
def test_no(text: str, language: Language) -> None:
    assert yes_no(text, language) is False


@pytest.mark.parametrize(
    "text", ["可以吗？", "行不行", "付了68块没到账", "", "？？？", "是谁", "对方跑了", "好像是昨天"]
)
def test_neither_yes_nor_no(text: str, language: Language) -> None:
    assert yes_no(text, language) is None


@pytest.mark.parametrize(
    "text", ["不知道", "忘了", "没有", "不清楚", "跳过", "先不说", "无", "我不记得了", "订单号找不到了"]
)
def test_declined(text: str, language: Language) -> None:
    assert declined(text, language)


@pytest.mark.parametrize(
    "text", ["商家不知道去哪了", "648", "支付宝", "没有到账", "", "忘了是周三还是周四，应该是周三"]
)
def test_not_declined(text: str, language: Language) -> None:
    assert not declined(text, language)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("pay_channel", "支付宝", "alipay"),
        ("pay_channel", "wx转账", "wechat_transfer"),
        ("pay_channel", "微信转给他的", "wechat_transfer"),
        ("pay_channel", "花呗", "alipay"),
        ("order_no", "1234567", "1234567"),
        ("order_no", "ＤＤ１２３４５６", "DD123456"),
        ("payment_no", "4200001234202611181234567890", "4200001234202611181234567890"),
        ("platform", "在山雀卡盟买的", "山雀卡盟"),
        ("platform", "叫 小桥点卡", "小桥点卡"),
        ("goods", "买的是王者荣耀点券", "王者荣耀点券"),
        ("merchant", "阿柚数卡", "阿柚数卡"),
        ("account", "13800001234", "138****1234"),
        ("contacted", "联系过了", "yes"),
        ("contacted", "还没", "no"),
        ("role", "帮我妈买的", "for_other"),
        ("role", "我自己用的", "self"),
        ("child_age", "他今年十岁", 10),
        ("quantity", "3张", 3),
    ],
)
def test_an_answer_is_read_for_the_fact_that_was_asked(
    fact: str, text: str, value: str | int, language: Language
) -> None:
    found = read_answer(fact, text, NOW, language)
    assert found is not None
    assert found.value == value
    assert 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "day"), [("昨晚", "2026-11-21"), ("11.18", "2026-11-18"), ("20号", "2026-11-20")]
)
def test_a_time_answers(text: str, day: str, language: Language) -> None:
    found = read_answer("paid_at", text, NOW, language)
    assert found is not None
    assert isinstance(found.value, Moment)
    assert written_time(found.value) == day


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("amount", "不知道"),
        ("order_no", "没找到"),
        ("order_no", "4200001234202611181234567890"),
        ("platform", "是的"),
        ("platform", "为什么要问这个？"),
        ("paid_at", "648"),
        ("detail", "什么都行"),
        ("amount", ""),
    ],
)
def test_what_does_not_answer_gives_nothing(fact: str, text: str, language: Language) -> None:
    assert read_answer(fact, text, NOW, language) is None


KNOWN = {"amount": 8800, "pay_channel": "alipay", "platform": "岩羊卡盟", "order_no": "123456"}


@pytest.mark.parametrize(
    ("text", "name", "value", "old"),
    [
        ("写错了，不是88是68", "amount", 6800, "88"),
        ("金额改成128", "amount", 12800, ""),
        ("不是88，是68", "amount", 6800, "88"),
        ("平台名打错了，是山羊卡盟", "platform", "山羊卡盟", ""),
        ("不是岩羊卡盟，是山羊卡盟", "platform", "山羊卡盟", "岩羊卡盟"),
        ("订单号是DD20261203不是123456", "order_no", "DD20261203", "123456"),
        ("更正：金额68", "amount", 6800, ""),
        ("说错了 是微信不是支付宝", "pay_channel", "wechat", "支付宝"),
    ],
)
def test_a_correction_names_the_fact_the_new_value_and_the_old_words(
    text: str, name: str, value: str | int, old: str, language: Language
) -> None:
    (correction,) = read_corrections(text, NOW, language, KNOWN)
    assert (correction.name, correction.found.value, correction.old_words) == (name, value, old)
    span = correction.found.span
    assert text[span.start : span.end] == correction.found.words


def test_a_day_is_corrected(language: Language) -> None:
    yesterday = read_answer("paid_at", "昨天", NOW, language)
    assert yesterday is not None
    (correction,) = read_corrections("不是昨天是前天", NOW, language, {"paid_at": yesterday.value})
    assert isinstance(correction.found.value, Moment)
    assert written_time(correction.found.value) == "2026-11-20"


@pytest.mark.parametrize(
    "text",
    [
        "不是没到，是到少了",
        "不是重复扣款，就是扣了一次",
        "我付了68",
        "号没填错，我核对了三遍",
        "不是他不回，是店没了",
        "谢谢",
    ],
)
def test_a_denial_is_no_correction(text: str, language: Language) -> None:
    assert read_corrections(text, NOW, language, KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("第二张才是付款截图", (ItemOrder(2, "付款截图", False),)),
        ("3号不要了", (ItemOrder(3, None, True),)),
        ("撤回第2张", (ItemOrder(2, None, True),)),
        ("把第2张删了", (ItemOrder(2, None, True),)),
        ("第一张和第三张是聊天记录", (ItemOrder(1, "聊天记录", False), ItemOrder(3, "聊天记录", False))),
        ("证据2是订单页", (ItemOrder(2, "订单页", False),)),
        ("11月3号不要了", ()),
        ("第二张卡是无效的", ()),
        ("我付了3块", ()),
    ],
)
def test_orders_about_exhibits(text: str, orders: tuple[ItemOrder, ...], language: Language) -> None:
    assert withdrawal_of_item(text, language) == orders


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("取消", "cancel"),
        ("算了吧", "cancel"),
        ("别提醒了", "pause"),
        ("恢复提醒", "resume"),
        ("删除我的数据", "erase"),
        ("刪除我的數據", "erase"),
        ("重来", "restart"),
        ("请转人工", "human"),
        ("帮助！", "help"),
        ("到哪了？", "status"),
        ("帮我写投诉信", "draft"),
        ("还缺什么", "evidence"),
        ("还有几天", "deadlines"),
        ("导出", "export"),
        ("我的个案", "cases"),
        ("还有一单", "new"),
        ("投诉了", "sent"),
        ("返回", "back"),
        ("看不懂", "easy"),
        ("隐私", "privacy"),
        ("跳过", "skip"),
    ],
)
def test_a_whole_message_is_a_command(text: str, command: str, language: Language) -> None:
    assert command_word(text, language) == command


@pytest.mark.parametrize(
    "text",
    ["取消订单他不同意", "平台帮助中心打不开", "商家让我重来一次", "人工客服也不理我", "", "我发了三次消息"],
)
def test_a_command_word_inside_a_sentence_is_none(text: str, language: Language) -> None:
    assert command_word(text, language) is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("退了", "refunded"),
        ("钱到了", "refunded"),
        ("已到账", "refunded"),
        ("补发了", "delivered"),
        ("不给退", "refused"),
        ("驳回了", "refused"),
        ("没回", "silent"),
        ("一直没人理我", "silent"),
        ("退了一半", "partial"),
        ("只退了30", "partial"),
        ("再等等", "waiting"),
        ("说明天退", "waiting"),
        ("客服说已经退了但是没到账", "waiting"),
        ("受理了", "accepted"),
        ("一开始拒绝，后来退了", "refunded"),
        ("没退", None),
        ("还没退", None),
        ("退了吗", None),
        ("没到账", None),
        ("没有拒绝", None),
        ("没发货", None),
    ],
)
def test_a_told_outcome(text: str, outcome: str | None, language: Language) -> None:
    assert outcome_words(text, language) == outcome


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("4111 1111 1111 1111", "bank_card", "****1111"),
        ("身份证11010519491231002X", "identity", "身份证110****"),
        ("验证码是8812", "code", "验证码是****"),
        ("密码是abc123", "password", "密码是****"),
        ("卡密：ABCD-1234-EFGH-5678", "card_code", "卡密：ABCD****78"),
        ("AB12C-12345-FGHIJ-67890", "card_code", "AB12****90"),
        ("ｃｖｖ是１２３", "cvv", "ｃｖｖ是****"),
    ],
)
def test_secrets_are_found_and_masked(text: str, kind: str, masked: str) -> None:
    found = secrets_in(text)
    assert [one.kind for one in found] == [kind]
    assert mask(text, found) == masked


@pytest.mark.parametrize(
    "text",
    [
        "订单号20261015083712345",
        "订单号 4111111111111111",
        "单号7741-2290-03",
        "密码：错误",
        "密码是错的",
        "卡密:已隐藏",
        "11010519491231002",
        "2026-11-20 12:33:10",
        "验证码一直收不到",
    ],
)
def test_other_numbers_and_words_are_no_secrets(text: str) -> None:
    assert secrets_in(text) == ()
    assert mask(text, ()) == text
