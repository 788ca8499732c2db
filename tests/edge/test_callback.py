"""Button data survives the way there and back; anything else is stale and never an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.callback import LONGEST, STALE, Tap, decode, encode


@given(
    case_id=st.from_regex(r"[a-z2-7]{0,8}", fullmatch=True),
    revision=st.integers(0, 999_999),
    choice=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40),
)
def test_what_is_encoded_comes_back(case_id: str, revision: int, choice: str) -> None:
    data = encode(case_id, revision, choice)
    assert len(data.encode()) <= LONGEST
    assert decode(data) == Tap(case_id, revision, choice)


@given(st.text())
def test_foreign_data_never_raises(data: str) -> None:
    assert decode(data) == STALE or encode(*_fields(decode(data)))


def _fields(tap: Tap) -> tuple[str, int, str]:
    return tap.case_id, tap.revision, tap.choice


@pytest.mark.parametrize(
    "data",
    [
        None, "", "v1", "v1|abc", "v1|abc|1|", "v0|abc|1|yes", "v1|abc|-1|yes", "v1|abc|１|yes", "v1||1|yes",
        "v1|abc|1|是", "v1|a b|1|yes", "v1|abc|1|yes\n", "v1|abc|99999999999|yes", "v1|abc|1|" + "x" * 41,
    ],
)  # fmt: skip
def test_tampered_data_is_stale(data: str | None) -> None:
    assert decode(data) == STALE


@pytest.mark.parametrize("choice", ["", "是的", "a b", "x" * 41])
def test_a_button_that_could_not_come_back_is_refused(choice: str) -> None:
    with pytest.raises(ValueError, match="not a button"):
        encode("abcd2345", 3, choice)


def test_a_case_may_not_pose_as_no_case() -> None:
    with pytest.raises(ValueError, match="not a button"):
        encode("-", 0, "yes")
