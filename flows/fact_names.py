"""The names of facts: what the letters call them, and which are answered with a button."""

from __future__ import annotations

from collections.abc import Mapping

#: Name of each fact that a letter may use, and how 【待补充：…】 calls it.
FACTS: Mapping[str, str] = {
    "amount": "付款金额",
    "paid_at": "付款时间",
    "pay_channel": "付款方式",
    "platform": "网站或平台名称",
    "merchant": "商家名称",
    "payee": "账单上的收款方全称",
    "order_no": "订单号",
    "payment_no": "交易单号",
    "second_payment_no": "第二笔交易单号",
    "goods": "商品名称",
    "quantity": "数量",
    "affected": "有问题的数量",
    "account": "充值账号",
    "refunded": "已经退回的金额",
    "claimed": "要求退还的金额",
    "balance": "站内余额",
    "other_amount": "其他币种的金额",
    "promised": "商家的承诺",
    "received": "实际收到的内容",
    "detail": "具体情况",
    "error": "提示的内容",
    "used_at": "官方查询到的使用时间",
    "happened_at": "发生时间",
    "mistake": "填错的内容",
    "intended": "本来要填的内容",
    "child_age": "孩子的年龄",
    "relation": "与孩子的关系",
    "ticket": "工单或投诉编号",
    "refusal": "对方的理由",
    "address": "商家地址",
    "site": "网址",
    "handles": "对方使用的账号、电话、网址",
}

#: Facts that can be answered with a button, and the buttons' values.
CHOICES: dict[str, tuple[str, ...]] = {
    "pay_channel": (
        "wechat",
        "wechat_transfer",
        "alipay",
        "alipay_transfer",
        "bank_card",
        "credit_card",
        "qq_wallet",
        "balance",
        "apple",
        "usdt",
        "other",
    ),
    "contacted": ("yes", "no"),
    "role": ("self", "reseller", "for_other", "guardian"),
    "on_platform": ("yes", "no"),
    "site_kind": ("self", "market", "unsure"),
}
