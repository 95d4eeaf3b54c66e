"""Pages in a real browser: nothing sticks out on a telephone, one event can be picked, and nothing in the copy runs."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from streams.board.incident_view import incident_view
from streams.board.pages import incident_page, reading_page
from tests.unit.board.dossiers import downed
from tests.unit.board.looks import viewed

TWO_EVENTS = (
    "KIDAL, Sept 27 (Acme) - Rebels shot down up to two government helicopters near Kidal on Sunday, the Malian army said. "
    "Rebels shelled the town of Gao on Monday. <script>top.ran = true</script> " + "Very" * 80 + "LongWord"
)
TELEPHONE = 360
"""CSS pixels: the width of a small telephone."""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=10000", "--dump-dom",
)  # fmt: skip

# The page is a frame of the telephone's width; the script stands outside it, since the page's own policy lets none run.
BENCH = """<!DOCTYPE html><meta charset="utf-8"><body><iframe id="page" width="%d" height="2000" srcdoc="%s"></iframe><script>
document.getElementById("page").onload = (event) => {
  const page = event.target.contentDocument, root = page.documentElement;
  const shown = (selector) => [...page.querySelectorAll(selector)].filter((e) => e.offsetParent !== null).length;
  const style = (e) => event.target.contentWindow.getComputedStyle(e);
  const marked = () => [...page.querySelectorAll(".copy mark")].filter((e) => style(e).borderBottomWidth !== "0px").length;
  const out = { width: root.clientWidth, scroll: root.scrollWidth, copy: page.querySelector(".copy").innerText };
  const sticksOut = (e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".wide");
  out.outside = [...page.body.querySelectorAll("*")].filter(sticksOut).map((e) => e.tagName + "." + e.className);
  out.all = [shown(".event"), marked()];
  const second = page.querySelector("input[value='2']");
  if (second) { second.click(); out.picked = [shown(".event"), marked()]; }
  out.ran = window.ran === true;
  document.body.append(Object.assign(document.createElement("pre"), { id: "out", textContent: JSON.stringify(out) }));
};
</script>"""


@pytest.fixture(scope="module")
def browser() -> str:
    """Chromium. Skips where it is not installed; fails instead with REQUIRE_CHROMIUM=1."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    reason = "Chromium is not installed. Debian: apt-get install --no-install-recommends chromium"
    if found is None and os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(reason)
    if found is None:
        pytest.skip(reason)
    return found


def measured(browser: str, page: str, folder: Path) -> dict[str, Any]:
    """What the bench finds out about a page."""
    bench = folder / "bench.html"
    bench.write_text(BENCH % (TELEPHONE, html.escape(page)), encoding="utf-8")
    command = (browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", bench.as_uri())
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    result: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return result


def test_a_reports_page_fits_a_telephone_and_shows_one_event_when_it_is_picked(browser: str, tmp_path: Path) -> None:
    view = viewed(TWO_EVENTS)
    found = measured(browser, reading_page([view], []), tmp_path)
    assert (found["scroll"], found["outside"]) == (found["width"], [])
    assert (found["all"][0], found["picked"][0]) == (2, 1)
    assert 0 < found["picked"][1] < found["all"][1]
    assert (found["ran"], found["copy"]) == (False, "".join(token.text for token in view.body))


def test_an_incidents_page_fits_a_telephone(browser: str, tmp_path: Path) -> None:
    found = measured(browser, incident_page(incident_view(downed())), tmp_path)
    assert (found["scroll"], found["outside"]) == (found["width"], [])
