"""The evidence vault: the exact bytes that were received, named by their hash, readable by the owner only.

A file is fetched soon after its message, into a temporary file that is flushed to the disk, and moved to
`<chat>/<aa>/<sha256>` in the same step in which its row is marked as stored: a row never promises bytes that are
not there, and half a file is never visible. The user's file name is a label and never a path. `verify` finds
every changed, missing or reordered piece.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection

from bot import sniff
from bot.clock import Clock, milliseconds
from bot.delivery import backoff
from bot.service import Receipt, Service
from bot.store import conversations, evidence, housekeeping
from bot.store.database import Store
from bot.store.evidence import PendingFile
from flows.events import FileRefused, FileStored

log: Final = logging.getLogger(__name__)

#: The most that getFile gives (Bot API: getFile), in bytes.
LIMIT: Final = 20 * 1024 * 1024
#: How long a file may take before somebody else may try, in milliseconds.
LEASE: Final = 120_000
AT_ONCE: Final = 4
#: After this many failed attempts (about a day and a half of waiting) the file counts as gone.
MOST_ATTEMPTS: Final = 40
_ORPHAN_AGE: Final = 3600.0


class FetchError(Exception):
    """The bytes could not be had this time; it is tried again."""


class GoneError(Exception):
    """Telegram no longer has the file, or never gives it: `reason` is gone or too_big."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fetch(Protocol):
    """The bytes of a file by its file_id (Bot API: getFile), in pieces. Raises FetchError or GoneError."""

    def fetch(self, file_id: str) -> AsyncIterator[bytes]: ...


class RefusalError(Exception):
    """A file that is not kept; `reason` is one of FileRefused.reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the evidence of a chat. `what` is changed, missing, broken_chain or unlisted."""

    what: str
    file_key: str
    detail: str = ""


