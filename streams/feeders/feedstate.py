"""What is remembered of a feed between polls, and when the next poll is due. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from streams.config.feeders import FeedSettings
from streams.feeders.feedfetch import Failed, Fetched, Gone, Page, Unchanged
from streams.feeders.pace import backoff

LONGEST_WAIT = 3_600.0
"""Seconds: however often a feed has failed, it is asked once an hour."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """`url` as configured; `moved_to` where the publisher says it is now; `not_before` Unix seconds of the next poll."""

    url: str
    moved_to: str = ""
    etag: str = ""
    last_modified: str = ""
    gone: bool = False
    failures: int = 0
    not_before: float = 0.0

    @property
    def address(self) -> str:
        """Where to ask."""
        return self.moved_to or self.url


def remembered(text: str, url: str) -> FeedState:
    """The state saved as `text`; a new one when there is none or the settings name another address now."""
    data = json.loads(text) if text else {}
    known = {f.name for f in fields(FeedState)}
    return FeedState(**data) if data.get("url") == url and set(data) <= known else FeedState(url)


def saved(state: FeedState) -> str:
    """The text to remember."""
    return json.dumps(asdict(state), sort_keys=True)


def after(state: FeedState, found: Fetched, name: str, settings: FeedSettings, now: float) -> FeedState:
    """The state after an answer whose entries, if any, the log has."""
    if isinstance(found, Gone):
        return replace(state, gone=True)
    if isinstance(found, Failed):
        return _failed(state, found, name, settings, now)
    # A moved feed's validators are those of its new address.
    kept = replace(state, moved_to=found.moved_to or state.moved_to, failures=0, not_before=now + settings.interval)
    if isinstance(found, Unchanged):
        return kept
    assert isinstance(found, Page)
    return replace(kept, etag=found.etag, last_modified=found.last_modified)


def _failed(state: FeedState, found: Failed, name: str, settings: FeedSettings, now: float) -> FeedState:
    failures = state.failures + 1
    wait = backoff(name, failures, settings.interval, max(LONGEST_WAIT, settings.interval))
    return replace(state, failures=failures, not_before=now + max(wait, found.retry_after or 0.0))
