"""删除我的数据: rows and files are gone, and the bot does not know the person any more."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.rehearsal import Rehearsal, Somebody

STORY = "在七七卡盟买50块q币，微信付的，没到账"
#: Every table that can hold something of a chat.
OF_A_CHAT = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'chat_id' WHERE m.type = 'table'"


def kept(stage: Rehearsal, person: Somebody) -> dict[str, int]:
    """How many rows of a chat there are, by table; the numbers of updates tell nothing about anybody."""
    tables = [name for (name,) in stage.rows(OF_A_CHAT) if name != "inbox"]
    assert len(tables) >= 8
    counted = {
        name: stage.rows(f"SELECT count(*) FROM {name} WHERE chat_id = ?", person.id) for name in tables
    }
    return {name: count for name, ((count,),) in counted.items() if count}


def files_of(stage: Rehearsal, person: Somebody) -> list[Path]:
    folder = stage.folder / "demo" / "files" / str(person.id)
    return [path for path in folder.rglob("*") if path.is_file()]


def test_everything_goes_and_the_bot_starts_afresh(stage: Rehearsal, person: Somebody) -> None:
    other = Somebody(stage, "小李")
    for somebody in (person, other):
        somebody.says(STORY)
        somebody.sends(2)
    before = kept(stage, other)
    assert len(files_of(stage, person)) == len(files_of(stage, other)) == 2
    person.says("/delete")
    (farewell,) = person.taps("确认删除")
    assert "已全部删除" in farewell.text
    assert files_of(stage, person) == []
    assert set(kept(stage, person)) <= {"outbox"}, "the farewell itself, without its words"
    assert stage.rows("SELECT DISTINCT params FROM outbox WHERE chat_id = ?", person.id) in (
        [("",)],
        [("{}",)],
        [],
    )
    assert (kept(stage, other), len(files_of(stage, other))) == (before, 2)
    assert "说说发生了什么" in person.says("/case")[-1].text
    assert person.says(STORY)[-1].labels == ["对", "不是这个"]


def test_it_is_asked_once_and_can_be_refused(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    person.says("删除我的数据")
    person.taps("不删")
    assert "50元" in person.says("/case")[-1].text
