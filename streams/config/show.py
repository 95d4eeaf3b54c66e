"""The settings as people may see them."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from streams.config.settings import Settings
from streams.config.tables import SOURCE_KEYS
from streams.domain.source import Source

_CREDENTIALS = re.compile(r"//[^/@\s]*@")


def redact(text: str) -> str:
    """`text` with the credentials of every URL in it replaced."""
    return _CREDENTIALS.sub("//***@", text)


def shown(settings: Settings) -> dict[str, Any]:
    """The settings as nested plain values, for `wirebell config show`; never a secret."""
    policy, limits = settings.core.policy, settings.core.limits
    return {
        "broker": redact(settings.broker),
        "app_id": settings.app_id,
        "datadir": str(settings.datadir),
        "commit_interval": settings.commit_interval,
        "metrics": {"bind": settings.metrics_bind, "port": settings.metrics_port},
        "dead_letters": {"limit": settings.dead_letter_share, "window": settings.dead_letter_window},
        "reading": {"ner": settings.ner},
        "limits": asdict(limits),
        "matching": {
            "open_days": settings.core.open_days,
            "open_days_of": dict(settings.core.open_days_of),
            "open_records": settings.core.open_records,
            "kept_days": settings.core.kept_days,
        },
        "alerts": {
            "single_source_cap": policy.single_source_cap.value,
            "story_priority": policy.story_priority,
            "story_voices": policy.story_voices,
            "escalate_killed": list(policy.escalate_killed),
            "priorities": {rule: level.value for rule, level in policy.priorities},
        },
        "topics": dict(settings.partitions),
        "feeders": _plain(asdict(settings.feeders)),
        "sources": {s.id: _shown_source(s) for s in settings.core.sources.values()},
    }


def _shown_source(source: Source) -> dict[str, Any]:
    """Only what is set."""
    default = Source(id=source.id)
    given = {name: getattr(source, name) for name in SOURCE_KEYS if getattr(source, name) != getattr(default, name)}
    return {**given, "priority_map": dict(source.priority_map)} if source.priority_map else given


def _plain(value: Any) -> Any:
    """Paths as text, what is not set left out. Feeders hold names of secrets, never secrets."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None and inner != "" and inner != {}}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Path) else value
