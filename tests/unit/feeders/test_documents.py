"""docs/feeders.md: its settings load, its signature is the feeder's, its request and its statuses are real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from streams.config import load
from streams.feeders import push, pushrequest
from streams.feeders.observe import Feeder
from streams.feeders.pushauth import sign
from streams.feeders.run import configured

PAGE = (Path(__file__).parents[3] / "docs" / "feeders.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_settings_load_and_describe_every_feeder(tmp_path: Path) -> None:
    [settings] = blocks("toml")
    path = tmp_path / "wirebell.toml"
    path.write_text(settings, encoding="utf-8")
    loaded = load(path, {})
    assert configured(loaded) == tuple(Feeder)
    assert loaded.core.source("acme").quota == 120


def test_the_signature_is_the_one_that_the_feeder_computes() -> None:
    [code] = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    arguments = (b"key-of-the-agency", 1_601_186_400, "acme", "story-1", b"A quake")
    assert names["signature"](*arguments) == sign(*arguments)  # type: ignore[operator]


def test_the_request_has_the_headers_that_the_feeder_reads() -> None:
    [request] = [block for block in blocks("sh") if "curl" in block]
    words = shlex.split(request.replace("\\\n", " "))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    assert set(headers) == {"Authorization", "Idempotency-Key", "Content-Type"}
    assert pushrequest.check_key(headers["Idempotency-Key"]) == "story-1"
    pushrequest.check_type(headers["Content-Type"], ())


def test_every_status_that_the_feeder_answers_is_in_the_table() -> None:
    sources = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (push, pushrequest))
    answered = {int(code) for code in re.findall(r"(?:Rejected\(|status=|: \()(\d{3})\b", sources)}
    listed = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE) for code in row.split(",")}
    assert answered >= {202, 400, 401, 403, 408, 409, 413, 415, 429, 503}
    assert listed == answered | {404, 405}
