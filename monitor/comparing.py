"""What one version of a report says otherwise than another: figures, sentences, findings. Pure.

Only what cannot be our own reading counts as a change of the publisher's. A figure that either version is unsure of,
or that only one has, says nothing. That a cell is blank, or holds no number, counts within one format read by one
reader. A figure that one version shows as characters and the other as a picture says nothing for certain. Text is
compared within one format read by one reader, and never where it was read from pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from monitor.sentences import SentenceChange, changed, sentences
from store.figure_keys import figure_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.model import Figure, Finding, Parsed

OCR = "rapidocr"  # as the readings name the reader of pictures
CONVERTED = "libreoffice"  # stands before the reader of what it made
PAGE = "text/html"
TABLES = {"disclosure": "2", "requests": "3", "disputes": "4"}  # sections whose table becomes figures
NOTHING_PRINTED = "—"
Why = Literal["pictures", "formats", "readers"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a report as read, with the kind of its file: `text/html`, `application/pdf` …"""

    parsed: Parsed
    media_type: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that two versions print differently. `label` is its row and column on the form; both as printed."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What the later version says otherwise. `untold` says why the text was not compared; None: it was.

    `uncertain` are figures that differ where one of the readings may be the reason; `unsure`, `only_before` and
    `only_after` the keys of those that could not be compared. `edition` is (before, after) where the forms differ.
    """

    figures: tuple[FigureChange, ...] = ()
    sentences: tuple[SentenceChange, ...] = ()
    uncertain: tuple[FigureChange, ...] = ()
    unsure: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    edition: tuple[str, str] | None = None
    came: tuple[Finding, ...] = ()
    went: tuple[Finding, ...] = ()
    untold: Why | None = None


def compare(before: Version, after: Version) -> Differences:
    """What `after` says otherwise than `before`. Both must be read by one version of the readers."""
    old = {figure.key: figure for figure in before.parsed.figures}
    new = {figure.key: figure for figure in after.parsed.figures}
    untold = why_no_text(before, after)
    common = [key for key in order(old | new) if key in old and key in new]
    certain = [key for key in common if "unsure" not in (old[key].state, new[key].state)]
    found = [(key, _kind(old[key], new[key], alike=untold is None)) for key in certain]
    claimed = _changes(old, new, [key for key, kind in found if kind == "claimed"])
    uncertain = _changes(old, new, [key for key, kind in found if kind == "uncertain"])
    if (OCR in _readers(before)) != (OCR in _readers(after)):
        claimed, uncertain = (), _changes(old, new, [key for key, kind in found if kind])
    return Differences(
        figures=claimed,
        sentences=() if untold else _sentences(before, after),
        uncertain=uncertain,
        unsure=tuple(key for key in common if key not in certain),
        only_before=tuple(key for key in order(old) if key not in new),
        only_after=tuple(key for key in order(new) if key not in old),
        edition=_editions(before.parsed, after.parsed),
        came=_without(after.parsed.findings, before.parsed.findings),
        went=_without(before.parsed.findings, after.parsed.findings),
        untold=untold,
    )


def why_no_text(before: Version, after: Version) -> Why | None:
    """Why the text of two versions cannot be compared; None where it can."""
    if OCR in _readers(before) or OCR in _readers(after):
        return "pictures"
    if before.media_type != after.media_type:
        return "formats"
    return None if _text_reader(before) == _text_reader(after) else "readers"


def printed(figure: Figure) -> str:
    """A figure as its cell shows it, on one line."""
    return " ".join(figure.text.split()) or NOTHING_PRINTED


def label_of(key: str) -> str:
    """Row and column of a figure as the form names them; its key, where no form has it."""
    return _labels().get(key, key)


def order(keys: Mapping[str, object]) -> list[str]:
    """Keys in the order of the form."""
    places = {key: place for place, key in enumerate(_labels())}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


@cache
def _labels() -> dict[str, str]:
    return {
        one.key: " / ".join(label for label in (one.row_label, one.column_label) if label)
        for one in figure_keys()
    }


def _changes(
    old: Mapping[str, Figure], new: Mapping[str, Figure], keys: list[str]
) -> tuple[FigureChange, ...]:
    return tuple(FigureChange(key, label_of(key), printed(old[key]), printed(new[key])) for key in keys)


def _kind(old: Figure, new: Figure, *, alike: bool) -> Literal["claimed", "uncertain"] | None:
    """Whether a figure differs. `alike`: one format, one reader of characters."""
    if old.state == new.state == "number":
        if old.value != new.value:
            return "claimed"
        units = {old.unit, new.unit}
        return "claimed" if alike and len(units) > 1 and None not in units else None
    if old.state == new.state:
        return None  # other words in a cell without a number: the text shows them
    return "claimed" if alike else "uncertain"


def _sentences(before: Version, after: Version) -> tuple[SentenceChange, ...]:
    tables = frozenset(
        section for name, section in TABLES.items() if all(_has(one.parsed, name) for one in (before, after))
    )
    old, new = (
        sentences(one.parsed.sections, tables, on_a_page=one.media_type == PAGE) for one in (before, after)
    )
    return changed(old, new)


def _has(parsed: Parsed, section: str) -> bool:
    return any(figure.key.startswith(f"{section}.") for figure in parsed.figures)


def _editions(before: Parsed, after: Parsed) -> tuple[str, str] | None:
    if before.edition and after.edition and before.edition != after.edition:
        return before.edition, after.edition
    return None


def _without(these: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
    known = {_identity(finding) for finding in others}
    return tuple(finding for finding in these if _identity(finding) not in known)


def _identity(finding: Finding) -> tuple[object, ...]:
    words = None if finding.keys else finding.message
    return finding.rule, finding.kind, finding.level, finding.keys, finding.left, finding.right, words


def _readers(version: Version) -> list[str]:
    return version.parsed.reader.split("+")


def _text_reader(version: Version) -> list[str]:
    """The reader that the text is from; those after it only judged the figures."""
    readers = _readers(version)
    return readers[:2] if readers[0] == CONVERTED else readers[:1]
