"""How fast documents are read and stored, what a worker needs for it, and what one bomb among them costs.

    .venv/bin/python -m bench.throughput [FOLDER] [--documents 200] [--rounds 3]

As thin as the command itself: a worker imports the main module of its parent.
"""

from __future__ import annotations


def main() -> None:
    """Measure; see bench/rates.py."""
    from bench.rates import main as measure  # noqa: PLC0415 - see above

    measure()


if __name__ == "__main__":
    main()
