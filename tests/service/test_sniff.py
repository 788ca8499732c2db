"""What a file is, by its first bytes; sizes of pictures from their headers; nothing is decoded."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sniff import BrokenFileError, kind_of, look

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    + bytes(9)
    + b"\xff\xff\xe1\x00\x04ab"
    + b"\xff\xc2\x00\x11\x08"
    + struct.pack(">HH", 1080, 2400)
    + bytes(12)
)
GIF = b"GIF89a" + struct.pack("<HH", 32, 16)
VP8 = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 300, 200)
VP8L = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + struct.pack("<I", 299 | (199 << 14)) + bytes(5)
VP8X = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x2b\x01\x00" + b"\xc7\x00\x00"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (PNG, ("image/png", 640, 480)),
        (JPEG, ("image/jpeg", 2400, 1080)),
        (GIF, ("image/gif", 32, 16)),
        (VP8, ("image/webp", 300, 200)),
        (VP8L, ("image/webp", 300, 200)),
        (VP8X, ("image/webp", 300, 200)),
        (b"%PDF-1.7\n", ("application/pdf", 0, 0)),
        (b"PK\x03\x04rest", ("application/zip", 0, 0)),
        (b"OggS\x00", ("audio/ogg", 0, 0)),
        (b"\x00\x00\x00\x18ftypheic", ("image/heic", 0, 0)),
        (b"\x00\x00\x00\x18ftypisom", ("video/mp4", 0, 0)),
        ("聊天记录：".encode() * 20, ("text/plain", 0, 0)),
        ("聊天记录".encode("gb18030"), ("text/plain", 0, 0)),
        (b"MZ\x90\x00", (None, 0, 0)),
        (b"", (None, 0, 0)),
    ],
)
def test_known_kinds(tmp_path: Path, content: bytes, wanted: tuple[str | None, int, int]) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert look(path) == wanted


@pytest.mark.parametrize("whole", [PNG, JPEG, GIF, VP8, VP8L, VP8X])
def test_a_header_that_ends_too_early_is_broken(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "file"
    for length in range(16, len(whole) - 13):
        path.write_bytes(whole[:length])
        if kind_of(whole[:length]) not in (None, "text/plain"):
            with pytest.raises(BrokenFileError):
                look(path)


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_picture_without_extent_is_broken(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "file"
    path.write_bytes(PNG[:16] + struct.pack(">II", *size))
    with pytest.raises(BrokenFileError):
        look(path)


@given(
    st.sampled_from([b"", PNG[:8], JPEG[:3], GIF[:6], VP8[:16], VP8L[:16], VP8X[:16]]),
    st.binary(max_size=200),
)
def test_anything_gets_an_answer(tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(start + rest)
    try:
        _, width, height = look(path)
    except BrokenFileError:
        return
    assert width >= 0 and height >= 0
