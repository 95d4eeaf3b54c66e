"""The topics as `schemas/topics/*.yaml` describes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from cattrs import BaseValidationError, Converter

from streams.adapters.schemas import schema_folder
from streams.domain.errors import ConfigError

Cleanup = Literal["delete", "compact"]

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Header:
    """A record header. `required` when every record of the topic carries it."""

    name: str
    doc: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic. `value` is a record kind of schemas/avro, or "bytes".

    `partitions` is the default for a new topic. `retention_days` None keeps records for ever: compaction bounds those topics.
    """

    name: str
    key: str
    value: str
    partitions: int
    cleanup: Cleanup
    retention_days: int | None
    doc: str
    headers: tuple[Header, ...] = ()

    @property
    def retention_ms(self) -> int:
        """Kafka's retention.ms; -1 is for ever."""
        return -1 if self.retention_days is None else self.retention_days * DAY_MS

    def kafka_config(self) -> dict[str, str]:
        """The settings for Kafka's CreateTopics, besides partitions and replication."""
        return {"cleanup.policy": self.cleanup, "retention.ms": str(self.retention_ms)}


_CONVERTER = Converter(forbid_extra_keys=True)


def load_topics(folder: Path | None = None) -> tuple[TopicSpec, ...]:
    """The topics of a schema folder, the packaged one by default, by name. ConfigError names the file and the field at fault."""
    return _packaged() if folder is None else _load(folder)


@cache
def _packaged() -> tuple[TopicSpec, ...]:
    return _load(schema_folder())


def _load(folder: Path) -> tuple[TopicSpec, ...]:
    return tuple(_topic(path) for path in sorted((folder / "topics").glob("*.yaml")))


def _topic(path: Path) -> TopicSpec:
    try:
        spec = _CONVERTER.structure(_mapping(path), TopicSpec)
    except (yaml.YAMLError, BaseValidationError, ValueError) as error:
        raise ConfigError(f"{path}: {_reasons(error)}") from error
    if spec.name != path.stem:
        raise ConfigError(f"{path}: describes the topic {spec.name}; the file must be called {spec.name}.yaml")
    return spec


def _mapping(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ValueError("not a mapping of fields")
    return data


def _reasons(error: Exception) -> str:
    if isinstance(error, BaseValidationError):
        return "; ".join(f"{inner} {' '.join(getattr(inner, '__notes__', ()))}".strip() for inner in error.exceptions)
    return str(error)
