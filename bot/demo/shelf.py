"""Files that people and the bot sent. Bytes are kept as they came; a photo is not recompressed here.

Bot API: File, getFile (20 MB), PhotoSize. A photo has a small and a large size, as in Telegram; both serve the same bytes.
"""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from bot.demo.journal import Journal
from bot.demo.refusals import Json, bad_request

DOWNLOAD_LIMIT = 20 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file as somebody hands it in. `claimed_size` states a size in bytes without carrying that many."""

    data: bytes
    name: str = "file"
    mime: str = "application/octet-stream"
    claimed_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfFile:
    """One stored file. `path` is what getFile answers; `number` names the bytes on disk."""

    file_id: str
    unique_id: str
    number: int
    path: str
    name: str
    mime: str
    size: int


class Shelf:
    """Keeps bytes in `folder`, or in memory when there is none."""

    def __init__(self, folder: Path | None, journal: Journal) -> None:
        self._folder = folder / "files" if folder else None
        self._journal = journal
        self._memory: dict[int, bytes] = {}
        self.by_id: dict[str, ShelfFile] = {}
        self.by_path: dict[str, ShelfFile] = {}
        self.next_number = 1

    def keep(self, content: Content, kind: str, sizes: tuple[str, ...] = ("",)) -> list[ShelfFile]:
        """Store the bytes once and give them one id per size."""
        number = self.next_number
        self._store(number, content.data)
        suffix = PurePath(content.name).suffix[:10] or ".bin"
        return [
            self._register(
                ShelfFile(
                    file_id=f"{_PREFIX.get(kind, 'BQAC')}AgUAAxkBAAIdemo{number:06d}{size or 'y'}",
                    unique_id=f"AgAD{number:06d}{size or 'y'}",
                    number=number,
                    path=f"{kind}s/file_{number}{size and '_' + size}{suffix}",
                    name=content.name,
                    mime=content.mime,
                    size=len(content.data) if content.claimed_size is None else content.claimed_size,
                )
            )
            for size in sizes
        ]

    def restore(self, line: Json) -> None:
        """Take up a file of an earlier run."""
        self._add(ShelfFile(**line))

    def find(self, file_id: str) -> ShelfFile:
        """Raises Refused as getFile does."""
        found = self.by_id.get(file_id)
        if found is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return found

    def described(self, file_id: str) -> Json:
        """getFile: the File object; files over 20 MB are refused."""
        file = self.find(file_id)
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {
            "file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size, "file_path": file.path,
        }  # fmt: skip

    def data(self, file: ShelfFile) -> bytes:
        """The bytes as they came."""
        if self._folder is None:
            return self._memory[file.number]
        return (self._folder / str(file.number)).read_bytes()

    def clear(self) -> None:
        """Forget all files and remove their bytes."""
        if self._folder is not None and self._folder.exists():
            for path in self._folder.iterdir():
                path.unlink()
        self._memory.clear()
        self.by_id.clear()
        self.by_path.clear()

    def _register(self, file: ShelfFile) -> ShelfFile:
        self._add(file)
        self._journal.write("file", asdict(file))
        return file

    def _add(self, file: ShelfFile) -> None:
        self.by_id[file.file_id] = self.by_path[file.path] = file
        self.next_number = max(self.next_number, file.number + 1)

    def _store(self, number: int, data: bytes) -> None:
        self.next_number = number + 1
        if self._folder is None:
            self._memory[number] = data
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / str(number)).write_bytes(data)


_PREFIX = {"photo": "AgAC", "document": "BQAC", "voice": "AwAC", "sticker": "CAAC"}


def photo_sizes(shelf: Shelf, content: Content) -> list[Json]:
    """A Bot API `photo` array, smallest first."""
    width, height = picture_size(content.data)
    scale = 320 / max(width, height, 320)
    small, large = shelf.keep(content, "photo", ("m", ""))
    return [
        _size(small, max(1, round(width * scale)), max(1, round(height * scale))),
        _size(large, width, height),
    ]


def _size(file: ShelfFile, width: int, height: int) -> Json:
    return {
        "file_id": file.file_id, "file_unique_id": file.unique_id, "width": width, "height": height,
        "file_size": file.size,
    }  # fmt: skip


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, JPEG, GIF or WEBP; 800x600 when the header can't be read."""
    try:
        return _header_size(data) or (800, 600)
    except (struct.error, IndexError):
        return (800, 600)


def _header_size(data: bytes) -> tuple[int, int] | None:
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:3] == b"GIF":
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    if data[8:16] == b"WEBPVP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data):
        marker = data[at + 1]
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
