"""Feeders: small services that put wire copy into `wire.raw`, on either broker: a watched folder, HTTP push, RSS and Atom, IMAP.

    folder   ─┐
    http      ├─> Item -> Outbox (bounded queue, one thread) -> Appender (journal, log, journal) -> wire.raw
    rss       │                                                        |
    imap     ─┘ <- done/, 202, cursor, \\Seen  <------------ Receipt ---┘

Whatever tells the outside that an item was taken comes after its receipt, and a receipt after the log has the item for good.
"""
