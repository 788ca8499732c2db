"""Exhibits keep their numbers; the checklist shows what is there and what is missing."""

from flows.case import EvidenceItem
from flows.events import FileKind
from flows.evidence import assign, checklist, gaps, kept, recognise, twin, unassigned, withdraw
from tests.flows.cases import NOW, case, fact, knowledge


def item(number, **changes):
    base = {"file_key": f"f{number}", "unique_id": f"u{number}", "kind": FileKind.PHOTO, "received_at": NOW}
    return EvidenceItem(number=number, **{**base, **changes})


def entry(one, slot):
    return next(line for line in checklist(one, knowledge()) if line.proof.id == slot)


def test_an_assigned_exhibit_fills_its_line():
    one = case(evidence=(item(1), item(2)))
    assert not entry(one, "bill").have
    one = assign(one, 2, "bill")
    assert [exhibit.number for exhibit in entry(one, "bill").items] == [2]
    assert [exhibit.number for exhibit in unassigned(one)] == [1]
    assert "bill" not in [proof.id for proof in gaps(one, knowledge())]


def test_a_withdrawn_or_refused_exhibit_counts_for_nothing_but_keeps_its_number():
    one = case(evidence=(item(1, slot="bill"), item(2, slot="order", problem="too_big")))
    one = withdraw(one, 1)
    assert kept(one) == ()
    assert [exhibit.number for exhibit in one.evidence] == [1, 2]
    assert not entry(one, "bill").have


def test_captions_point_to_lines():
    assert recognise("微信账单截图", case(), knowledge()) == "bill"
    assert recognise("订单页面", case(), knowledge()) == "order"
    assert recognise("一张图", case(), knowledge()) is None


def test_the_kind_of_goods_decides_which_official_record_is_asked_for():
    phone = case(facts={"goods_kind": fact("phone_credit")})
    lines = [line.proof.id for line in checklist(phone, knowledge())]
    assert "telecom" in lines
    assert "official" not in lines


def test_the_same_file_is_known_again():
    one = case(evidence=(item(1, sha256="aa"),))
    assert twin(one, "u1").number == 1
    assert twin(one, "other", "aa").number == 1
    assert twin(one, "other", "") is None
