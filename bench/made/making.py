"""From styles to documents: what to make, made in few runs of the other programs, each with its true figures."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bench.made.chances import chance_of
from bench.made.changes import CHANGES, change
from bench.made.chrome import Chrome
from bench.made.drawn import drawn_file
from bench.made.messes import mess
from bench.made.office import convert
from bench.made.packing import PAGES, archive, picture_page
from bench.made.pages import page
from bench.made.report import make_report
from bench.made.scans import SCANNERS, picture, scan
from bench.made.sheets import sheet_file
from bench.made.styles import vary_hand, vary_look, vary_manner, vary_sheet
from bench.made.tools import need
from bench.made.word import word_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

    from bench.made.report import Report
    from bench.made.styles import Style

TAGGED = 0.3  # the share of Chromium's PDFs with a structure tree
_KEPT = {"sheet": "xlsx", "drawn": "pdf", "word": "docx", "chrome": "pdf"}
_FORMATS = ("pdf", "tagged pdf", "doc", "rtf", "odt", "xls", "ods")


@dataclass(frozen=True, slots=True)
class Order:
    """One document to make. Everything about it follows from `seed`."""

    name: str
    style: Style
    seed: str


def orders(styles: Iterable[Style], count: int, seed: int) -> tuple[Order, ...]:
    """`count` documents, spread over the styles by their shares; more where that takes one of each style."""
    chosen = list(styles)
    total = sum(style.share for style in chosen)
    exact = [style.share * count / total for style in chosen]
    counts = [max(1, int(share)) for share in exact]
    by_need = sorted(range(len(chosen)), key=lambda at: counts[at] - exact[at])
    for at in by_need * (1 + count // len(chosen)):
        if sum(counts) >= count:
            break
        counts[at] += 1
    found = [
        Order(f"{style.name}-{number:02d}", style, f"{seed}/{style.name}/{number}")
        for style, many in zip(chosen, counts, strict=True)
        for number in range(1, many + 1)
    ]
    return tuple(found)


def make(wanted: Sequence[Order], folder: Path, tell: Callable[[str], None] = lambda _: None) -> None:
    """Write every document and its `<name>.expected.json` to `folder`. Raises MissingToolError, RuntimeError."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="made-") as temporary:
        work = Path(temporary)
        _write_sources(wanted, work, folder)
        tell(f"{len(wanted)} reports written")
        printed = [order for order in wanted if order.style.way == "chrome"]
        _print_pages(printed, work)
        tell(f"{len(printed)} pages printed")
        _convert(wanted, work)
        tell("LibreOffice is done")
        for order in wanted:
            body, ending = _finished(order, work)
            (folder / f"{order.name}.{ending}").write_bytes(body)
        tell("all done")


def _write_sources(wanted: Iterable[Order], work: Path, folder: Path) -> None:
    for order in wanted:
        chance = chance_of(order.seed)
        report = make_report(chance, vary_manner(chance, order.style))
        body, ending = _source(order, report, chance)
        (work / f"{order.name}.{ending}").write_bytes(body)
        expected = report.expected(order.style.name) | {"kind": order.style.kind}
        text = json.dumps(expected, ensure_ascii=False, default=_number)
        (folder / f"{order.name}.expected.json").write_text(text + "\n", encoding="utf-8")


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)  # four decimals at most: a float prints them again exactly
    raise TypeError(type(value))


def _source(order: Order, report: Report, chance: Random) -> tuple[bytes, str]:
    style = order.style
    if style.way == "html":
        return mess(style.finish, report, chance), "html"
    if style.way == "sheet":
        return sheet_file(report, chance), "xlsx"
    if style.way == "drawn":
        return drawn_file(report, vary_hand(chance, style)), "pdf"
    if style.way == "word":
        return word_file(report, vary_sheet(chance, style)), "docx"
    return page(report, vary_look(chance, style)).encode(), "html"


def _print_pages(printed: Sequence[Order], work: Path) -> None:
    if not printed:
        return
    with Chrome() as chrome:
        for order in printed:
            tagged = chance_of(f"{order.seed}/tagged").random() < TAGGED
            body = chrome.print_page(work / f"{order.name}.html", tagged=tagged)
            (work / f"{order.name}.pdf").write_bytes(body)


def _convert(wanted: Iterable[Order], work: Path) -> None:
    by_kind: dict[str, list[Path]] = {}
    for order in wanted:
        style = order.style
        if style.way == "sheet" and style.finish:
            by_kind.setdefault(style.finish, []).append(work / f"{order.name}.xlsx")
        elif style.way == "word" and style.finish and style.finish != "zip":
            kind = style.finish if style.finish in _FORMATS else "pdf"
            by_kind.setdefault(kind, []).append(work / f"{order.name}.docx")
    for kind, files in by_kind.items():
        convert(files, kind, work)


def _finished(order: Order, work: Path) -> tuple[bytes, str]:
    finish, way = order.style.finish, order.style.way
    pdf = work / f"{order.name}.pdf"
    if way == "html":
        ending, pack = PAGES.get(finish, ("html", bytes))
        return pack((work / f"{order.name}.html").read_bytes()), ending
    if finish == "zip":
        return archive((work / f"{order.name}.docx").read_bytes(), "docx"), "zip"
    if finish in CHANGES:
        return change(finish, pdf.read_bytes()), "pdf"
    if finish in SCANNERS:
        return _scanned(order, pdf.read_bytes())
    if finish == "text":
        return _text(order, pdf), "txt"
    ending = finish.split()[-1] if finish in _FORMATS else _KEPT[way]
    return (work / f"{order.name}.{ending}").read_bytes(), ending


def _scanned(order: Order, body: bytes) -> tuple[bytes, str]:
    name = order.style.finish
    seed = chance_of(f"{order.seed}/scan").randrange(1 << 31)
    if name not in ("picture", "page"):
        return scan(body, SCANNERS[name], seed), "pdf"
    drawn = picture(body, SCANNERS[name], seed)
    return (drawn, "png") if name == "picture" else (picture_page(drawn), "html")


def _text(order: Order, pdf: Path) -> bytes:
    layout = ("-layout",) if chance_of(f"{order.seed}/layout").random() < 1 / 2 else ()
    command = (need("pdftotext"), *layout, "-enc", "UTF-8", str(pdf), "-")
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
