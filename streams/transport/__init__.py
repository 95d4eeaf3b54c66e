"""Faust transports that lose nothing: the embedded log and the hardened Kafka driver."""

from __future__ import annotations

TRANSPORTS = {
    "sqlite": "streams.transport.sqlite.driver:Transport",
    "kafka": "streams.transport.kafka.driver:Transport",
}
"""URL scheme to Faust transport; also what belongs in the entry-point group `faust.transports`."""

STORES = {"rocksdb": "streams.transport.sqlite.tables:Store"}
"""Under Kafka this store behaves exactly as Faust's own."""


def register() -> None:
    """Makes Faust use our transports for `sqlite://` and `kafka://`, and our `rocksdb://` table store. Call before `faust.App`."""
    # Here, because Faust is slow to import and the log alone does not need it.
    from faust import stores
    from faust.transport import drivers

    drivers.TRANSPORTS.aliases.update(TRANSPORTS)
    stores.STORES.aliases.update(STORES)
