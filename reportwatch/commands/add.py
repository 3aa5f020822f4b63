"""`reportwatch add`: looks at a list page and writes the entry of the watchlist, if it can tell what it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler import families
from crawler.looked import Ask
from reportwatch import clock, exits
from reportwatch.adding import Verdict, Wish, already, judge, plain_url, watchlist_at, write, wrong_region
from reportwatch.adding_table import facts, save_results, wishes_in
from reportwatch.adding_telling import tell, tell_many
from reportwatch.crawling import look
from reportwatch.exactjson import dumps
from reportwatch.exits import CommandError
from reportwatch.locking import only_run
from reportwatch.options import Options, takes
from reportwatch.scope import publisher_named
from store.watchlist_sources import wrong_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.looked import Looked
    from store.model import Watchlist

CODES = {"unsure": exits.UNSURE, "blind": exits.BLIND, "refused": exits.USAGE}
LARGEST = 8 << 20  # bytes of a saved page
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Look at a list page and watch it. 添加列表页")
@click.argument("page", required=False, metavar="[URL|FILE.html]")
@click.option(
    "--region", help="Folder of the watchlist: henan/zhoukou. Not needed where a known publisher shows it."
)
@click.option(
    "--publisher",
    "publishers",
    multiple=True,
    help="Whose reports stand there (id or name); may be repeated.",
)
@click.option(
    "--publishers", "with_publishers", is_flag=True, help="Also add the new names to publishers.csv."
)
@click.option("--family", help="Read it as this family, although the page does not prove it.")
@click.option("--host", "hosts", multiple=True, help="Another host that its pages, reports or files are on.")
@click.option(
    "--option", "named", multiple=True, metavar="NAME=VALUE", help="An option of the family; may be repeated."
)
@click.option("--id", "key", help="Id of the new source.")
@click.option("--replaces", metavar="SOURCE", help="Give this address to a source that is watched already.")
@click.option("--min-interval", type=click.FloatRange(0, 3600), default=3.0, show_default=True,
              help="Seconds between two requests.")  # fmt: skip
@click.option(
    "--render", is_flag=True, help="Only a script fills the page: look, and later visit, with a browser."
)
@click.option("--note", default="", help="Anything worth keeping with it.")
@click.option("--unsupported", is_flag=True, help="Keep it although nothing reads it: its status is unknown.")
@click.option("--url", help="Where a saved page is from.")
@click.option(
    "--from-csv", type=_FILE, help="Many: a table with the columns url, region, publishers, family, note."
)
@click.option("--results", type=_FILE, help="With --from-csv: write what became of each row (.csv or .json).")
@click.option("--dry-run", is_flag=True, help="Show the entry; write nothing.")
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def add(
    context: click.Context, options: Options, page: str | None, region: str | None, publishers: tuple[str, ...],
    with_publishers: bool, family: str | None, hosts: tuple[str, ...], named: tuple[str, ...], key: str | None, replaces: str | None,
    min_interval: float, render: bool, note: str, unsupported: bool, url: str | None, from_csv: Path | None, results: Path | None,
    dry_run: bool,
) -> None:  # fmt: skip
    """Look at a list page, say what it is, and write its entry in the watchlist.

    查看一个年报列表页：识别网站系统、单位和年份，证明能读到最后一页，然后写入监测名单。

    It is read to its proven end as a visit would read it; no report is fetched. Where the page does not tell (exit code 11)
    or cannot be seen (10), it says so and writes nothing, unless you name the family. FILE.html with --url is a page
    that you saved, for hosts that refuse us.
    """
    if (page is None) == (from_csv is None):
        raise click.UsageError("give the address of one list page, a saved page with --url, or --from-csv")
    if family is not None and family not in families():
        raise click.BadParameter(f"unknown; there are {', '.join(sorted(families()))}", param_hint="--family")
    common = Wish(
        "", region, publishers, family, note, tuple(host.lower() for host in hosts), key, replaces, min_interval, "",
        with_publishers, unsupported, tuple(map(_option, named)),
        render=render,
    )  # fmt: skip
    if from_csv is not None:
        verdicts = _many(options, wishes_in(from_csv, common), dry_run=dry_run)
        _tell_many(options, verdicts, results)
        context.exit(_worst(verdicts))
    address, _, fragment = (url or page or "").partition("#")
    wish = replace(common, url=address, fragment=fragment, saved=page if url and page else "")
    verdict = _one(options, wish, dry_run=dry_run)
    if options.as_json:
        click.echo(dumps(facts(verdict)))
    elif not options.quiet or verdict.state in CODES:
        tell(verdict)
    context.exit(CODES.get(verdict.state, exits.OK))


def _one(options: Options, wish: Wish, *, dry_run: bool) -> Verdict:
    watchlist = watchlist_at(options.watchlist)
    checked = _checked(wish, watchlist)
    if isinstance(checked, Verdict):
        if checked.state == "refused":
            raise CommandError(exits.USAGE, checked.says)
        return checked
    if wish.saved:
        from crawler.detection import look_at_saved  # noqa: PLC0415 - scrapy is slow to import, and few need it

        looked = look_at_saved(_ask(checked, 0), _saved(Path(wish.saved)))
    else:
        options.say(f"looking at {wish.url} …")
        with only_run(options.state):
            looked = look(options, [_ask(checked, 0)])[0]
    return _written(options, checked, looked, dry_run=dry_run)


def _many(options: Options, wishes: Sequence[Wish], *, dry_run: bool) -> list[Verdict]:
    """One crawl for all that must be looked at; then each is judged against what the ones before it wrote."""
    watchlist = watchlist_at(options.watchlist)
    checked = [_checked(wish, watchlist) for wish in wishes]
    asks = [_ask(wish, n) for n, wish in enumerate(checked) if isinstance(wish, Wish)]
    seen: dict[str, Looked] = {}
    if asks:
        options.say(f"looking at {len(asks)} list pages …")
        with only_run(options.state):
            seen = {looked.key: looked for looked in look(options, asks)}
    return [
        wish if isinstance(wish, Verdict) else _written(options, wish, seen[f"look-{n}"], dry_run=dry_run)
        for n, wish in enumerate(checked)
    ]


def _checked(wish: Wish, watchlist: Watchlist) -> Wish | Verdict:
    """The wish with its publishers as ids; or a verdict without any look."""
    if wrong := wrong_url(wish.url):
        return Verdict(wish, "refused", wrong)
    wish = replace(wish, url=plain_url(wish.url))
    if wish.region and (wrong := wrong_region(wish.region)):
        return Verdict(wish, "refused", wrong)
    if wish.family is not None and wish.family not in families():
        return Verdict(wish, "refused", f"unknown family {wish.family!r}")
    if wish.replaces and all(source.id != wish.replaces for source in watchlist.sources):
        return Verdict(wish, "refused", f"there is no source {wish.replaces!r} that could be replaced")
    try:
        ids = tuple(publisher_named(name, watchlist).id for name in wish.publishers)
    except CommandError as error:
        return Verdict(wish, "refused", str(error))
    return already(wish, watchlist) or replace(wish, publishers=ids)


def _written(options: Options, wish: Wish, looked: Looked, *, dry_run: bool) -> Verdict:
    watchlist = watchlist_at(options.watchlist)
    known = already(wish, watchlist)  # an earlier row of the same table may be the same list
    verdict = known or judge(wish, looked, watchlist, clock.shanghai_day(options.now()))
    return write(verdict, options.watchlist, dry_run=dry_run)


def _ask(wish: Wish, number: int) -> Ask:
    return Ask(
        f"look-{number}",
        wish.url,
        wish.family,
        wish.hosts,
        dict(wish.options),
        wish.min_interval,
        wish.fragment,
        wish.render,
    )


def _option(text: str) -> tuple[str, str | int | bool]:
    """A name and a value of the type that the option has; an unknown one stays text, and is told when the family is known."""
    from crawler.detection import spiders  # noqa: PLC0415 - scrapy is slow to import, and few need it
    from crawler.options import DEFAULTS  # noqa: PLC0415 - as above

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--option")
    known = [DEFAULTS, *(spider.own_options for spider in spiders().values())]
    default = next((options[name] for options in known if name in options), "")
    if isinstance(default, bool):
        return name, value.lower() in ("true", "1", "yes")
    return name, int(value) if isinstance(default, int) and value.isdecimal() else value


def _saved(path: Path) -> bytes:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CommandError(exits.DATA, f"{path}: cannot be opened: {error.strerror}") from None
    if len(body) > LARGEST:
        raise CommandError(exits.DATA, f"{path}: larger than a list page can be")
    return body


def _tell_many(options: Options, verdicts: Sequence[Verdict], results: Path | None) -> None:
    if results is not None:
        save_results(results, verdicts)
    if options.as_json:
        for verdict in verdicts:
            click.echo(dumps(facts(verdict)))
    elif not options.quiet:
        tell_many(verdicts)
    counts = Counter[str](verdict.state for verdict in verdicts)
    options.say(" · ".join(f"{count} {state}" for state, count in counts.items()) or "no rows")


def _worst(verdicts: Sequence[Verdict]) -> int:
    """11 if any row needs a person's decision, else 10 if any page was blind, else 0."""
    states = {verdict.state for verdict in verdicts}
    if states & {"unsure", "refused"}:
        return exits.UNSURE
    return exits.BLIND if "blind" in states else exits.OK
