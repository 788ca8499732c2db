"""What the other side says is read as what it is: excuse, trap, promise, delay, silence, result."""

import time
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

from flows.fact_names import FACTS
from flows.normalise import normalise
from flows.replies import KINDS, is_about_reply, read_reply
from flows.segment import segment
from tests.replies.conftest import DATA
from tests.replies.phrasings import NOT_SAID, NOT_YET, OWN, SAID, SAID_OF

TRAPS = {
    "wants_payment": "先交200保证金才能退",
    "shares_screen": "您把屏幕共享打开我教您退款",
    "code": "把收到的验证码发我一下",
    "add_contact": "加一下这个QQ给你办退款",
    "wants_withdrawal_first": "把12315撤了我马上退",
    "good_review": "给个五星好评就给你退",
    "to_balance": "只能退到站内余额",
}


@pytest.mark.parametrize(("entry", "text"), [(key, text) for key, texts in SAID.items() for text in texts])
def test_each_phrasing_is_read_as_its_entry(entry, text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert reading.excuse == entry
    assert reading.kind == knowledge.excuses[entry].kind
    assert reading.words and reading.words == text[reading.span.start : reading.span.end]
    assert 0 < reading.confidence <= 1


@pytest.mark.parametrize(
    ("entry", "text"), [(key, text) for key, texts in NOT_SAID.items() for text in texts]
)
def test_what_is_close_but_different_is_not_taken_for_it(entry, text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert entry not in (reading.excuse, *reading.also)


@pytest.mark.parametrize("text", OWN)
def test_own_remarks_are_not_taken_for_an_answer(text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    about = is_about_reply(text, language)
    assert reading.kind == "none" or (about < 0.5 and reading.confidence < 0.5)


@pytest.mark.parametrize(("of", "text"), [(of, text) for of, texts in SAID_OF.items() for text in texts])
def test_what_would_contradict_the_persons_own_mistake_is_answered_differently(
    of, text, now, language, knowledge
):
    problem, entry = of
    usual = read_reply(text, now, language, knowledge)
    own = read_reply(text, now, language, knowledge, problem)
    assert own.excuse == entry
    assert own.kind == usual.kind == "refusal"
    assert problem in knowledge.excuses[usual.excuse].unless_problems
    assert usual.excuse not in own.also


def test_entries_name_only_problems_that_there_are(knowledge):
    problems = {path.stem for path in (DATA / "problems").glob("*.yaml")}
    for excuse in knowledge.excuses.values():
        assert {*excuse.unless_problems, *excuse.only_problems} <= problems, excuse.id


@pytest.mark.parametrize("text", NOT_YET)
def test_not_yet_is_neither_money_nor_goods(text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert reading.kind in ("none", "silence", "delay")
    assert not {"paid_back", "delivered"} & {reading.excuse, *reading.also}


@pytest.mark.parametrize(
    "text",
    ["支付宝说不赔", "警察说这是经济纠纷", "12315说不受理", "微信说证据不足", "法院不立案", "调解不成"],
)
def test_what_a_channel_says_is_a_refusal_that_is_sure(text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert reading.kind == "refusal"
    assert reading.confidence >= 0.6


@pytest.mark.parametrize("entry", ["code_used_by_you", "used_up"])
def test_answers_to_used_up_hold_for_goods_without_a_code(entry, knowledge):
    excuse = knowledge.excuses[entry]
    for text in (excuse.answer, excuse.counter):
        assert "卡密" not in text or "直" in text


def test_identity_papers_are_warned_of_and_plain_material_is_not(now, language, knowledge):
    papers = read_reply("提供订单号和身份证正反面", now, language, knowledge)
    plain = read_reply("提供一下订单号和截图", now, language, knowledge)
    assert papers.kind == plain.kind == "wants_material"
    assert knowledge.excuses[papers.excuse].answer.startswith("身份证照片")
    assert plain.excuse == "wants_material"


def test_every_entry_has_enough_phrasings(knowledge):
    general = {excuse.id for excuse in knowledge.excuses.values() if not excuse.only_problems}
    assert set(SAID) == general == set(NOT_SAID)
    assert {entry for _, entry in SAID_OF} == set(knowledge.excuses) - general
    assert all(len(texts) >= 5 for texts in SAID.values())
    assert all(len(texts) >= 2 for texts in NOT_SAID.values())


@pytest.mark.parametrize(("kind", "text"), TRAPS.items())
def test_a_trap_is_named_even_beside_other_words(kind, text, now, language, knowledge):
    reading = read_reply(f"客服说系统显示已发货，{text}，请耐心等待", now, language, knowledge)
    assert reading.kind == kind
    assert reading.trap == kind
    assert knowledge.excuses[reading.excuse].trap


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("如果系统显示已发货你们才不退吗", "none"),
        ("万一他说虚拟商品不退怎么办", "none"),
        ("他没说不退", "none"),
        ("", "none"),
        ("   \n ", "none"),
        ("我: 你们什么时候退\n客服: 虚拟商品售出不退", "refusal"),
        ("我: 不退我就报警", "none"),
        ("他说退了但是我没收到", "delay"),
        ("手续费怎么算", "none"),
        ("没退", "none"),
    ],
)
def test_denied_supposed_and_own_words_do_not_count(text, kind, now, language, knowledge):
    assert read_reply(text, now, language, knowledge).kind == kind


def test_a_long_answer_keeps_everything_it_says(now, language, knowledge):
    text = "亲，系统显示已发货，虚拟商品一经售出概不退换，请您先撤销投诉，明天下午3点前给您答复"
    reading = read_reply(text, now, language, knowledge)
    assert reading.kind == "wants_withdrawal_first"
    assert {"shows_delivered", "no_refund_virtual"} <= set(reading.also)
    assert reading.promised_for == datetime.fromisoformat("2026-11-23T15:00+08:00")


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("客服回我：虚拟商品不退", 0.5),
        ("他说明天给我退", 0.5),
        ("您好，您的订单已发货，请查收", 0.5),
        ("还是没人回我", 0.5),
        ("賣家叫我再等等", 0.5),
    ],
)
def test_reports_are_recognised(text, least, language):
    assert is_about_reply(text, language) >= least


@pytest.mark.parametrize(
    "text", ["我昨天充了50没到账", "报警有用吗？", "128", "支付宝付的", "还有什么要准备的", "你好", ""]
)
def test_other_texts_are_not_taken_for_reports(text, language):
    assert is_about_reply(text, language) < 0.5


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=400))
def test_no_text_makes_it_fail(text, now, language, knowledge):
    reading = read_reply(text, now, language, knowledge)
    assert reading.kind in KINDS
    assert 0 <= reading.confidence <= 1
    assert 0 <= is_about_reply(text, language) <= 1


