"""What a file is, by its first bytes, and how many pixels a picture has, without decoding it.

A gate, not a proof: a JPEG may carry anything behind its end. Originals are kept as they came and never opened;
the size in pixels comes from the header, so that a picture that would fill the memory is known before anything
decodes it. Unknown content gives None, a header that contradicts itself BrokenFileError.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Final

#: More pixels than this is a decompression bomb and not a screenshot.
MOST_PIXELS: Final = 100_000_000
_HEAD: Final = 64
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_NO_LENGTH: Final = {0x01, *range(0xD0, 0xD9)}
_FRAMES: Final = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class BrokenFileError(ValueError):
    """The content starts like a known kind and then makes no sense."""


def kind_of(head: bytes) -> str | None:
    """The MIME type that the first bytes show, None when they show none that is kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in _HEIC else "video/mp4"
    for magic, mime in _PLAIN_MAGIC:
        if head.startswith(magic):
            return mime
    return "text/plain" if _looks_like_text(head) else None


_PLAIN_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"PK\x03\x04", "application/zip"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)


def _looks_like_text(head: bytes) -> bool:
    if not head or any(byte < 9 or 13 < byte < 32 for byte in head):
        return False
    pieces = [head[: len(head) - cut] for cut in range(4)]  # a character may be cut in two at the end
    return any(_decodes(piece, encoding) for encoding in ("utf-8", "gb18030") for piece in pieces)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def look(path: Path) -> tuple[str | None, int, int]:
    """MIME type, width and height in pixels (0 when not a picture that is read here)."""
    with path.open("rb") as file:
        mime = kind_of(file.read(_HEAD))
        reader = _READERS.get(mime or "")
        if reader is None:
            return mime, 0, 0
        file.seek(0)
        try:
            width, height = reader(file)
        except (struct.error, IndexError) as error:
            raise BrokenFileError("the header ends too early") from error
    if width <= 0 or height <= 0:
        raise BrokenFileError("a picture without width or height")
    return mime, width, height


def _png(file: BinaryIO) -> tuple[int, int]:
    head = file.read(24)
    if head[12:16] != b"IHDR":
        raise BrokenFileError("no IHDR chunk where it must be")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _gif(file: BinaryIO) -> tuple[int, int]:
    width, height = struct.unpack("<HH", file.read(10)[6:10])
    return width, height


def _jpeg(file: BinaryIO) -> tuple[int, int]:
    """Walk the segments up to the frame header (ITU T.81, B.1.1)."""
    file.seek(2)
    while True:
        lead, marker = struct.unpack("BB", file.read(2))
        while lead == 0xFF and marker == 0xFF:
            (marker,) = struct.unpack("B", file.read(1))
        if lead != 0xFF or marker in (0x00, 0xD9, 0xDA):
            raise BrokenFileError("no frame header before the picture data")
        if marker in _NO_LENGTH:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker in _FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        if length < 2:
            raise BrokenFileError("a segment shorter than its own length field")
        file.seek(length - 2, 1)


def _webp(file: BinaryIO) -> tuple[int, int]:
    """The three forms of WebP: lossy, lossless, extended (RFC 9649, sections 2.5 to 2.7)."""
    head = file.read(30)
    form, data = head[12:16], head[20:]
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", data[1:5])
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if form == b"VP8X" and len(data) == 10:
        width = int.from_bytes(data[4:7], "little") + 1
        return width, int.from_bytes(data[7:10], "little") + 1
    raise BrokenFileError("no whole WebP chunk")


_READERS: Final = {"image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp}
