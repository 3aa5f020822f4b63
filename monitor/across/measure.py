"""How much of one text stands in another: twice the longest common subsequence over both lengths. Pure.

A token is a run of digits, a run of Latin letters, or one Chinese character; punctuation and spacing are nothing.
Titles of the report are left out, and so are parts shorter than the measure's `least`: a standard phrase is no copy.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from sys import intern
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from monitor.across.book import book
from monitor.across.model import Likeness
from monitor.cleaning import clean
from parsers.normalise import compatible
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.across.book import Measure

# Han with its extensions A and B; the rest of a text is punctuation, or nothing that a report is written in.
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df]")
_PAGE = re.compile(r"^\W*\d{1,3}\W*$")
_LONGEST_TITLE = 60
_SHOWN = 60  # characters of a passage
NUMBER = "0"


@dataclass(frozen=True, slots=True)
class Text:
    """What of a report is compared: the tokens of each part, by section, and the normalised text that they are from."""

    printed: Mapping[str, str]
    tokens: Mapping[str, tuple[str, ...]]

    @property
    def length(self) -> int:
        """How many tokens all parts have."""
        return sum(map(len, self.tokens.values()))

    @property
    def name(self) -> str | None:
        """16 digits that are the same for the same tokens; None where there is nothing to compare."""
        if not self.tokens:
            return None
        parts = (f"{key}:{' '.join(tokens)}" for key, tokens in sorted(self.tokens.items()))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def text_of(sections: Mapping[str, str]) -> Text:
    """What is compared of a report's sections, given by their numbers."""
    measure = book().measure
    printed = {
        key: compatible(_without_titles(text)) for key, text in sections.items() if key in measure.sections
    }
    found = {key: tuple(map(intern, _TOKEN.findall(text))) for key, text in printed.items()}
    tokens = {key: parts for key, parts in found.items() if len(parts) >= measure.least}
    return Text({key: printed[key] for key in tokens}, tokens)


def likeness(one: Text, other: Text) -> Likeness:
    """The mean of the ratios of the parts that both have, and the longest passage where they are alike enough."""
    common = sorted(one.tokens.keys() & other.tokens.keys())
    if not common:
        return Likeness(0.0, 0, same=False, passage="")
    ratio = sum(_ratio(one.tokens[key], other.tokens[key]) for key in common) / len(common)
    tokens = min(sum(len(text.tokens[key]) for key in common) for text in (one, other))
    same = all(_bare(one.tokens[key]) == _bare(other.tokens[key]) for key in common)
    passage = _passage(one, other, common) if ratio >= book().measure.keep else ""
    return Likeness(ratio, tokens, same, passage)


def shingles(tokens: tuple[str, ...], measure: Measure) -> list[str]:
    """Runs of tokens, every number alike: last year's text with this year's numbers is the same text."""
    plain = _bare(tokens)
    return ["".join(plain[place : place + measure.shingle]) for place in range(len(plain) - measure.shingle + 1)]  # fmt: skip


def _ratio(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    return 2 * LCSseq.similarity(one, other) / (len(one) + len(other))


def _bare(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(NUMBER if token[0].isdigit() else token for token in tokens)


def _passage(one: Text, other: Text, keys: list[str]) -> str:
    """The longest run of tokens that stands in both, in the first one's spelling."""
    longest = (0, "")
    for key in keys:
        found = SequenceMatcher(None, one.tokens[key], other.tokens[key], autojunk=False).find_longest_match()
        if found.size > longest[0]:
            places = [match.span() for match in _TOKEN.finditer(one.printed[key])]
            begin, end = places[found.a][0], places[found.a + found.size - 1][1]
            longest = (found.size, clean("".join(one.printed[key][begin:end].split()), _SHOWN))
    return longest[1]


def _without_titles(text: str) -> str:
    """The lines that are neither a report's title nor a page number."""
    return "\n".join(
        line
        for line in text.splitlines()
        if not _PAGE.match(line)
        and not (
            len(line) <= _LONGEST_TITLE and "公开" in line and title_facts(line.strip()).kind == "report"
        )
    )
