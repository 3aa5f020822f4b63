"""`reportwatch review`: what people decide about findings and figures, and what they decided."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reportwatch import exits, reviewing, reviewing_csv, reviewing_evidence, reviewing_telling, scope
from reportwatch.exactjson import dumps
from reportwatch.exits import CommandError
from reportwatch.options import Options, takes
from reportwatch.steps import watchlist_of
from store.database import open_database, open_readonly
from store.paths import StatePaths
from store.readings import exact
from store.reviews import save_decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlite_utils import Database

    from reportwatch.reviewing import Question
    from store.reviews import Decision

BY = click.option("--by", envvar="REPORTWATCH_BY", default="", metavar="NAME",
                  help="Who decides; or REPORTWATCH_BY in the environment.")  # fmt: skip
NOTE = click.option("--note", default="", help="Why; kept for ever, and told where something is taken back.")
SCOPE = click.argument("words", nargs=-1, metavar="[SCOPE]...")
RULE = click.option("--rule", default="", help="Only findings of this rule (docs/rules.md), or `figure`.")
LEVEL = click.option(
    "--level", type=click.Choice(["error", "warning", "info"]), help="Only findings of this level."
)
ALL = click.option("--all", "everything", is_flag=True, help="Also what is decided already.")


class _ListByDefault(click.Group):
    """A group that lists where no subcommand is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`review`, `review 2024` and `review --rule balance` are `review list` with the same words."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ListByDefault, short_help="Decide on findings and unsure figures. 人工核对")
def review() -> None:
    """Decide on findings and on figures that no reader is sure of.

    人工核对：确认问题、驳回误报、更正未能确认的数字。

    Without a subcommand: `list`. What was read is never overwritten, and no decision is ever deleted. A decision
    stands when a document is read again, re-encoded or moved; it ends when what is printed, or the rule, changes.
    """


@review.command("list")
@SCOPE
@RULE
@LEVEL
@ALL
@takes("state", "watchlist", "json", "lang")
def list_(options: Options, words: tuple[str, ...], **filters: Any) -> None:  # noqa: ANN401 - click's options, named in _asked
    """Show what waits for a decision: findings that are errors or warnings, and unsure figures.

    列出待核对的问题和数字。

    SCOPE: publishers (id or name), regions, years.
    """
    with _reading(options) as database:
        found = _asked(options, database, words, **filters)
    if options.as_json:
        for one in found:
            click.echo(dumps(asdict(one)))
        return
    reviewing_telling.list_(found, options.lang)


@review.command()
@click.argument("number", metavar="ID")
@click.option("--evidence", type=click.Path(path_type=Path, file_okay=False),
              help="A new folder: a picture of each figure, and index.html.")  # fmt: skip
@takes("state", "json", "lang")
@click.pass_context
def show(context: click.Context, options: Options, number: str, evidence: Path | None) -> None:
    """Show one finding or figure: what each reader read, where to look, and what was decided.

    显示一项问题或数字：各种读取结果、所在位置、已有决定。

    ID is that of `review list`, or its first digits (4 at least).
    """
    with _reading(options) as database:
        one = reviewing.named(database, number)
        path = reviewing_evidence.kept_at(options.state, one)
        kept = str(path) if path else None
        if options.as_json:
            click.echo(dumps(asdict(one) | {"kept": kept}))
        else:
            for line in reviewing_telling.show(database, one, options.lang, kept):
                click.echo(line)
        wrong = _evidence(database, options, one, evidence) if evidence else []
    for sentence in wrong:
        click.echo(sentence, err=True)
    if evidence and not wrong:
        options.say(f"{evidence / 'index.html'}")
    context.exit(exits.DATA if wrong else exits.OK)


@review.command()
@click.argument("number", metavar="ID")
@BY
@NOTE
@takes("state", "now", "json", "lang")
def accept(options: Options, number: str, by: str, note: str) -> None:
    """Confirm a finding: you looked, and it is right.

    确认问题属实。
    """
    _decide(options, number, lambda one, at: reviewing.accepted(one, by, note, at))


@review.command()
@click.argument("number", metavar="ID")
@BY
@NOTE
@takes("state", "now", "json", "lang")
def dismiss(options: Options, number: str, by: str, note: str) -> None:
    """Dismiss a finding: you looked, and it is none; or leave a figure unsure. The note is demanded.

    驳回：经核对问题不成立；或数字仍存疑。必须写明理由。

    If it was told as an error, that is taken back at the next `check`, with your note.
    """
    _decide(options, number, lambda one, at: reviewing.dismissed(one, by, note, at))


@review.command()
@click.argument("publisher")
@click.argument("year", type=int)
@click.argument("key")
@click.argument("value")
@BY
@NOTE
@click.option("--source", "stands_in", default="", help="Where you saw the number: an address, or in words.")
@takes("state", "watchlist", "now", "json", "lang")
def correct(
    options: Options, publisher: str, year: int, key: str, value: str, by: str, note: str, stands_in: str
) -> None:
    """Give the value of a figure that is unsure or was read wrong, and say where it stands.

    更正数字，并注明出处。

    KEY is the figure's, such as requests.granted.total; VALUE is its digits in the form's own unit, or `blank`. What
    was read stays beside it; the rules are judged again.
    """
    body = scope.publisher_named(publisher, watchlist_of(options)).id
    with _writing(options) as database:
        one = reviewing.figure_of(database, body, year, key)
        decision = reviewing.corrected(one, value, stands_in, by, note, options.now())
        _save(options, database, [decision])


