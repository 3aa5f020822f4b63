"""Copies of one report: figures that differ between them, and entries of one list that are the same report. Pure."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.across.book import rules_of
from monitor.across.model import finding
from monitor.cleaning import clean, clean_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.across.book import Rule
    from monitor.across.model import AcrossFacts, AcrossFinding, CopyPair, Entries, Printed

# Why two texts may rightly differ: then the difference is an information.
DOUBTS = {
    "named": (
        "The two name their publisher differently, so one of them may be another body's.",
        "两个文本所称发布机关不同，其中之一可能属于其他单位。",
    ),
    "untitled": (
        "One of them has no title, so it may be no copy of this report.",
        "其中一个文本没有标题，未必是本报告的文本。",
    ),
    "corrected": (
        "By its title one of them is a corrected version.",
        "标题显示其中一个文本为更正版本。",
    ),
    "scope": (
        "One of them says whose figures it holds, so they may be of another scope.",
        "其中一个文本说明了数据范围，两者统计范围可能不同。",
    ),
}
NAMED = 3  # figures told in the sentence: a message is cut, and both addresses come first
TWO = 2


def judge_copies(facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """Copies that print different figures, and lists with two entries for one report."""
    for rule in rules_of("copies"):
        yield from (_differ(rule, pair) for pair in facts.copies if differing(pair))
    for rule in rules_of("twice"):
        for entries in facts.entries:
            yield from _twice(rule, entries)


def differing(pair: CopyPair) -> list[tuple[str, str, Printed, Printed]]:
    """The figures that the two print otherwise. Amounts in different units of money are compared in one unit."""
    return [one for one in pair.figures if _differ_in(one[2], one[3])]


def contested(pairs: Iterable[CopyPair]) -> dict[int, frozenset[str]]:
    """By report, the keys that its copies do not agree on: no other rule may rely on them."""
    found: dict[int, frozenset[str]] = {}
    for pair in pairs:
        keys = frozenset(key for key, *_ in differing(pair))
        found[pair.report] = found.get(pair.report, frozenset()) | keys
    return found


def _differ_in(one: Printed, other: Printed) -> bool:
    """An amount is the same where one text prints fewer of its decimals, rounded or cut."""
    if one.value == other.value or one.comparable == other.comparable:
        return False
    amounts = [Decimal(figure.comparable) for figure in (one, other)]
    if all(amount == amount.to_integral_value() for amount in amounts):
        return True
    fewer = Decimal(1).scaleb(max(int(amount.as_tuple().exponent) for amount in amounts))
    return not any(
        amounts[0].quantize(fewer, rounding) == amounts[1].quantize(fewer, rounding)
        for rounding in (ROUND_HALF_UP, ROUND_DOWN)
    )


def _differ(rule: Rule, pair: CopyPair) -> AcrossFinding:
    """The two addresses and both numbers; where the two name different bodies, whose copy it is is not certain."""
    found = differing(pair)
    shown = found[:NAMED]
    rest = len(found) - len(shown)
    words = {
        "places": "; ".join(f"{label} {_shown(one)} / {_shown(other)}" for _, label, one, other in shown)
        + (f"; and {rest} more" if rest else ""),
        "places_zh": "；".join(f"{label}{_shown(one)}／{_shown(other)}" for _, label, one, other in shown)
        + (f"；另有{rest}处" if rest else ""),
        "url": _address(pair.url), "other": _address(pair.other_url),
    }  # fmt: skip
    said = [[pair.url, pair.other_url], [[key, one.value, other.value] for key, _, one, other in found]]
    doubt = DOUBTS["named"] if not pair.alike_named else DOUBTS[pair.doubt] if pair.doubt else None
    return finding(
        rule,
        pair.report,
        words,
        said,
        keys=tuple(key for key, *_ in found),
        sides=(found[0][2].value, found[0][3].value),
        level="info" if doubt else None,
        why=doubt or ("", ""),
    )


def _twice(rule: Rule, entries: Entries) -> Iterator[AcrossFinding]:
    """HTML and PDF, the same bytes at two addresses, or one page by two hosts, are copies; what was not read is not known."""
    if any(sha256 is None for *_, sha256 in entries.entries):
        return
    kept: dict[tuple[str | None, str | None], tuple[str, str]] = {}
    paths = set()
    for url, title, media, sha256 in entries.entries:
        parts = urlsplit(url)
        if (parts.path, parts.query) not in paths:
            kept.setdefault((media, sha256), (url, title))
        paths.add((parts.path, parts.query))
    formats = [media for media, _ in kept]
    doubled = [entry for (media, _), entry in kept.items() if formats.count(media) >= TWO]
    if doubled:
        places = "; ".join(f"“{clean(title)}” {_address(url)}" for url, title in doubled)
        words = {"count": len(doubled), "places": places}
        yield finding(rule, entries.report, words, sorted(url for url, _ in doubled))


def _shown(figure: Printed) -> str:
    """The figure as printed, or as a person corrected what was read."""
    return clean(figure.text) or str(figure.value)


def _address(url: str) -> str:
    return clean_url(url) or clean(url)
