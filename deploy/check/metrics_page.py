"""docs/metrics.md, made from the table of metrics: `python -m deploy.check.metrics_page` writes it."""

from __future__ import annotations

from pathlib import Path

from streams.adapters.metric_defs import FEEDER_METRICS, LABELS, METRICS, MetricDef

PAGE = Path("docs") / "metrics.md"
ROOT = Path(__file__).resolve().parents[2]

HEAD = """# Metrics

Made from `streams/adapters/metric_defs.py` by `make metrics-page`; `make check` fails when it is not current. The worker serves them
as `/metrics` on port 6066. Beside these, Prometheus' own `process_*` metrics say what the process uses.

"""
TABLE = "| metric | kind | labels | meaning |\n|---|---|---|---|\n"


def page() -> str:
    """The whole page."""
    rows = TABLE + "".join(map(_row, METRICS))
    feeders = f"\n## Feeders\n\nA feeder process serves these instead, on port 6067.\n\n{TABLE}" + "".join(map(_row, FEEDER_METRICS))
    labels = "".join(f"| `{label}` | {meaning} |\n" for label, meaning in LABELS.items())
    buckets = "".join(_buckets(metric) for metric in (*METRICS, *FEEDER_METRICS) if metric.buckets)
    return f"{HEAD}{rows}{feeders}\n## Labels\n\n| label | values |\n|---|---|\n{labels}\n## Buckets\n\n{buckets}"


def _row(metric: MetricDef) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "-"
    return f"| `{metric.name}` | {metric.kind.value} | {labels} | {metric.help} |\n"


def _buckets(metric: MetricDef) -> str:
    return f"- `{metric.name}`, upper bounds in seconds: {', '.join(f'{bound:g}' for bound in metric.buckets)}\n"


def problems(root: Path) -> list[str]:
    """Whether the committed page is the one that the table makes."""
    path = root / PAGE
    current = path.is_file() and path.read_text(encoding="utf-8") == page()
    return [] if current else [f"{PAGE} is not what the table of metrics makes: run make metrics-page"]


if __name__ == "__main__":
    (ROOT / PAGE).write_text(page(), encoding="utf-8")
