"""What people see on a terminal: reports as the form's tables, and plain tables of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from parsers.editions import citation
from reportwatch.shape import digits, place, says_more
from store.figure_keys import figure_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Figure, Parsed

T = TypeVar("T")
LEVEL_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
SECTION_TITLES = {
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
}
_LONGEST_NOTE = 200  # characters
_PLAIN_WIDTH = 160  # lines in a log or a pipe are not folded at 80


def console(*, stderr: bool = False) -> Console:
    """A console that folds lines only on a terminal."""
    terminal = Console(stderr=stderr)
    return terminal if terminal.is_terminal else Console(stderr=stderr, width=_PLAIN_WIDTH)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table of texts; None is shown as a dash."""
    console().print(f"[bold]{escape(title)}[/bold]")
    if not rows:
        return
    drawn = Table(header_style="bold")
    for name in head:
        drawn.add_column(name, overflow="fold")
    for row in rows:
        drawn.add_row(*("–" if cell is None else escape(str(cell)) for cell in row))
    console().print(drawn)


def report(file: str, part: int, parts: int, parsed: Parsed) -> None:
    """One report: who and when, its three tables, its sections, and what is wrong with it."""
    out = console()
    of_parts = f" (report {part} of {parts})" if parts > 1 else ""
    out.print(f"[bold]{escape(file)}[/bold]{of_parts}")
    out.print(f"  {escape(parsed.publisher or 'publisher not named')} · {parsed.year or 'year not named'} · "
              f"edition {parsed.edition or 'none'} · read by {escape(parsed.reader)} · {escape(parsed.title or '')}")  # fmt: skip
    for section, title in SECTION_TITLES.items():
        figures = [figure for figure in parsed.figures if figure.key.startswith(section + ".")]
        if figures:
            out.print(_matrix(title, figures))
    for text in parsed.sections:
        out.print(f"  {escape(text.title)}: {len(text.text)} characters")
    for note in parsed.notes:
        meaning = f" ({note.value})" if note.value and note.value != note.text else ""
        out.print(f"  [dim]{note.kind}:[/dim] {escape(note.text[:_LONGEST_NOTE])}{escape(meaning)}")
    for figure in parsed.figures:
        if figure.state == "unsure":
            out.print(f"  [yellow]unsure:[/yellow] {figure.key}: {escape(_readings(figure))}")
    _findings(out, parsed)


def _matrix(title: str, figures: Sequence[Figure]) -> Table:
    """Rows and columns as in the form, under the form's own labels."""
    labels = {key.key: (key.row_label, key.column_label) for key in figure_keys()}
    cells = {labels.get(figure.key, (figure.key, "")): _shown(figure) for figure in figures}
    columns = list(dict.fromkeys(column for _, column in cells))
    drawn = Table(title=title, title_justify="left", header_style="bold")
    drawn.add_column("", max_width=30)
    for column in columns:
        drawn.add_column(column, justify="right")
    for row in dict.fromkeys(row for row, _ in cells):
        drawn.add_row(row, *(cells.get((row, column), "") for column in columns))
    return drawn


def _shown(figure: Figure) -> str:
    if figure.state == "unsure":
        return "[yellow]?[/yellow]"
    if figure.value is None:
        return f"[dim]{escape(figure.text.strip()) or '·'}[/dim]"
    return digits(figure.value) + ("*" if says_more(figure) else "")


def _readings(figure: Figure) -> str:
    """What the readers say of an unsure figure, and where; else where it should stand."""
    said = [f"{one.reader} reads {one.text.strip()!r} at {place(one.origin)}" for one in figure.alternatives]
    return "; ".join(said) or f"printed {figure.text.strip()!r} at {place(figure.origin)}"


def _findings(out: Console, parsed: Parsed) -> None:
    if not parsed.findings:
        out.print("  no finding: every rule that could be checked holds\n")
        return
    for found in parsed.findings:
        out.print(
            f"  [{LEVEL_STYLE[found.level]}]{found.level}[/] {found.kind}, {found.rule}: {escape(found.message)}"
        )
        if ground := citation(found.rule):
            out.print(f"    [dim]{escape(ground[0])}[/dim]")
    out.print()


def progress(work: Iterable[T], total: int, label: str) -> Iterable[T]:
    """The same things, with a bar on a terminal and nothing elsewhere."""
    out = Console(stderr=True)
    return track(work, label, total, console=out, transient=True) if out.is_terminal else work
