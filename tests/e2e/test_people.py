"""Two people at once: each has a chat of their own, and nobody gets at anything of the other."""

from __future__ import annotations

import pytest

from tests.e2e.rehearsal import RefusedError, Rehearsal, Somebody

STORIES = {
    "小王": "在七七卡盟买了50块q币，微信付的，没到账",
    "小李": "八八点卡网充的30块话费，支付宝付的，没到账",
}
MARKS = {
    "小王": ("50元", "50.00元", "七七卡盟", "WANG2026110001"),
    "小李": ("30元", "30.00元", "LI2026110002"),
}


def everything(person: Somebody) -> str:
    """All that the bot has told somebody, buttons included."""
    return "\n".join(f"{message.text}\n{message.labels}" for message in person.chat())


def test_two_claims_at_once_stay_apart(stage: Rehearsal) -> None:
    people = [Somebody(stage, name) for name in STORIES]
    for person, story in zip(people, STORIES.values(), strict=True):
        person.does("say", text=story)
    for person, number in zip(people, ("WANG2026110001", "LI2026110002"), strict=True):
        person.hears()
        person.does("tap", message_id=person.last().id, label="对")
        person.does("say", text=f"订单号是{number}")
    for person in people:
        person.hears()
        person.does("say", text="出文书")
    for person, name in zip(people, STORIES, strict=True):
        draft = next(message for message in person.hears() if message.copied)
        other = next(others for who, others in MARKS.items() if who != name)
        assert MARKS[name][-1] in draft.copied
        assert [mark for mark in other if mark in everything(person)] == []


@pytest.fixture(scope="module")
def victim(running: Rehearsal) -> Somebody:
    somebody = Somebody(running, "小李")
    somebody.says(STORIES["小李"])
    return somebody


@pytest.fixture(scope="module")
def intruder(running: Rehearsal) -> Somebody:
    somebody = Somebody(running)
    somebody.says(STORIES["小王"])
    return somebody


def forgeries(mine: str, theirs: str) -> dict[str, str]:
    """Button data that nobody was given, by what is wrong with it. `mine` and `theirs` are case ids."""
    return {
        "the other's confirmation": f"v1|{theirs}|1|yes",
        "the other's status": f"v1|{theirs}|1|status",
        "the other's export": f"v1|{theirs}|1|export",
        "the other's file": f"v1|{theirs}|1|slot:1:other",
        "a switch to the other's case": f"v1|-|0|case:{theirs}",
        "an erasure that was not asked about": "v1|-|0|erase:yes",
        "a revision of the future": f"v1|{mine}|99|yes",
        "a revision of the past": f"v1|{mine}|0|yes",
        "a choice that there is not": f"v1|{mine}|1|nosuch",
        "a fact that was not asked for": f"v1|{mine}|1|set:amount:1",
        "a type that there is not": f"v1|{mine}|1|type:nosuch",
        "a page of another world": f"v1|{mine}|1|typepage:²",
        "64 bytes of nothing": "x" * 64,
        "64 bytes of two-byte letters": "é" * 32,
        "an earlier format": "v0|1|yes",
        "64 bytes of ours": f"v1|{mine}|1|".ljust(64, "a"),
        "nothing": "",
    }


FORGERIES = tuple(forgeries("", ""))


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_tap_gets_a_toast_and_changes_nothing(
    stage: Rehearsal, victim: Somebody, intruder: Somebody, name: str
) -> None:
    ids = [next(iter(somebody.last().data.values())).split("|")[1] for somebody in (intruder, victim)]
    before = everything(victim), cases(stage, intruder), cases(stage, victim)
    toast = intruder.forges(forgeries(*ids)[name])
    assert toast is not None
    assert "过期" in toast["text"]
    assert before == (everything(victim), cases(stage, intruder), cases(stage, victim))
    assert "30元" not in everything(intruder)
    assert intruder.last().labels == ["对", "不是这个"], "the present step is drawn again"


def cases(stage: Rehearsal, person: Somebody) -> list[tuple[object, ...]]:
    return stage.rows("SELECT id, revision, body FROM cases WHERE chat_id = ?", person.id)


def test_a_forwarded_message_comes_without_its_buttons(
    stage: Rehearsal, victim: Somebody, intruder: Somebody
) -> None:
    before = cases(stage, victim)
    source = victim.last()
    (copy,) = intruder.does("forward", message_id=source.id, from_chat=victim.id)["messages"]
    assert "reply_markup" not in copy
    intruder.hears()
    with pytest.raises(RefusedError, match="no such button"):
        intruder.does("tap", message_id=copy["message_id"], label="对")
    assert cases(stage, victim) == before


def test_a_tap_in_the_others_chat_acts_for_the_one_who_taps(
    stage: Rehearsal, victim: Somebody, intruder: Somebody
) -> None:
    before = cases(stage, victim), everything(victim)
    intruder.does("tap", chat=victim.id, message_id=victim.last().id, label="对")
    intruder.hears()
    assert (cases(stage, victim), everything(victim)) == before
