"""The options that commands share, gathered in one value."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from reportwatch import ROOT, clock

if TYPE_CHECKING:
    from collections.abc import Callable

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for: where things are, which moment it is, and how to print."""

    state: Path = ROOT / "state"
    watchlist: Path = ROOT / "watchlist"
    channels: Path = ROOT / "channels.toml"
    fixed_now: str | None = None
    as_json: bool = False
    quiet: bool = False
    lang: Lang = "en"

    def now(self) -> str:
        """UTC text: the moment given with --now, else the clock's, asked anew at each call."""
        return self.fixed_now or clock.now()

    def say(self, line: str = "") -> None:
        """A line for people: not printed with --quiet, and on stderr when stdout carries JSON."""
        if not self.quiet:
            click.echo(line, err=self.as_json)


class Moment(click.ParamType[str]):
    """A moment that a person typed, as UTC text."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's own signature
        """UTC text, or click's usage error."""
        try:
            return clock.as_utc(str(value))
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no time; write 2026-02-01, 2026-02-01T09:00 (Shanghai) or 2026-02-01T01:00:00Z",
                param,
                ctx,
            )


_PATH = click.Path(path_type=Path, file_okay=True, dir_okay=True)
_OPTIONS: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "state": click.option("--state", type=_PATH, default=ROOT / "state", show_default="state/ of the checkout",
                          envvar="REPORTWATCH_STATE", help="Where the database and the documents are kept."),
    "watchlist": click.option("--watchlist", type=_PATH, default=ROOT / "watchlist", show_default="watchlist/ of the checkout",
                              envvar="REPORTWATCH_WATCHLIST", help="The folder with sources.toml and publishers.csv files."),
    "channels": click.option("--channels", type=_PATH, default=ROOT / "channels.toml", show_default="channels.toml of the checkout",
                             envvar="REPORTWATCH_CHANNELS", help="Where people are told."),
    "now": click.option("--now", "fixed_now", type=Moment(), default=None,
                        help="Pretend that it is this moment (tests, demo, replay)."),
    "json": click.option("--json", "as_json", is_flag=True, help="One JSON object (a line each, where there are many)."),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="Print only what went wrong, or one line for cron."),
    "lang": click.option("--lang", type=click.Choice(["en", "zh"]), default="en", envvar="REPORTWATCH_LANG",
                         show_default=True, help="Language of the sentences."),
}  # fmt: skip
_FIELDS = ("state", "watchlist", "channels", "fixed_now", "as_json", "quiet", "lang")


def takes(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a command: adds the named shared options and hands them over as one `Options`, first."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def filled(**arguments: Any) -> Any:  # noqa: ANN401 - click hands over what each command declared
            shared = {name: arguments.pop(name) for name in _FIELDS if name in arguments}
            return command(Options(**shared), **arguments)

        wrapped: Callable[..., Any] = filled
        for name in reversed(names):
            wrapped = _OPTIONS[name](wrapped)
        return wrapped

    return decorate
