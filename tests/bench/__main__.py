"""`python -m tests.bench [name ...]`: measure, print one line each, fail when a promise is missed.

Each module of this package named below has `NAME` and `run() -> Iterator[Figure]`. Figures are compared with a
plain peer that is measured in the same run, so that a slow machine does not decide. Add yours to `MODULES`.
"""

from __future__ import annotations

import importlib
import sys

from tests.bench.figure import Figure

MODULES = ("ticks", "turns", "sends", "drain", "reading", "whole")


def _all(names: list[str]) -> list[Figure]:
    figures = []
    for name in names or MODULES:
        for figure in importlib.import_module(f"tests.bench.{name}").run():
            print(figure.line(), flush=True)
            figures.append(figure)
    return figures


def main() -> int:
    missed = [figure.name for figure in _all(sys.argv[1:]) if not figure.held]
    if missed:
        print(f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
