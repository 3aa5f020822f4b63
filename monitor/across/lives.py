"""Whether two reports are of the same body with the same scope: only then can one be held against the other. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from monitor.across.book import book

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from monitor.across.book import Rule
    from monitor.across.model import Account, AcrossFacts, Body

SCOPES = frozenset({"own", "whole"})


def lived(body: Body, year: int) -> bool:
    """Whether the body is known to have been there in that report year, as far as its life is known."""
    return (body.from_year or year) <= year <= (body.to_year or year)


def pairs_of_years(facts: AcrossFacts) -> Iterator[tuple[Account, Account]]:
    """Each report with that of the year before, where both are of one body that nothing was merged into or split off.

    The first and the last year of a body's life, the year in which another ended in it, and reports that say of
    themselves that one holds the body's own figures and the other those of many, are left out.
    """
    ended = _ended_in(facts.bodies.values())
    for (name, year), account in facts.accounts.items():
        before = facts.accounts.get((name, year - 1))
        if before is None or not _goes_on(account.body, year, ended):
            continue
        if other_scope(before, account) or before.document == account.document:
            continue
        yield before, account


def other_scope(one: Account, other: Account) -> bool:
    """Whether the one says that its figures are the body's alone, and the other that they are those of many."""
    mine, theirs = one.marks & SCOPES, other.marks & SCOPES
    return bool(mine and theirs and mine != theirs)


def softened(rule: Rule, *accounts: Account) -> tuple[str, str] | None:
    """The sentences (English, Chinese) that explain a difference, if the words of one of the reports do.

    A scope that both name alike explains nothing.
    """
    found = frozenset[str]().union(*(account.marks for account in accounts))
    same_scope = frozenset.intersection(*(account.marks for account in accounts)) & SCOPES
    for mark in book().mark:
        if mark.name in rule.soft and mark.name in found - same_scope:
            return mark.why, mark.why_zh
    return None


def related(one: Body, other: Body) -> bool:
    """Whether one is above the other or came after it."""
    return other.id in (one.parent, one.successor) or one.id in (other.parent, other.successor)


def _goes_on(body: Body, year: int, ended: Mapping[str, frozenset[int | None]]) -> bool:
    first, last = body.from_year, body.to_year
    if (first is not None and year - 1 < first) or (last is not None and year >= last):
        return False
    if body.successor is not None and last is None:
        return False
    return not ended.get(body.id, frozenset()) & {None, year - 1, year}


def _ended_in(bodies: Iterable[Body]) -> dict[str, frozenset[int | None]]:
    """By body, the last years of those that ended in it; None for one whose last year is not known."""
    found: dict[str, set[int | None]] = defaultdict(set)
    for body in bodies:
        if body.successor is not None:
            found[body.successor].add(body.to_year)
    return {name: frozenset(years) for name, years in found.items()}
