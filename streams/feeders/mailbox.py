"""Mailboxes over IMAP: every new mail becomes a raw record, and is marked as read, or moved, when the log has it for good.

    open -> UIDs above the cursor -> mail -> hand over -> receipt -> put away -> cursor

The first time, and when the server has renumbered its mails (UIDVALIDITY), unread mail is taken. A mail is known by its bytes:
what was fed and not yet put away when a crash came is put away the next time, and not fed again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from streams.config.feeders import MailboxSettings
from streams.domain.errors import ConfigError, TransientFailure
from streams.domain.report import RawRecord
from streams.feeders.appender import Item, digest_of
from streams.feeders.imapsession import ImapSession
from streams.feeders.observe import Outcome, Refusal
from streams.feeders.pace import backoff
from streams.feeders.service import RECORD_CAP, Surroundings, input_id, pause

LOG = logging.getLogger("wirebell.feeders")
LONGEST_WAIT = 900.0
"""Seconds between two attempts to reach a mailbox, at most."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to UID `last` was fed, as long as UIDVALIDITY is `validity`."""

    validity: int = 0
    last: int = 0


class MailboxFeeder:
    """Implements Service."""

    def __init__(
        self, around: Surroundings, boxes: Mapping[str, MailboxSettings], environ: Mapping[str, str], trust: ssl.SSLContext | None = None
    ) -> None:
        """ConfigError when a password is not set or would travel in the clear. `trust`: see ImapSession.open."""
        self._around = around
        self._boxes = dict(boxes)
        self._passwords = {name: _password(name, settings, environ) for name, settings in boxes.items()}
        self._trust = trust

    def problems(self) -> list[str]:
        """None: a mailbox that fails is its provider's, and counted."""
        return []

    async def run(self, stop: asyncio.Event) -> None:
        """Poll every mailbox until told to stop."""
        await asyncio.gather(*(self._watch(name, settings, stop) for name, settings in self._boxes.items()))

    async def _watch(self, name: str, settings: MailboxSettings, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                outcome = await self._poll(name, settings, stop)
                failures = 0
            except TransientFailure as error:
                failures += 1
                LOG.warning("%s", error)
                outcome = Outcome.BROKER_AWAY if self._around.outbox.away else Outcome.FAILED
            self._around.metrics.polled(self._around.feeder, outcome)
            wait = backoff(name, failures, settings.interval, max(LONGEST_WAIT, settings.interval)) if failures else settings.interval
            await pause(stop, wait)

    async def _poll(self, name: str, settings: MailboxSettings, stop: asyncio.Event) -> Outcome:
        session = await asyncio.to_thread(ImapSession.open, settings, self._passwords[name], self._trust)
        try:
            cursor = await self._cursor(name)
            fresh = cursor.validity != session.validity
            uids = await asyncio.to_thread(_unread_at_opening, session) if fresh else await asyncio.to_thread(session.after, cursor.last)
            for uid in uids:
                if stop.is_set():
                    return Outcome.NEW
                await self._take(name, settings, session, uid)
                if not fresh:
                    await self._save(name, Cursor(session.validity, uid))
            if fresh:
                # Only when all unread mail is taken does one UID stand for it: older mail may be unread and newer read.
                await self._save(name, Cursor(session.validity, session.next_uid - 1))
        finally:
            await asyncio.to_thread(session.close)
        return Outcome.NEW if uids else Outcome.UNCHANGED

    async def _take(self, name: str, settings: MailboxSettings, session: ImapSession, uid: int) -> None:
        size = await asyncio.to_thread(session.size, uid)
        if size is not None and size > RECORD_CAP:
            LOG.warning("imap: %s: mail %d has %d bytes; a record holds at most %d; it stays in the mailbox", name, uid, size, RECORD_CAP)
            self._around.metrics.refused(self._around.feeder, Refusal.TOO_LARGE)
            return
        body = await asyncio.to_thread(session.fetch, uid)
        if body is None:
            return  # taken away by someone since the search
        key = f"{name}|{digest_of(body)}"
        raw = RawRecord(settings.source, self._around.clock.now(), body, "message/rfc822", input_id=input_id(f"{name}/{uid}", key))
        await self._around.feed(Item(raw, key))
        await asyncio.to_thread(session.put_away, uid)

    async def _cursor(self, name: str) -> Cursor:
        text = await self._around.outbox.ask(lambda journal: journal.cursor(f"mailbox {name}"))
        return Cursor(**json.loads(text)) if text else Cursor()

    async def _save(self, name: str, cursor: Cursor) -> None:
        text = json.dumps({"validity": cursor.validity, "last": cursor.last})
        await self._around.outbox.ask(lambda journal: journal.save_cursor(f"mailbox {name}", text))


def _unread_at_opening(session: ImapSession) -> list[int]:
    return [uid for uid in session.unseen() if uid < session.next_uid]


def _password(name: str, settings: MailboxSettings, environ: Mapping[str, str]) -> str:
    where = f"feeders.imap.{name}"
    if settings.tls == "none" and settings.host not in _LOOPBACK:
        raise ConfigError(f'{where}.tls: "none" would send the password in the clear to {settings.host}; only this machine may be asked so')
    password = environ.get(settings.password_env, "")
    if not password:
        raise ConfigError(f"{where}.password_env: the environment variable {settings.password_env} is not set")
    return password
