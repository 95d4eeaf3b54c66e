"""One base error; each subclass implies what the shell does about it: dead-letter, retry or stop."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where in the flow an input was refused. A metric label and a dead-letter header: a closed set."""

    RECEIVE = "receive"
    DECODE = "decode"
    PARSE = "parse"
    EXTRACT = "extract"
    MATCH = "match"
    DELIVER = "deliver"


class Reason(StrEnum):
    """Why an input was refused, in words an editor understands. A closed set: it labels a metric."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_A_REPORT = "not-a-report"
    UNKNOWN_FORMAT = "unknown-format"
    UNSUPPORTED_KIND = "unsupported-kind"
    UNSUPPORTED_VERSION = "unsupported-version"
    MALFORMED = "malformed"
    INVALID = "invalid"
    BAD_ENCODING = "bad-encoding"
    FORBIDDEN_CONSTRUCT = "forbidden-construct"
    BAD_COMPRESSION = "bad-compression"
    BAD_TIMESTAMP = "bad-timestamp"
    UNKNOWN_SCHEMA = "unknown-schema"
    CORRUPT_RECORD = "corrupt-record"
    INTERNAL = "internal"


class WirebellError(Exception):
    """Base of every error that wirebell raises on purpose."""


class RefusedInput(WirebellError):
    """An input that cannot become a report or an event. Action: dead-letter it, with `stage`, `reason`, `message`.

    `where` names the part at fault (an entry of a batch, an XML path), empty when it is the whole input.
    """

    def __init__(self, stage: Stage, reason: Reason, message: str, where: str = "") -> None:
        super().__init__(f"{stage.value}: {reason.value}: {message}" + (f" (at {where})" if where else ""))
        self.stage = stage
        self.reason = reason
        self.message = message
        self.where = where


class TransientFailure(WirebellError):
    """Something outside failed and may succeed later. Action: bounded retry, then stop."""


class MustStop(WirebellError):
    """Going on would lose or invent something. Action: stop the worker without committing; exit code 70."""


class ConfigError(WirebellError):
    """A setting that cannot be used. Action: refuse to start; the message names the setting and the file. Exit code 78."""


class CorruptLog(MustStop):
    """The embedded log's file is damaged. The message says which file and what to do."""
