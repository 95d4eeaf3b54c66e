"""Who carries a report: the registry entry of a source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One source as wirebell.toml describes it; an unknown source has only its id and grade F (Admiralty: cannot be judged).

    `owner` is the owner family (two sources of one owner are one voice); `official_of` the ISO 3166-1 alpha-3 code of the
    state whose official voice it is; `voice` the canonical holder whose word it carries ("ARM.MIL" for a defence ministry's own
    feed), so that it and everyone who quotes that holder agree on who speaks; `country` where it is based;
    `expected_interval` seconds between reports, 0 unknown; `quota` the reports per minute that feeders take from it, 0 without
    limit. The provider's quirks: `priority_map` from its own words of urgency to IPTC's 1..8; `charset`, `zone` (IANA) and
    `language` (BCP 47) of copy that does not name its own.
    """

    id: str
    name: str = ""
    country: str = ""
    owner: str = ""
    official_of: str = ""
    voice: str = ""
    grade: str = "F"
    expected_interval: float = 0.0
    quota: int = 0
    priority_map: tuple[tuple[str, int], ...] = ()
    charset: str = ""
    zone: str = ""
    language: str = ""

    @property
    def known(self) -> bool:
        """Whether the registry had an entry."""
        return self.grade != "F" or bool(self.name)


def unknown_source(source_id: str) -> Source:
    """What a source that no registry names is taken for."""
    return Source(id=source_id)
