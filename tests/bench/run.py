"""Run every bench_*.py beside this file, one after the other, each in its own process: what `make bench` does.

python tests/bench/run.py [NAME ...]    only those whose name contains one of the words
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(words: list[str]) -> int:
    """The number of benches that failed."""
    benches = [path for path in sorted(HERE.glob("bench_*.py")) if not words or any(word in path.stem for word in words)]
    if not benches:
        print(f"no bench matches {' '.join(words)}", file=sys.stderr)
        return 1
    return sum(_run(path) for path in benches)


def _run(path: Path) -> bool:
    print(f"\n== {path.stem.removeprefix('bench_')}", flush=True)
    return subprocess.run([sys.executable, str(path)], check=False, cwd=HERE.parents[1]).returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
