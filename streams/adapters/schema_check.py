"""Whether `schemas/` holds together: what `wirebell schemas check` runs. The `avro` package is the independent reference.

every file belongs to a known record or topic   every version pair reads each other (FULL_TRANSITIVE)
the newest version agrees with the domain       every pass example survives a round trip, no fail example does
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import avro.compatibility
import avro.schema

from streams.adapters.avro import load_codec
from streams.adapters.schema_agreement import disagreements
from streams.adapters.schema_examples import example_problems
from streams.adapters.schemas import KINDS, VERSION_FILE, SchemaVersion, schema_folder, versions_of
from streams.adapters.topics import load_topics
from streams.domain.errors import ConfigError


def check_schemas(folder: Path | None = None) -> list[str]:
    """Every problem of a schema folder, the packaged one by default, as lines for people; empty when it holds together."""
    place = folder or schema_folder()
    problems = list(_orphans(place))
    for kind, record in KINDS.items():
        try:
            versions = versions_of(kind, place)
        except (FileNotFoundError, ValueError) as error:
            problems.append(f"avro/{kind}: {error}")
            continue
        problems += _incompatibilities(versions)
        problems += [f"avro/{kind}: {text}" for text in disagreements(record, versions[-1].declared)]
        problems += example_problems(place / "examples" / kind, versions, load_codec(record, place))
    return problems + _topic_problems(place)


def _incompatibilities(versions: tuple[SchemaVersion, ...]) -> Iterator[str]:
    """Every version must read every other: FULL_TRANSITIVE."""
    parsed = [(version, avro.schema.make_avsc_object(version.declared)) for version in versions]
    for (reader, reader_schema), (writer, writer_schema) in permutations(parsed, 2):
        checker = avro.compatibility.ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]  # its __init__ has no annotations
        result = checker.get_compatibility(reader_schema, writer_schema)
        if result.compatibility is not avro.compatibility.SchemaCompatibilityType.compatible:
            why = f"{', '.join(sorted(result.messages))} at {', '.join(sorted(result.locations))}"
            yield f"avro/{reader.kind}: v{reader.version} cannot read what v{writer.version} wrote: {why}"


def _orphans(folder: Path) -> Iterator[str]:
    """Files that nothing reads: of no known record, no known version, or not named as the loaders look for them."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        parts = path.relative_to(folder).parts
        if not _belongs(parts, folder):
            yield f"{'/'.join(parts)}: belongs to no record and no topic"


def _belongs(parts: tuple[str, ...], folder: Path) -> bool:
    match parts:
        case ("avro", kind, name):
            return kind in KINDS and VERSION_FILE.fullmatch(name) is not None
        case ("examples", kind, version, name):
            return (folder / "avro" / kind / f"{version}.avsc").is_file() and name.endswith((".pass.json", ".fail.json"))
        case ("topics", name):
            return name.endswith(".yaml")
        case ("README.md",):
            return True
    return False


def _topic_problems(folder: Path) -> list[str]:
    try:
        topics = load_topics(folder)
    except ConfigError as error:
        return [str(error)]
    unknown = [f"topics/{topic.name}.yaml: no record is called {topic.value}" for topic in topics if topic.value not in {*KINDS, "bytes"}]
    return unknown or ([] if topics else ["topics: no topic is described"])
