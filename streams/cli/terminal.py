"""How an alert looks on a wire terminal. Pure: values in, text out."""

from __future__ import annotations

from rich.text import Text

from streams.domain.alert import Alert, AlertKind, Change, Priority

BELL = "\a"
STYLES = {
    Priority.FLASH: "bold white on red",
    Priority.BULLETIN: "bold red",
    Priority.URGENT: "bold yellow",
    Priority.ROUTINE: "bold",
}
_INDENT = " " * 10
_SHOWN_CHANGES = 4


def terminal(alert: Alert, source_names: dict[str, str]) -> Text:
    """An alert in a few lines: time, priority and kind; the snap; what changed; sources, voices and what it refers to."""
    text = Text(f"{alert.received_at:%H:%M:%S}  ")
    text.append(f" {alert.priority.value.upper()} ", STYLES[alert.priority])
    text.append(f"  {alert.kind.value.upper()}", "bold" if alert.kind is AlertKind.NEW else "bold cyan")
    text.append(f"  {alert.state.replace('_', ' ')}  {alert.type}\n", "dim")
    text.append(f"{_INDENT}{alert.snap}\n", "bold" if alert.priority.rank <= Priority.BULLETIN.rank else "")
    for line in _changes(alert):
        text.append(f"{_INDENT}{line}\n", "cyan")
    text.append(f"{_INDENT}{_sources(alert, source_names)}", "dim")
    return text


def _changes(alert: Alert) -> list[str]:
    """What changed since the last alert, at most a few; a first alert has nothing before it."""
    if not alert.references:
        return []
    lines = [_change(c) for c in alert.changes]
    more = len(lines) - _SHOWN_CHANGES
    return lines[:_SHOWN_CHANGES] + ([f"and {more} more"] if more > 0 else [])


def _change(change: Change) -> str:
    if change.what == "report":
        return change.after
    before, after = (" or ".join(_last(change.what, v) for v in text.split(" or ")) for text in (change.before, change.after))
    return f"{change.what.replace('_', ' ')}: {before + ' -> ' if before else ''}{after or 'no longer said'}"


def _last(what: str, value: str) -> str:
    """The last step of a class path; any other value as it is."""
    return value.rpartition(".")[2] if what == "object_class" else value


def _sources(alert: Alert, names: dict[str, str]) -> str:
    heard = ", ".join(names.get(s) or s for s in alert.sources) or "no source holds it now"
    voices = f"{alert.voices} independent {'voice' if alert.voices == 1 else 'voices'}"
    refers = f"; follows {len(alert.references)} earlier, last {alert.references[-1]}" if alert.references else ""
    return f"{heard}; {voices}; {alert.incident_id}{refers}"
