"""One frozen `Settings`, read once at the start and passed down: defaults < wirebell.toml < WIREBELL_* variables."""

from streams.config.load import load, variable
from streams.config.settings import PARTITIONS, Settings
from streams.config.show import redact, shown

__all__ = ["PARTITIONS", "Settings", "load", "redact", "shown", "variable"]