_PIECES = st.sampled_from(
    [
        "退款",
        "不",
        "没",
        "我",
        "你",
        "他说",
        "明天",
        "24小时内",
        "周一前",
        "余额",
        "撤诉",
        "，",
        "。",
        "已",
        "发货",
        "虚拟商品",
        "的",
        "~",
        "#",
        "(",
        ")",
        "|",
        "五",
    ]
)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=60))
def test_no_arrangement_of_our_own_words_makes_it_fail(pieces, now, language, knowledge):
    text = "".join(pieces)
    reading = read_reply(text, now, language, knowledge)
    assert reading.words == text[reading.span.start : reading.span.end]


@pytest.mark.parametrize(
    "piece", ["不退", "退", "已", "没没没", "充值成功了", "(((", "12", "明天", "上游没货等"]
)
def test_time_grows_no_faster_than_the_text(piece, now, language, knowledge):
    text = (piece * 4000)[:8000]
    start = time.perf_counter()
    read_reply(text, now, language, knowledge)
    assert time.perf_counter() - start < 2


def test_reading_costs_little_more_than_cutting_the_text_into_words(now, language, knowledge):
    text = (
        "您好，这边查到您的订单系统显示已经充值成功，请您重新登录游戏查看，虚拟商品售出后不支持退款，" * 3
    )[:100]
    read = _fastest(lambda: read_reply(text, now, language, knowledge))
    cut = _fastest(lambda: segment(normalise(text, language.tables), language))
    assert read < 0.001 or read < 4 * cut


def _fastest(call) -> float:
    best = 1.0
    for _ in range(60):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


@dataclass(frozen=True)
class _Fact:
    name: str

    def __str__(self) -> str:
        return f"【{self.name}】"


def test_every_text_to_send_back_uses_only_known_names(knowledge):
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    names = {name: _Fact(name) for name in (*FACTS, "deadline")}
    for excuse in knowledge.excuses.values():
        assert environment.from_string(excuse.counter).render(names).strip()


def test_every_answer_is_short_and_every_citation_known(knowledge):
    for excuse in knowledge.excuses.values():
        assert 1 <= len(excuse.answer.splitlines()) <= 3, excuse.id
        assert set(excuse.cites) <= set(knowledge.articles), excuse.id
        assert excuse.kind in KINDS - {"none"}, excuse.id
        assert bool(excuse.trap) == (excuse.kind in TRAPS), excuse.id


def test_nothing_promises_an_outcome_or_calls_names(knowledge):
    for excuse in knowledge.excuses.values():
        for word in ("骗子", "保证退", "一定能退", "成功率", "百分之百"):
            assert word not in excuse.answer + excuse.counter, excuse.id


def test_the_knowledge_of_this_area_has_no_flaws():
    from bot.knowledge import survey

    ours = ("excuses/", "clauses/", "goods/")
    flaws = survey(DATA, folders=("excuses", "clauses", "goods", "statutes")).problems
    assert [str(flaw) for flaw in flaws if flaw.file.startswith(ours)] == []
