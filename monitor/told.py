"""An event as stored, ready to be worded for one channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as stored, ready to be worded. `incident` is the stored incident's number.

    `over`: the incident has ended by now. `untried`: this channel cannot have been told yet. `told_at`: when it was
    told here of what the event ends or takes back; while that is not known to have arrived, when it was judged.
    `meanwhile`: it ends what began since the last message, so the beginning is told with it.
    """

    id: int
    key: str
    short_id: str
    kind: str
    topic: str
    severity: str
    at: str
    incident: int | None
    publisher: str | None
    year: int | None
    detail: Mapping[str, Any]
    over: bool = False
    untried: bool = False
    told_at: str | None = None
    meanwhile: bool = False

    @property
    def group(self) -> str:
        """The heading under which the event is counted: its name is in `[names]` of the templates."""
        if self.kind == "appeared":
            return "late" if self.detail.get("status") == "late" else "appeared"
        if self.kind in ("opened", "worsened"):
            return self.topic
        return "still" if self.kind == "reminder" else self.kind

    @property
    def about(self) -> str:
        """The incident kind, or group, that stays the same for all that is told of one incident."""
        if self.kind in ("opened", "worsened", "reminder", "resolved"):
            return self.topic
        if self.kind == "corrected":
            kind = str(self.detail["kind"])
            return "late" if kind == "appeared" and self.detail.get("was") == "late" else kind
        return "missing" if self.kind == "appeared" and self.incident else self.group

    @property
    def wants_answer(self) -> bool:
        """Whether a person may take on what it tells of."""
        return self.incident is not None and self.kind in ("opened", "worsened", "reminder")
