"""Site, seller, goods, numbers and people; order pages and chat logs."""

from __future__ import annotations

import pytest

from flows.moment import Moment
from tests.facts.conftest import Read

PAGE = """订单编号：KM202611180934
商品名称：王者荣耀点券直充 648点
实付金额：￥61.20
支付方式：微信支付
下单时间：2026-11-18 09:34
数量：2
店铺名：晚风小铺
平台：雪豹角卡盟
充值账号：13800001234
有效期至：2026-11-20"""


def test_an_order_page_is_read_field_by_field(read: Read) -> None:
    facts = {name: found.value for name, found in read(PAGE).items()}
    moment = facts.pop("paid_at")
    assert isinstance(moment, Moment)
    assert moment.start.strftime("%m-%d %H:%M") == "11-18 09:34"
    expected = {
        "order_no": "KM202611180934",
        "goods": "王者荣耀点券直充 648点",
        "goods_kind": "game_points",
        "amount": 6120,
        "pay_channel": "wechat",
        "quantity": 2,
        "merchant": "晚风小铺",
        "platform": "雪豹角卡盟",
        "account": "138****1234",
    }
    assert {name: facts[name] for name in expected} == expected


@pytest.mark.parametrize("separator", ["：", ":", " : ", "="])
@pytest.mark.parametrize("end", ["\n", " | ", "；", " / ", "｜"])
def test_pages_come_with_all_sorts_of_separators(separator: str, end: str, read: Read) -> None:
    text = end.join(
        f"{label}{separator}{value}"
        for label, value in (
            ("单号", "7741-2290-03"),
            ("面值", "100"),
            ("实付", "97.80"),
            ("付款方式", "支付宝"),
        )
    )
    facts = {name: found.value for name, found in read(text).items()}
    assert (facts["order_no"], facts["amount"], facts["pay_channel"]) == ("7741-2290-03", 9780, "alipay")


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("在山雀卡盟买的点券没到", "山雀卡盟"),
        ("一个叫小桥点卡的网站，付了50", "小桥点卡"),
        ("我从绿豆数卡拿的码是废的", "绿豆数卡"),
        ("喺銅鈴卡盟買咗張卡", "銅鈴卡盟"),
        ("闲鱼上买的号被找回了", "闲鱼"),
        ("淘宝的店发的码不对", "淘宝"),
    ],
)
def test_the_site_keeps_its_name_as_written(text: str, platform: str, read: Read) -> None:
    assert read(text)["platform"].value == platform


@pytest.mark.parametrize(
    "text",
    ["第一次上卡盟", "买了张京东e卡", "这个卡盟靠谱吗", "自动发卡的那种", "买的点卡没到", "什么卡盟都有"],
)
def test_a_word_for_any_site_is_no_name(text: str, read: Read) -> None:
    assert "platform" not in read(text)


@pytest.mark.parametrize(
    ("text", "merchant"),
    [
        ("卖家“阿柚数卡”不回我", "阿柚数卡"),
        ("店铺「晚风电玩」关了", "晚风电玩"),
        ("在七月号铺买了个号", "七月号铺"),
        ("小满数码：已发货\n我：没收到\n小满数码：再看看", "小满数码"),
        ("收款方：阿满数码 金额：￥50.00 状态：成功", "阿满数码"),
    ],
)
def test_the_seller_is_named(text: str, merchant: str, read: Read) -> None:
    assert read(text)["merchant"].value == merchant


@pytest.mark.parametrize(
    "text",
    [
        "客服：请稍等\n我：等多久\n客服：在催",
        "商家：这个不能退\n我：凭什么\n商家：规则就是这样",
        "导师：先垫500\n我：好",
    ],
)
def test_a_role_is_no_seller(text: str, read: Read) -> None:
    assert "merchant" not in read(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("订单号 QZ-20261030-5518，没发货", "QZ-20261030-5518"),
        ("单号是BC-1105-2231", "BC-1105-2231"),
        ("只有1个单，DD20261203101", "DD20261203101"),
        ("2026111512340001 这单没到", "2026111512340001"),
        ("订单：YH1120-77", "YH1120-77"),
        ("订单号：ｋｍ８８３３０１２", "km8833012"),
    ],
)
def test_order_numbers_of_all_styles(text: str, number: str, read: Read) -> None:
    assert read(text)["order_no"].value == number


