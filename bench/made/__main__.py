"""Make documents anew: `python -m bench.made OUT [--seed N] [--count M] [--style S…]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bench.made.making import make, orders
from bench.made.styles import styles
from bench.made.tools import MissingToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING_TOOL = 69


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the documents; 69 where a program or a font is missing, 64 where a style is unknown or the folder is not empty."""
    options = argparse.ArgumentParser(prog="python -m bench.made", description=__doc__)
    options.add_argument("out", type=Path, help="a new or empty folder")
    options.add_argument(
        "--seed", type=int, default=1, help="the same seed makes the same reports (default 1)"
    )
    options.add_argument("--count", type=int, default=300, help="how many documents (default 300)")
    options.add_argument("--style", nargs="*", default=[], help="only styles whose name begins so")
    chosen = options.parse_args(arguments)
    begun = monotonic()
    try:
        wanted = [one for one in styles() if not chosen.style or one.name.startswith(tuple(chosen.style))]
        if not wanted:
            print(
                f"no style begins so; there are: {', '.join(one.name for one in styles())}", file=sys.stderr
            )
            return 64
        if chosen.out.is_dir() and any(chosen.out.iterdir()):
            print(f"{chosen.out} is not empty: name a new folder", file=sys.stderr)
            return 64
        made = orders(wanted, chosen.count, chosen.seed)
        make(made, chosen.out, lambda text: print(f"{monotonic() - begun:6.1f} s  {text}", file=sys.stderr))
    except MissingToolError as missing:
        print(missing, file=sys.stderr)
        return MISSING_TOOL
    print(f"{len(made)} documents of {len(wanted)} styles in {chosen.out}, seed {chosen.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