class Vault:
    """The folder of evidence and its rows. `root` is made with mode 0700."""

    def __init__(self, root: Path, store: Store, service: Service, fetch: Fetch, clock: Clock) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._store = store
        self._service = service
        self._fetch = fetch
        self._clock = clock
        for folder in (root, self._incoming):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)

    # -- fetching ----------------------------------------------------------------------------------------------

    async def run(self) -> int:
        """Finish erasures, then fetch what is pending. Returns how many files were decided."""
        await self.finish_erasures()
        decided = 0
        while files := await self._lease():
            decided += sum(await asyncio.gather(*(self._take(file) for file in files)))
        return decided

    async def _lease(self) -> list[PendingFile]:
        now = milliseconds(self._clock.now())
        return await self._store.writing(lambda c: evidence.lease(c, now, now + LEASE, AT_ONCE))

    async def _take(self, file: PendingFile) -> bool:
        """Fetch one file. True when it was kept or refused, False when it is tried again later."""
        part = self._incoming / secrets.token_hex(16)
        try:
            sha256, size = await self._download(file, part)
            mime, width, height = await asyncio.to_thread(_examined, part)
        except (RefusalError, GoneError) as refusal:
            await self._refuse(file, refusal.reason)
            return True
        except (FetchError, OSError) as error:
            return await self._later(file, error)
        else:
            event = FileStored(
                file_key=file.key,
                sha256=sha256,
                size=size,
                mime=mime,
                at=self._clock.now(),
                width=width,
                height=height,
            )
            await self._keep(file, part, event)
            return True
        finally:
            part.unlink(missing_ok=True)

    async def _download(self, file: PendingFile, part: Path) -> tuple[str, int]:
        if file.size is not None and file.size > LIMIT:
            raise RefusalError("too_big")
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            async for piece in self._fetch.fetch(file.file_id):
                size += len(piece)
                if size > LIMIT:
                    raise RefusalError("too_big")
                digest.update(piece)
                target.write(piece)
            target.flush()
            await asyncio.to_thread(os.fsync, target.fileno())
        if size == 0:
            raise RefusalError("broken")
        return digest.hexdigest(), size

    async def _keep(self, file: PendingFile, part: Path, event: FileStored) -> Receipt:
        def place(connection: Connection) -> None:
            self._erase_files(connection, file.chat_id)
            target = self._path(file.chat_id, event.sha256)
            for folder in (target.parent.parent, target.parent):
                folder.mkdir(exist_ok=True, mode=0o700)
            part.replace(target)
            for folder in (target.parent, target.parent.parent, self._root):
                _flush_folder(folder)

        receipt = await self._service.file_stored(file.chat_id, event, place)
        if not receipt.taken:
            await self._sweep_chat(file.chat_id)
        return receipt

    async def _refuse(self, file: PendingFile, reason: str) -> None:
        log.info("file %s refused: %s", file.key, reason)
        event = FileRefused(file_key=file.key, reason=reason, at=self._clock.now())
        await self._service.file_refused(file.chat_id, event)

    async def _later(self, file: PendingFile, error: Exception) -> bool:
        if file.attempts >= MOST_ATTEMPTS:
            await self._refuse(file, "gone")
            return True
        wait = backoff(file.attempts) * max(1, file.attempts - 5) ** 2
        log.warning("file %s: %s, again in %.0f s", file.key, type(error).__name__, wait)
        when = milliseconds(self._clock.now()) + int(wait * 1000)
        await self._store.writing(lambda c: evidence.retry_at(c, file.key, when))
        return False

    # -- reading and checking ----------------------------------------------------------------------------------

    def _path(self, chat_id: int, sha256: str) -> Path:
        return self._root / str(chat_id) / sha256[:2] / sha256

    async def read(self, key: str) -> bytes:
        """The bytes of a stored file. Raises FileNotFoundError when it is not stored."""
        found = await self._store.writing(lambda connection: evidence.located(connection, key))
        if found is None:
            raise FileNotFoundError(f"no stored file {key}")
        return await asyncio.to_thread(self._path(*found).read_bytes)

    def verify(self, chat_id: int, case_id: str | None = None) -> list[Finding]:
        """Re-hash the files of a chat (or of one case) and check the whole chain. Empty = all as received."""
        chain, stored = self._store.write(
            lambda c: (evidence.chain(c, chat_id), evidence.stored(c, chat_id, case_id)), chat=chat_id
        )
        findings = _check_chain(chain)
        listed = {link.file_key: link.sha256 for link in chain}
        for key, sha256 in stored.items():
            if listed.get(key) != sha256:
                findings.append(Finding("unlisted", key, "the chain has no entry with this hash"))
            findings += self._check_file(chat_id, key, sha256)
        gone = {link.file_key for link in chain} - stored.keys() if case_id is None else set()
        findings += [
            Finding("missing", key, "the chain names a file that has no row") for key in sorted(gone)
        ]
        return findings

    def _check_file(self, chat_id: int, key: str, sha256: str) -> list[Finding]:
        try:
            with self._path(chat_id, sha256).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return [Finding("missing", key, "the bytes are gone")]
        return [] if actual == sha256 else [Finding("changed", key, "the bytes are not what was received")]

    # -- removing ----------------------------------------------------------------------------------------------

    async def finish_erasures(self) -> int:
        """Remove the files of erased chats and wipe the freed pages. Returns how many chats."""
        chats = await self._store.writing(housekeeping.erasures)
        for chat_id in chats:
            await self._store.writing(partial(self._erase_files, chat_id=chat_id), chat=chat_id)
        if chats:
            await self._store.running_alone(self._store.checkpoint)
        return len(chats)

    def _erase_files(self, connection: Connection, chat_id: int) -> None:
        """Under the chat's lock: the folder goes, then the note that it has to go."""
        conversations.lock(connection, chat_id)
        if housekeeping.erased(connection, chat_id):
            folder = self._root / str(chat_id)
            if folder.exists():
                shutil.rmtree(folder)
                _flush_folder(self._root)

    async def sweep(self) -> int:
        """Remove bytes without a row (left by a crash) that are older than an hour. Returns how many."""
        swept = await asyncio.to_thread(_remove_old, self._incoming)
        for folder in [entry for entry in self._root.iterdir() if entry.name.lstrip("-").isdigit()]:
            swept += await self._sweep_chat(int(folder.name), _ORPHAN_AGE)
        return swept

    async def _sweep_chat(self, chat_id: int, older: float = 0.0) -> int:
        def work(connection: Connection) -> int:
            conversations.lock(connection, chat_id)
            known = evidence.known_hashes(connection, chat_id)
            found = [path for path in (self._root / str(chat_id)).glob("*/*") if path.name not in known]
            orphans = [path for path in found if time.time() - path.stat().st_mtime >= older]
            for path in orphans:
                path.unlink()
            return len(orphans)

        return await self._store.writing(work, chat=chat_id)


def _examined(part: Path) -> tuple[str, int, int]:
    """MIME type, width, height. Raises RefusalError: unsupported, broken, bomb."""
    try:
        mime, width, height = sniff.look(part)
    except sniff.BrokenFileError as error:
        raise RefusalError("broken") from error
    if mime is None:
        raise RefusalError("unsupported")
    if width * height > sniff.MOST_PIXELS:
        raise RefusalError("bomb")
    return mime, width, height


def _check_chain(chain: list[evidence.Link]) -> list[Finding]:
    findings, previous = [], ""
    for link in chain:
        if link.previous != previous or link.computed() != link.link:
            findings.append(Finding("broken_chain", link.file_key, f"entry {link.seq} does not follow"))
        previous = link.link
    return findings


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old(folder: Path) -> int:
    old = [path for path in folder.iterdir() if time.time() - path.stat().st_mtime > _ORPHAN_AGE]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
