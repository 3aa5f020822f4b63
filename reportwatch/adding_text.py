"""What `add` writes: the block of a source, the rows of proposed publishers, and the note that says where they are from.

Pages are written by strangers: of theirs only what was recognised goes into a file, as one line of plain text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from reportwatch.adding_names import spans
from reportwatch.sources_text import block_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crawler.looked import Looked
    from reportwatch.adding_names import Names, Stranger
    from reportwatch.sources_text import Value
    from store.model import Source

USUAL_INTERVAL = 3.0
_HIDDEN = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Zl",
    "Zp",
}  # control, format (bidi, zero width), private use, surrogate, ends of lines


def plain(text: str, limit: int = 300) -> str:
    """One line without control, bidi or zero-width characters."""
    shown = "".join(" " if unicodedata.category(sign) in _HIDDEN else sign for sign in text)
    line = " ".join(shown.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def note_of(looked: Looked, names: Names, day: str, *, saved: str = "", said: str = "") -> str:
    """Where the entry is from: what the person said, what was seen on which day, and the evidence."""
    parts = [plain(said).rstrip(".") + "." if said.strip() else "", *_seen(looked, names, day, saved)]
    return " ".join(part for part in parts if part)


def _seen(looked: Looked, names: Names, day: str, saved: str) -> Iterator[str]:
    yield f"Not probed. Looked at on {day}" + (" (a page that a person saved)." if saved else ".")
    why = next((one.why for one in looked.candidates if one.family == looked.family), "")
    if looked.family:
        yield f"{looked.family}: {plain(why)}." if why else f"{looked.family}: chosen by a person."
    if looked.rows:
        yield f"{len(looked.rows)} entries on {looked.pages} pages, {names.reports} reports ({spans(names.years)})."
    if looked.state == "good":
        yield f"End: {plain('; '.join(dict.fromkeys(one.proof for one in looked.columns)), 200)}."
    else:
        yield f"Not read to a proven end ({looked.kind or looked.state}: {plain(looked.reason, 200)})."
    if looked.evidence:
        yield f"Evidence: looks/raw, {looked.evidence[0]}."


def source_values(source: Source) -> dict[str, Value]:
    """The keys of a block in the order in which people read them."""
    return {
        "id": source.id,
        "url": source.url,
        "family": source.family,
        "hosts": list(source.hosts),
        "publishers": list(source.publishers),
        "options": source.options,
        **({} if source.min_interval == USUAL_INTERVAL else {"min_interval": source.min_interval}),
        **({"render": True} if source.render else {}),
        "note": source.note,
    }


def block_text(source: Source) -> str:
    """The [[source]] block. That nobody has probed it is always said."""
    return block_of(source_values(source)) + "probed = false\n"


def new_rows(
    strangers: Sequence[Stranger], region: str, taken: Collection[str], day: str, url: str
) -> tuple[dict[str, str], ...]:
    """A row for each name whose kind of body is clear, with an id that nobody has."""
    rows, number = [], 1
    stem = slug(region)
    for stranger in strangers:
        if stranger.kind is None:
            continue
        while f"{stem}-{number:03d}" in taken:
            number += 1
        note = f"Proposed on {day} from {stranger.reports} titles on {url}: check the name and the kind."
        rows.append(
            {"id": f"{stem}-{number:03d}", "name": stranger.name, "kind": stranger.kind, "note": note}
        )
        number += 1
    return tuple(rows)


def new_id(region: str, taken: Collection[str]) -> str:
    """An id for a source of the region that is not used yet."""
    stem, number = f"{slug(region)}-reports", 2
    if stem not in taken:
        return stem
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def slug(region: str) -> str:
    """The last part of a region as an id may be written."""
    return re.sub(r"[^a-z0-9._-]+", "-", region.rpartition("/")[2].lower()).strip("-._") or "list"
