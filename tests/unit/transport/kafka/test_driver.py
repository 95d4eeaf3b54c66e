"""Settings under which the Kafka transport cannot keep its word are refused at the start."""

from __future__ import annotations

from typing import Any

import faust
import pytest
from yarl import URL

from streams.domain.errors import ConfigError
from streams.transport.kafka.driver import Transport


def app(**settings: Any) -> faust.App:
    return faust.App("unit", broker="kafka://127.0.0.1:1", **{"consumer_auto_offset_reset": "earliest", **settings})


def test_safe_settings_give_a_transport_whose_progress_starts_alive() -> None:
    assert Transport([URL("kafka://127.0.0.1:1")], app()).progress.alive()


@pytest.mark.parametrize(
    "unsafe",
    [
        {"processing_guarantee": "exactly_once"},
        {"consumer_auto_offset_reset": "latest"},
        {"producer_threaded": True},
        {"stream_publish_on_commit": True},
    ],
)
def test_a_setting_that_loses_records_is_refused_by_name(unsafe: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(unsafe))):
        Transport([URL("kafka://127.0.0.1:1")], app(**unsafe))
