"""An IMAP server small enough to read: one mailbox, one user, on loopback. What it does not know it answers with BAD."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "desk", "correct horse battery"


@dataclass
class Mail:
    """One mail with its flags."""

    uid: int
    body: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class FakeImap:
    """Its mailboxes by name; `extensions` beyond IMAP4rev1. `fail` breaks the connection at the next command of that name."""

    boxes: dict[str, list[Mail]] = field(default_factory=lambda: {"INBOX": [], "Fed": []})
    validity: int = 1
    next_uid: int = 1
    extensions: str = "MOVE UIDPLUS"
    fail: str = ""
    claim: int = 0
    said: list[str] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None

    def deliver(self, body: bytes, *flags: str) -> Mail:
        mail = Mail(self.next_uid, body, set(flags))
        self.next_uid += 1
        self.boxes["INBOX"].append(mail)
        return mail

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                self.said.append(command.replace(PASSWORD, "***"))
                if self.fail and self.fail in command:
                    self.fail = ""
                    break
                writer.write(self._answer(tag, command))
                if command == "STARTTLS" and self.tls:
                    await writer.start_tls(self.tls)
                if command == "LOGOUT":
                    break
        except (ConnectionError, ssl.SSLError):
            pass
        writer.close()

    def _answer(self, tag: str, command: str) -> bytes:
        name, _, rest = command.partition(" ")
        if name == "UID":
            name, _, rest = rest.partition(" ")
            name = f"UID {name}"
        untagged, verdict = self._do(name, rest)
        return b"".join(b"* " + line + b"\r\n" for line in untagged) + f"{tag} {verdict} that is all\r\n".encode()

    def _do(self, name: str, rest: str) -> tuple[list[bytes], str]:
        inbox = self.boxes["INBOX"]
        if name == "CAPABILITY":
            return [f"CAPABILITY IMAP4rev1 STARTTLS {self.extensions}".encode()], "OK"
        if name == "LOGIN":
            return [], "OK" if rest == f'{USER} "{PASSWORD}"' else "NO [AUTHENTICATIONFAILED] wrong"
        if name == "SELECT":
            if rest != '"INBOX"':
                return [], "NO no such mailbox"
            known = [f"{len(inbox)} EXISTS", f"OK [UIDVALIDITY {self.validity}]", f"OK [UIDNEXT {self.next_uid}]"]
            return [line.encode() for line in known], "OK"
        if name == "UID SEARCH":
            return [b"SEARCH " + " ".join(map(str, self._search(rest))).encode()], "OK"
        if name.startswith("UID "):
            return self._one(name, rest)
        return ([b"BYE"] if name == "LOGOUT" else []), "OK" if name in ("LOGOUT", "STARTTLS", "NOOP") else "BAD"

    def _search(self, criteria: str) -> list[int]:
        uids = [mail.uid for mail in self.boxes["INBOX"] if "UNSEEN" not in criteria or r"\Seen" not in mail.flags]
        if match := re.fullmatch(r"UID (\d+):\*", criteria):
            # As RFC 3501 has it: * is the last mail, so "9:*" is "5:9" where 5 is the last.
            return [uid for uid in uids if uid >= int(match.group(1))] or uids[-1:]
        return uids

    def _one(self, name: str, rest: str) -> tuple[list[bytes], str]:
        uid, _, what = rest.partition(" ")
        mail = next((m for m in self.boxes["INBOX"] if m.uid == int(uid)), None)
        if mail is None:
            return [], "OK"
        if name == "UID FETCH" and what == "(RFC822.SIZE)":
            return [f"1 FETCH (UID {uid} RFC822.SIZE {self.claim or len(mail.body)})".encode()], "OK"
        if name == "UID FETCH" and what == "(BODY.PEEK[])":
            return [f"1 FETCH (UID {uid} BODY[] {{{len(mail.body)}}}\r\n".encode() + mail.body + b")"], "OK"
        if name == "UID STORE":
            mail.flags |= set(re.findall(r"\\\w+", what))
            return [], "OK"
        return [], self._leave(name, mail, what)

    def _leave(self, name: str, mail: Mail, what: str) -> str:
        target = self.boxes.get(what.strip('"'))
        if name in ("UID MOVE", "UID COPY") and target is None:
            return "NO [TRYCREATE] no such mailbox"
        if target is not None:
            target.append(mail)
        if name in ("UID MOVE", "UID EXPUNGE"):
            self.boxes["INBOX"].remove(mail)
        return "OK" if name in ("UID MOVE", "UID COPY", "UID EXPUNGE") else "BAD"


@asynccontextmanager
async def imap_server(tls: ssl.SSLContext | None = None, implicit: bool = True) -> AsyncIterator[FakeImap]:
    """A server on a free port; with `tls` from the first byte, or after STARTTLS when not `implicit`."""
    fake = FakeImap(tls=tls)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, ssl=tls if implicit else None)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
