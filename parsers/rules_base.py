"""What the rules look at, and how a finding is made of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.editions import Rule
    from parsers.model import Figure, FindingKind, Level, Value
    from parsers.sections import Outline


# The form of 2019 was replaced by that of 2021 from this report year on (国办公开办函〔2021〕30号).
LAST_YEAR_OF_2019 = 2020


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules look at. `confirmed`: keys that two libraries, or grid and text of a page, read alike.

    `unread`: pictures of the report that nobody looked at. What was not found may stand in them. `edition`: the form
    whose labels it prints, where it prints one.
    """

    figures: Mapping[str, Figure]
    confirmed: frozenset[str]
    outline: Outline
    title: str | None
    year: int | None
    text: str
    unread: tuple[str, ...] = ()
    edition: str | None = None

    @property
    def may_leave_blanks(self) -> bool:
        """Whether blank cells are what everybody did: on the form of 2019, in the years it was made for."""
        return self.edition == "2019" and (self.year is None or self.year <= LAST_YEAR_OF_2019)


def plain(
    rule: Rule,
    kind: FindingKind,
    words: Mapping[str, object],
    level: Level,
    *,
    left: Value = None,
    right: Value = None,
) -> Finding:
    """A finding about no single figure: the rule's sentences with these words."""
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    return Finding(rule.name, kind, level, message, message_zh, (), left, right)
