"""The key of an event record on `wire.events`: records that could be one incident share it, however they are told."""

from __future__ import annotations

from streams.domain.reading import ReadEvent
from streams.domain.report import Report

ONE_BLOCK = "world"


def block_key(read: ReadEvent, report: Report) -> str:
    """The block of an event: one for all.

    What a report leads with is read now as a shelling, now as a casualty toll, now as a story without a type; a mention in
    passing must meet another report's lead; a place is "Karabakh" here, "Azerbaijan" there and nowhere in a two-line flash. Any
    finer key (family, region, language) parts some tellings of one event for good, because blocks never meet again. Matching
    costs a fraction of reading, and its cost per record does not grow with what is open, so one block carries more than the
    readers of many workers produce; the other partitions of the topic stand by. The parameters are what a finer key would be
    made of.
    """
    del read, report
    return ONE_BLOCK
