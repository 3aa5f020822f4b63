"""One event in a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.wording import Lang, Saying, Told, addresses, in_a_row, say, templates

if TYPE_CHECKING:
    from monitor.wording import Table

# By importance: this is the order of counts and of lines, and what has no room is the last of these.
GROUPS = (
    "monitor", "storm", "channel", "corrected", "missing", "withdrawn", "late", "invalid", "blind", "doubtful",
    "due_soon", "revised", "still", "resolved", "appeared", "summary", "alive",
)  # fmt: skip
OWN = GROUPS.index("channel")  # what is about ourselves comes first, whatever the region


@dataclass(frozen=True, slots=True)
class Line:
    """One event in a message: its `text` in a row, and in parts as `saying`. Everything in it is harmless."""

    told: Told
    region: str
    group: str
    who: str
    text: str
    saying: Saying
    urls: tuple[str, ...]

    @property
    def rank(self) -> int:
        """How important its kind is; 0 comes first."""
        return GROUPS.index(self.group)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its particulars in columns."""
        return self.saying.tables


def line_of(told: Told, lang: Lang, region: str, who: str) -> Line:
    """The line of an event. The law is cited short; a note below the lines has its full name."""
    saying, law = say(told, lang), templates(lang)["law"]
    saying = replace(saying, head=saying.head.replace(law["full"], law["short"]))
    return Line(told, region, told.group, who, in_a_row(saying, lang), saying, addresses(told))
