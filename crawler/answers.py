"""What an interface answers, read without trust: JSON of any shape, texts, numbers and days."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.clock import SHANGHAI
from crawler.links import iso_day

if TYPE_CHECKING:
    from scrapy.http import TextResponse

TAG = re.compile(r"<[^<>]{0,300}>")
MILLISECONDS = 100_000_000_000  # larger numbers of seconds would be in the year 5138
LONGEST_TITLE = 500


def answer_of(response: TextResponse) -> object:
    """The JSON of an answer; None for what is none (a page, garbage, or nested beyond measure)."""
    try:
        return json.loads(response.text)
    except (ValueError, RecursionError):
        return None


def at(answer: object, *names: str) -> object:
    """What stands below these names, one in the other; None where it does not."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def rows_of(answer: object) -> list[dict[str, object]]:
    """The objects of a list, without what is none."""
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def text_of(value: object) -> str:
    """A text in one line, without markup (search engines mark what was looked for); empty for anything else."""
    if not isinstance(value, str):
        return ""
    plain = TAG.sub("", value[: LONGEST_TITLE * 4]).encode("utf-8", "replace").decode("utf-8")
    return " ".join(plain.split())[:LONGEST_TITLE]


def number_of(value: object) -> int | None:
    """A count, as a number or as its digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**9 else None
    digits = value.strip() if isinstance(value, str) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None  # noqa: PLR2004 - as above


def day_of(value: object) -> str | None:
    """An ISO day from a date as text, or from seconds or milliseconds since 1970, as a day in Shanghai."""
    if isinstance(value, str) and (day := iso_day(value)):
        return day
    digits = value.strip() if isinstance(value, str) else value
    try:
        seconds = float(digits) if isinstance(digits, int | str) and not isinstance(digits, bool) else 0.0
        seconds = seconds / 1000 if seconds > MILLISECONDS else seconds
        moment = datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.date().isoformat() if moment.year >= 1990 else None  # noqa: PLR2004 - before there were such sites
