"""The styles, how many documents of each, and what chance varies within one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from bench.made import messes
from bench.made.drawn import Hand
from bench.made.packing import PAGES
from bench.made.pages import WIDTHS, Look
from bench.made.report import Manner
from bench.made.tools import fonts
from bench.made.word import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

# How a document is made: printed by Chromium, by LibreOffice from Word, drawn, or written as it is.
Way = Literal["chrome", "word", "drawn", "html", "sheet"]
# What the bars of docs/benchmarks.md tell apart.
Kind = Literal["ruled", "borderless", "text", "scan", "rough scan"]

NARROW_FIGURES = ("9%", "10%", "58%", *("3.28%",) * 7)
NARROW_LABELS = ("6%", "7%", "17%", *("10%",) * 7)


@dataclass(frozen=True, slots=True)
class Style:
    """`share` of 300 documents; `finish` is what is done after: a mess, a format, a change, a scanner."""

    name: str
    way: Way
    share: int
    kind: Kind = "ruled"
    finish: str = ""
    manner: Mapping[str, Any] = field(default_factory=dict)
    look: Mapping[str, Any] = field(default_factory=dict)


def _chrome() -> list[Style]:
    ruled = {
        "full": 8,
        "hairline": 5,
        "dotted": 4,
        "dashed": 3,
        "double": 4,
        "coloured": 4,
        "gap": 4,
        "ground": 4,
    }
    open_ones = {"outer": 5, "lines": 6, "columns": 3, "three": 4, "none": 8, "zebra": 5}
    styles = [
        Style(f"chrome-{name}", "chrome", share, look={"border": name}) for name, share in ruled.items()
    ]
    styles += [
        Style(f"chrome-{name}", "chrome", share, "borderless", look={"border": name})
        for name, share in open_ones.items()
    ]
    few = {"lines": 12}
    narrow = {"widths": NARROW_FIGURES, "padding": "1px", "table_size": "13px"}
    cut = {"cut_rows": True, "paper": "A5", "padding": "13px 4px", "margin": "8mm", "table_size": "10px"}
    return [
        *styles,
        Style("chrome-split", "chrome", 14, look={"border": "full"}, manner={"lines": 24}),
        Style("chrome-narrow", "chrome", 5, manner={"huge": True, "sparse": 0.1}, look=narrow),
        Style("chrome-cut-rows", "chrome", 4, look=cut),
        Style("chrome-watermark", "chrome", 4, look={"watermark": True}),
        Style("chrome-twice", "chrome", 3, look={"twice": True}),
        Style("chrome-spaced", "chrome", 3, manner={"large": True}, look={"spacing": "2px"}),
        Style("chrome-stacked", "chrome", 3, manner={"stacked": True}),
        Style("chrome-long", "chrome", 2, manner={"lines": 1_700}),
        Style("chrome-wide", "chrome", 4, look={"paper": "A4 landscape"}),
        Style("chrome-tiny", "chrome", 3, look={"size": "7px", "table_size": "5.5px", "padding": "1px"}),
        Style("chrome-blank", "chrome", 5, manner={"zero": "some blank", **few}),
        Style(
            "chrome-blank-none",
            "chrome",
            4,
            "borderless",
            manner={"zero": "some blank"},
            look={"border": "none"},
        ),
        *(
            Style(f"pdf-{change}", "chrome" if number % 2 else "word", 2, finish=change)
            for number, change in enumerate(
                ("locked-old", "locked-new", "packed", "turned", "sideways", "shifted", "nested")
            )
        ),
    ]


def _offices() -> list[Style]:
    ruled = {"full": 7, "hairline": 3, "dotted": 3, "double": 3, "coloured": 3}
    return [
        *(
            Style(f"office-{name}", "word", share, finish="pdf", look={"border": name})
            for name, share in ruled.items()
        ),
        *(
            Style(f"office-{name}", "word", share, "borderless", "pdf", look={"border": name})
            for name, share in {"outer": 3, "lines": 3, "none": 5}.items()
        ),
        Style("office-split", "word", 7, finish="pdf", look={"border": "full", "whole_rows": False}),
        Style("office-narrow", "word", 3, finish="pdf", manner={"large": True}, look={"label_share": 0.72}),
        Style("office-wide", "word", 3, finish="pdf", look={"wide": True}),
        Style("office-tiny", "word", 2, finish="pdf", look={"table_size": 5, "size": 7}),
        Style("office-tagged", "word", 3, finish="tagged pdf"),
        Style("drawn", "drawn", 6),
        Style("drawn-twice", "drawn", 3, look={"twice": True}),
        Style("drawn-narrow", "drawn", 3, manner={"large": True, "sparse": 0.1}, look={"size": 15}),
        Style("docx", "word", 18),
        Style("docx-none", "word", 3, look={"border": "none"}),
        Style("doc", "word", 6, finish="doc"),
        Style("rtf", "word", 5, finish="rtf"),
        Style("odt", "word", 5, finish="odt"),
        Style("zip", "word", 3, finish="zip"),
        Style("xlsx", "sheet", 8),
        Style("xls", "sheet", 4, finish="xls"),
        Style("ods", "sheet", 4, finish="ods"),
    ]


def _scans() -> list[Style]:
    short: dict[str, Any] = {"lines": 4, "large": False}
    ruled = {
        "border": "full",
        "paper": "A4",
        "table_size": "12px",
        "widths": WIDTHS,
        "before": 0,
        "size": "12px",
    }
    counts: dict[str, tuple[int, Kind]] = {
        "150": (4, "scan"), "200": (5, "scan"), "300": (2, "scan"), "black": (4, "scan"), "seal": (3, "scan"),
        "100": (2, "rough scan"), "photo": (2, "rough scan"), "picture": (1, "scan"),
        "page": (1, "scan"),
    }  # fmt: skip
    return [
        *(
            Style(f"scan-{name}", "chrome", share, kind, name, short, ruled)
            for name, (share, kind) in counts.items()
        ),
        Style("scan-none", "chrome", 2, "scan", "200", short, {**ruled, "border": "none"}),
        Style("scan-mute", "word", 1, "scan", "mute", short),
        Style(
            "text",
            "chrome",
            6,
            "text",
            "text",
            {"zero": "0", "digits": "plain"},
            {"border": "full", "cut_rows": False},
        ),
    ]


def styles() -> tuple[Style, ...]:
    """Every style, in the order made."""
    pages = (Style(f"html-{name}", "html", 3, finish=name) for name in messes.NAMES)
    packed = (Style(name, "html", 2, finish=name) for name in PAGES)
    return (*_chrome(), *_offices(), *pages, *packed, *_scans())


def vary_manner(chance: Random, style: Style) -> Manner:
    """How this publisher writes."""
    manner = Manner(
        edition=chance.choices(("2021", "2019", "mixed"), (70, 18, 12))[0],
        zero=chance.choices(
            ("0", "blank", "some blank", "dash", "long dash", "slash", "none"), (58, 10, 8, 8, 4, 8, 4)
        )[0],
        digits=chance.choices(("plain", "thousands", "full width"), (82, 12, 6))[0],
        large=chance.random() < 1 / 3,
        sparse=chance.choice((0.2, 0.5, 0.5, 0.75, 0.93)),
        lines=chance.randint(16, 60),
        stacked=chance.random() < 1 / 30,
    )
    return replace(manner, **style.manner)


def vary_look(chance: Random, style: Style) -> Look:
    """How this page is set."""
    look = Look(
        border=chance.choice(("full", "full", "full", "hairline", "coloured")),
        font=chance.choice(fonts()),
        size=f"{chance.choice((11, 12, 14, 16))}px",
        table_size=f"{chance.choice((9, 10, 11, 12, 13))}px",
        line=chance.choice(("1.4", "1.8", "2.2")),
        padding=chance.choice(("1px 2px", "3px", "5px", "8px 3px")),
        align=chance.choice(("center", "center", "center", "left", "right")),
        valign=chance.choice(("middle", "middle", "top")),
        paper=chance.choice(("A4", "A4", "A4", "A4", "Letter", "B5")),
        margin=chance.choice(("10mm", "15mm", "20mm", "26mm")),
        before=chance.randint(0, 900) if "split" in style.name else chance.choice((0, 0, 150, 330)),
        widths=chance.choice((WIDTHS, WIDTHS, NARROW_LABELS, ("8%", "9%", "27%", *("8%",) * 7))),
        broken_labels=chance.random() < 1 / 7,
        figure_paragraphs=chance.random() < 1 / 20,
        repeat_head=chance.random() < 1 / 6,
    )
    return replace(look, **style.look)


def vary_sheet(chance: Random, style: Style) -> Sheet:
    """How this Word file is set."""
    sheet = Sheet(
        border=chance.choice(("full", "full", "full", "hairline", "coloured")),
        font=chance.choice(fonts()),
        size=chance.choice((10.5, 12, 14)),
        table_size=chance.choice((7.5, 9, 9, 10.5)),
        margin=chance.choice((15, 20, 25)),
        before=chance.randint(0, 26) if "split" in style.name else chance.choice((0, 0, 4, 9)),
        padding=chance.choice((0.4, 1.0, 1.9)),
        align=chance.choice(("center", "center", "left", "right")),
        label_share=chance.choice((0.44, 0.51, 0.58)),
        repeat_head=chance.random() < 1 / 5,
        whole_rows=chance.random() < 1 / 3,
        pieces=chance.random() < 1 / 4,
    )
    return replace(sheet, **style.look)


def vary_hand(chance: Random, style: Style) -> Hand:
    """How this drawn file is set."""
    hand = Hand(
        size=chance.choice((8, 9, 10)),
        signs=chance.random() < 2 / 3,
        label_width=chance.choice((110, 140, 165)),
    )
    return replace(hand, **style.look)
