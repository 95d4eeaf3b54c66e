"""Table recovery that ends: Faust waits for the record just below a changelog's end, which need not exist (its issue 597).

Compaction removes old tombstones and transactions leave markers, so the last offsets of a partition may hold no record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from faust.types import TP


@dataclass(slots=True)
class TrailingHoles:
    """Notices changelogs that have been read to their end although Faust still waits for records of them.

    Two looks in a row must agree: between the fetch and the queue a record may be on its way.
    """

    suspected: dict[TP, int] = field(default_factory=dict)

    async def step_over(self, app: Any) -> None:
        """Tell Faust's recovery that there is no more to come, where that is so. Call about once a second during a recovery."""
        recovery = app.tables.recovery
        waited_for = {tp: recovery.active_offsets[tp] for tp in sorted(recovery.active_tps) if _behind(recovery, tp)}
        now: dict[TP, int] = {}
        for tp, offset in waited_for.items():
            if app.tables.changelog_queue.empty() and await app.consumer.position(tp) > recovery.active_highwaters[tp]:
                now[tp] = offset
        for tp, offset in now.items():
            if self.suspected.get(tp) == offset == recovery.active_offsets[tp]:
                recovery.active_offsets[tp] = recovery.active_highwaters[tp]
        self.suspected = now


def _behind(recovery: Any, tp: TP) -> bool:
    offset, highwater = recovery.active_offsets.get(tp), recovery.active_highwaters.get(tp)
    return offset is not None and highwater is not None and offset < highwater
