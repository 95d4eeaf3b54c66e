"""Raw records on `wire.raw`: the key that keeps the versions of an item in order, and the headers that carry what the bytes do not."""

from __future__ import annotations

from streams.adapters.logclient import Headers, LogClient
from streams.adapters.serialisation import rfc3339
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.formats import routing_key

RAW = "wire.raw"
INPUT_ID = "input-id"


def append_raw(client: LogClient, raw: RawRecord, settings: CoreSettings) -> None:
    """Append one raw record; it is in the log for good after the client's `flush`."""
    key = routing_key(raw, settings.limits, settings.source(raw.source))
    client.append(RAW, key.encode(), raw.body, raw_headers(raw))


def raw_headers(raw: RawRecord) -> Headers:
    """The headers of schemas/topics/wire.raw.yaml; an empty value has none."""
    named = {
        "source": raw.source,
        "content-type": raw.content_type,
        "received-at": rfc3339(raw.received_at),
        "item-id": raw.item_id,
        INPUT_ID: raw.input_id,
    }
    return tuple((name, text.encode()) for name, text in named.items() if text)
