"""A watched folder: every finished file becomes a raw record, and moves to done/ when the log has it for good.

    look -> finished? -> read -> hand over -> receipt -> move to done/ -> forget

A crash leaves a file either where it was, and its key in the journal says on the next start whether the log has it, or in done/.
The key holds the file's name, inode, size, modification time and content: the same file again is a repeat, the same content in a
new file is fed, and the worker recognises the resend.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from streams.config.checks import is_source_id
from streams.config.feeders import FolderSettings
from streams.domain.errors import ConfigError, TransientFailure
from streams.domain.report import RawRecord
from streams.feeders.appender import Answer, Item, digest_of
from streams.feeders.looks import Looks, Seen
from streams.feeders.moves import move_into, sync_folders, write_reason
from streams.feeders.observe import Outcome, Refusal
from streams.feeders.pace import Quotas
from streams.feeders.service import RECORD_CAP, Surroundings, input_id, pause

LOG = logging.getLogger("wirebell.feeders")

TOGETHER = 64
"""Files handed over before the first of them is awaited: one flush serves them all."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A file that cannot be a record, and why."""

    seen: Seen
    reason: Refusal
    why: str


class FolderFeeder:
    """Implements Service."""

    def __init__(self, around: Surroundings, settings: FolderSettings, quotas: Quotas) -> None:
        """ConfigError when the folder is not there and cannot be made."""
        self._around = around
        self._settings = settings
        self._quotas = quotas
        self._looks = Looks(settings.ignore)
        self._problem = ""
        try:
            for folder in (settings.path, settings.path / settings.done, settings.path / settings.failed):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"feeders.folder.path: {settings.path}: cannot be used: {error.strerror}") from error

    def problems(self) -> list[str]:
        """Why the folder could not be read at the last look."""
        return [self._problem] if self._problem else []

    async def run(self, stop: asyncio.Event) -> None:
        """Look, feed, wait."""
        await self._tidy()
        while not stop.is_set():
            self._around.metrics.polled(self._around.feeder, await self._look(stop))
            await pause(stop, self._settings.interval)

    async def _tidy(self) -> None:
        """Forget the keys of files that are gone: moved before a crash, or taken away by someone."""
        path = self._settings.path
        there = {str(seen.name) for seen in await asyncio.to_thread(lambda: list(self._scan(path)))}
        await self._around.outbox.ask(lambda journal: journal.forget(k for k in journal.keys() if _name_of(k) not in there))  # noqa: SIM118

    async def _look(self, stop: asyncio.Event) -> Outcome:
        try:
            found = await asyncio.to_thread(lambda: list(self._scan(self._settings.path)))
        except OSError as error:
            self._problem = f"{self._settings.path}: cannot be read: {error.strerror}"
            return Outcome.FAILED
        self._problem = ""
        finished = self._looks.finished(found)
        try:
            for start in range(0, len(finished), TOGETHER):
                if stop.is_set():
                    break
                await self._take(finished[start : start + TOGETHER])
        except TransientFailure:
            # The files stay where they are; the outbox says in /healthz and the log what is wrong.
            return Outcome.BROKER_AWAY
        return Outcome.NEW if finished else Outcome.UNCHANGED

    def _scan(self, folder: Path, below: str = "") -> Iterator[Seen]:
        """Every regular file, done/ and failed/ left out. Links are not followed: they may lead out of the folder."""
        skipped = () if below else (self._settings.done, self._settings.failed)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and entry.name not in skipped:
                    yield from self._scan(Path(entry.path), f"{below}{entry.name}/")
                elif entry.is_file(follow_symlinks=False) and (seen := _seen(f"{below}{entry.name}", Path(entry.path))):
                    yield seen

    async def _take(self, finished: Sequence[Seen]) -> None:
        """Feed some files, in order, and put them away when the log has them."""
        handed: list[tuple[Seen, Item]] = []
        answers: list[Coroutine[None, None, Answer]] = []
        for seen in finished:
            item = await asyncio.to_thread(self._read, seen)
            if isinstance(item, Unfit):
                await asyncio.to_thread(self._fail, item)
            elif item is not None:
                started = time.monotonic()
                handed.append((seen, item))
                answers.append(self._around.answered(item, await self._around.outbox.put(item), started))
        outcomes = await asyncio.gather(*answers, return_exceptions=True)
        fed = [pair for pair, outcome in zip(handed, outcomes, strict=True) if not isinstance(outcome, BaseException)]
        await self._put_away(fed)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _read(self, seen: Seen) -> Item | Unfit | None:
        """The file as an item; None when it must wait for a later look: over its quota, gone, or written to in the meantime."""
        path, source = self._settings.path / seen.name, self._source(seen.name)
        if unfit := _unfit(seen, source):
            return unfit
        if self._quotas.take(source) > 0:
            return None
        try:
            body = path.read_bytes()
            if _seen(seen.name, path) != seen:
                return None
        except FileNotFoundError:
            return None
        except OSError as error:
            return Unfit(seen, Refusal.UNREADABLE, f"cannot be read: {error.strerror}")
        return self._item(seen, source, body)

    def _source(self, name: str) -> str:
        parts = PurePosixPath(name).parts
        return parts[0] if len(parts) > 1 else self._settings.source

    def _item(self, seen: Seen, source: str, body: bytes) -> Item:
        key = "|".join((*map(str, seen.stamp), digest_of(body), seen.name))
        return Item(RawRecord(source, self._around.clock.now(), body, input_id=input_id(seen.name, key)), key)

    async def _put_away(self, fed: Sequence[tuple[Seen, Item]]) -> None:
        if not fed:
            return
        moved = await asyncio.to_thread(self._move, [seen for seen, _ in fed])
        keys = [item.key for seen, item in fed if seen in moved]
        await self._around.outbox.ask(lambda journal: journal.forget(keys))

    def _move(self, files: Sequence[Seen]) -> set[Seen]:
        """To done/. Those that could not be moved stay, and their keys keep them from being fed again."""
        moved: dict[Seen, Path] = {}
        for seen in files:
            path = self._settings.path / seen.name
            try:
                target = move_into(path, self._settings.path / self._settings.done / seen.name)
                if _seen(seen.name, target) != seen:
                    # Replaced after it was read: what came to lie there has not been fed.
                    move_into(target, path)
                    continue
                moved[seen] = target
            except OSError as error:
                LOG.warning("folder: %s was fed and cannot be moved to %s: %s", path, self._settings.done, error.strerror)
        # The moves must outlast a power cut before the keys are forgotten.
        root = self._settings.path
        touched = (parent for seen, target in moved.items() for p in (root / seen.name, target) for parent in p.parents)
        sync_folders({folder for folder in touched if folder == root or root in folder.parents})
        return set(moved)

    def _fail(self, unfit: Unfit) -> None:
        path = self._settings.path / unfit.seen.name
        LOG.warning("folder: %s: %s", path, unfit.why)
        self._around.metrics.refused(self._around.feeder, unfit.reason)
        try:
            write_reason(move_into(path, self._settings.path / self._settings.failed / unfit.seen.name), unfit.why)
        except OSError as error:
            LOG.warning("folder: %s cannot be moved to %s: %s", path, self._settings.failed, error.strerror)


def _unfit(seen: Seen, source: str) -> Unfit | None:
    if not seen.name.isascii() and seen.name != seen.name.encode("utf-8", "replace").decode("utf-8"):
        return Unfit(seen, Refusal.BAD_REQUEST, "the name is not UTF-8")
    if not is_source_id(source):
        return Unfit(seen, Refusal.BAD_REQUEST, f"the folder {source!r} is no source id: letters, digits, dots, dashes, underscores")
    if seen.size > RECORD_CAP:
        return Unfit(seen, Refusal.TOO_LARGE, f"{seen.size} bytes; a record holds at most {RECORD_CAP}")
    return None


def _seen(name: str, path: Path) -> Seen | None:
    try:
        stat = path.lstat()
    except FileNotFoundError:
        return None
    return Seen(name, (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)) if S_ISREG(stat.st_mode) else None


def _name_of(key: str) -> str:
    return key.split("|", 5)[5]
