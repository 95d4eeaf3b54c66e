"""Reading: from a report to the events it tells. `extract(report, source)` is the whole of it; see cascade.py for the cascade.

`read(report, source)` gives the same events with why each was read.
"""

from streams.extraction.cascade import extract
from streams.extraction.trace import read

__all__ = ["extract", "read"]