@review.command()
@click.argument("number", metavar="ID")
@BY
@NOTE
@takes("state", "now", "json", "lang")
def undo(options: Options, number: str, by: str, note: str) -> None:
    """Take the decision in force back. It stays in the log.

    撤销决定（记录保留）。
    """
    _decide(options, number, lambda one, at: reviewing.undone(one, by, note, at))


@review.command()
@SCOPE
@takes("state", "watchlist", "json", "lang")
def log(options: Options, words: tuple[str, ...]) -> None:
    """Show every decision ever taken, the newest first.

    列出全部核对记录。

    SCOPE: publishers (id or name), regions, years.
    """
    wanted = scope.resolve(words, watchlist_of(options)) if words else scope.Scope()
    with _reading(options) as database:
        rows = [
            row for row in database.query("SELECT * FROM reviews ORDER BY id DESC")
            if wanted.holds(row["publisher"], row["year"])
        ]  # fmt: skip
        names = {row["id"]: row["name"] for row in database.query("SELECT id, name FROM publishers")}
    if not options.as_json:
        return reviewing_telling.log(rows, names, options.lang)
    for row in rows:
        click.echo(dumps(row | {"value": exact(row["value"], str(row["value"]))}))
    return None


@review.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@SCOPE
@RULE
@LEVEL
@ALL
@takes("state", "watchlist", "lang")
def export(options: Options, file: Path, words: tuple[str, ...], **filters: Any) -> None:  # noqa: ANN401 - click's options, named in _asked
    """Write what waits into a table (CSV) for a spreadsheet; its last columns are to be filled in.

    导出待核对内容（CSV），可用电子表格填写。

    FILE must not exist; - is the standard output. SCOPE: publishers (id or name), regions, years.
    """
    with _reading(options) as database:
        found = _asked(options, database, words, **filters)
        text = reviewing_csv.written(database, found)
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8", newline="") as out:
            out.write(text)
    except FileExistsError:
        raise CommandError(exits.CANNOT_CREATE, f"{file} exists: name a new file") from None
    options.say(f"{file}: {len(found)}")


@review.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@BY
@click.option("--dry-run", is_flag=True, help="Only check the table.")
@takes("state", "now", "json", "lang")
def import_(options: Options, file: Path, by: str, dry_run: bool) -> None:
    """Take in a table that was exported and filled in; all of it, or nothing where anything is wrong.

    导入填写好的核对表；有任何错误则全部不导入。

    The column `decision` holds accept, dismiss, correct or undo; rows without one are passed over.
    """
    with _writing(options) as database:
        decisions = reviewing_csv.taken_in(database, file, by, options.now())
        if not dry_run:
            save_decisions(database, decisions)
    counts = dict(Counter(one.decision for one in decisions))
    if options.as_json:
        click.echo(dumps({"decisions": counts, "saved": not dry_run}))
        return
    told = ", ".join(
        f"{reviewing_telling.words(options.lang, kind)}: {count}" for kind, count in counts.items()
    )
    options.say(f"{file}: {told or 0}")
    if decisions and not dry_run:
        options.say(reviewing_telling.words(options.lang, "later"))


@contextmanager
def _reading(options: Options) -> Iterator[Database]:
    database = open_readonly(StatePaths(options.state).database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _writing(options: Options) -> Iterator[Database]:
    database = open_database(StatePaths(options.state).database, create=False)
    try:
        yield database
    finally:
        database.close()


def _asked(
    options: Options, database: Database, words: Sequence[str], rule: str, level: str | None, everything: bool
) -> list[Question]:
    wanted = scope.resolve(words, watchlist_of(options)) if words else scope.Scope()
    asked = reviewing.Filter(wanted, rule, level or "", everything)
    return [one for one in reviewing.questions(database) if asked.holds(one)]


def _decide(options: Options, number: str, decide: Callable[[Question, str], Decision]) -> None:
    with _writing(options) as database:
        _save(options, database, [decide(reviewing.named(database, number), options.now())])


def _save(options: Options, database: Database, decisions: list[Decision]) -> None:
    save_decisions(database, decisions)
    for one in decisions:
        if options.as_json:
            click.echo(dumps(asdict(one)))
            continue
        about = one.key or (one.message_zh if options.lang == "zh" else one.message)
        said = reviewing_telling.words(options.lang, one.decision)
        options.say(f"#{one.fingerprint[:8]} {one.publisher} {one.year}: {said}: {about}")
        options.say(reviewing_telling.words(options.lang, "later"))


def _evidence(database: Database, options: Options, one: Question, folder: Path) -> list[str]:
    try:
        return reviewing_evidence.shown_in(database, options.state, one, folder)
    except FileExistsError as error:
        raise CommandError(exits.CANNOT_CREATE, str(error)) from None
