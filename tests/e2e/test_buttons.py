"""Somebody who presses whatever there is, old keyboards included: every tap is answered, whatever it leads to."""

from __future__ import annotations

import random

import pytest

from tests.e2e.rehearsal import Rehearsal, Somebody

STORY = "在七七卡盟买50块q币，微信付的，没到账"
BETWEEN = ("/new", "退了", "他说不退", "删除我的数据", "人工", "取消", "/cases")


@pytest.mark.parametrize("seed", [1, 2])
def test_every_tap_is_answered_and_no_message_is_empty(stage: Rehearsal, person: Somebody, seed: int) -> None:
    chance = random.Random(seed)
    person.says(STORY)
    for turn in range(30):
        keyboards = [message for message in person.chat()[-5:] if message.data]
        if turn % 10 == 9 or not keyboards:
            heard = person.says(chance.choice(BETWEEN)) + person.says(STORY)
        else:
            message = chance.choice(keyboards)
            label = chance.choice(message.labels)
            tap = person.does("tap", message_id=message.id, label=label)["callback_id"]
            heard = person.hears()
            assert person.toast(tap) is not None, f"[{label}] under {message}"
        assert [message for message in heard if not message.text.strip()] == []
    assert stage.rows("SELECT * FROM inbox WHERE state = 'failed'") == []
    assert stage.rows("SELECT error FROM outbox WHERE state = 'dead'") == []
