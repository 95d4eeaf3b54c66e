"""`wirebell demo`: the real worker on an embedded log in a temporary folder, fed with a day of wire copy at a readable pace.

scenario --ingest--> wire.raw --worker (subprocess)--> wire.alerts --tail--> the terminal; then the main incident's ledger
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import click
from rich.text import Text

from streams.adapters.avro import codec_for
from streams.adapters.files import BadInput, Plain, read_inputs
from streams.adapters.logclient import LogClient, Start, open_log
from streams.adapters.logclient.port import lag
from streams.adapters.wire_raw import append_raw
from streams.cli.account import headline, ledger, variants
from streams.cli.common import ALERTS, DEAD_LETTERS, EVENTS, INCIDENTS, RAW, note, out
from streams.cli.tail import decoded, show
from streams.cli.topics import apply_all
from streams.config import Settings, load, variable
from streams.domain.alert import Alert
from streams.domain.errors import MustStop
from streams.domain.incident import Incident
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIO = REPOSITORY / "tests" / "data" / "scenario"
SETTLE_SECONDS = 60.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1
LOG_LINES = 15


@click.command()
@click.option("--speed", type=click.FloatRange(min=0), default=2.0, show_default=True, help="Reports per second; 0 is as fast as it goes.")
@click.option("--scenario", type=click.Path(path_type=Path, file_okay=False), default=SCENARIO, help="Another folder with reports.jsonl.")
@click.option("--bell", is_flag=True, help="Ring the terminal's bell on a flash.")
def demo(speed: float, scenario: Path, bell: bool) -> None:
    """Play a day of wire copy through the real worker and ring for what happens. Needs nothing but this program.

    \b
    wirebell demo
    wirebell demo --speed 10 --bell
    """
    reports = _reports(scenario)
    with tempfile.TemporaryDirectory(prefix="wirebell-demo-") as folder:
        environ = environment(Path(folder), scenario, os.environ)
        settings = load(None, environ)
        with open_log(settings.broker) as client:
            apply_all(client, settings)
            with working(environ, Path(folder)) as alive, ringing(settings, bell):
                finished = partial(settle, client, settings.app_id, alive)
                play(client, read_inputs([reports], Plain(), settings.core.limits), settings.core, pace(speed, finished))
                finished()
            close(client)


def _reports(scenario: Path) -> Path:
    path = scenario / "reports.jsonl"
    if not path.is_file():
        raise BadInput(f"{path}: not here; the demo's scenario is part of the source repository: run it there, or name it with --scenario")
    return path


def environment(folder: Path, scenario: Path, outside: Mapping[str, str]) -> dict[str, str]:
    """The worker's environment: ours without its settings, and everything it writes in `folder`."""
    own = {key: value for key, value in outside.items() if not key.startswith("WIREBELL_")}
    own[variable("broker")] = f"sqlite:///{folder}/wirebell.db?synchronous=normal"
    own[variable("datadir")] = str(folder / "state")
    own[variable("metrics.port")] = "0"
    own["PYTHONPATH"] = os.pathsep.join(filter(None, (str(REPOSITORY), outside.get("PYTHONPATH"))))
    config = scenario / "wirebell.toml"
    return {**own, "WIREBELL_CONFIG": str(config.resolve())} if config.is_file() else own


# ---- the worker


@contextmanager
def working(environ: Mapping[str, str], folder: Path) -> Iterator[Callable[[], None]]:
    """A worker in a process of its own. Yields a check that raises MustStop, with the end of its log, when it has ended."""
    path = folder / "worker.log"
    with path.open("wb") as log:
        # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", "worker"], env=dict(environ), cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield lambda: _check(process, path)
    finally:
        _stop(process)


def _check(process: subprocess.Popen[bytes], log: Path) -> None:
    if process.poll() is not None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        raise MustStop(f"the worker ended with code {process.returncode}:\n" + "\n".join(lines))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        note(f"the worker did not stop within {STOP_SECONDS:g} s and was ended")


# ---- playing and listening


def pace(speed: float, finished: Callable[[], None]) -> Callable[[], None]:
    """A pause between reports; none at speed 0. The first lasts until the worker is there, so that alerts follow their reports."""
    started = False

    def pause() -> None:
        nonlocal started
        if not started:
            finished()
        started = True
        time.sleep(1 / speed)

    return pause if speed else lambda: None


def play(client: LogClient, raws: Iterable[RawRecord], settings: CoreSettings, pause: Callable[[], None]) -> int:
    """Put reports in one by one, saying so. How many."""
    count = 0
    for raw in raws:
        count += 1
        out().print(Text(f"{raw.received_at:%H:%M:%S}  <- {raw.source}  {raw.input_id}", "dim"))
        append_raw(client, raw, settings)
        client.flush()
        pause()
    return count


@contextmanager
def ringing(settings: Settings, bell: bool) -> Iterator[None]:
    """Print alerts as they come, in a thread of its own; on leaving, everything that is in the log has been printed."""
    done = Event()
    thread = Thread(target=_listen, args=(settings, bell, done.is_set), name="tail")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _listen(settings: Settings, bell: bool, until: Callable[[], bool]) -> None:
    names = {s.id: s.name for s in settings.core.sources.values()}
    with open_log(settings.broker) as client:
        for alert in decoded(client.read(ALERTS, Start.BEGINNING, follow=True, until=until)):
            show(alert, names, as_json=False, bell=bell)


def settle(client: LogClient, group: str, alive: Callable[[], None], seconds: float = SETTLE_SECONDS) -> None:
    """Wait until the worker has committed everything. MustStop when it ends, or takes too long.

    Raw first: when all of it is committed, every event that follows from it is in the log.
    """
    deadline = time.monotonic() + seconds
    for topic in (RAW, EVENTS):
        while behind := lag(client, group, topic):
            alive()
            if time.monotonic() > deadline:
                raise MustStop(f"the worker has {behind} records of {topic} still to process after {seconds:g} s")
            time.sleep(LOOK_SECONDS)


# ---- the end


def close(client: LogClient) -> None:
    """What came of it all, and who claims, confirms and denies what of the main incident."""
    alerts = list(decoded(client.read(ALERTS, Start.BEGINNING)))
    incidents = latest(client)
    main = main_incident(incidents, alerts)
    counts = {name: sum(client.ends(name).values()) for name in (RAW, EVENTS, DEAD_LETTERS)}
    console = out()
    console.rule()
    if main is not None:
        console.print(headline(incidents[main]), Text("\nWhat it was", "bold"), variants(incidents[main]), sep="\n")
        console.print(Text("\nWho says so", "bold"), ledger(incidents[main]), sep="\n")
        console.rule()
    told = len({a.incident_id for a in alerts})
    console.print(
        f"{counts[RAW]} raw records, {counts[EVENTS]} event records, {counts[DEAD_LETTERS]} dead letters; "
        f"{len(alerts)} alerts of {told} incidents"
    )


def latest(client: LogClient) -> dict[str, Incident]:
    """The newest state of every incident, by id."""
    codec = codec_for(Incident)
    newest = {r.key: r.value for r in client.read(INCIDENTS, Start.BEGINNING) if r.key is not None}
    return {key.decode(): codec.decode(value) for key, value in sorted(newest.items()) if value}


def main_incident(incidents: Mapping[str, Incident], alerts: Iterable[Alert]) -> str | None:
    """The id of the incident that was told most often; at equal numbers the one with more claims, then the smaller id."""
    told = Counter(a.incident_id for a in alerts)
    known = [i for i in told if i in incidents]
    return min(known, key=lambda i: (-told[i], -len(incidents[i].claims), i), default=None)
