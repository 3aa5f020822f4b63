"""The documents of a folder, with their true figures where a file beside them tells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = frozenset(
    [
        ".pdf",
        ".html",
        ".htm",
        ".mht",
        ".mhtml",
        ".docx",
        ".doc",
        ".wps",
        ".rtf",
        ".odt",
        ".xlsx",
        ".xls",
        ".ods",
        ".et",
        ".txt",
        ".zip",
        ".png",
        ".jpg",
        ".jpeg",
        ".tif",
        ".tiff",
    ]
)
_NUMBERED = re.compile(r"[-_]?\d+$")
_EXPECTED = ".expected.json"


@dataclass(frozen=True, slots=True)
class Case:
    """One document. `figures` are its true ones (None = no number in the cell); None where nobody tells."""

    path: Path
    name: str
    style: str
    kind: str
    figures: dict[str, Decimal | None] | None
    printed_errors: frozenset[tuple[str, tuple[str, ...]]] = frozenset()


def cases(folder: Path) -> Iterator[Case]:
    """Every document under `folder`, by path. True figures are in `<name>.expected.json` or `expected.json` beside it."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in ENDINGS and path.is_file():
            yield _case(path)


def _case(path: Path) -> Case:
    own = path.with_name(path.stem + _EXPECTED)
    expected = own if own.is_file() else path.with_name("expected.json")
    told: dict[str, Any] = {}
    # A numeral keeps its digits: 0.1 is not the float next to it
    if expected.is_file():
        told = json.loads(expected.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    name = path.stem if expected == own else path.parent.name
    name = name if told else path.stem
    return Case(
        path,
        name,
        told.get("style") or _NUMBERED.sub("", re.split(r"(?<=\d)[-_]", name)[0]) or name,
        told.get("kind") or "not told",
        told.get("figures"),
        frozenset((one["rule"], tuple(one["keys"])) for one in told.get("printed_errors", ())),
    )
