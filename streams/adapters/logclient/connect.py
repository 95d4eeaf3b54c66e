"""The client for a broker URL."""

from __future__ import annotations

from urllib.parse import urlsplit

from streams.adapters.logclient.embedded import EmbeddedLog
from streams.adapters.logclient.port import LogClient
from streams.domain.errors import ConfigError


def open_log(broker: str, create: bool = True) -> LogClient:
    """Connect to `sqlite:///path` or `kafka://host:port[;kafka://…]`.

    An embedded log that is not there is made unless `create` is false (then ConfigError). TransientFailure when no broker answers.
    """
    if urlsplit(broker).scheme == "sqlite":
        return EmbeddedLog.open(broker, create)
    # Imported when needed: the Kafka client takes a fifth of a second that the embedded way need not wait for.
    from streams.adapters.logclient.kafka import KafkaLog

    return KafkaLog.open(bootstrap_servers(broker))


def bootstrap_servers(broker: str) -> tuple[str, ...]:
    """ "kafka://a:1;kafka://b:2" -> ("a:1", "b:2"). ConfigError for another scheme or for credentials in the URL."""
    servers: list[str] = []
    for url in broker.split(";"):
        parts = urlsplit(url.strip())
        if parts.scheme != "kafka":
            raise ConfigError(f"broker {parts.scheme}:// is not supported; use sqlite:///path or kafka://host:port")
        if "@" in parts.netloc:
            raise ConfigError("broker: credentials in the URL are not supported")
        servers.extend(parts.netloc.split(","))
    return tuple(servers)
