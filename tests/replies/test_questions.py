"""Questions in between get their answer; claims and answers of the other side do not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import survey
from bot.knowledge_flaws import KnowledgeError
from bot.questions import load
from flows.questions import topic
from tests.replies.conftest import DATA

ASKED: dict[str, tuple[str, ...]] = {
    "human_or_bot": (
        "你是人还是机器人",
        "你是真人吗",
        "你到底是什么",
        "请问是机器人吗",
        "我在跟机器人聊天吗",
    ),
    "what_can_you_do": (
        "你能做什么",
        "怎么用",
        "你能帮我干啥",
    ),
    "is_it_free": (
        "收费吗",
        "要钱吗",
        "你们收费不",
        "这个服务免费吗",
        "用你要花钱吗",
        "用这个要给钱不",
    ),
    "success_rate": (
        "能保证退吗",
        "成功率多少",
        "能要回来吗",
        "钱还能追回来吗",
        "有希望吗",
        "有多大把握",
        "一定能退吗",
        "钱要得回来吗",
        "有几成把握",
    ),
    "how_long": (
        "要多久",
        "多久能退",
        "大概需要几天",
        "什么时候能有结果",
        "一般多长时间",
        "得等多长时间啊",
        "整个流程走完要几个月",
    ),
    "what_is_12315": (
        "12315是什么",
        "12315电话多少",
        "怎么打12315",
        "12315有用吗",
        "12315管不管这种",
        "12315管用吗",
        "12315是干嘛的",
    ),
    "lawyer_needed": (
        "要不要请律师",
        "需要找律师吗",
        "请律师贵吗",
        "你是律师吗",
        "这种事用请律师吗",
    ),
    "privacy": (
        "会不会泄露我的信息",
        "我的信息安全吗",
        "隐私有保障吗",
        "截图会不会被别人看到",
        "你会保存我的聊天吗",
        "我发的截图安全吗",
        "你们不会把我信息卖了吧",
    ),
    "delete_data": (
        "怎么删我的数据",
        "能把我的记录删掉吗",
        "想删除所有信息",
        "聊完能删掉记录吗",
    ),
    "police_useful": (
        "报警有用吗",
        "要不要报警",
        "警察会管吗",
        "怎么报警",
        "多少钱才能立案",
        "报警警察会受理吗",
        "这点钱派出所管吗",
    ),
    "worth_it": (
        "金额这么小值得吗",
        "几十块有必要投诉吗",
        "还要不要追",
        "这点钱值得折腾吗",
        "就几十块值得折腾吗",
    ),
    "court_cost": (
        "起诉要花多少钱",
        "打官司贵吗",
        "诉讼费多少",
        "怎么起诉他",
        "可以起诉吗",
        "打官司要花很多钱吗",
        "去法院告他怎么弄",
    ),
    "evidence_chain": (
        "什么是证据链",
        "怎么截图",
        "要准备哪些证据",
        "怎么保存证据",
        "截图要截什么",
        "证据要怎么收集",
        "我要截哪些图",
    ),
    "seven_days": (
        "虚拟商品有没有七天无理由",
        "能七天无理由退货吗",
        "7天无理由能用吗",
        "虚拟商品能七天无理由退款吗",
    ),
    "triple": (
        "能要三倍赔偿吗",
        "退一赔三怎么要",
        "可以要赔偿吗",
        "可以要求三倍赔偿吗",
    ),
    "association_or_12315": (
        "消协和12315有什么区别",
        "消费者协会有用吗",
        "可以同时投诉几个吗",
        "12315和消协哪个好",
    ),
    "threatened": (
        "商家威胁我怎么办",
        "他骂我",
        "卖家说要人肉我",
        "他威胁要找人弄我",
    ),
    "expose": (
        "能不能曝光他",
        "可以发抖音挂他吗",
        "想发小红书曝光",
        "我能把他挂网上吗",
    ),
    "notary": (
        "什么是公证",
        "要不要做公证",
        "时间戳是什么",
        "公证多少钱",
        "需要去公证处吗",
        "可信时间戳有用吗",
    ),
    "file_for_me": (
        "可以让你代我投诉吗",
        "你能帮我投诉吗",
        "能不能替我起诉",
        "帮我打电话给商家行不行",
        "你直接帮我去投诉吧",
    ),
    "write_false": (
        "帮我写假的",
        "能帮我p一张截图吗",
        "就说是孩子充的行不行",
        "帮我编个聊天记录",
        "帮我把截图时间改一下",
        "你就写没到账",
        "别写填错",
        "写一直没到账",
        "就说不是我操作的",
        "改成昨天付的行吗",
        "写成没收到吧",
        "你帮我写卡密是无效的",
        "别提我填错的事",
        "不要写我用过了",
        "就写没收到货",
        "日期改成上周行不",
        "說成孩子充的",
        "你寫冇到賬啦",
        "把金额写高点",
    ),
    "insult_him": (
        "帮我骂他",
        "写狠一点",
        "替我怼他",
        "帮我写段话骂死他",
    ),
    "recovery_offer": (
        "网上有人说能帮我追回可信吗",
        "追款公司靠谱吗",
        "黑客追款是真的吗",
        "有个网警说能帮我追回靠谱吗",
    ),
    "chargeback_unauthorised": (
        "能不能跟银行说是盗刷",
        "拒付怎么弄",
    ),
    "transfer_person": (
        "转给个人的还能退吗",
        "红包能撤回吗",
        "微信转账还能追回来吗",
    ),
    "no_name": (
        "不知道商家真名怎么办",
        "怎么查商家的公司名",
        "商户全称在哪看",
        "只知道网名怎么告",
    ),
    "site_closed": (
        "网站关了还能退吗",
        "境外网站能投诉吗",
        "平台跑了还能要回来吗",
    ),
    "deadline_passed": (
        "过了半年还能退吗",
        "诉讼时效多久",
        "现在还来得及吗",
        "去年买的还能投诉吗",
    ),
    "minor_ask": (
        "孩子充的能退吗",
        "未成年退款怎么弄",
        "小孩充的钱能要回来吗",
    ),
    "reseller_ask": ("我是代理能投诉吗",),
    "public_site_ask": (
        "黑猫投诉有用吗",
        "在黑猫投诉有用吗",
    ),
    "step_next": (
        "我现在该做什么",
        "接下来怎么办",
        "流程是什么",
        "那我下一步该怎么办",
    ),
    "extra_damages": (
        "误工费能要吗",
        "精神损失费可以要吗",
    ),
    "not_shipped_wait": (
        "要等多久才能投诉",
        "几天没到可以退",
    ),
}
CLAIMS = (
    "昨天充了50话费没到账，怎么办",
    "买的卡密显示已被使用，能退吗",
    "花了200买的号被找回了报警有用吗",
    "支付宝付了98，商家把我拉黑了",
    "128",
    "王者荣耀点券",
    "支付宝",
    "他说虚拟商品不退",
    "孩子偷偷充了648",
    "客服让我先交手续费才能退",
    "网站打不开了，我余额还有300",
    "没收到",
    "有人说可以帮我投诉，先收三成",
    "谢谢",
    "好的",
    "你写错了，不是我操作的",
    "我一直没到账",
    "写多点行吗",
    "你去投诉吧，随便",
    "尽管去报警，看警察理不理你",
    "为了这几块钱至于吗",
    "银行说不能退",
    "",
)


@pytest.mark.parametrize(("name", "text"), [(key, text) for key, texts in ASKED.items() for text in texts])
def test_each_question_is_recognised(name, text, language, questions):
    found = topic(text, language, questions)
    assert found is not None
    assert found.id == name


def test_every_question_is_asked_here(questions):
    assert set(ASKED) == set(questions)


def test_traditional_script_asks_the_same(language, questions):
    found = topic("報警有用嗎", language, questions)
    assert found is not None
    assert found.id == "police_useful"


@pytest.mark.parametrize("text", CLAIMS)
def test_claims_facts_and_answers_are_no_questions(text, language, questions):
    assert topic(text, language, questions) is None


def test_answers_are_short_and_promise_nothing(questions):
    articles = survey(DATA, folders=("statutes",)).knowledge.articles
    for question in questions.values():
        assert len(question.answer.splitlines()) <= 4, question.id
        assert set(question.cites) <= set(articles), question.id
        for word in ("骗子", "一定能退", "肯定能退", "包退", "放心"):
            assert word not in question.answer, question.id


def test_uncertain_answers_say_who_decides(questions):
    for question in questions.values():
        if question.certainty == "C":
            assert "为准" in question.answer, question.id


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=120))
def test_no_text_makes_it_fail(text, language, questions):
    found = topic(text, language, questions)
    assert found is None or found.id in questions


def test_all_flaws_are_named_at_once(tmp_path):
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "a.yaml").write_text(
        "- {id: x, name: 甲, words: ['(甲'], answer: '1\n2\n3\n4\n5', certainty: V}\n"
        "- {id: x, name: 乙, words: ['乙'], answer: 答, certainty: V}\n"
        "- {id: y, name: 丙, words: [], answer: 答, certainty: V, cites: [nowhere]}\n"
        "- {id: z, name: 丁, words: ['丁'], answer: 答, certainty: sure, extra: 1}\n",
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError) as error:
        load(folder, frozenset({"consumer-52"}))
    text = str(error.value)
    for part in ("括号不成对", "已经用过", "没有写法", "nowhere", "z.certainty", "z.extra"):
        assert part in text


def test_an_empty_folder_is_a_flaw(tmp_path):
    with pytest.raises(KnowledgeError):
        load(tmp_path / "questions")


def test_claims_of_the_corpus_are_not_taken_for_questions(language, questions):
    lines = (DATA.parents[1] / "tests/sentences/corpus/dev.jsonl").read_text(encoding="utf-8").splitlines()
    claims = [line["text"] for line in map(json.loads, lines) if line["primary"] != "other"]
    fired = [text for text in claims if topic(text, language, questions)]
    assert len(claims) > 200
    assert len(fired) < 0.01 * len(claims), fired
