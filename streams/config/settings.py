"""Everything that can be set, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from streams.config.feeders import FeederSettings
from streams.domain.settings import CoreSettings

SQLITE = "sqlite"
BROKER_SCHEMES = (SQLITE, "kafka")

PARTITIONS: Mapping[str, int] = MappingProxyType(
    {"wire.raw": 4, "wire.events": 4, "wire.incidents": 4, "wire.alerts": 4, "wire.dead-letters": 1}
)
"""As schemas/topics/*.yaml has them (a test holds that)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `origins` says where each key that is not a default came from.

    `broker` is `sqlite:///path` or `kafka://host:port[;kafka://…]`; `commit_interval` seconds; a worker stops when more than
    `dead_letter_share` of the last `dead_letter_window` records were refused. `ner` is "spacy:" and the model that finds names beside
    the lexicons, empty for none. Relative paths are relative to the working folder.
    """

    broker: str = "sqlite:///./var/wirebell.db"
    app_id: str = "wirebell"
    datadir: Path = Path("var/state")
    commit_interval: float = 0.5
    metrics_bind: str = "127.0.0.1"
    metrics_port: int = 6066
    dead_letter_share: float = 0.20
    dead_letter_window: int = 500
    partitions: Mapping[str, int] = field(default_factory=lambda: PARTITIONS)
    ner: str = ""
    core: CoreSettings = field(default_factory=CoreSettings)
    feeders: FeederSettings = field(default_factory=FeederSettings)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def embedded(self) -> bool:
        """Whether the broker is the SQLite log."""
        return urlsplit(self.broker).scheme == SQLITE
