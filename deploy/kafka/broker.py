"""A real Apache Kafka broker on loopback, for tests and `make kafka-up`.

    python deploy/kafka/broker.py up      start one (assembling it first), print its address
    python deploy/kafka/broker.py down    stop it
    python deploy/kafka/broker.py status  print its address, or exit 1

Needs Java 17 or later, and Maven the first time: the jars are copied once to `var/kafka/<version>` (WIREBELL_KAFKA_CACHE names
another folder) and used offline from then on. Standard library only; the tests import this file.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import string
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE_VARIABLE = "WIREBELL_KAFKA_CACHE"
MAVEN_HINT = "install Java 17 or later and Maven (Debian: apt-get install openjdk-17-jre-headless maven)"
JVM_FLAGS = ("-Xmx384m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true")
READY_SECONDS = 60.0
STOP_SECONDS = 30.0


class BrokerUnavailable(Exception):
    """No broker can be had here; the message says what to install."""


def cache_dir() -> Path:
    """Where the jars and the broker of `up` live."""
    return Path(os.environ.get(CACHE_VARIABLE) or HERE.parents[1] / "var" / "kafka")


def assemble() -> Path:
    """The folder with the broker's jars, downloaded by Maven when it is not there yet. BrokerUnavailable without Java or Maven."""
    if shutil.which("java") is None:
        raise BrokerUnavailable(f"java is not on the PATH: {MAVEN_HINT}")
    pom = (HERE / "pom.xml").read_text(encoding="utf-8")
    version = re.search(r"<kafka\.version>(.*?)</kafka\.version>", pom)
    target = cache_dir() / (version.group(1) if version else "unknown")
    if not target.is_dir():
        _copy_jars(target)
    return target


def _copy_jars(target: Path) -> None:
    if shutil.which("mvn") is None:
        raise BrokerUnavailable(f"the broker is not assembled yet and mvn is not on the PATH: {MAVEN_HINT}")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Copied aside and renamed: an interrupted download must not pass for an assembled broker.
    with tempfile.TemporaryDirectory(dir=target.parent) as aside:
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={aside}/lib"]
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), *goal]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            raise BrokerUnavailable(f"mvn could not fetch the broker:\n{(done.stdout + done.stderr)[-2000:]}")
        if not target.is_dir():
            os.replace(f"{aside}/lib", target)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a Kafka broker answers an ApiVersions request (v0) on the port: more than an open socket."""
    request = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as link:
            link.sendall(struct.pack(">i", len(request)) + request)
            return len(link.recv(10)) == 10
    except OSError:
        return False


def _die_with_parent() -> None:
    # prctl(PR_SET_PDEATHSIG, SIGKILL): a killed test run must not leave brokers behind.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass
class Broker:
    """One broker process with its own data folder. `start`, `stop` (clean), `kill` (-9) and `start` again keep data and port.

    It dies with the process that started it (on Linux), however that ends, unless it `outlives` it.
    """

    home: Path
    port: int = field(default_factory=free_port)
    controller_port: int = field(default_factory=free_port)
    outlives: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and return when the broker answers. BrokerUnavailable with the end of its log when it does not."""
        jars = assemble()
        config = self._write_config()
        if not (self.home / "data" / "meta.properties").exists():
            self._format(jars, config)
        log = (self.home / "broker.log").open("ab")
        command = self._java(jars, "kafka.Kafka", str(config))
        tied = None if self.outlives or sys.platform != "linux" else _die_with_parent
        self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=tied)
        log.close()
        self._wait_ready()

    def stop(self) -> None:
        """Stop as an operator would: the broker flushes and leaves cleanly."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """A clean restart on the same port and data."""
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _java(self, jars: Path, main: str, *args: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
        return ["java", *JVM_FLAGS, logging, "-cp", f"{jars}/*", main, *args]

    def _write_config(self) -> Path:
        self.home.mkdir(parents=True, exist_ok=True)
        template = string.Template((HERE / "server.properties").read_text(encoding="utf-8"))
        values = {"port": self.port, "controller_port": self.controller_port, "log_dir": self.home / "data"}
        path = self.home / "server.properties"
        path.write_text(template.substitute(values), encoding="utf-8")
        return path

    def _format(self, jars: Path, config: Path) -> None:
        # Any 16 bytes in URL-safe base64 are a cluster id; a fixed one spares a JVM start for `random-uuid`.
        command = self._java(jars, "kafka.tools.StorageTool", "format", "-t", "d2lyZWJlbGwtdGVzdHM0QQ", "-c", str(config))
        done = subprocess.run(command, capture_output=True, text=True, timeout=READY_SECONDS, check=False)
        if done.returncode != 0:
            raise BrokerUnavailable(f"formatting the broker's data folder failed: {done.stdout}{done.stderr}")

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(self.port):
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                tail = (self.home / "broker.log").read_text(encoding="utf-8", errors="replace")[-2000:]
                self.kill()
                raise BrokerUnavailable(f"the broker did not start:\n{tail}")
            time.sleep(0.1)


def _state_file() -> Path:
    return cache_dir() / "up" / "broker.json"


def running() -> dict[str, int] | None:
    """The `pid` and `port` of the broker that `up` started, or None."""
    if not _state_file().exists():
        return None
    state: dict[str, int] = json.loads(_state_file().read_text(encoding="utf-8"))
    return state if answers(state["port"]) else None


def up(port: int) -> int:
    """Start the broker that outlives this command; its data start empty. Exit code."""
    if running() is None:
        shutil.rmtree(_state_file().parent, ignore_errors=True)
        broker = Broker(_state_file().parent, port=port, outlives=True)
        broker.start()
        assert broker.process is not None
        _state_file().write_text(json.dumps({"pid": broker.process.pid, "port": broker.port}), encoding="utf-8")
    return status()


def down() -> int:
    """Stop what `up` started. Exit code."""
    state = running()
    if state is not None:
        os.kill(state["pid"], signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while answers(state["port"]) and time.monotonic() < deadline:
            time.sleep(0.1)
    shutil.rmtree(_state_file().parent, ignore_errors=True)
    return 0


def status() -> int:
    """Print the address of the running broker. Exit code 1 when there is none."""
    state = running()
    print(f"kafka://127.0.0.1:{state['port']}" if state else "no broker is up")
    return 0 if state else 1


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="A Kafka broker on loopback, from Maven artifacts.")
    parser.add_argument("action", choices=["up", "down", "status"])
    parser.add_argument("--port", type=int, default=9092)
    asked = parser.parse_args()
    try:
        return {"up": lambda: up(asked.port), "down": down, "status": status}[asked.action]()
    except BrokerUnavailable as error:
        print(error, file=sys.stderr)
        return 69


if __name__ == "__main__":
    sys.exit(main())
