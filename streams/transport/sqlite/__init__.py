"""The embedded log over one SQLite file. The Faust transport is `streams.transport.sqlite.driver`, which this does not import."""

from streams.transport.sqlite.log import SqliteLog
from streams.transport.sqlite.records import Cleanup, NewRecord, Placed, StoredRecord, TopicConfig
from streams.transport.sqlite.url import LogUrl, Synchronous, parse_url

__all__ = ["Cleanup", "LogUrl", "NewRecord", "Placed", "SqliteLog", "StoredRecord", "Synchronous", "TopicConfig", "parse_url"]
