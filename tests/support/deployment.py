"""Workers in processes of their own on a real log, fed and read from outside: what the fault tests kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from streams.adapters.avro import codec_for
from streams.adapters.logclient import LogClient, Record, Start, open_log
from streams.adapters.logclient.port import lag
from streams.adapters.topics import load_topics
from streams.config import PARTITIONS
from streams.domain.alert import Alert
from streams.domain.incident import Incident
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.formats import routing_key

WORKER = """
import sys
from pathlib import Path
from streams.agents import run_worker
from streams.config import load
sys.exit(run_worker(load(Path(sys.argv[1]), {})))
"""
STOP_SECONDS = 30.0
READY_SECONDS = 60.0


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until `condition` holds; AssertionError naming `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


@dataclass
class Deployment:
    """One log with its topics, and workers of one group. `folder` holds their state, settings and output."""

    broker: str
    folder: Path
    app_id: str
    partitions: dict[str, int] = field(default_factory=dict)
    settings: str = ""
    metrics_port: int = 0
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: int = 0

    def prepare(self) -> None:
        """Make the folder and the topics."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.client() as client:
            for spec in load_topics():
                client.apply(spec, self.count(spec.name))

    def count(self, topic: str) -> int:
        """The topic's partitions here."""
        return self.partitions.get(topic, PARTITIONS[topic])

    def client(self) -> LogClient:
        """A connection to the log."""
        return open_log(self.broker)

    def start_worker(self, slot: int = 0) -> subprocess.Popen[bytes]:
        """Start a worker with the state folder of `slot` (one worker at a time per slot)."""
        self.started += 1
        config = self.folder / f"worker-{slot}.toml"
        config.write_text(self._settings(slot))
        output = (self.folder / f"worker-{slot}-{self.started}.log").open("wb")
        worker = subprocess.Popen([sys.executable, "-c", WORKER, str(config)], stdout=output, stderr=subprocess.STDOUT, env=_environment())
        self.running[slot] = worker
        return worker

    def supervise(self) -> None:
        """Start again whoever has ended, as a supervisor does."""
        for slot, worker in list(self.running.items()):
            if worker.poll() is not None:
                self.start_worker(slot)

    def _settings(self, slot: int) -> str:
        topics = "\n".join(f'"{name}" = {self.count(name)}' for name in sorted(PARTITIONS))
        head = f'broker = "{self.broker}"\napp_id = "{self.app_id}"\ndatadir = "{self.folder / f"state-{slot}"}"\n'
        return f"{head}\n[metrics]\nport = {self.metrics_port}\n\n[topics]\n{topics}\n\n{self.settings}\n"

    def stop(self) -> list[int]:
        """End every worker as a supervisor would; their exit codes."""
        for worker in self.running.values():
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(STOP_SECONDS) for worker in self.running.values()]
        self.running.clear()
        return codes

    def kill_all(self) -> None:
        """`kill -9` whatever still runs."""
        for worker in self.running.values():
            if worker.poll() is None:
                worker.kill()
            worker.wait(STOP_SECONDS)
        self.running.clear()

    def ingest(self, raws: Iterable[RawRecord]) -> int:
        """Append raw records and wait until the log has them."""
        count = 0
        with self.client() as client:
            for raw in raws:
                client.append("wire.raw", routing_key(raw, Limits()).encode(), raw.body, headers_of(raw))
                count += 1
            client.flush()
        return count

    def behind(self) -> int:
        """Records of the consumed topics that are not yet processed for good."""
        with self.client() as client:
            return sum(lag(client, self.app_id, topic) for topic in ("wire.raw", "wire.events"))

    def drain(self, seconds: float) -> None:
        """Wait until nothing is left to process. A worker that died on its own is an error."""

        def drained() -> bool:
            for worker in self.running.values():
                assert worker.poll() is None, f"a worker ended with {worker.returncode}: {self.last_words()}"
            return self.behind() == 0

        wait_until(drained, seconds, f"lag 0; now {self.behind()}; {self.last_words()}")

    def last_words(self) -> str:
        """The end of the newest worker's output."""
        outputs = sorted(self.folder.glob("worker-*.log"), key=lambda p: p.stat().st_mtime)
        return outputs[-1].read_text("utf-8", "replace")[-3000:] if outputs else "no worker was started"

    def records(self, topic: str) -> Iterator[Record]:
        """Everything in a topic now."""
        with self.client() as client:
            yield from client.read(topic, Start.BEGINNING)

    def alerts(self) -> list[Alert]:
        """Every alert in the log, repeats included."""
        codec = codec_for(Alert)
        return [codec.decode(r.value or b"") for r in self.records("wire.alerts")]

    def incidents(self) -> dict[str, Incident]:
        """The last state of every incident."""
        codec = codec_for(Incident)
        found = (codec.decode(r.value or b"") for r in self.records("wire.incidents"))
        return {incident.incident_id: incident for incident in found}


def headers_of(raw: RawRecord) -> tuple[tuple[str, bytes], ...]:
    """The headers that a feeder writes."""
    named = {
        "source": raw.source,
        "content-type": raw.content_type,
        "received-at": raw.received_at.isoformat(),
        "item-id": raw.item_id,
        "input-id": raw.input_id,
    }
    return tuple((name, value.encode()) for name, value in named.items() if value)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("WIREBELL_")}
