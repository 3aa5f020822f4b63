"""What the environment sets, read before anything is done with it: a slip there is a mistake with a name, not a crash."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBERS = ("TIMEOUT", "CONCURRENCY", "STALL", "VISIT_LIMIT", "RENDER_LIMIT", "RENDER_MEMORY")
WHOLE = ("CONCURRENCY",)


def mistakes_in(env: Mapping[str, str]) -> list[str]:
    """The REPORTWATCH_… settings of the crawler that are none, each as a sentence."""
    wrong = []
    for name in NUMBERS:
        given = env.get(f"REPORTWATCH_{name}", "").strip()
        if given and not _is_number(given, whole=name in WHOLE):
            wrong.append(
                f"REPORTWATCH_{name} is {given!r}: set it to a {'whole ' if name in WHOLE else ''}number above 0, or unset it"
            )
    level = env.get("REPORTWATCH_LOG_LEVEL", "").strip()
    if level and level not in logging.getLevelNamesMapping():
        wrong.append(f"REPORTWATCH_LOG_LEVEL is {level!r}: set it to DEBUG, INFO or WARNING, or unset it")
    return wrong


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        return False
    return math.isfinite(number) and number > 0
