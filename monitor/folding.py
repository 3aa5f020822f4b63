"""What a message leaves out: what another event in the same message makes pointless. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from monitor.told import Told

ENDS = frozenset({"resolved", "corrected", "appeared"})  # what ends an incident …
COURSE = frozenset({"opened", "worsened", "reminder"})  # … and what need not be said then
PUBLISHED = frozenset(
    {"in time", "in time by its date", "timing unproved", "there before"}
)  # what a correction says it is there by
# Where the claim was never told and no publication is behind it, taking it back would be news of nothing.
MOOT = frozenset({"may be there", "not owed", "not due", "not watched then", "misread", "elsewhere"})


def fold(events: Sequence[Told]) -> list[Told]:
    """Drops what another event in the same message makes pointless: the claim it takes back, an older reminder.

    What began and ended before this channel could be told is one line that says so (`meanwhile`).
    """
    ends = {told.incident: told.id for told in events if told.incident and told.kind in ENDS}
    starts = {told.incident for told in events if told.kind == "opened"}
    untold = {told.incident for told in events if told.kind == "opened" and told.untried}
    reminders = {told.incident: told.id for told in events if told.kind == "reminder"}  # the latest stays
    corrections = [told for told in events if told.kind == "corrected" and told.publisher]
    first = {told.key for told in events if told.kind == "opened" and told.untried}
    came = {one for told in events if told.kind == "worsened" for one in told.detail.get("untold", ())}

    def is_pointless(told: Told) -> bool:
        if (told.kind == "due_soon" and told.over) or _is_left_out(told, first, came):
            return True
        if told.kind == "appeared":
            return any(_says_it_too(correction, told) for correction in corrections)
        if told.kind == "reminder" and (told.incident in starts or reminders[told.incident] != told.id):
            return True
        if told.kind == "corrected" and told.incident in untold and told.detail.get("reason") in MOOT:
            return True
        if told.kind not in COURSE or told.incident is None:
            return False
        return told.over or told.id < ends.get(told.incident, 0)

    return [
        replace(told, meanwhile=told.incident in untold and told.kind in ("resolved", "appeared"))
        for told in events
        if not is_pointless(told)
    ]


def _is_left_out(told: Told, openings: Collection[str], came: Collection[str]) -> bool:
    """It takes some of several faults back, and what is told of them only now has them no more."""
    if told.kind != "corrected" or told.incident is not None:
        return False
    gone = told.detail.get("gone", ())
    return told.detail.get("answers") in openings or (bool(gone) and set(gone) <= set(came))


def _says_it_too(correction: Told, appeared: Told) -> bool:
    """It takes this very event back, or says that what we called missing is there."""
    if correction.key.rpartition("|")[0] == f"corrected|{appeared.key}":
        return True
    same = (correction.publisher, correction.year) == (appeared.publisher, appeared.year)
    about_missing = (
        correction.detail.get("kind") == "missing" and correction.detail.get("reason") in PUBLISHED
    )
    return same and about_missing and correction.at >= appeared.at
