"""Rules that hold a report against the one of the year before. Pure."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from monitor.across.book import rules_of, wanted_keys
from monitor.across.lives import pairs_of_years, softened
from monitor.across.model import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.across.book import Rule
    from monitor.across.model import Account, AcrossFacts, AcrossFinding, Number, Printed
    from parsers.model import Level

Pairs = list[tuple["Account", "Account"]]


def judge_years(facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """What does not go on from the year before: requests handed over, documents in force, amounts and counts."""
    pairs: Pairs = list(pairs_of_years(facts))
    for rule in rules_of("carried"):
        for before, account in pairs:
            yield from _carried(rule, before, account, facts)
    for rule in rules_of("stock"):
        for before, account in pairs:
            yield from _stock(rule, before, account, facts)
    slips = [slip for rule in rules_of("unit") for slip in _slips(rule, pairs, facts)]
    yield from slips
    explained = {(slip.report, key) for slip in slips for key in slip.keys}
    for rule in rules_of("jump"):
        for before, account in pairs:
            yield from (
                one
                for one in _jumps(rule, before, account, facts)
                if not any((report, one.keys[0]) in explained for report in (before.report, account.report))
            )


def _carried(rule: Rule, before: Account, account: Account, facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """One finding for all columns: those where both numbers are sure and differ; the total first."""
    taken_over, handed_on = rule.rows
    differing = []
    for column in rule.columns:
        left, right = before.sure(f"{handed_on}.{column}"), account.sure(f"{taken_over}.{column}")
        if left is not None and right is not None and left.value != right.value:
            differing.append((f"{taken_over}.{column}", left.value, right.value))
    if not differing:
        return
    words = {
        "before": before.year,
        "places": "; ".join(f"{_last(facts, key)} {left} → {right}" for key, left, right in differing),
        "places_zh": "；".join(f"{_last(facts, key)}{left}→{right}" for key, left, right in differing),
    }
    keys = tuple(key for key, _, _ in differing)
    yield _of_years(rule, before, account, words, keys, differing[0][1:], differing)


def _stock(rule: Rule, before: Account, account: Account, facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """Only within one edition: that of 2019 has no such column. Fewer than expected may have lapsed: an information."""
    issued, repealed, in_force = rule.columns
    for row in rule.rows:
        found = (before.sure(f"{row}.{in_force}"), *(account.sure(f"{row}.{c}") for c in rule.columns))
        if None in found:
            continue
        was, new, gone, now = (printed.value for printed in found if printed is not None)
        expected = was + new - gone
        if expected == now:
            continue
        place = facts.labels.get(f"{row}.{in_force}", row).split(" / ")[0]
        words = {
            "before": before.year, "year": account.year, "place": place, "left": expected, "right": now,
            "left_parts": f"{was} + {new} − {gone}",
        }  # fmt: skip
        keys = tuple(f"{row}.{column}" for column in (in_force, issued, repealed))
        said = [[row, was, new, gone, now]]
        yield _of_years(rule, before, account, words, keys, (expected, now), said, "info" if now < expected else None)  # fmt: skip


def _jumps(rule: Rule, before: Account, account: Account, facts: AcrossFacts) -> Iterator[AcrossFinding]:
    for key, least in rule.keys.items():
        left, right = before.sure(key), account.sure(key)
        if left is None or right is None or _units_unlike(left, right):
            continue
        was, now = left.comparable, right.comparable
        if abs(float(now - was)) > least and float(max(was, now)) > rule.ratio * float(min(was, now)):
            words = {"before": before.year, "place": facts.labels.get(key, key), "left": was, "right": now}
            yield _of_years(rule, before, account, words, (key,), (was, now), [[key, was, now]])


def _slips(rule: Rule, pairs: Pairs, facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """Of two years the one with the larger amount is doubted, once, whatever the year beside it says too."""
    doubted = set()
    for key in wanted_keys(rule):
        for pair in pairs:
            amounts = [(account, account.sure(key)) for account in pair]
            found = _slip(rule, [(account, printed) for account, printed in amounts if printed is not None])
            if found is None or (found[1][0].report, key) in doubted:
                continue
            (small, least), (large, most) = found
            doubted.add((large.report, key))
            sides = (least.comparable, most.comparable)
            words = {"place": facts.labels.get(key, key), "other": small.year, "left": sides[0], "right": sides[1]}  # fmt: skip
            yield _of_years(rule, small, large, words, (key,), sides, [[key, *sides]])


def _slip(
    rule: Rule, amounts: Sequence[tuple[Account, Printed]]
) -> tuple[tuple[Account, Printed], tuple[Account, Printed]] | None:
    """The smaller and the larger of two amounts, if they differ by about the factor; a unit in the cell is believed."""
    if len(amounts) != len(("before", "now")) or any(printed.value <= 0 for _, printed in amounts):
        return None
    small, large = sorted(amounts, key=lambda one: one[1].comparable)
    times = float(large[1].comparable) / float(small[1].comparable)
    if large[1].has_unit or abs(log(times / rule.ratio)) > log(rule.spread):
        return None
    return small, large


def _units_unlike(left: Printed, right: Printed) -> bool:
    """Whether one cell prints its unit of money and the other does not: then nobody knows whether they agree."""
    return left.has_unit != right.has_unit


def _of_years(
    rule: Rule, before: Account, account: Account, words: dict[str, object], keys: tuple[str, ...],
    sides: tuple[Number, Number], said: object, level: Level | None = None,
) -> AcrossFinding:  # fmt: skip
    why = softened(rule, before, account)
    return finding(
        rule,
        account.report,
        words,
        [before.year, said],
        keys=keys,
        sides=sides,
        level="info" if why else level,
        why=why or ("", ""),
    )


def _last(facts: AcrossFacts, key: str) -> str:
    return facts.labels.get(key, key).split(" / ")[-1]
