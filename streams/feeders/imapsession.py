"""One connection to an IMAP mailbox (RFC 3501, RFC 6851 MOVE), through the standard library. Blocking; for one thread at a time."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from streams.config.feeders import MailboxSettings
from streams.domain.errors import TransientFailure
from streams.feeders.service import RECORD_CAP

PORT, TLS_PORT = 143, 993
_LITERAL_CAP = RECORD_CAP + 65_536
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")


class _Capped:
    """Refuses what is larger than any mail that is asked for: a server must not fill the memory."""

    def read(self, size: int) -> bytes:
        if size > _LITERAL_CAP:
            raise imaplib.IMAP4.abort(f"the server sends {size} bytes at once")
        data: bytes = super().read(size)  # type: ignore[misc]
        return data


class _Plain(_Capped, imaplib.IMAP4):
    pass


class _Secure(_Capped, imaplib.IMAP4_SSL):
    pass


@contextmanager
def _translated(settings: MailboxSettings) -> Iterator[None]:
    try:
        yield
    # UnicodeError: imaplib sends ASCII only; what is not belongs to a setting.
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise TransientFailure(f"imap: {settings.user} at {settings.host}: {error}") from error


class ImapSession:
    """Any method may raise TransientFailure: then `close` it and open another later."""

    def __init__(self, settings: MailboxSettings, imap: imaplib.IMAP4) -> None:
        self._settings = settings
        self._imap = imap
        self._closed = False
        self.validity = 0
        """UIDVALIDITY: UIDs mean the same mails only as long as it stays."""
        self.next_uid = 1
        """No mail that was there when the mailbox was opened has this UID or a higher one."""

    @classmethod
    def open(cls, settings: MailboxSettings, password: str, trust: ssl.SSLContext | None = None) -> Self:
        """Connect, log in and open the mailbox. `trust` replaces the system's certificate authorities."""
        with _translated(settings):
            session = cls(settings, _connected(settings, trust or ssl.create_default_context()))
            try:
                session._log_in(password)
            except BaseException:
                session.close()
                raise
        return session

    def _log_in(self, password: str) -> None:
        self._imap.login(self._settings.user, password)
        self._ok(self._imap.select(_quoted(self._settings.mailbox)), "select")
        self.validity = self._number("UIDVALIDITY")
        self.next_uid = self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        _, values = self._imap.response(name)
        value = values[-1] if values else None
        if not isinstance(value, bytes) or not value.isdigit():
            raise imaplib.IMAP4.error(f"the server does not say {name}")
        return int(value)

    def unseen(self) -> list[int]:
        """UIDs of unread mail, ascending."""
        return self._search("UNSEEN")

    def after(self, uid: int) -> list[int]:
        """UIDs above this one, ascending."""
        # "n:*" always names the last mail, even when its UID is below n.
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def _search(self, criteria: str) -> list[int]:
        with _translated(self._settings):
            found = self._ok(self._imap.uid("SEARCH", criteria), "search")
            return sorted({int(word) for part in found if isinstance(part, bytes) for word in part.split()})

    def size(self, uid: int) -> int | None:
        """Bytes of a mail, None when it is gone."""
        with _translated(self._settings):
            found = self._ok(self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)"), "fetch")
        match = next((m for part in found if isinstance(part, bytes) and (m := _SIZE.search(part))), None)
        return int(match.group(1)) if match else None

    def fetch(self, uid: int) -> bytes | None:
        """A mail as it is, None when it is gone. It is not marked as read."""
        with _translated(self._settings):
            found = self._ok(self._imap.uid("FETCH", str(uid), "(BODY.PEEK[])"), "fetch")
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)

    def put_away(self, uid: int) -> None:
        """Mark as read, or move where the settings say."""
        with _translated(self._settings):
            self._ok(self._imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"), "mark as read")
            if self._settings.move_to:
                self._move(uid, _quoted(self._settings.move_to))

    def _move(self, uid: int, target: str) -> None:
        if "MOVE" in self._imap.capabilities:
            self._ok(self._imap.uid("MOVE", str(uid), target), "move")
            return
        self._ok(self._imap.uid("COPY", str(uid), target), "copy")
        self._ok(self._imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"), "delete")
        if "UIDPLUS" in self._imap.capabilities:
            # Without it an EXPUNGE would also remove what others have marked.
            self._ok(self._imap.uid("EXPUNGE", str(uid)), "expunge")

    def _ok(self, answer: tuple[str, Sequence[Any]], what: str) -> Sequence[Any]:
        status, data = answer
        if status != "OK":
            raise imaplib.IMAP4.error(f"{what}: {status} {data!r:.200}")
        return data

    def close(self) -> None:
        """Log out. Idempotent; a connection that is broken is let go."""
        if self._closed:
            return
        self._closed = True
        try:
            self._imap.logout()
        except (imaplib.IMAP4.error, OSError):
            self._imap.shutdown()


def _connected(settings: MailboxSettings, trust: ssl.SSLContext) -> imaplib.IMAP4:
    if settings.tls == "tls":
        return _Secure(settings.host, settings.port or TLS_PORT, ssl_context=trust, timeout=settings.timeout)
    imap = _Plain(settings.host, settings.port or PORT, timeout=settings.timeout)
    if settings.tls == "starttls":
        imap.starttls(trust)
    return imap


def _quoted(mailbox: str) -> str:
    return '"' + mailbox.replace("\\", "\\\\").replace('"', '\\"') + '"'
