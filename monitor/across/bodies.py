"""A government's report against those of all the bodies below it. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from monitor.across.book import rules_of
from monitor.across.lives import lived
from monitor.across.model import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.across.book import Rule
    from monitor.across.model import Account, AcrossFacts, AcrossFinding, Body, Number

GOVERNMENT = "government"
FEWEST = 2  # one body is no sum


def judge_bodies(facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """The sums that do not hold, for governments all of whose bodies that owe a report have a whole reading."""
    below: dict[str, list[Body]] = defaultdict(list)
    for body in facts.bodies.values():
        if body.parent is not None:
            below[body.parent].append(body)
    for rule in rules_of("rollup"):
        for account in facts.accounts.values():
            if account.body.kind == GOVERNMENT and account.body.id in below and not account.unread:
                yield from _rolled_up(rule, account, below[account.body.id], facts)


def _rolled_up(rule: Rule, account: Account, below: list[Body], facts: AcrossFacts) -> Iterator[AcrossFinding]:  # fmt: skip
    """Bodies that owe nothing, or that nobody watches now, may explain a larger total, but never a smaller one."""
    if "own" in account.marks:
        return
    there = [body for body in below if lived(body, account.year)]
    counted = [found for body in there if (found := facts.accounts.get((body.id, account.year)))]
    owing = [body for body in there if body.watched and (body.id, account.year) in facts.owing]
    read = {found.body.id for found in counted if not found.unread}
    if len(counted) < FEWEST or not owing or any(body.id not in read for body in owing):
        return
    counted = [found for found in counted if found.body.id in read]
    may_lack_some = len(counted) < len(there)
    differing = []
    for key in rule.keys:
        total, parts = account.sure(key), _sum(counted, key)
        if total is None or parts is None or parts == total.value or (may_lack_some and parts < total.value):
            continue
        differing.append((key, parts, total.value))
    if differing:
        yield _finding(rule, account, counted, differing, facts)


def _sum(accounts: list[Account], key: str) -> Number | None:
    """The sum over all of them; None where one of the numbers is not sure."""
    numbers = [account.sure(key) for account in accounts]
    if None in numbers:
        return None
    return sum((number.value for number in numbers if number is not None), start=0)


def _finding(
    rule: Rule, account: Account, counted: list[Account], differing: list[tuple[str, Number, Number]], facts: AcrossFacts
) -> AcrossFinding:  # fmt: skip
    names = sorted(found.body.name for found in counted)
    told = [(facts.labels.get(key, key), parts, total) for key, parts, total in differing]
    words = {
        "places": "; ".join(f"{label}: the bodies add up to {parts}, it prints {total}" for label, parts, total in told),
        "places_zh": "；".join(f"{label}：下属合计{parts}，本报告{total}" for label, parts, total in told),
        "count": len(counted), "names": ", ".join(names), "names_zh": "、".join(names),
    }  # fmt: skip
    said = [differing, sorted(found.body.id for found in counted)]
    keys = tuple(key for key, _, _ in differing)
    return finding(rule, account.report, words, said, keys=keys, sides=differing[0][1:])
