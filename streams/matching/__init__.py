"""Matching: event records of many sources into incidents, one per real-world event. Pure; convergent by construction.

Sketcher and block_key prepare a record beside the extraction; Linker decides which open records are one event; fuse makes the incident.
"""

from __future__ import annotations

from streams.matching.blocks import block_key
from streams.matching.fusing import Fusing, fuse
from streams.matching.linker import Cluster, Linker, Relinked, Size
from streams.matching.sketch import Sketcher, sketch

__all__ = ["Cluster", "Fusing", "Linker", "Relinked", "Size", "Sketcher", "block_key", "fuse", "sketch"]
