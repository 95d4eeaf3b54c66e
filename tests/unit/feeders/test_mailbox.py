"""Mailboxes, against an IMAP server on loopback."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from streams.config.feeders import MailboxSettings
from streams.domain.errors import ConfigError, TransientFailure
from streams.feeders import imapsession, mailbox
from streams.feeders.mailbox import MailboxFeeder
from streams.feeders.observe import Feeder
from tests.support.feeding import Desk, MemoryLog, desk
from tests.support.imap_server import PASSWORD, USER, FakeImap, imap_server
from tests.support.kafka_apps import eventually

ENVIRON = {"DESK_PASSWORD": PASSWORD}


def mail(n: int) -> bytes:
    return f"From: wire@acme.example\r\nSubject: Quake {n}\r\n\r\nIt shook {n} times.\r\n".encode()


@dataclass
class Box:
    """One mailbox, polled when the test says so."""

    at: Desk
    server: FakeImap
    feeder: MailboxFeeder
    settings: MailboxSettings

    async def poll(self, times: int = 1) -> None:
        for _ in range(times):
            await self.feeder._poll("desk", self.settings, asyncio.Event())

    def unread(self) -> list[int]:
        return [m.uid for m in self.server.boxes["INBOX"] if r"\Seen" not in m.flags]


def settings(server: FakeImap, **changed: str) -> MailboxSettings:
    made = MailboxSettings("127.0.0.1", USER, "DESK_PASSWORD", "acme", server.port, "none", interval=0.01, timeout=5)
    return replace(made, **changed)  # type: ignore[arg-type]


@asynccontextmanager
async def box(
    folder: Path, log: MemoryLog | None = None, server: FakeImap | None = None, changed: dict[str, str] | None = None
) -> AsyncIterator[Box]:
    async with imap_server() as fresh, desk(folder, Feeder.IMAP, log) as at:
        if server is not None:
            fresh.boxes, fresh.validity, fresh.next_uid = server.boxes, server.validity, server.next_uid
        made = settings(fresh, **(changed or {}))
        yield Box(at, fresh, MailboxFeeder(at.around, {"desk": made}, ENVIRON), made)


async def test_unread_mail_is_fed_and_marked_as_read(tmp_path: Path) -> None:
    async with box(tmp_path) as on:
        on.server.deliver(mail(1), r"\Seen")
        on.server.deliver(mail(2))
        on.server.deliver(mail(3))
        await on.poll(2)
        assert on.at.log.bodies() == [mail(2), mail(3)]
        assert {(r.header("source"), r.header("content-type")) for r in on.at.log.records} == {("acme", "message/rfc822")}
        assert on.at.log.ids()[0].startswith("desk/2~")
        assert on.unread() == []


async def test_new_mail_is_fed_although_someone_has_read_it(tmp_path: Path) -> None:
    async with box(tmp_path) as on:
        await on.poll()
        on.server.deliver(mail(1), r"\Seen")
        await on.poll(2)
        assert on.at.log.bodies() == [mail(1)]


async def test_the_cursor_survives_a_restart(tmp_path: Path) -> None:
    log = MemoryLog()
    async with box(tmp_path, log) as on:
        on.server.deliver(mail(1))
        await on.poll()
        on.server.boxes["INBOX"][0].flags.clear()
        server = on.server
    async with box(tmp_path, log, server) as on:
        on.server.deliver(mail(2))
        await on.poll()
        assert log.bodies() == [mail(1), mail(2)]
        assert not any("UNSEEN" in command for command in on.server.said)


async def test_a_renumbered_mailbox_feeds_what_is_unread_and_nothing_twice(tmp_path: Path) -> None:
    async with box(tmp_path) as on:
        on.server.deliver(mail(1))
        on.server.deliver(mail(2))
        await on.poll()
        on.server.validity, on.server.next_uid = 2, 1
        on.server.boxes["INBOX"] = []
        for n, flags in ((3, ()), (1, (r"\Seen",)), (2, ())):
            on.server.deliver(mail(n), *flags)
        await on.poll(2)
        assert (on.at.log.bodies(), on.unread()) == ([mail(1), mail(2), mail(3)], [])


async def test_mail_stays_unread_while_the_broker_is_away(tmp_path: Path) -> None:
    log = MemoryLog(failures=["lost"])
    async with box(tmp_path, log) as on:
        on.server.deliver(mail(1))
        with pytest.raises(TransientFailure):
            await on.poll()
        assert (log.bodies(), on.unread()) == ([], [1])
        await eventually(lambda: not on.at.outbox.away, 10, "connected again")
        await on.poll()
        assert (log.bodies(), on.unread()) == ([mail(1)], [])


@pytest.mark.parametrize("command", ["STORE", "SEARCH", "BODY.PEEK", "LOGIN", "SELECT"])
async def test_a_connection_that_breaks_loses_and_repeats_nothing(tmp_path: Path, command: str) -> None:
    async with box(tmp_path) as on:
        on.server.deliver(mail(1))
        on.server.deliver(mail(2))
        on.server.fail = command
        with pytest.raises(TransientFailure, match=r"imap: desk at 127\.0\.0\.1"):
            await on.poll()
        await on.poll()
        assert (on.at.log.bodies(), on.unread()) == ([mail(1), mail(2)], [])


@pytest.mark.parametrize(("extensions", "left"), [("MOVE", 0), ("UIDPLUS", 0), ("", 1)])
async def test_fed_mail_is_moved_when_the_settings_say_so(tmp_path: Path, extensions: str, left: int) -> None:
    async with box(tmp_path, changed={"move_to": "Fed"}) as on:
        on.server.extensions = extensions
        on.server.deliver(mail(1))
        await on.poll(2)
        assert (len(on.server.boxes["INBOX"]), [m.body for m in on.server.boxes["Fed"]]) == (left, [mail(1)])
        assert all(r"\Deleted" in m.flags for m in on.server.boxes["INBOX"])


async def test_mail_that_no_record_can_hold_stays_and_does_not_hold_up_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "RECORD_CAP", 200)
    async with box(tmp_path) as on:
        on.server.deliver(b"x" * 201)
        on.server.deliver(mail(2))
        await on.poll(2)
        assert (on.at.log.bodies(), on.unread()) == ([mail(2)], [1])
        assert on.at.metric('wirebell_feeder_refused_total{feeder="imap",reason="too-large"} 1.0')


async def test_a_server_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imapsession, "_LITERAL_CAP", 1_000)
    async with box(tmp_path) as on:
        on.server.claim = 10
        on.server.deliver(b"x" * 1_001)
        with pytest.raises(TransientFailure, match="1001 bytes at once"):
            await on.poll()


async def test_mail_that_is_taken_away_in_between_is_skipped(tmp_path: Path) -> None:
    async with box(tmp_path) as on:
        session = await asyncio.to_thread(imapsession.ImapSession.open, on.settings, PASSWORD)
        assert await asyncio.to_thread(lambda: (session.size(9), session.fetch(9))) == (None, None)
        await on.feeder._take("desk", on.settings, session, 9)
        for _ in range(2):
            await asyncio.to_thread(session.close)
        assert on.at.log.bodies() == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"user": "other"}, "AUTHENTICATIONFAILED"), ({"mailbox": "Absent"}, "no such mailbox"), ({"user": "dësk"}, "ascii")],
)
async def test_what_the_server_refuses_is_said_without_the_password(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    async with box(tmp_path, changed=changed) as on:
        with pytest.raises(TransientFailure, match=message) as failed:
            await on.poll()
        assert PASSWORD not in str(failed.value)


async def test_watching_goes_on_through_failures_until_told_to_stop(tmp_path: Path) -> None:
    async with box(tmp_path) as on:
        on.server.fail = "LOGIN"
        on.server.deliver(mail(1))
        stop = asyncio.Event()
        running = asyncio.ensure_future(on.feeder.run(stop))
        await eventually(lambda: on.at.log.bodies() == [mail(1)], 10, "fed")
        await eventually(lambda: on.at.metric('wirebell_feeder_polls_total{feeder="imap",outcome="unchanged"}'), 10, "polled again")
        stop.set()
        await asyncio.wait_for(running, 10)
        assert on.at.metric('wirebell_feeder_polls_total{feeder="imap",outcome="failed"} 1.0')
        assert (on.feeder.problems(), on.unread()) == ([], [])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"password_env": "ABSENT"}, r"feeders\.imap\.desk\.password_env: the environment variable ABSENT is not set"),
        ({"host": "mail.example"}, r"feeders\.imap\.desk\.tls: .none. would send the password in the clear"),
    ],
)
async def test_what_cannot_work_or_must_not_is_refused_at_the_start(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        async with box(tmp_path, changed=changed):
            pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of "localhost" in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_the_connection_is_encrypted_and_the_server_known(tmp_path: Path, certificate: Path, tls: str) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=f"{certificate}.crt")
    async with imap_server(own, implicit=tls == "tls") as server, desk(tmp_path, Feeder.IMAP) as at:
        server.deliver(mail(1))
        made = settings(server, tls=tls, host="localhost")
        with pytest.raises(TransientFailure, match="certificate verify failed"):
            await MailboxFeeder(at.around, {"desk": made}, ENVIRON)._poll("desk", made, asyncio.Event())
        assert not any("LOGIN" in command for command in server.said)
        await MailboxFeeder(at.around, {"desk": made}, ENVIRON, trust)._poll("desk", made, asyncio.Event())
        assert at.log.bodies() == [mail(1)]
