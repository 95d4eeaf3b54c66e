"""The whole way from wire copy to alerts: replay, the embedded log, Kafka, and a plain aiokafka loop around the same core, in one run.

    python tests/bench/bench_pipeline.py [--records 3000] [--latency 2000] [--ways replay,embedded,kafka,plain]

reports/s: workers start on a full `wire.raw`; the rate is taken from the log's time stamps of the first and the last output.
p50, p99: arrival to alert in ms at 200 reports/s, from the time the report was appended to the alert's time stamp in the log.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer  # noqa: E402

from deploy.kafka.broker import Broker  # noqa: E402
from streams.adapters.avro import codec_for  # noqa: E402
from streams.adapters.logclient import Start  # noqa: E402
from streams.domain.alert import Alert  # noqa: E402
from streams.domain.report import RawRecord  # noqa: E402
from streams.domain.settings import CoreSettings, Limits  # noqa: E402
from streams.formats import routing_key  # noqa: E402
from streams.pipeline.replay import Replay  # noqa: E402
from tests.support.deployment import Deployment, headers_of, wait_until  # noqa: E402
from tests.support.synthetic import ordinary  # noqa: E402

RATE = 200.0


def raws(count: int, seed: int = 7) -> list[RawRecord]:
    """The stream."""
    return [RawRecord(i.source, i.received_at, i.body, "application/json", input_id=i.input_id) for i in ordinary(count, seed)]


def line(way: str, rate: float, lags: Sequence[float], ready: float | None) -> str:
    """One row of the table."""
    cuts = statistics.quantiles(lags, n=100) if len(lags) > 1 else []
    shown = f"{cuts[49] * 1000:8.0f} {cuts[98] * 1000:8.0f}" if cuts else f"{'-':>8} {'-':>8}"
    return f"{way:<12}{rate:>10,.0f} {shown} {f'{ready:8.1f}' if ready is not None else f'{chr(45):>8}'}"


def bench_replay(records: int, _: int) -> str:
    """One process, no log."""
    run, stream = Replay(CoreSettings()), raws(records)
    run.feed(stream[0])
    began = time.monotonic()
    lags = []
    for raw in stream[1:]:
        at = time.monotonic()
        run.feed(raw)
        lags.append(time.monotonic() - at)
    return line("replay", (records - 1) / (time.monotonic() - began), lags, None)


def bench_deployment(way: str, deployment: Deployment, records: int, paced: int) -> str:
    """A worker process on a real log."""
    deployment.prepare()
    deployment.ingest(raws(records))
    started = time.time()
    deployment.start_worker()
    deployment.drain(900)
    stamps = [r.timestamp / 1000 for r in deployment.records("wire.incidents")]
    rate = records / (max(stamps) - min(stamps))
    lags = list(paced_lags(deployment, paced)) if paced else []
    deployment.stop()
    return line(way, rate, lags, min(stamps) - started)


def paced_lags(deployment: Deployment, count: int) -> Iterator[float]:
    """Reports at a steady rate into a running worker; seconds from each arrival to its first alert."""
    arrived: dict[str, float] = {}
    with deployment.client() as client:
        ends = client.ends("wire.alerts")
        began = time.monotonic()
        for n, raw in enumerate(raws(count, seed=11)):
            wait_until_time(began + n / RATE)
            now = datetime.now(UTC)
            body = raw.body.replace(b"ordinary-", b"paced-")
            arrived[now.isoformat()] = now.timestamp()
            fresh = replace(raw, received_at=now, body=body)
            client.append("wire.raw", routing_key(fresh, Limits()).encode(), body, headers_of(fresh))
            client.flush()
    wait_until(lambda: deployment.behind() == 0, 300, "paced reports processed")
    codec = codec_for(Alert)
    with deployment.client() as client:
        for record in client.read("wire.alerts", ends):
            alert = codec.decode(record.value or b"")
            at = arrived.get(alert.received_at.isoformat())
            if at is not None:
                yield max(0.0, record.timestamp / 1000 - at)


def wait_until_time(moment: float) -> None:
    """Keep the pace."""
    time.sleep(max(0.0, moment - time.monotonic()))


async def plain_loop(broker: Broker, records: int) -> float:
    """The same core in a bare loop: read, think, send, flush, commit. No tables, no recovery, no re-keying between workers."""
    consumer = AIOKafkaConsumer(
        "wire.raw", bootstrap_servers=broker.bootstrap, group_id="plain", auto_offset_reset="earliest", enable_auto_commit=False
    )
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", linger_ms=20)
    await consumer.start()
    await producer.start()
    run, codec, done = Replay(CoreSettings()), codec_for(Alert), 0
    began = time.monotonic()
    try:
        while done < records:
            for batch in (await consumer.getmany(timeout_ms=200, max_records=500)).values():
                for message in batch:
                    headers = dict(message.headers)
                    received = datetime.fromisoformat(headers["received-at"].decode())
                    raw = RawRecord(headers["source"].decode(), received, message.value, "application/json")
                    for alert in run.feed(raw):
                        await producer.send("wire.incidents", codec.encode(alert), key=alert.incident_id.encode())
                    done += 1
            await producer.flush()
            if done:
                await consumer.commit()
    finally:
        await consumer.stop()
        await producer.stop()
    return records / (time.monotonic() - began)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--latency", type=int, default=2000, help="reports of the latency run; 0 leaves it out")
    parser.add_argument("--ways", default="replay,embedded,kafka,plain")
    options = parser.parse_args()
    ways = options.ways.split(",")
    print(f"{'way':<12}{'reports/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'first s':>8}", flush=True)
    if "replay" in ways:
        print(bench_replay(options.records, 0), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if "embedded" in ways:
            deployment = Deployment(f"sqlite:///{folder}/log.db", Path(folder) / "embedded", "bench")
            print(bench_deployment("embedded", deployment, options.records, options.latency), flush=True)
        if {"kafka", "plain"} & set(ways):
            bench_kafka(Path(folder), ways, options.records, options.latency)


def bench_kafka(folder: Path, ways: Sequence[str], records: int, paced: int) -> None:
    """Both ways on one broker."""
    broker = Broker(folder / "broker")
    broker.start()
    try:
        deployment = Deployment(f"kafka://{broker.bootstrap}", folder / "kafka", "bench")
        if "kafka" in ways:
            print(bench_deployment("kafka", deployment, records, paced), flush=True)
        else:
            deployment.prepare()
            deployment.ingest(raws(records))
        if "plain" in ways:
            with deployment.client() as client:
                total = sum(1 for _ in client.read("wire.raw", Start.BEGINNING))
            print(line("plain loop", asyncio.run(plain_loop(broker, total)), [], None), flush=True)
    finally:
        broker.kill()


if __name__ == "__main__":
    main()
