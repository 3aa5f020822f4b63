"""The golden samples: tests/samples/<name>/{body.*, meta.toml, expected.json}, each document parsed once."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers import parse, sniff
from parsers.model import Unreadable
from reportwatch import converting

if TYPE_CHECKING:
    from parsers.model import Figure, Parsed

SAMPLES = Path(__file__).parents[1] / "samples"


class Sample:
    """One document with its true figures: null is a cell without a number, an absent key a row not in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    @cached_property
    def body(self) -> bytes:
        return next(self.folder.glob("body.*")).read_bytes()

    @cached_property
    def meta(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "meta.toml").read_text("utf-8"))

    @cached_property
    def readable(self) -> bytes:
        """The document as the parser reads it: old Word and WPS files are converted before."""
        media_type = sniff(self.body)
        if not converting.needs_conversion(self.body, media_type):
            return self.body
        (converted,) = converting.convert([(self.body, media_type)])
        if isinstance(converted, Unreadable):
            raise converted
        return converted

    @cached_property
    def expected(self) -> dict[str, Any]:
        path = self.folder / "expected.json"
        if not path.exists():
            return {}
        loaded: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        return loaded

    @cached_property
    def parsed(self) -> Parsed:
        (only,) = parse(self.readable, self.meta["media_type"])
        return only

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {figure.key: figure for figure in self.parsed.figures}

    def write_expected(self) -> Path:
        """What is read now, for a person to compare with the document before it becomes the truth."""
        figures = {key: figure.value for key, figure in self.figures.items()}
        printed_errors = [
            {"rule": f.rule, "keys": list(f.keys), "left": f.left, "right": f.right}
            for f in self.parsed.findings
            if f.kind == "printed_error"
        ]
        truth = {
            "publisher": self.parsed.publisher,
            "year": self.parsed.year,
            "title": self.parsed.title,
            "edition": self.parsed.edition,
            "sections": [section.key for section in self.parsed.sections],
            "printed_errors": printed_errors,
            "texts": {},
            "figures": figures,
        }
        path = self.folder / "expected.json"
        path.write_text(json.dumps(truth, ensure_ascii=False, indent=1, default=_digits) + "\n", "utf-8")
        return path


def _digits(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


@cache
def every_sample() -> tuple[Sample, ...]:
    """Every sample, by name."""
    return tuple(Sample(folder) for folder in sorted(SAMPLES.iterdir()) if (folder / "meta.toml").exists())


def samples() -> tuple[Sample, ...]:
    """The samples that are read to the last figure, as they are."""
    special = {"scan", "converted"}
    return tuple(sample for sample in every_sample() if special.isdisjoint(sample.meta))


def converted_samples() -> tuple[Sample, ...]:
    """The samples that LibreOffice must convert first, to be read to the last figure."""
    return tuple(sample for sample in every_sample() if sample.meta.get("converted"))


def scanned_samples() -> tuple[Sample, ...]:
    """The scans and pictures: meta.toml says how many of their figures may be unsure."""
    return tuple(sample for sample in every_sample() if "scan" in sample.meta)
