"""The chat page at work, on a desktop and on a phone, against a real bot that polls the server."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.echo import LETTER, EchoDemo
from tests.demo.world import PIXEL


def say(page: Page, text: str) -> None:
    page.get_by_label("写消息").fill(text)
    page.get_by_label("发送", exact=True).click()


def bubble(page: Page, words: str | re.Pattern[str]) -> Locator:
    return page.locator("#messages .row", has_text=words).last


def begin(page: Page) -> None:
    page.get_by_role("button", name="开始", exact=True).click()
    expect(bubble(page, "先说说发生了什么")).to_be_visible()


def pictures(folder: Path, count: int) -> list[str]:
    paths = [folder / f"截图{number}.png" for number in range(count)]
    for path in paths:
        path.write_bytes(PIXEL)
    return [str(path) for path in paths]


def test_a_conversation_starts_and_text_is_answered(page: Page) -> None:
    expect(page.get_by_text("这个机器人能做什么？")).to_be_visible()
    begin(page)
    say(page, "买了88块的点卡\n没到账")
    answer = bubble(page, "你说的是：买了88块的点卡")
    expect(answer).to_be_visible()
    expect(answer.locator("time")).to_have_text(re.compile(r"^10:0\d$"))
    expect(page.locator(".divider.day")).to_have_text("今天")
    expect(page.get_by_label("写消息")).to_have_value("")


def test_a_button_edits_its_message_in_place_and_shows_the_notice(page: Page) -> None:
    begin(page)
    rows = page.locator("#messages .row")
    expect(rows).to_have_count(2)
    rows.last.get_by_role("button", name="没到账").click()
    expect(rows.last).to_contain_text("选好了：type:none")
    expect(rows.last).to_contain_text("已编辑")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("记下了")
    expect(rows.last.locator(".key")).to_have_text(["改选"])


def test_ten_pictures_become_one_album(page: Page, tmp_path: Path, demo: EchoDemo) -> None:
    begin(page)
    page.get_by_label("添加附件").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="照片").click()
    chooser.value.set_files(pictures(tmp_path, 10))
    expect(page.get_by_role("heading", name="发送 10 张照片")).to_be_visible()
    page.get_by_label("说明").fill("聊天记录")
    page.locator("#files-send").click()
    album = page.locator(".album")
    expect(album.locator("img")).to_have_count(10)
    expect(bubble(page, "聊天记录：已保存。")).to_be_visible()
    assert len([m for m in demo.server.account.messages[1001].values() if "photo" in m.body]) == 10
    album.get_by_label("图片 3，共 10 张，点开查看").click()
    expect(page.get_by_alt_text("图片 3，共 10 张")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_alt_text("图片 4，共 10 张")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()


def test_a_picture_sent_as_a_file_keeps_its_bytes(page: Page, tmp_path: Path) -> None:
    begin(page)
    page.locator("#pick-photo").set_input_files(pictures(tmp_path, 1))
    page.get_by_label("作为文件发送").check()
    page.locator("#files-send").click()
    expect(bubble(page, "收到 1 份材料")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_label("下载 截图0.png").first.click()
    assert Path(download.value.path()).read_bytes() == PIXEL
    assert download.value.suggested_filename == "截图0.png"


def test_pictures_dropped_or_pasted_are_offered_first(page: Page) -> None:
    begin(page)
    drop = """(kind) => {
        const data = new DataTransfer();
        for (let n = 0; n < 10; n++) data.items.add(new File([new Uint8Array([n])], `图${n}.png`, {type: 'image/png'}));
        const target = document.querySelector(kind === 'paste' ? '#text' : '#chat');
        if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        else for (const name of ['dragenter', 'dragover', 'drop'])
            (name === 'drop' ? document.querySelector('[data-drop=document]') : target)
                .dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(drop, "drop")
    expect(page.get_by_role("heading", name="发送 10 个文件")).to_be_visible()
    expect(page.get_by_label("作为文件发送")).to_be_checked()
    page.locator("#files-dialog").get_by_role("button", name="取消").click()
    page.evaluate(drop, "paste")
    expect(page.get_by_role("heading", name="发送 10 张照片")).to_be_visible()
    page.get_by_label("移除 图0.png").click()
    expect(page.get_by_role("heading", name="发送 9 张照片")).to_be_visible()


def test_a_forward_shows_where_it_came_from(page: Page) -> None:
    begin(page)
    page.locator("#forward-open").click()
    page.get_by_label("来自").fill("客服小李")
    page.get_by_label("内容").fill("亲，概不退换")
    page.locator("#forward-dialog .primary").click()
    expect(bubble(page, "亲，概不退换").locator(".forwarded").first).to_contain_text("转发自 客服小李")
    expect(bubble(page, "收到客服小李的话")).to_be_visible()


def menu_of(page: Page, row: Locator, size: str) -> None:
    if size == "desktop":
        row.hover()
        row.get_by_label("消息菜单").click()
    else:
        row.locator(".bubble").dispatch_event("contextmenu")


def test_ones_own_message_can_be_edited_and_answered_to(page: Page, size: str) -> None:
    begin(page)
    say(page, "是88元")
    expect(bubble(page, "你说的是：是88元")).to_be_visible()
    own = page.locator("#messages .row.mine").last
    menu_of(page, own, size)
    page.get_by_role("menuitem", name="编辑").click()
    expect(page.get_by_label("写消息")).to_have_value("是88元")
    say(page, "是68元")
    expect(own).to_contain_text("是68元")
    expect(own).to_contain_text("已编辑")
    expect(bubble(page, "改成了：是68元")).to_be_visible()
    menu_of(page, bubble(page, "改成了"), size)
    expect(page.get_by_role("menuitem", name="编辑")).to_have_count(0)
    page.get_by_role("menuitem", name="回复").click()
    say(page, "对")
    expect(page.locator("#messages .row.mine").last.locator(".quote")).to_contain_text("改成了：是68元")


def test_a_code_block_is_copied_with_one_tap(page: Page) -> None:
    begin(page)
    say(page, "/letter")
    page.get_by_label("复制这段文字").click()
    expect(page.get_by_label("复制这段文字")).to_have_text("已复制")
    expect(page.get_by_role("status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == LETTER


def test_the_command_menu_is_there_and_filters(page: Page) -> None:
    begin(page)
    page.get_by_label("命令菜单").click()
    expect(page.get_by_role("option")).to_have_count(4)
    page.get_by_label("写消息").fill("/le")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_label("写消息").press("Enter")
    expect(page.locator(".codeblock")).to_be_visible()


def test_the_bot_is_seen_typing(page: Page) -> None:
    begin(page)
    say(page, "/slow")
    expect(page.locator("#status")).to_have_text("正在输入…")
    expect(bubble(page, "想好了。")).to_be_visible()
    expect(page.locator("#status")).to_have_text("机器人 · 我是小王")


def test_a_file_of_the_bot_can_be_downloaded(page: Page) -> None:
    begin(page)
    say(page, "/file")
    with page.expect_download() as download:
        page.get_by_label("下载 时间线.txt").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("时间线")


def open_list(page: Page, size: str) -> None:
    if size == "phone":
        page.locator("#back").click()


def test_two_people_have_chats_of_their_own(page: Page, size: str, demo: EchoDemo) -> None:
    begin(page)
    open_list(page, size)
    page.get_by_role("button", name="添加一个人").click()
    page.get_by_label("名字").fill("小李")
    page.locator("#person-dialog .primary").click()
    expect(page.locator("#status")).to_have_text("机器人 · 我是小李")
    begin(page)
    say(page, "我是另一个人")
    expect(bubble(page, "你说的是：我是另一个人")).to_be_visible()
    demo.run(lambda: demo.bot.send_message(1001, "到期了"))
    open_list(page, size)
    row = page.locator("#people .person", has_text="小王")
    expect(row.locator(".badge")).to_have_text("1")
    row.click()
    expect(bubble(page, "到期了")).to_be_visible()
    expect(page.locator(".divider.unread")).to_have_count(1)
    expect(page.locator("#messages").get_by_text("我是另一个人")).to_have_count(0)


def test_the_clock_goes_forward_and_to_the_next_reminder(page: Page, demo: EchoDemo) -> None:
    begin(page)
    face = page.locator("#clock-now")
    expect(face).to_have_text(re.compile(r"^11月22日 周日 10:0\d$"))
    page.get_by_role("button", name="+1小时").click()
    expect(face).to_have_text(re.compile(r"^11月22日 周日 11:0\d$"))
    page.get_by_role("button", name="+1天").click()
    expect(face).to_have_text(re.compile(r"^11月23日 周一 11:0\d$"))
    page.get_by_role("button", name="到下一个提醒").click()
    expect(face).to_have_text(re.compile(r"^11月25日 周三 10:0\d$"))
    say(page, "三天后")
    expect(page.locator(".divider.day")).to_have_text([re.compile("11月22日"), "今天"])
    assert demo.server.clock.now().day == 25


def test_blocking_and_coming_back(page: Page, demo: EchoDemo) -> None:
    begin(page)
    page.locator("#block").click()
    page.get_by_role("button", name="屏蔽", exact=True).click()
    expect(page.get_by_label("写消息")).to_be_hidden()
    assert demo.server.account.people[1001].blocked
    page.locator("#wide").click()
    expect(page.get_by_label("写消息")).to_be_visible()
    say(page, "回来了")
    expect(bubble(page, "你说的是：回来了")).to_be_visible()


def test_hostile_text_stays_text(page: Page) -> None:
    begin(page)
    say(page, "/hostile")
    row = bubble(page, "<img src=x onerror=alert(1)>")
    expect(row.locator(".text")).to_contain_text("<script>alert(2)</script>")
    expect(row.get_by_role("button", name="<b>按</b>")).to_be_visible()
    assert page.locator("#messages img, #messages script, #messages a[href^=javascript]").count() == 0


def test_scrolling_up_stays_there_and_counts_what_is_below(page: Page, demo: EchoDemo) -> None:
    begin(page)
    for number in range(25):
        demo.run(lambda number=number: demo.bot.send_message(1001, f"第{number}条"))
    expect(bubble(page, "第24条")).to_be_in_viewport()
    page.locator("#scroll").evaluate("node => node.scrollTo(0, 0)")
    expect(page.get_by_label("到最新消息")).to_be_visible()
    demo.run(lambda: demo.bot.send_message(1001, "新的一条"))
    expect(page.locator("#below")).to_have_text("1")
    expect(bubble(page, "新的一条")).not_to_be_in_viewport()
    page.get_by_label("到最新消息").click()
    expect(bubble(page, "新的一条")).to_be_in_viewport()
    expect(page.get_by_label("到最新消息")).to_be_hidden()


def test_the_page_comes_back_with_everything_after_a_reload(page: Page) -> None:
    begin(page)
    say(page, "记住我")
    expect(bubble(page, "你说的是：记住我")).to_be_visible()
    page.reload()
    expect(bubble(page, "你说的是：记住我")).to_be_visible()
    expect(page.locator("#messages .row")).to_have_count(4)


def test_everything_can_be_cleared(page: Page, size: str, demo: EchoDemo) -> None:
    begin(page)
    open_list(page, size)
    page.get_by_role("button", name="全部清空，重新开始").click()
    page.get_by_role("button", name="清空", exact=True).click()
    expect(page.get_by_text("这个机器人能做什么？")).to_be_visible()
    begin(page)
    assert list(demo.server.account.people) == [1002]
    expect(page.get_by_label("命令菜单")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_everything_works_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="开始", exact=True).focus()
    page.keyboard.press("Enter")
    expect(bubble(page, "先说说发生了什么")).to_be_visible()
    key = page.get_by_role("button", name="用不了", exact=True)
    key.focus()
    page.keyboard.press("Enter")
    expect(bubble(page, "选好了：type:broken")).to_be_visible()
    expect(page.locator(".key:focus")).to_have_text("改选")
    page.get_by_label("写消息").focus()
    page.keyboard.type("一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("两行")
    page.keyboard.press("Enter")
    expect(bubble(page, "你说的是：一行")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("写消息")).to_have_value("一行\n两行")
    page.keyboard.press("Escape")
    expect(page.get_by_label("写消息")).to_have_value("")


def unnamed(page: Page) -> list[str]:
    """Visible controls without a name for a screen reader."""
    return page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, textarea, select')]
            .filter(n => n.offsetParent && !(n.getAttribute('aria-label') || n.textContent.trim() || (n.labels && n.labels.length)))
            .map(n => n.outerHTML)"""
    )


def test_every_control_has_a_name_and_nothing_sticks_out(page: Page, size: str) -> None:
    begin(page)
    say(page, "长" * 300 + " " + "x" * 300 + " https://example.org/" + "y" * 200)
    expect(bubble(page, "你说的是")).to_be_visible()
    assert unnamed(page) == []
    width = PHONE["viewport"]["width"] if size == "phone" else 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        page.evaluate(
            "document.querySelector('#scroll').scrollWidth - document.querySelector('#scroll').clientWidth"
        )
        <= 0
    )
    targets = page.locator("#composer button:visible, .chat-bar button:visible, .key:visible")
    small = [
        box
        for target in targets.all()
        if (box := target.bounding_box()) and min(box["width"], box["height"]) < 32
    ]
    assert small == []


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_a_long_chat_is_shown_quickly(page: Page, demo: EchoDemo) -> None:
    begin(page)
    bot = demo.server.account.bot
    demo.run(lambda: _fill(demo, bot))
    page.reload()
    began = time.monotonic()
    expect(bubble(page, "消息 799")).to_be_in_viewport(timeout=8_000)
    assert time.monotonic() - began < 8


async def _fill(demo: EchoDemo, bot: dict[str, object]) -> None:
    account = demo.server.account
    for number in range(800):
        account.add_message(account.chat(1001), bot, {"text": f"消息 {number}"})
