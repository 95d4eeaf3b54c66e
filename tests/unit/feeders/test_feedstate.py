"""What is remembered of a feed between polls."""

from __future__ import annotations

from streams.config.feeders import FeedSettings
from streams.feeders.feedfetch import Failed, Gone, Page, Unchanged
from streams.feeders.feedstate import LONGEST_WAIT, FeedState, after, remembered, saved

URL, NOW = "https://acme.example/rss", 1_000.0
SETTINGS = FeedSettings(URL, "acme", interval=100)
STATE = FeedState(URL, etag='"1"', last_modified="then", failures=3)


def test_a_changed_feed_leaves_its_validators() -> None:
    page = Page(b"", "", "", '"2"', "now", "")
    assert after(STATE, page, "a", SETTINGS, NOW) == FeedState(URL, etag='"2"', last_modified="now", not_before=1_100.0)


def test_an_unchanged_feed_keeps_them() -> None:
    assert after(STATE, Unchanged(""), "a", SETTINGS, NOW) == FeedState(URL, etag='"1"', last_modified="then", not_before=1_100.0)


def test_a_moved_feed_is_asked_at_its_new_address() -> None:
    moved = after(STATE, Unchanged("https://new.example/rss"), "a", SETTINGS, NOW)
    assert moved.address == "https://new.example/rss"
    assert after(moved, Unchanged(""), "a", SETTINGS, NOW).address == "https://new.example/rss"


def test_a_feed_that_is_gone_is_not_asked_again() -> None:
    assert after(STATE, Gone(), "a", SETTINGS, NOW).gone


def test_failures_back_off_and_keep_the_validators() -> None:
    state, waits = STATE, []
    for _ in range(12):
        state = after(state, Failed("no"), "a", SETTINGS, NOW)
        waits.append(state.not_before - NOW)
    assert all(600 <= wait <= LONGEST_WAIT for wait in waits)
    assert (state.failures, state.etag, waits[-1] >= 0.75 * LONGEST_WAIT) == (15, '"1"', True)


def test_a_server_that_says_when_is_not_asked_before() -> None:
    assert after(FeedState(URL), Failed("HTTP 429", 5_000.0, True), "a", SETTINGS, NOW).not_before == NOW + 5_000
    assert after(FeedState(URL), Failed("HTTP 503", 1.0, True), "a", SETTINGS, NOW).not_before >= NOW + 75


def test_the_state_survives_as_text() -> None:
    state = FeedState(URL, "https://new.example/rss", '"1"', "then", True, 2, 5.0)
    assert remembered(saved(state), URL) == state


def test_another_address_in_the_settings_begins_anew() -> None:
    assert remembered(saved(FeedState(URL, gone=True)), "https://other.example") == FeedState("https://other.example")
    assert remembered("", URL) == FeedState(URL)
    assert remembered(saved(FeedState(URL)).replace("gone", "unknown"), URL) == FeedState(URL)
