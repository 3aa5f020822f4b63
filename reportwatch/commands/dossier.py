"""`reportwatch dossier`: one file with all that supports a claim, for showing it to the office first."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import click

from reportwatch.dossier.model import CLAIMS
from reportwatch.exactjson import dumps
from reportwatch.exits import CANNOT_CREATE, CONFIG, DATA, UNREACHABLE, USAGE, CommandError
from reportwatch.moment import as_judged
from reportwatch.options import Options, takes
from reportwatch.scope import publisher_named
from reportwatch.sentences import when
from reportwatch.steps import watchlist_of
from store.copying import copy_database
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from reportwatch.dossier.making import Made
    from reportwatch.dossier.model import ClaimKind


@click.command(short_help="One file with all that supports a claim. 证据卷宗")
@click.argument("publisher", required=False)
@click.argument("year", type=int, required=False)
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path(), show_default="this folder",
    help="Where it goes: a folder, or a new file that ends in .zip (all of it) or .html (its page alone).",
)  # fmt: skip
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(CLAIMS),
    help="Only this claim; may be repeated. Refused if it does not hold. Without: all that hold but `doubtful`.",
)  # fmt: skip
@click.option("--pdf", is_flag=True, help="Also the page as a PDF, by Chromium.")
@click.option(
    "--verify",
    "checked",
    type=click.Path(path_type=Path),
    help="Check a dossier's files and time stamp; make none.",
)
@takes("state", "watchlist", "now", "json", "quiet", "lang")
def dossier(
    options: Options, publisher: str | None, year: int | None, output: Path, kinds: Sequence[str], pdf: bool,
    checked: Path | None,
) -> None:  # fmt: skip
    """Write one file with all that supports what we say of a report, and what we did not see.

    把对某年度报告的判断及其全部证据写成一个文件，供向该单位出示；未能看到的内容单独列出。

    PUBLISHER is an id, a name or an alias of the watchlist; YEAR is the year that the report is about. Send it to the
    office, and hear its answer, before you accuse it of anything.
    """
    if checked is not None:
        _verify(options, checked)
        return
    from reportwatch.dossier.making import Wanted, make  # noqa: PLC0415 - half a second that no other command needs

    if publisher is None or year is None:
        raise CommandError(USAGE, "say of whom and which year: reportwatch dossier PUBLISHER YEAR")
    found = publisher_named(publisher, watchlist_of(options))
    target = _target(output, found.id, year)
    wanted = Wanted(found.id, year, cast("tuple[ClaimKind, ...]", tuple(kinds)), pdf, target.name)
    with _snapshot(options) as database:
        try:
            made = make(database, options, wanted, options.now())
        except RuntimeError as error:
            raise CommandError(CONFIG, str(error)) from error
    _write(target, made.page if target.suffix == ".html" else made.packed)
    _tell(options, made, target)
    if made.no_stamp is not None:
        raise CommandError(
            UNREACHABLE, f"{target} was written without a time stamp, and says so: {made.no_stamp}"
        )


@contextmanager
def _snapshot(options: Options) -> Iterator[Database]:
    """The database of one moment, whatever a run writes meanwhile; with --now in a copy, so that no run waits for us."""
    if options.fixed_now is None:
        with as_judged(options) as database:
            database.conn.execute("BEGIN")
            yield database
        return
    with TemporaryDirectory() as folder:
        copy = replace(options, state=Path(folder))
        original = open_readonly(StatePaths(options.state).database)
        copy_database(original.conn, StatePaths(copy.state).database)
        with as_judged(copy) as database:
            yield database


def _target(output: Path, publisher: str, year: int) -> Path:
    if output.is_dir():
        from reportwatch.dossier.packing import safe  # noqa: PLC0415 - as above

        return output / f"dossier-{safe(publisher)}-{year}.zip"
    if output.suffix not in (".zip", ".html"):
        raise CommandError(
            USAGE, f"{output} is no folder: make it first, or name a file that ends in .zip or .html"
        )
    return output


def _write(target: Path, body: bytes) -> None:
    """A new file, whole or not at all: nothing of anybody's is overwritten."""
    if target.exists():
        raise CommandError(
            CANNOT_CREATE, f"{target} is there already: move it away, or name another --output"
        )
    unfinished = target.with_name(f".{target.name}.tmp")
    try:
        unfinished.write_bytes(body)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _tell(options: Options, made: Made, target: Path) -> None:
    if options.as_json:
        stamped = made.stamped.at if made.stamped else None
        click.echo(dumps({**made.facts, "file": str(target), "stamped_at": stamped}))
        return
    for one in made.facts["claims"]:
        options.say(one["sentence"])
    if not made.facts["claims"]:
        options.say(_NOTHING[options.lang])
    options.say(_WRITTEN[options.lang].format(path=target, count=len(made.unseen)))
    if made.stamped is not None:
        options.say(_STAMPED[options.lang].format(at=when(made.stamped.at)))


_NOTHING = {"en": "Nothing is claimed: the file says why.", "zh": "不作任何主张，原因见文件。"}
_WRITTEN = {
    "en": "written: {path}. What we did not see: {count} points in it; read them before you send it.",
    "zh": "已写入：{path}。其中列有 {count} 项未能看到或无法判断的内容，发出前请先阅读。",
}
_STAMPED = {"en": "stamped at {at} (Shanghai)", "zh": "时间戳：{at}（北京时间）"}
_CHECKED = {
    "en": "{count} files are as the manifest says. {stamp}",
    "zh": "{count} 个文件与清单一致。{stamp}",
}
_STAMP = {"en": "Time stamp: {at} UTC, verified.", "zh": "时间戳：{at}（UTC），已核验。"}
_NO_STAMP = {"en": "It bears no time stamp.", "zh": "没有时间戳。"}


def _verify(options: Options, path: Path) -> None:
    from reportwatch.dossier.packing import check  # noqa: PLC0415 - as above

    found = check(path)
    if options.as_json:
        facts = {
            "files": found.files,
            "wrong": list(found.wrong),
            "stamped_at": found.stamp.at if found.stamp else None,
        }
        click.echo(dumps(facts))
    elif not found.wrong:
        stamp = _STAMP[options.lang].format(at=found.stamp.at) if found.stamp else _NO_STAMP[options.lang]
        options.say(_CHECKED[options.lang].format(count=found.files, stamp=stamp))
    if found.wrong:
        raise CommandError(DATA, "\n  ".join((f"{path} is not as it was made:", *found.wrong)))
