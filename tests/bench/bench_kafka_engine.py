"""The engine alone on a real Kafka: agents that think nothing, beside a plain aiokafka loop with the same work, in one run.

    python tests/bench/bench_kafka_engine.py [--records 20000] [--latency] [--shapes pass,table] [--drivers plain,stock,hardened]

Records/s: a worker process starts on topics that are already full; the rate is taken from the producer timestamps of the records
it wrote, first to last; `cpu us` is the worker's processor time per record of `in`. Latency: 200 records/s, from this process's
send to this process's receipt of the record of `out`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition  # noqa: E402

from deploy.kafka.broker import Broker  # noqa: E402
from tests.support.kafka_client import Probe, until  # noqa: E402
from tests.support.kafka_worker import PARTITIONS  # noqa: E402

VALUE = b'{"headline":"' + b"x" * 260 + b'"}'
RATE = 200.0
LATENCY_SECONDS = 10.0


@dataclass(frozen=True)
class Bench:
    """One case: a driver, a shape, a topic prefix of its own."""

    broker: Broker
    driver: str
    shape: str

    @property
    def name(self) -> str:
        """The topic prefix."""
        return f"{self.driver}-{self.shape}-"

    def worker(self, datadir: Path) -> tuple[subprocess.Popen[bytes], float]:
        """The worker process once it says that it is ready, and how long that took."""
        started = time.monotonic()
        command = [sys.executable, "-m", "tests.support.kafka_worker", self.driver, "--bootstrap", self.broker.bootstrap]
        command += ["--name", self.name, "--shape", self.shape, "--datadir", str(datadir)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(datadir / "log").open("wb"), cwd=ROOT)
        assert process.stdout is not None
        process.stdout.readline()
        return process, time.monotonic() - started

    def run(self, records: int, with_latency: bool) -> str:
        """One line of the table."""
        probe = Probe(self.broker.bootstrap)
        for part in ("in", "mid", "out"):
            probe.create(f"{self.name}{part}", PARTITIONS)
        probe.send(f"{self.name}in", [(b"key-%06d" % n, VALUE) for n in range(records)])
        with tempfile.TemporaryDirectory() as datadir:
            worker, ready = self.worker(Path(datadir))
            began = cpu_seconds(worker.pid)
            try:
                until(lambda: probe.ends(f"{self.name}out") >= records, 240, f"{self.driver} {self.shape} finished")
                spent = cpu_seconds(worker.pid) - began
                stamps = [record.timestamp for record in probe.read(f"{self.name}out")]
                rate = (len(stamps) - 1) / ((max(stamps) - min(stamps)) / 1000)
                lags = asyncio.run(latency(self.broker.bootstrap, self.name)) if with_latency else []
            finally:
                worker.kill()
                worker.wait()
        cuts = statistics.quantiles(lags, n=100) if lags else []
        shown = f"{cuts[49] * 1000:8.0f} {cuts[98] * 1000:8.0f}" if cuts else f"{'-':>8} {'-':>8}"
        return f"{self.driver:<10}{self.shape:<14}{rate:>12,.0f} {spent / records * 1e6:>10,.0f} {ready:>8.1f} {shown}"


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used (Linux): steadier than the rate when the machine is shared."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def latency(bootstrap: str, name: str) -> list[float]:
    """Seconds from send to receipt; the first second, in which things warm up, is left out."""
    sent: dict[bytes, float] = {}
    took: list[float] = []
    total = int(RATE * LATENCY_SECONDS)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="latest", fetch_max_wait_ms=100)
    await producer.start()
    await reader.start()
    reader.assign([TopicPartition(f"{name}out", p) for p in range(PARTITIONS)])
    await reader.seek_to_end()

    async def send_all() -> None:
        start = time.monotonic()
        for n in range(total):
            await asyncio.sleep(max(0.0, start + n / RATE - time.monotonic()))
            value = b"%09d" % n + VALUE
            sent[value] = time.monotonic()
            await producer.send(f"{name}in", value, key=b"late-%06d" % n)

    sending = asyncio.ensure_future(send_all())
    while len(took) < total:
        for records in (await reader.getmany(timeout_ms=1000)).values():
            took += [time.monotonic() - sent[record.value] for record in records]
    await sending
    await reader.stop()
    await producer.stop()
    return took[int(RATE) :]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--shapes", default="pass,table,rekey,rekey-table")
    parser.add_argument("--drivers", default="plain,stock,hardened")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        broker = Broker(Path(home))
        broker.start()
        print(f"{'driver':<10}{'shape':<14}{'records/s':>12} {'cpu us':>10} {'ready s':>8} {'p50 ms':>8} {'p99 ms':>8}")
        try:
            for shape in asked.shapes.split(","):
                for driver in asked.drivers.split(","):
                    if not (driver == "plain" and "table" in shape):
                        print(Bench(broker, driver, shape).run(asked.records, asked.latency), flush=True)
        finally:
            broker.kill()


if __name__ == "__main__":
    main()
