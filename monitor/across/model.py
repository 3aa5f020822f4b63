"""What the rules across documents look at, and what they say. Years are report years; text keys are "1", "5", "6"."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.across.book import Rule
    from parsers.model import Level

Kind = Literal["years", "bodies", "copies", "text"]
Doubt = Literal["untitled", "corrected", "scope"]
Number = int | Decimal
YUAN_IN_WAN = 10_000
_OF_YUAN = frozenset({"元", "人民币元"})
_OF_WAN = frozenset({"万元", "万"})
_DIGITS = 16  # hexadecimal, as all fingerprints


@dataclass(frozen=True, slots=True)
class Printed:
    """A sure figure: its number, its text as printed, and its unit as printed (None where only the form says it)."""

    value: Number
    text: str = ""
    unit: str | None = None

    @property
    def comparable(self) -> Number:
        """The number in the form's unit: what is printed in 元 on a form of 万元 becomes 万元."""
        return Decimal(self.value) / YUAN_IN_WAN if self.unit in _OF_YUAN else self.value

    @property
    def has_unit(self) -> bool:
        """Whether the cell itself says in which unit of money its number is."""
        return self.unit in _OF_YUAN or (self.unit in _OF_WAN and any(unit in self.text for unit in _OF_WAN))


@dataclass(frozen=True, slots=True)
class Body:
    """A publisher. `from_year` and `to_year` are the first and last report years of its life, where known.

    One that is not `watched` any more may still have gone on as another.
    """

    id: str
    name: str
    kind: str
    region: str
    parent: str | None = None
    from_year: int | None = None
    to_year: int | None = None
    successor: str | None = None
    watched: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """One report by its standing reading. `figures` are the sure ones, by key.

    `unsure`: keys of figures that could not be read for certain. `marks`: names of the groups of words (rules.toml)
    that its text holds. `text` names the text that is compared with others (None for a scan, or where there is too
    little of it) and `tokens` is its length. `contested`: keys that another copy of it prints otherwise.
    """

    report: int
    body: Body
    year: int
    document: str
    url: str
    figures: Mapping[str, Printed] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    text: str | None = None
    tokens: int = 0
    contested: frozenset[str] = frozenset()
    unread: bool = False

    def sure(self, key: str) -> Printed | None:
        """The figure, unless it is blank, unsure, absent, or printed otherwise in another copy."""
        return None if key in self.contested else self.figures.get(key)


@dataclass(frozen=True, slots=True)
class CopyPair:
    """Two present documents of one report at two addresses, with the sure figures that both print.

    `figures`: (key, label, in the standing document, in the other). `alike_named`: both name the same publisher.
    `doubt`: why they may rightly differ, where something says so: one has no title, is a corrected version, or says whose
    figures it holds.
    """

    report: int
    url: str
    other_url: str
    figures: tuple[tuple[str, str, Printed, Printed], ...]
    alike_named: bool = True
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one list that are one report: the list, and (address, title, format, SHA-256 or None) of each."""

    report: int
    source: str
    entries: tuple[tuple[str, str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are: `ratio` 0 to 1, the mean over the parts that both have; `tokens` of the shorter text.

    `same`: nothing but numbers differs. `passage`: the longest common one, as printed, cut.
    """

    ratio: float
    tokens: int
    same: bool
    passage: str


@dataclass(frozen=True, slots=True)
class AcrossFacts:
    """Everything that the rules look at. `likenesses` are keyed by the two names of texts, the smaller first.

    `owing`: (publisher, year) that owe a report. `labels`: what the form calls each figure.
    """

    bodies: Mapping[str, Body]
    accounts: Mapping[tuple[str, int], Account]
    owing: frozenset[tuple[str, int]] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[CopyPair, ...] = ()
    entries: tuple[Entries, ...] = ()
    likenesses: Mapping[tuple[str, str], Likeness] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcrossFinding:
    """A rule over several documents that does not hold for `report`; `claim` is what it says, as 16 digits."""

    report: int
    rule: str
    version: int
    kind: Kind
    level: Level
    message: str
    message_zh: str
    keys: tuple[str, ...]
    left: Number | None
    right: Number | None
    claim: str


def finding(
    rule: Rule,
    report: int,
    words: Mapping[str, object],
    said: object,
    *,
    keys: tuple[str, ...] = (),
    sides: tuple[Number | None, Number | None] = (None, None),
    level: Level | None = None,
    why: tuple[str, str] = ("", ""),
) -> AcrossFinding:
    """A finding of `rule`. `said` is what it claims, as JSON can hold it: it makes the fingerprint, the wording does not.

    `why` are sentences (English, Chinese) that say why the level is lower than the rule's.
    """
    claim = json.dumps([rule.name, rule.version, said], ensure_ascii=False, default=str)
    return AcrossFinding(
        report=report,
        rule=rule.name,
        version=rule.version,
        kind=rule.kind,
        level=level or rule.level,
        message=rule.message.format_map(words) + (f" {why[0]}" if why[0] else ""),
        message_zh=rule.message_zh.format_map(words) + why[1],
        keys=keys,
        left=sides[0],
        right=sides[1],
        claim=hashlib.sha256(claim.encode()).hexdigest()[:_DIGITS],
    )
