"""Reports whose text is that of the year before, or of another body. Pure; the measuring is done in measure.py."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from monitor.across.book import rules_of
from monitor.across.lives import related
from monitor.across.model import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.across.book import Rule
    from monitor.across.model import Account, AcrossFacts, AcrossFinding, Likeness
    from parsers.model import Level

SAME = (", and nothing but numbers differs", "，除数字外完全一致")
SHORT = ("The text is short, so common phrases weigh much.", "文字较短，通用表述占比较大。")
RELATED = ("The two bodies are above one another.", "两单位为上下级关系。")
MANY = (
    "{many} other bodies print the same text, so it may be a template sent to them.",
    "另有{many}个单位文字相同，可能使用了统一下发的模板。",
)


def judge_alike(facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """Findings for texts that are alike, each naming the other report, the share and the longest passage."""
    for rule in rules_of("last_year"):
        for (name, year), account in facts.accounts.items():
            before = facts.accounts.get((name, year - 1))
            likeness = _between(facts, account, before)
            if before is not None and likeness is not None and likeness.ratio >= rule.info:
                yield _finding(rule, account, before, likeness, _level(rule, likeness), ("", ""))
    for rule in rules_of("other_body"):
        yield from _other_bodies(rule, facts)


def wanted_pairs(facts: AcrossFacts) -> frozenset[tuple[str, str]]:
    """The pairs of texts that are compared however unlike they are: each with that of the year before.

    And each text with itself that two bodies of one region print word for word.
    """
    pairs = set()
    printed: dict[tuple[str, int, str], str] = {}
    for (name, year), account in facts.accounts.items():
        before = facts.accounts.get((name, year - 1))
        if before is not None and (pair := _pair(account, before)):
            pairs.add(pair)
        if account.text is not None:
            place = (account.body.region.split("/")[0], year, account.text)
            if printed.setdefault(place, account.document) != account.document:
                pairs.add((account.text, account.text))
    return frozenset(pairs)


def groups(facts: AcrossFacts) -> dict[tuple[str, int], frozenset[str]]:
    """The texts of each region (its outermost part) and report year, among which every pair counts."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for account in facts.accounts.values():
        if account.text is not None:
            found[account.body.region.split("/")[0], account.year].add(account.text)
    return {group: frozenset(texts) for group, texts in sorted(found.items())}


def _other_bodies(rule: Rule, facts: AcrossFacts) -> Iterator[AcrossFinding]:
    """One finding a report: the most similar other. Where many print one text, it says so, as an information."""
    by_text: dict[tuple[str, int], list[Account]] = defaultdict(list)
    for account in facts.accounts.values():
        if account.text is not None:
            by_text[account.text, account.year].append(account)
    alike: dict[str, list[tuple[str, Likeness]]] = defaultdict(list)
    for (one, other), likeness in facts.likenesses.items():
        if likeness.ratio >= rule.info:
            alike[one].append((other, likeness))
            if one != other:
                alike[other].append((one, likeness))
    for account in facts.accounts.values():
        others = [
            (likeness, other)
            for text, likeness in alike.get(account.text or "", ())
            for other in by_text.get((text, account.year), ())
            if _comparable(account, other)
        ]
        if others:
            yield _nearest(rule, account, others)


def _comparable(account: Account, other: Account) -> bool:
    """Whether they are two bodies' own documents, in one region."""
    return (
        account.body.id != other.body.id
        and account.document != other.document
        and account.body.region.split("/")[0] == other.body.region.split("/")[0]
        and other.body.id not in (account.body.successor,)
        and account.body.id not in (other.body.successor,)
    )


def _nearest(rule: Rule, account: Account, others: list[tuple[Likeness, Account]]) -> AcrossFinding:
    likeness, other = min(others, key=lambda one: (-one[0].ratio, one[1].body.id))
    level = _level(rule, likeness)
    many = sum(one.ratio >= rule.warning for one, _ in others)
    if many >= rule.many:
        return _finding(rule, account, other, likeness, "info", (MANY[0].format(many=many), MANY[1].format(many=many)))  # fmt: skip
    if related(account.body, other.body):
        return _finding(rule, account, other, likeness, "info", RELATED)
    return _finding(rule, account, other, likeness, level, ("", ""))


def _level(rule: Rule, likeness: Likeness) -> Level:
    """A warning only for a long text: standard phrases make short ones alike."""
    return "warning" if likeness.ratio >= rule.warning and likeness.tokens >= rule.short else "info"


def _finding(
    rule: Rule, account: Account, other: Account, likeness: Likeness, level: Level, why: tuple[str, str]
) -> AcrossFinding:  # fmt: skip
    if not why[0] and likeness.tokens < rule.short and likeness.ratio >= rule.warning:
        why = SHORT
    words = {
        "share": f"{int(likeness.ratio * 100)} %", "before": other.year, "other": other.body.name,
        "same": SAME[0] if likeness.same else "", "same_zh": SAME[1] if likeness.same else "",
        "passage": likeness.passage,
    }  # fmt: skip
    said = [other.body.id, other.year, account.text, other.text]
    return finding(rule, account.report, words, said, level=level, why=why)


def _between(facts: AcrossFacts, one: Account, other: Account | None) -> Likeness | None:
    pair = None if other is None else _pair(one, other)
    return None if pair is None else facts.likenesses.get(pair)


def _pair(one: Account, other: Account) -> tuple[str, str] | None:
    """The names of the two texts, the smaller first; None where one has none, or both are one document."""
    if one.text is None or other.text is None or one.document == other.document:
        return None
    return (min(one.text, other.text), max(one.text, other.text))
