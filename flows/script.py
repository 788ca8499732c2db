"""Which script and language to answer in: the writer's own."""

from __future__ import annotations

from flows.language import Language

#: Traditional characters that must outnumber the simplified ones before the script of the answers changes.
ENOUGH = 2
#: Frequent characters that only simplified writing has.
SIMPLIFIED = frozenset(
    "这们个为来时说会对钱号买卖货还发给吗谁请问账级码网页订单开门题过进间话费电东车书长应当关无专业两严乐习写农决"
    "况动务华单卫历压厅县参双变听员响处备复够头夺奖妈实审宽导尔尽层属岁币师帐带帮库废张归录总战户护报担换损据"
    "数断权条极构树样档检楼机欢毕气没泽测满灵点烧热爱状独环现电疗监盘础礼种积称稳竞签简类红约级纪纳纸线组终经结"
    "统继绩绿缓编缩网罗罚联职脑节荐获药营虑虚补认讨让训议讯记讲许论证评识诈诉诊词译试诚详语误读课调谢财责败货质"
    "贩购费资赔赛赶跃车转轮软轻载较辑输边达迁运还这进远违连迟适选递遗邮释鉴针钟钱铁银链销锁错键锋闪闭问闲间闻阅"
    "阳阶际陆险随隐难静韩顶项顺须顾预领频题颜额风飞饭馆驱验骗鱼齐龙"
) - frozenset("没处点热现检极条气应机")


def locale_of_code(code: str | None) -> str:
    """A locale for Telegram's language code. Chinese of any kind lands on Chinese; only English gets English.

    >>> locale_of_code("zh-hant"), locale_of_code("zh-hans"), locale_of_code("en"), locale_of_code(None)
    ('zh-TW', 'zh-CN', 'en', 'zh-CN')
    """
    lowered = (code or "").lower().replace("_", "-")
    if lowered.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")):
        return "zh-TW"
    return "en" if lowered == "en" or lowered.startswith("en-") else "zh-CN"


def locale_of_text(text: str, language: Language) -> str | None:
    """The locale that the script of a text asks for; None when it does not tell (digits, shared characters)."""
    table = language.tables.characters
    han = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    traditional = sum(table.get(ord(character), ord(character)) != ord(character) for character in han)
    simplified = sum(character in SIMPLIFIED for character in text)
    if traditional >= ENOUGH and traditional > simplified:
        return "zh-TW"
    return "zh-CN" if simplified >= ENOUGH and simplified > traditional else None
