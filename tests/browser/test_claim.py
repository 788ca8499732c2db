"""One claim from the first word to the money, on a phone-sized page, with the real bot behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, watched
from tests.e2e.pictures import picture
from tests.e2e.rehearsal import Rehearsal

STORY = "昨晚八点多在七七卡盟冲了50块q币，微信付的，到现在没到账，客服说系统显示已发货"
ORDER = "订单号是QB20261121203344"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with Rehearsal(tmp_path_factory.mktemp("page")).running() as running:
        yield running


@pytest.fixture
def phone(browser: Browser, rehearsal: Rehearsal) -> Iterator[Page]:
    """The real bot's page on a phone."""
    with watched(browser, PHONE, rehearsal.address) as page:
        yield page


def say(page: Page, text: str) -> None:
    page.get_by_label("写消息").fill(text)
    page.get_by_label("发送", exact=True).click()


def bubble(page: Page, words: str | re.Pattern[str]) -> Locator:
    return page.locator("#messages .row:not(.mine)", has_text=words).last


def press(page: Page, label: str) -> None:
    """Press a button under the newest message that has it."""
    page.locator("#messages").get_by_role("button", name=label, exact=True).last.click()


def send_pictures(page: Page, folder: Path, count: int, caption: str) -> None:
    paths = [folder / f"截图{number}.png" for number in range(count)]
    for path in paths:
        path.write_bytes(picture())
    page.get_by_label("添加附件").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="照片").click()
    chooser.value.set_files([str(path) for path in paths])
    page.get_by_label("说明").fill(caption)
    page.locator("#files-send").click()


def nothing_sticks_out(page: Page) -> None:
    width = page.evaluate(
        "[document.documentElement.scrollWidth, document.querySelector('#scroll').scrollWidth]"
    )
    assert max(width) <= PHONE["viewport"]["width"]


def test_a_claim_is_made_on_a_phone(phone: Page, tmp_path: Path) -> None:
    phone.get_by_role("button", name="开始", exact=True).click()
    expect(bubble(phone, "说说发生了什么")).to_be_visible()
    say(phone, STORY)
    expect(bubble(phone, "金额：50元")).to_contain_text("对吗")
    press(phone, "对")
    expect(bubble(phone, "订单号是多少")).to_be_visible()
    expect(phone.get_by_role("button", name="对", exact=True)).to_have_count(0)
    say(phone, ORDER)
    expect(bubble(phone, "证据清单")).to_be_visible()

    send_pictures(phone, tmp_path, 10, "微信账单")
    expect(phone.locator(".album img")).to_have_count(10)
    expect(bubble(phone, "收到 10 个")).to_be_visible()
    press(phone, "订单页面")
    expect(bubble(phone, "证据2：订单页面")).to_be_visible()

    press(phone, "出文书")
    block = phone.get_by_label("复制这段文字").last
    expect(bubble(phone, "给商家的第一封信").locator(".codeblock")).to_contain_text("QB20261121203344")
    block.click()
    expect(phone.get_by_role("status")).to_have_text("已复制")
    assert "50.00元" in phone.evaluate("navigator.clipboard.readText()")
    press(phone, "已发送")
    expect(bubble(phone, "从现在起的期限")).to_be_visible()
    nothing_sticks_out(phone)

    phone.get_by_role("button", name="到下一个提醒").click()
    expect(phone.locator("#clock-now")).to_have_text(re.compile("^11月23日 周一"))
    expect(bubble(phone, "的期限到了")).to_be_in_viewport()
    press(phone, "退了")
    press(phone, "全额到账了")
    expect(bubble(phone, "结束了：钱全额退回")).to_be_in_viewport()
    expect(phone.locator("#status")).to_contain_text("小王")
    nothing_sticks_out(phone)
