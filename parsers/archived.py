"""The reports in the documents of an archive; a document that cannot be read is told beside those that can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers import sniffing
from parsers.model import Finding, Parsed, Unreadable
from parsers.readers import archive
from parsers.readers.package import open_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Which refusal says most of why nothing was read: what a person can mend comes first.
_TELLING = (
    "encrypted",
    "truncated",
    "too_large",
    "unsupported",
    "broken",
    "error_page",
    "empty",
    "not_a_report",
)
_NAMED = 5


def parse_archive(body: bytes, parse: Callable[[bytes], tuple[Parsed, ...]]) -> tuple[Parsed, ...]:
    """The reports in all documents of a ZIP archive, in the order of their names; `parse` reads one of them.

    Raises Unreadable where none can be read, with all their names; a document that cannot be read beside others that
    can is a finding of each report.
    """
    found: list[Parsed] = []
    refused: list[tuple[str, Unreadable]] = []
    readable = 0
    for name, document in archive.members(body):
        try:
            _refuse_archive(document)
            found += parse(document)
            readable += 1
        except Unreadable as refusal:
            refused.append((name, refusal))
    if not readable:
        raise _most_telling(refused)
    findings = tuple(_finding(name, refusal) for name, refusal in refused)
    return tuple(replace(one, findings=(*one.findings, *findings)) for one in found)


def _refuse_archive(document: bytes) -> None:
    """An archive that is still closed here is damaged, or the third in a row: some hold themselves without end."""
    if sniffing.sniff(document) == sniffing.ZIP:
        open_zip(document).close()
        raise Unreadable("unsupported", "an archive inside an archive inside an archive is not opened")


def _most_telling(refused: Sequence[tuple[str, Unreadable]]) -> Unreadable:
    if not refused:
        return Unreadable("empty", "the archive has no documents")
    first = min(
        refused, key=lambda one: _TELLING.index(one[1].kind) if one[1].kind in _TELLING else len(_TELLING)
    )[1]
    names = ", ".join(name for name, _ in refused[:_NAMED])
    more = f" and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return Unreadable(first.kind, f"no document of the archive can be read ({names}{more}): {first.message}")


def _finding(name: str, refusal: Unreadable) -> Finding:
    return Finding(
        "archive",
        "unsure",
        "warning",
        f"The archive also holds “{name}”, which cannot be read: {refusal.message}.",
        f"压缩包中还有“{name}”，无法读取（{refusal.kind}）。",
    )
