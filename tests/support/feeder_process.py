"""A feeder in a process of its own on a real log: what the crash tests kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streams.adapters.logclient import Record, Start, open_log
from streams.adapters.topics import load_topics
from streams.adapters.wire_raw import RAW
from streams.config import PARTITIONS

TOKEN = "a-token-for-the-tests"
STOP_SECONDS = 30.0


@dataclass
class FeederProcess:
    """`wirebell feed KIND` with settings of its own; one process at a time. `table` is what stands under [feeders]."""

    broker: str
    folder: Path
    kind: str
    table: str
    process: subprocess.Popen[bytes] | None = None
    started: int = field(default=0)

    def prepare(self) -> None:
        """Write the settings and make the topics."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = f'broker = "{self.broker}"\n[feeders]\ndatadir = "{self.folder}/journals"\nmetrics_port = 0\n'
        (self.folder / "wirebell.toml").write_text(head + self.table)
        with open_log(self.broker) as client:
            for spec in load_topics():
                client.apply(spec, PARTITIONS[spec.name])

    def start(self) -> None:
        """Start it; it is not waited for."""
        self.started += 1
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREBELL_")}
        command = [sys.executable, "-m", "streams.cli", "feed", self.kind, "--settings", str(self.folder / "wirebell.toml")]
        with self._output().open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env={**environ, "PUSH_TOKEN": TOKEN})

    def _output(self) -> Path:
        return self.folder / f"feeder-{self.started}.log"

    def said(self) -> str:
        """The end of what it wrote."""
        return self._output().read_text("utf-8", "replace")[-3_000:] if self.started else ""

    def kill(self) -> None:
        """`kill -9`. It must have been alive."""
        assert self.process is not None
        assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said()}"
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """As a supervisor would; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def end(self) -> None:
        """Whatever is left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)

    def records(self) -> Sequence[Record]:
        """Everything in `wire.raw`."""
        with open_log(self.broker) as client:
            return list(client.read(RAW, Start.BEGINNING))

    def count(self) -> int:
        """How many records `wire.raw` has."""
        with open_log(self.broker) as client:
            return sum(client.ends(RAW).values())

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


def until_or_dead(process: FeederProcess, count: int, seconds: float) -> None:
    """Wait until the log has so many records."""
    deadline = time.monotonic() + seconds
    while process.count() < count:
        assert process.alive(), f"it ended: {process.said()}"
        assert time.monotonic() < deadline, f"{process.count()} of {count} after {seconds:g} s: {process.said()}"
        time.sleep(0.02)
