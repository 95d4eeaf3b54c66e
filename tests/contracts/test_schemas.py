"""Domain, schemas, examples and topics agree, and a second implementation of Avro reads what we write."""

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import avro.io
import avro.schema
import pytest

from streams.adapters.avro import HEADER_LENGTH, MARKER, Codec, load_codec
from streams.adapters.schema_check import check_schemas
from streams.adapters.schema_examples import complete
from streams.adapters.schemas import KINDS, SchemaVersion, schema_folder, versions_of

FOLDER = schema_folder()
PASSING = sorted(FOLDER.glob("examples/*/v*/*.pass.json"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the schema folder that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "schemas"))


def edited(path: Path, **fields: Any) -> dict[str, Any]:
    """The schema at `path` with its first field changed by `fields`."""
    schema: dict[str, Any] = json.loads(path.read_text())
    schema["fields"][0].update(fields)
    return schema


def test_the_schema_folder_holds_together() -> None:
    assert check_schemas() == []


def test_every_record_kind_has_a_first_version_and_examples() -> None:
    assert sorted(KINDS) == sorted(path.name for path in (FOLDER / "avro").iterdir())
    assert {path.parts[-3] for path in PASSING} == set(KINDS)


@pytest.mark.parametrize("path", PASSING, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_avro_reads_the_fields_that_fastavro_wrote(path: Path) -> None:
    kind = path.parts[-3]
    newest = versions_of(kind)[-1]
    codec: Codec[Any] = load_codec(KINDS[kind])
    example = json.loads(path.read_text())["record"]
    schema = avro.schema.make_avsc_object(newest.declared)
    out = BytesIO()
    record = codec.decode(_framed_by_avro(newest, example))
    framed = codec.encode(record)
    assert framed[:HEADER_LENGTH] == MARKER + newest.fingerprint
    datum: Any = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(BytesIO(framed[HEADER_LENGTH:])))
    avro.io.DatumWriter(schema).write(datum, avro.io.BinaryEncoder(out))
    assert framed[HEADER_LENGTH:] == out.getvalue()
    for name, value in example.items():
        if isinstance(value, str) and not isinstance(datum[name], str):
            continue  # a time
        if isinstance(value, str | int | bool):
            assert datum[name] == value


def _framed_by_avro(newest: SchemaVersion, example: dict[str, Any]) -> bytes:
    schema = avro.schema.make_avsc_object(newest.declared)
    out = BytesIO()
    avro.io.DatumWriter(schema).write(complete(newest.declared, example), avro.io.BinaryEncoder(out))
    return MARKER + newest.fingerprint + out.getvalue()


def test_a_file_that_nothing_reads_is_reported(copy: Path) -> None:
    (copy / "avro" / "alert" / "draft.avsc").write_text("{}")
    (copy / "examples" / "alert" / "v9").mkdir()
    (copy / "examples" / "alert" / "v9" / "x.pass.json").write_text("{}")
    assert check_schemas(copy) == [
        "avro/alert/draft.avsc: belongs to no record and no topic",
        "examples/alert/v9/x.pass.json: belongs to no record and no topic",
    ]


def test_a_version_that_cannot_read_the_one_before_is_reported(copy: Path) -> None:
    first = copy / "avro" / "alert" / "v1.avsc"
    schema = json.loads(first.read_text())
    schema["fields"].append({"name": "colour", "type": "string", "doc": "No default: v1 has no such field."})
    (copy / "avro" / "alert" / "v2.avsc").write_text(json.dumps(schema))
    problems = check_schemas(copy)
    assert "avro/alert: v2 cannot read what v1 wrote: colour at /fields/20" in problems
    assert [p for p in problems if "v1 cannot read" in p] == []


def test_a_field_that_the_domain_lacks_is_reported(copy: Path) -> None:
    path = copy / "avro" / "alert" / "v1.avsc"
    path.write_text(json.dumps(edited(path, name="bell_id")))
    assert any("Alert: the domain has the fields ['alert_id'" in p for p in check_schemas(copy))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"type": "long"}, "avro/alert: Alert.alert_id: expected string, the schema has 'long'"),
        ({"default": "x"}, "avro/alert: Alert.alert_id: the domain's default is absent, the schema's 'x'"),
        ({"doc": " "}, "avro/alert: Alert.alert_id: alert_id has no doc"),
    ],
)
def test_a_field_that_differs_from_the_domain_is_reported(copy: Path, fields: dict[str, Any], problem: str) -> None:
    path = copy / "avro" / "alert" / "v1.avsc"
    path.write_text(json.dumps(edited(path, **fields)))
    assert problem in check_schemas(copy)


def test_an_example_on_the_wrong_side_is_reported(copy: Path) -> None:
    folder = copy / "examples" / "alert" / "v1"
    shutil.copy(folder / "first.pass.json", folder / "wrong.fail.json")
    shutil.copy(folder / "no-snap.fail.json", folder / "wrong.pass.json")
    wrong = [p for p in check_schemas(copy) if "wrong" in p]
    assert wrong[0].startswith("examples/alert/v1/wrong.pass.json: AvroTypeException: ")
    assert wrong[1:] == ["examples/alert/v1/wrong.fail.json: is a valid record, but should not be"]


def test_too_few_examples_are_reported(copy: Path) -> None:
    (copy / "examples" / "alert" / "v1" / "first.pass.json").unlink()
    assert check_schemas(copy) == ["examples/alert/v1: 2 pass examples, 3 needed"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "3",
        '"int"',
        '{"type": "record", "name": "Alert"}',
        '{"type": "record", "name": "Alert", "fields": [{"name": "a", "type": "Nope"}]}',
        '{"type": "record", "name": "Alert", "fields": [{"name": "a", "type": {"type": "enum", "name": "E", "symbols": ["a-b"]}}]}',
    ],
)
def test_a_file_that_is_no_schema_is_reported(copy: Path, text: str) -> None:
    (copy / "avro" / "alert" / "v2.avsc").write_text(text)
    problems = [problem for problem in check_schemas(copy) if problem.startswith("avro/alert: ")]
    assert len(problems) == 1


def test_a_missing_schema_is_reported(copy: Path) -> None:
    shutil.rmtree(copy / "avro" / "alert")
    shutil.rmtree(copy / "examples" / "alert")
    assert [p.split(" in ")[0] for p in check_schemas(copy)] == ["avro/alert: no v1.avsc"]


def test_topics_that_cannot_be_are_reported(copy: Path) -> None:
    path = copy / "topics" / "wire.alerts.yaml"
    path.write_text(path.read_text().replace("value: alert", "value: bell"))
    assert check_schemas(copy) == ["topics/wire.alerts.yaml: no record is called bell"]
    path.write_text("[]")
    assert [p.split("/")[-1] for p in check_schemas(copy)] == ["wire.alerts.yaml: not a mapping of fields"]
    shutil.rmtree(copy / "topics")
    assert check_schemas(copy) == ["topics: no topic is described"]
