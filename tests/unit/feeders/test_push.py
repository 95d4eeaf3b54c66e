"""HTTP push over loopback: every answer that a client can get."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from streams.config.feeders import PushSettings
from streams.domain.errors import MustStop
from streams.feeders import push as module
from streams.feeders.pace import Quotas
from streams.feeders.push import PushFeeder
from streams.feeders.pushauth import Keyring, Secrets, sign
from tests.support.feeding import Desk, MemoryLog, desk
from tests.support.kafka_apps import eventually

TOKEN, KEY = "token-of-everyone", b"key-of-the-agency"
BODY = b"YEREVAN, Sept 27 (Acme) - Quake hits.\n"


@dataclass
class Client:
    """Speaks to one feeder."""

    at: Desk
    feeder: PushFeeder
    session: aiohttp.ClientSession
    url: str

    async def post(self, body: Any = BODY, source: str = "acme", **headers: str) -> tuple[int, dict[str, Any], Any]:
        """Status, JSON and headers of the answer. Header names are written with underscores; an empty one is left out."""
        sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        named = {name: value for name, value in sent.items() if value}
        skip = () if "Content-Type" in named else ("Content-Type",)
        async with self.session.post(f"{self.url}/wire/{source}", data=body, headers=named, skip_auto_headers=skip) as response:
            return response.status, await response.json(), response.headers

    def counted(self, reason: str, count: int = 1) -> bool:
        return self.at.metric(f'wirebell_feeder_refused_total{{feeder="http",reason="{reason}"}} {count}.0')


@asynccontextmanager
async def client(folder: Path, log: MemoryLog | None = None, quota: int = 0, capacity: int = 16) -> AsyncIterator[Client]:
    async with desk(folder, log=log, capacity=capacity) as at:
        ring = Keyring(Secrets(TOKEN.encode()), {"signing": Secrets(b"", KEY)}, 300)
        feeder = PushFeeder(at.around, PushSettings(port=0), 1_000, ring, Quotas({"acme": quota, "signing": quota}, lambda: 0.0))
        await feeder.start()
        try:
            async with aiohttp.ClientSession() as session:
                yield Client(at, feeder, session, f"http://127.0.0.1:{feeder.port}")
        finally:
            at.log.gate.set()
            await feeder.close()


async def test_a_report_is_acknowledged_when_the_log_has_it(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        to.at.log.gate.clear()
        asked = asyncio.ensure_future(to.post(Content_Type="application/json; charset=utf-8"))
        await eventually(lambda: to.at.outbox.depth == 1, 10, "handed over")
        await asyncio.sleep(0)
        assert not asked.done()
        to.at.log.gate.set()
        status, answer, _ = await asked
        [record] = to.at.log.records
        assert (status, answer) == (202, {"id": record.header("input-id"), "source": "acme"})
        assert (record.value, record.header("source")) == (BODY, "acme")
        assert record.header("content-type") == "application/json; charset=utf-8"
        assert record.header("received-at") == "2020-09-27T06:00:00Z"


async def test_the_same_key_and_body_get_the_same_answer_and_nothing_is_appended(tmp_path: Path) -> None:
    log = MemoryLog()
    async with client(tmp_path, log) as to:
        first = await to.post(Idempotency_Key="k-1")
        to.at.clock.advance(60)
        assert (await to.post(Idempotency_Key="k-1"))[:2] == first[:2]
    async with client(tmp_path, log) as to:
        assert (await to.post(Idempotency_Key="k-1"))[:2] == first[:2]
        assert to.at.metric('wirebell_feeder_repeats_total{feeder="http"} 1.0')
    assert len(log.records) == 1


async def test_a_key_belongs_to_a_source(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        answers = [await to.post(source=source, Idempotency_Key="k-1") for source in ("acme", "other")]
        assert ([a[0] for a in answers], len({a[1]["id"] for a in answers})) == ([202, 202], 2)


async def test_the_same_key_with_another_body_is_a_conflict(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        _, first, _ = await to.post(Idempotency_Key="k-1")
        status, answer, _ = await to.post(b"Another story", Idempotency_Key="k-1")
        assert (status, answer["error"], first["id"] in answer["message"]) == (409, "conflict", True)
        assert to.counted("conflict")


async def test_the_same_request_many_times_at_once_is_appended_once(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        answers = await asyncio.gather(*(to.post(Idempotency_Key="k-1") for _ in range(10)))
        assert ({a[0] for a in answers}, len({a[1]["id"] for a in answers}), len(to.at.log.records)) == ({202}, 1, 1)


async def test_without_a_key_every_request_is_a_record(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        first = await to.post()
        to.at.clock.advance(0.001)
        second = await to.post()
        assert (first[0], second[0], first[1]["id"] != second[1]["id"], len(to.at.log.records)) == (202, 202, True, 2)


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({"Authorization": ""}, 401, "unauthorized"),
        ({"Authorization": "Bearer wrong"}, 401, "unauthorized"),
        ({"Content_Type": "image/jpeg"}, 415, "bad-type"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "bad-type"),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415, "bad-type"),
        ({"Content_Encoding": "br"}, 415, "bad-type"),
        ({"Idempotency_Key": "with space"}, 400, "bad-request"),
        ({"Idempotency_Key": "x" * 201}, 400, "bad-request"),
    ],
)
async def test_what_the_headers_say_wrong_is_refused(tmp_path: Path, headers: dict[str, str], status: int, error: str) -> None:
    async with client(tmp_path) as to:
        answered, answer, _ = await to.post(**headers)
        assert (answered, answer["error"], bool(answer["message"]), to.counted(error)) == (status, error, True, True)
        assert to.at.log.records == []


@pytest.mark.parametrize(
    "content_type", ["", "text/xml", "application/ninjs+json", "text/vnd.iptc.7901", "application/x-anpa1312", "message/rfc822"]
)
async def test_every_type_that_can_be_wire_copy_is_taken(tmp_path: Path, content_type: str) -> None:
    async with client(tmp_path) as to:
        assert (await to.post(Content_Type=content_type))[0] == 202
        assert to.at.log.records[0].header("content-type") == content_type


async def test_anothers_credentials_are_forbidden_and_unauthorized_says_how(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        assert [(await to.post(source="signing"))[i] for i in (0,)] == [403]
        assert (await to.post(Authorization=""))[2]["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("source", ["-acme", "a%20b", "a%2Fb", "x" * 65, "..%2f"])
async def test_what_is_no_source_id_is_refused(tmp_path: Path, source: str) -> None:
    async with client(tmp_path) as to:
        url = URL(f"{to.url}/wire/{source}", encoded=True)
        async with to.session.post(url, data=BODY) as response:
            assert response.status in (400, 404)


async def test_other_paths_and_methods_are_answered_in_json(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        async with to.session.post(f"{to.url}/elsewhere", data=BODY) as response:
            assert (response.status, (await response.json())["error"]) == (404, "not-found")
        async with to.session.get(f"{to.url}/wire/acme") as response:
            assert (response.status, response.headers["Allow"], (await response.json())["error"]) == (405, "POST", "method-not-allowed")


async def test_an_empty_body_is_refused(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        status, answer, _ = await to.post(b"")
        assert (status, answer) == (400, {"error": "bad-request", "message": "the body is empty"})


async def test_a_body_that_announces_too_much_is_not_read(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.feeder.port)
        writer.write(f"POST /wire/acme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 1001\r\n\r\n".encode())
        assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 413")
        writer.close()
        assert to.counted("too-large")


async def test_a_body_that_grows_too_large_is_cut_off(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    async with client(tmp_path) as to:
        assert (await to.post(endless()))[:1] == (413,)
        assert (await to.post(b"x" * 1_000))[0] == 202


@pytest.mark.parametrize(("token", "line"), [(TOKEN, b"HTTP/1.1 100 Continue"), ("wrong", b"HTTP/1.1 401 Unauthorized")])
async def test_who_expects_a_continue_sends_the_body_only_when_the_headers_are_in_order(tmp_path: Path, token: str, line: bytes) -> None:
    async with client(tmp_path) as to:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.feeder.port)
        head = f"POST /wire/acme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        writer.write(head.encode())
        assert (await asyncio.wait_for(reader.readline(), 10)).strip() == line
        if token == TOKEN:
            writer.write(b"quake")
            answer = await asyncio.wait_for(reader.readuntil(b"}"), 10)
            assert b"HTTP/1.1 202 Accepted" in answer
        writer.close()


async def test_a_body_that_does_not_arrive_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.05)
    async with client(tmp_path) as to:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.feeder.port)
        writer.write(f"POST /wire/acme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 10\r\n\r\nabc".encode())
        assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_gzip_is_stored_as_it_came(tmp_path: Path) -> None:
    bomb = gzip.compress(b"x" * 500_000)
    async with client(tmp_path) as to:
        assert (await to.post(bomb, Content_Encoding="gzip"))[0] == 202
        assert to.at.log.bodies() == [bomb]


async def test_a_source_over_its_quota_is_told_when_to_come_again(tmp_path: Path) -> None:
    async with client(tmp_path, quota=2) as to:
        answers = [await to.post() for _ in range(3)]
        assert [a[0] for a in answers] == [202, 202, 429]
        assert (answers[2][1]["error"], answers[2][2]["Retry-After"], to.counted("quota")) == ("quota", "30", True)
        assert (await to.post(source="other"))[0] == 202


async def test_a_full_queue_pushes_back(tmp_path: Path) -> None:
    async with client(tmp_path, capacity=2) as to:
        to.at.log.gate.clear()
        waiting = [asyncio.ensure_future(to.post(Idempotency_Key=f"k-{n}")) for n in range(2)]
        await eventually(lambda: to.at.outbox.depth == 2, 10, "both handed over")
        status, answer, headers = await to.post()
        assert (status, answer["error"], headers["Retry-After"]) == (429, "queue-full", "2")
        to.at.log.gate.set()
        assert [(await w)[0] for w in waiting] == [202, 202]


async def test_a_broker_that_is_away_is_no_loss_and_no_duplicate(tmp_path: Path) -> None:
    log = MemoryLog(failures=["lost", "landed"])
    async with client(tmp_path, log) as to:
        for key in ("lost", "landed"):
            status, answer, headers = await to.post(Idempotency_Key=key)
            assert (status, answer["error"], headers["Retry-After"]) == (503, "broker-away", "2")
            assert (await to.post(Idempotency_Key="other"))[0] == 503
            await eventually(lambda: not to.at.outbox.away, 10, "connected again")
        again = [(await to.post(Idempotency_Key=key))[0] for key in ("lost", "landed")]
        assert (again, len(log.records)) == ([202, 202], 2)


async def test_a_feeder_that_has_to_stop_acknowledges_nothing(tmp_path: Path) -> None:
    async with client(tmp_path, MemoryLog(failures=[MustStop("the disk is full")])) as to:
        status, answer, _ = await to.post()
        assert (status, "disk" in answer["message"]) == (503, False)


def signature(at: Callable[[], float], key: str = "", body: bytes = BODY, source: str = "signing") -> dict[str, str]:
    now = int(at())
    return {
        "Authorization": "",
        "X_Timestamp": str(now),
        "X_Signature": sign(KEY, now, source, key, body),
        "Idempotency_Key": key,
    }


async def test_a_signed_request_needs_no_token(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        headers = signature(lambda: to.at.clock.now().timestamp(), "k-1")
        assert (await to.post(source="signing", **headers))[0] == 202
        assert (await to.post(b"changed on the way", source="signing", **headers))[0] == 401
        assert (await to.post(source="signing", **{**headers, "Idempotency_Key": "k-2"}))[0] == 401


async def test_a_signed_request_that_is_overheard_and_sent_again_adds_nothing(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        headers = signature(lambda: to.at.clock.now().timestamp())
        answers = [await to.post(source="signing", **headers) for _ in range(2)]
        assert ([a[0] for a in answers], len(to.at.log.records)) == ([202, 202], 1)
        to.at.clock.advance(301)
        status, answer, _ = await to.post(source="signing", **headers)
        assert (status, answer["message"]) == (401, "X-Timestamp is too far from now")


async def test_strangers_do_not_use_up_a_quota(tmp_path: Path) -> None:
    async with client(tmp_path, quota=1) as to:
        good = signature(lambda: to.at.clock.now().timestamp())
        for _ in range(3):
            assert (await to.post(source="signing", **{**good, "X_Signature": "sha256=" + "0" * 64}))[0] == 401
        assert (await to.post(source="signing", **good))[0] == 202


async def test_stopping_answers_what_is_in_flight(tmp_path: Path) -> None:
    async with client(tmp_path) as to:
        to.at.log.gate.clear()
        asked = asyncio.ensure_future(to.post())
        await eventually(lambda: to.at.outbox.depth == 1, 10, "handed over")
        closing = asyncio.ensure_future(to.feeder.close())
        await asyncio.sleep(0)
        to.at.log.gate.set()
        assert (await asked)[0] == 202
        await closing
        with pytest.raises(aiohttp.ClientConnectionError):
            await to.post()
