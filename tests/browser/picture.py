"""`python -m tests.browser.picture` takes docs/picture.png anew: two phones, the real bot, nothing drawn by hand."""

from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, watched
from tests.browser.test_claim import ORDER, STORY, bubble, press, say, send_pictures
from tests.e2e.pictures import chunk
from tests.e2e.rehearsal import Rehearsal

PICTURE = Path(__file__).parents[2] / "docs" / "picture.png"
SHARP: dict[str, Any] = {**PHONE, "device_scale_factor": 2}
#: The wallpaper in one colour: the gradient would double the size of the file.
PLAIN = (
    "['a', 'b', 'c'].forEach(name => document.documentElement.style.setProperty('--wall-' + name, '#c6dcd6'))"
)
PIXELS = """async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const data = new Blob([canvas.getImageData(0, 0, image.width, image.height).data]);
    const reader = new FileReader();
    const read = new Promise(done => { reader.onload = () => done(reader.result.split(',')[1]); });
    reader.readAsDataURL(data);
    return [image.width, image.height, await read];
}"""
FRAME = """
<style>
  body {{ margin: 0; padding: 36px 44px; display: inline-flex; gap: 44px; background: #eef2f6; }}
  img {{ width: 390px; border-radius: 30px; border: 7px solid #20262d; box-shadow: 0 6px 16px #0003; }}
</style>
{phones}
"""


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        with (
            Rehearsal(Path(folder)).running() as rehearsal,
            watched(chromium, SHARP, rehearsal.address) as page,
        ):
            shots = claim(page, Path(folder))
        frame(chromium, shots)
        chromium.close()


def claim(page: Page, folder: Path) -> list[bytes]:
    """The story read back, and the text for the merchant."""
    page.get_by_role("button", name="开始", exact=True).click()
    expect(bubble(page, "说说发生了什么")).to_be_visible()
    say(page, STORY)
    expect(bubble(page, "金额：50元")).to_be_in_viewport()
    shots = [shot(page)]
    press(page, "对")
    expect(bubble(page, "订单号是多少")).to_be_visible()
    say(page, ORDER)
    expect(bubble(page, "证据清单")).to_be_visible()
    send_pictures(page, folder, 2, "微信账单")
    expect(bubble(page, "收到 2 个")).to_be_visible()
    press(page, "订单页面")
    expect(bubble(page, "证据2：订单页面")).to_be_visible()
    press(page, "出文书")
    expect(bubble(page, "给商家的第一封信").locator(".codeblock")).to_be_in_viewport()
    return [*shots, shot(page)]


def shot(page: Page) -> bytes:
    page.evaluate(PLAIN)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(195, 20)
    page.wait_for_timeout(800)  # bubbles have come to rest
    return page.screenshot(animations="disabled", caret="hide")


def frame(browser: Browser, shots: list[bytes]) -> None:
    """The phones side by side."""
    phones = "".join(f'<img src="{inline(each)}">' for each in shots)
    page = browser.new_page(device_scale_factor=2, viewport={"width": 1000, "height": 940})
    page.set_content(FRAME.format(phones=phones))
    width, height, raw = page.evaluate(PIXELS, inline(page.locator("body").screenshot()))
    PICTURE.write_bytes(small(width, height, base64.b64decode(raw)))


def inline(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def small(width: int, height: int, raw: bytes) -> bytes:
    """A PNG of the 256 commonest colours; the rare ones, all in soft edges, become their nearest neighbours."""
    pixels = [raw[at : at + 3] for at in range(0, len(raw), 4)]
    counted = [colour for colour, _ in Counter(pixels).most_common()]
    palette = counted[:256]
    index = {colour: palette.index(min(palette, key=lambda one: distance(one, colour))) for colour in counted}
    rows = (bytes([0, *(index[p] for p in pixels[y * width : (y + 1) * width])]) for y in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", b"".join(palette))
        + chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
        + chunk(b"IEND", b"")
    )


def distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    main()
