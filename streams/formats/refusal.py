"""Short ways to say no. Every refusal of this package is made here, so its stage and words stay of one kind."""

from __future__ import annotations

from streams.domain.errors import Reason, RefusedInput, Stage


def malformed(what: str, detail: object, where: str = "") -> RefusedInput:
    """The format's own syntax is broken: truncated, unbalanced, not well-formed."""
    return RefusedInput(Stage.PARSE, Reason.MALFORMED, f"{what} cannot be read: {str(detail)[:200]}", where)


def invalid(what: str, detail: object, where: str = "") -> RefusedInput:
    """Well-formed, but not as the format's rules ask."""
    return RefusedInput(Stage.PARSE, Reason.INVALID, f"{what} breaks its rules: {str(detail)[:200]}", where)


def not_a_report(detail: str, where: str = "") -> RefusedInput:
    """Nothing in it that a reader could be told."""
    return RefusedInput(Stage.PARSE, Reason.NOT_A_REPORT, detail, where)


def empty(detail: str, where: str = "") -> RefusedInput:
    """A report's frame with no text in it."""
    return RefusedInput(Stage.PARSE, Reason.EMPTY, detail, where)


def unsupported_kind(detail: str, where: str = "") -> RefusedInput:
    """A known format's item that is not a report: a concept, a planning item, an image."""
    return RefusedInput(Stage.PARSE, Reason.UNSUPPORTED_KIND, detail, where)


def unsupported_version(detail: str, where: str = "") -> RefusedInput:
    """A known format in a version that is not known."""
    return RefusedInput(Stage.PARSE, Reason.UNSUPPORTED_VERSION, detail, where)


def forbidden(detail: str, where: str = "") -> RefusedInput:
    """A construct that only an attack or an accident contains."""
    return RefusedInput(Stage.PARSE, Reason.FORBIDDEN_CONSTRUCT, detail, where)


def too_large(detail: str) -> RefusedInput:
    """Over a cap."""
    return RefusedInput(Stage.RECEIVE, Reason.TOO_LARGE, detail)


def bad_compression(detail: str) -> RefusedInput:
    """An archive that cannot or must not be opened."""
    return RefusedInput(Stage.DECODE, Reason.BAD_COMPRESSION, detail)


def bad_encoding(detail: str) -> RefusedInput:
    """Bytes that are no text in any charset tried."""
    return RefusedInput(Stage.DECODE, Reason.BAD_ENCODING, detail)
