"""Pictures of what a finding or a figure is about, cut from the archived document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.model import Finding, Parsed
from reportwatch.lanes import Lanes
from reportwatch.showing import SHOWING, Showing, claim
from store.archive import Archive
from store.paths import StatePaths
from store.readings import figures_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from reportwatch.reviewing import Question


def kept_at(state: Path, one: Question) -> Path | None:
    """Where the archive has the bytes of the document; None for what is about no single one."""
    return Archive(StatePaths(state).raw).path(one.sha256) if one.sha256 else None


def shown_in(db: Database, state: Path, one: Question, folder: Path) -> list[str]:
    """Writes a picture of each figure, and index.html, into a new folder. A sentence for whatever cannot be shown.

    Raises FileExistsError for a folder that has anything in it.
    """
    path = kept_at(state, one)
    if path is None or one.reading is None:
        return [
            "this finding is about several documents: `review show` on each report's own findings has pictures"
        ]
    if not one.keys:
        return ["this finding names no figure: open the document itself"]
    claim(folder)
    with Lanes(SHOWING) as workers:
        showing = Showing(workers, folder, None)
        showing.add(path, [spoken_of(db, one)])
        showing.finish()
    return showing.wrong


def spoken_of(db: Database, one: Question) -> Parsed:
    """The stored reading, with nothing in it but the figures that are in question."""
    row = next(iter(db.query("SELECT * FROM readings WHERE id = ?", (one.reading,))))
    figures = tuple(figure for figure in figures_of(db, one.reading or 0) if figure.key in one.keys)
    # Evidence is made of figures that a printed error speaks of: whatever this one is, it is to be looked at.
    finding = Finding(one.rule, "printed_error", "error", one.message, one.message_zh, one.keys)
    return Parsed(
        row["publisher_text"],
        row["year"],
        row["title"],
        row["edition"],
        figures,
        (),
        (finding,),
        row["reader"],
    )
