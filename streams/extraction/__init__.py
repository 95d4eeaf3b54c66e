"""Reading: from a report to the events it tells. `extract(report, source)` is the whole of it; see extract.py for the cascade."""

from streams.extraction.extract import extract

__all__ = ["extract"]
