"""ninjs versions: what each added, what none has, and which one judges an item."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.errors import Reason, RefusedInput
from streams.formats.ninjs_rules import check, declared_version, latest


def standard(version: str) -> dict[str, str]:
    return {"name": "ninjs", "version": version, "schema": f"http://www.iptc.org/std/ninjs/ninjs-schema_{version}.json"}


def verdict(item: dict[str, Any], declared: str = "") -> Reason | None:
    try:
        check(item, declared)
    except RefusedInput as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("name", "value", "before", "since"),
    [
        ("urgency", 3, "1.0", "1.1"),
        ("title", "x", "1.1", "1.2"),
        ("type", "component", "1.1", "1.2"),
        ("headline_short", "x", "1.2", "1.3"),
        ("expires", "2020-09-28T00:00:00Z", "1.3", "1.4"),
        ("digitalsourcetype", {"name": "x"}, "1.5", "1.6"),
        ("expires", "2020-09-28T00:00:00Z", "2.0", "2.1"),
        ("digitalsourcetype", {"name": "x"}, "2.1", "2.2"),
        ("digitalSourceType", {"name": "x"}, "3.0", "3.1"),
    ],
)
def test_a_property_is_valid_from_the_version_that_added_it(name: str, value: object, before: str, since: str) -> None:
    assert verdict({"uri": "urn:x", name: value}, before) is Reason.INVALID
    assert verdict({"uri": "urn:x", name: value}, since) is None


@pytest.mark.parametrize("declared", ["0.9", "1.9", "2.5", "3.4", "4.0", "10.1"])
def test_an_unknown_version_is_refused_as_such(declared: str) -> None:
    assert verdict({"uri": "urn:x", "standard": standard(declared)}) is Reason.UNSUPPORTED_VERSION


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"standard": standard("2.1")}, (2, "2.1")),
        ({"$standard": standard("1.3")}, (1, "1.3")),
        ({"standard": {"schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"}}, (3, "3.0")),
        ({"standard": {"name": "ninjs", "version": "2.0-dev"}}, (2, "2.0")),
        ({"standard": standard("1.2")}, (0, "")),
        ({"$standard": {"name": "ninjs"}}, (1, "")),
        ({}, (0, "")),
        ({"standard": "2.0"}, (0, "")),
    ],
)
def test_the_version_is_the_one_declared_where_it_does_not_contradict_itself(item: dict[str, Any], expected: tuple[int, str]) -> None:
    assert declared_version(item) == expected


def test_an_item_that_declares_nothing_is_judged_by_any_generation() -> None:
    assert verdict({"uri": "urn:x", "body_text": "x"}) is None
    assert verdict({"uri": "urn:x", "bodies": [{"value": "x"}], "versioncreated": "x"}) is None
    assert verdict({"uri": "urn:x", "bodies": [{"value": "x"}], "versionCreated": "x"}) is None
    assert verdict({"uri": "urn:x", "body_text": "x", "versionCreated": "x"}) is Reason.INVALID


def test_associations_are_judged_as_items() -> None:
    good = {"uri": "urn:x", "associations": [{"name": "a", "uri": "urn:y", "headlines": [{"value": "x"}]}]}
    bad = {"uri": "urn:x", "associations": [{"name": "a", "uri": "urn:y", "mood": "x"}]}
    assert verdict(good, "2.1") is None
    assert verdict(bad, "2.1") is Reason.INVALID
    assert verdict({"uri": "urn:x", "associations": [{"uri": "urn:y"}]}, "2.0") is None


def test_vendor_keys_are_passed_over_and_named() -> None:
    assert check({"uri": "urn:x", "priority": 3, "acme:score": 1}) == ("acme:score", "priority")


def test_the_newest_versions_are_known() -> None:
    assert [latest(generation) for generation in (1, 2, 3)] == ["1.8", "2.4", "3.3"]


def test_a_broken_rule_is_told_in_the_same_words_every_time() -> None:
    with pytest.raises(RefusedInput) as refused:
        check({"uri": "urn:x", "zeta": 1, "alpha": 1, "mood": 1}, "3.0")
    assert "{'alpha', 'mood', 'zeta'}" in refused.value.message
