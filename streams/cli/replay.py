"""`wirebell replay`: the whole flow over files, without a broker. The same input gives byte-identical output."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from streams.adapters.files import UNNAMED, Plain, read_inputs
from streams.adapters.replay_rows import STEMS, rows
from streams.cli.common import json_option, print_json, progress, reading, settings_option
from streams.cli.ingest import parse_received
from streams.config import Settings
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.pipeline.replay import Replayed
from streams.pipeline.replay import replay as run_replay


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the JSONL files.")
@click.option("--source", default=UNNAMED, help="Source id of plain files.")
@click.option("--content-type", default="", help="Media type of plain files; sniffed when not given.")
@click.option("--received-at", callback=parse_received, help="When plain files count as received; else when they were published.")
@json_option
@settings_option
def replay(
    inputs: tuple[Path, ...],
    folder: Path,
    source: str,
    content_type: str,
    received_at: datetime | None,
    as_json: bool,
    settings: Settings,
) -> None:
    """Run the whole flow over files, in input order: for backtesting rules, evaluation and debugging.

    INPUT is wire files, folders of them, or .jsonl[.gz] with one raw report per line ("id", "source", "received_at",
    "content_type", and "body", "body_base64" or "body_file"). Writes reports, events, incidents, alerts and dead_letters
    as .jsonl into the folder. A plain file counts as received when its report was published, and at 1970-01-01 when it
    does not say: never by the file's own time, so that every machine writes the same bytes.

    \b
    wirebell replay day.jsonl.gz --out result
    wirebell replay archive/ --source northern-press --out result --settings desk.toml
    """
    raws = read_inputs(inputs, Plain(source, content_type, received_at), settings.core.limits)
    replayed = _run(progress(raws, "replay"), reading(settings).core)
    counts = {stem: _write(folder, stem, replayed) for stem in STEMS}
    if as_json:
        print_json(counts)
        return
    click.echo("\n".join(f"{n:>8}  {folder / stem}.jsonl" for stem, n in counts.items()))


def _run(raws: Iterable[RawRecord], settings: CoreSettings) -> Replayed:
    return run_replay(raws, settings)


def _write(folder: Path, stem: str, replayed: Replayed) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / f"{stem}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for row in rows(replayed, stem):
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count