def test_the_payment_number_is_not_the_order_number(read: Read) -> None:
    facts = read("订单号20261118093400012 交易单号4200001234202611181234567890")
    assert facts["order_no"].value == "20261118093400012"
    assert facts["payment_no"].value == "4200001234202611181234567890"
    alipay = read("2026111822001412345678901234 是支付宝的号")
    assert "order_no" not in alipay
    assert "payment_no" in alipay


@pytest.mark.parametrize(
    "text",
    ["售后单号 SH20261116004 被拒", "qq12345678 联系", "手机号13800001234", "等了20天", "20261118210733付的"],
)
def test_other_numbers_are_no_order_number(text: str, read: Read) -> None:
    assert "order_no" not in read(text)


def test_an_account_is_never_kept_whole(read: Read) -> None:
    found = read("充值账号：13800001234，话费没到")["account"]
    assert found.value == found.words == "138****1234"


@pytest.mark.parametrize(
    ("text", "count"),
    [("买了20张腾讯视频周卡", 20), ("5张100的京东卡，付了475", 5), ("一批30张兑换码有11张已被激活", 30)],
)
def test_the_number_of_pieces(text: str, count: int, read: Read) -> None:
    assert read(text)["quantity"].value == count


@pytest.mark.parametrize("text", ["买了12个月的网盘会员", "客服让我再买一个", "等了2个小时", "问了3个客服"])
def test_other_counts_are_no_quantity(text: str, read: Read) -> None:
    assert "quantity" not in read(text)


def test_bad_pieces_are_counted_apart(read: Read) -> None:
    facts = read("买了12张点卡，里面有2张刷不出来")
    assert (facts["quantity"].value, facts["affected"].value) == (12, 2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("买的Q币没到", "q_coin"),
        ("充的话费没到", "phone_credit"),
        ("买的卡密是用过的", "card_code"),
        ("买的年卡掉了", "membership"),
        ("买的office激活码用不了", "license"),
        ("买的皮肤没到", "game_points"),
    ],
)
def test_goods_and_their_kind(text: str, kind: str, read: Read) -> None:
    assert read(text)["goods_kind"].value == kind


def test_goods_carry_their_brand(read: Read) -> None:
    assert read("买的steam充值码无效")["goods"].value == "steam充值码"
    assert read("買嘅Steam錢包碼入唔到")["goods"].value == "Steam錢包碼"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("找了客服三次，客服说在核实", "contacted", "yes"),
        ("找了客服三次，客服说在核实", "answered", "yes"),
        ("找客服也没人理", "answered", "no"),
        ("还没找客服，先来问问", "contacted", "no"),
        ("我是做分销的，从上游拿的货", "role", "reseller"),
        ("我儿子拿我手机充了500", "role", "guardian"),
        ("帮我妈问的，她买的会员", "role", "for_other"),
        ("我儿子今年10岁，偷着充了500", "child_age", 10),
        ("私下转给他的，没走平台", "on_platform", "no"),
    ],
)
def test_people(text: str, name: str, value: str | int, read: Read) -> None:
    assert read(text)[name].value == value


@pytest.mark.parametrize("text", ["给孩子买的会员没到", "我今年68岁，儿子不在身边，充的话费没到"])
def test_a_child_that_did_not_pay_makes_nobody_a_guardian(text: str, read: Read) -> None:
    facts = read(text)
    assert "child_age" not in facts
    assert "role" not in facts or facts["role"].value != "guardian"


def test_a_promise_and_its_day(read: Read) -> None:
    facts = read("客服说明天给我补发")
    assert facts["promise"].value == "明天给我补发"
    moment = facts["promised_for"].value
    assert isinstance(moment, Moment)
    assert moment.start.strftime("%Y-%m-%d") == "2026-11-23"
