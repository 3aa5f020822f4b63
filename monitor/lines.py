"""One event in a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.wording import Lang, Saying, Told, addresses, say, sentence

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


def sayings(told: Told, lang: Lang, region: str, who: str) -> Line:
    """The line of an event."""
    return Line(told, region, told.group, who, sentence(told, lang), say(told, lang), addresses(told))
