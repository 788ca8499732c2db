"""When something is due: the rules of the civil code and of procedure, as pure functions of facts."""

from __future__ import annotations

from collections.abc import Mapping

#: event that may start a rule -> what it means, for the people who write rules
STARTS: Mapping[str, str] = {
    "paid_at": "付款",
    "ordered_at": "下单",
    "received_at": "收到商品",
    "known_at": "知道或应当知道",
    "demanded_at": "发出有记录的要求",
    "sent": "向该渠道送出",
    "accepted": "该渠道受理",
    "decided": "该渠道作出决定",
    "notified": "收到通知",
    "act_ended": "行为发生或终了",
    "effective": "协议生效",
    "held": "止付生效",
    "promised": "对方承诺的时间",
}
