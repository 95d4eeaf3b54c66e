"""Reports as they are looked at, for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime

from streams.board.report_view import ReportView, report_view
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.pipeline.look import look

AT = datetime(2020, 9, 27, 7, 30, tzinfo=UTC)
DOWNED = "KIDAL, Sept 27 (Acme) - Rebels shot down up to two government helicopters near Kidal on Sunday, the Malian army said."


def viewed(copy: str, source: Source | None = None) -> ReportView:
    """A report that came as plain text, as it is shown."""
    raw = RawRecord("acme", AT, copy.encode(), "text/plain", input_id="story.txt")
    [found], _ = look(raw, CoreSettings())
    return report_view(found, source or Source("acme", name="Acme News"))
