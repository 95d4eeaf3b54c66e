"""Reading: from a report to the events it tells. `extract(report, source)` is the whole of it; see cascade.py for the cascade."""

from streams.extraction.cascade import extract

__all__ = ["extract"]
