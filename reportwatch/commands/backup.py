"""`reportwatch backup` and `restore`: a copy of all that is known, and its way back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportwatch import exits
from reportwatch.backing_up import back_up, drop_old
from reportwatch.exactjson import dumps
from reportwatch.locking import only_backup
from reportwatch.options import Options, takes
from reportwatch.restoring import SETTINGS, drill, faults_of, note
from reportwatch.restoring import restore as put_back

if TYPE_CHECKING:
    from reportwatch.restoring import Restored

SHOWN = 20
_FOLDER = click.Path(path_type=Path)
_KEEP = re.compile(r"(\d{1,4})/(\d{1,4})/(\d{1,4})")


@click.command(short_help="Copy the database and the archive. 备份")
@click.argument("folder", type=_FOLDER)
@click.option(
    "--keep",
    metavar="D/W/M",
    help="Then remove old ones: keep the newest of so many days, weeks and months (7/4/12).",
)
@click.option(
    "--drill",
    "prove",
    is_flag=True,
    help="Take none: restore the newest into a temporary folder and compare.",
)
@click.option(
    "--wait", type=click.FloatRange(0, 10_000), default=0, help="Minutes to wait for another backup."
)
@takes("state", "watchlist", "channels", "now", "json", "quiet")
@click.pass_context
def backup(
    context: click.Context, options: Options, folder: Path, keep: str | None, prove: bool, wait: float
) -> None:
    """Copy the database, the archive and the settings into FOLDER, safely while a run is at work.

    备份：数据库、原始文件与设置；可在运行期间进行，复制后逐项核对。

    Files of the archive are copied once. Exit code 65 if a file is damaged or missing; the rest is backed up all the same.
    """
    kept = _kept(keep)
    with only_backup(options.state, wait):
        code = _prove(options, folder) if prove else _take(options, folder, kept)
    context.exit(code)


def _take(options: Options, folder: Path, kept: tuple[int, int, int] | None) -> int:
    done = back_up(options, folder)
    faults = faults_of(done)
    note(options.state, "backup", done.manifest, folder, len(faults), done.manifest.made_at)
    dropped = drop_old(folder, *kept) if kept else ()
    if options.as_json:
        click.echo(dumps({
            "backup": done.manifest.stamp, "folder": str(folder), "counts": dict(done.manifest.counts), "files": len(done.manifest.archive),
            "new_files": done.new_files, "new_bytes": done.new_bytes, "faults": faults, "dropped": list(dropped),
        }))  # fmt: skip
    size = sum(done.manifest.archive.values()) / (1 << 20)
    options.say(
        f"backup {done.manifest.stamp} in {folder}: {done.manifest.counts.get('documents', 0)} documents, "
        f"{len(done.manifest.archive)} files ({size:.1f} MiB), {done.new_files} of them new"
        + (f"; {len(dropped)} old backups removed" if dropped else "")
    )
    return _tell(faults, "restore these files from an earlier copy of raw/, then back up again")


def _prove(options: Options, folder: Path) -> int:
    done = drill(folder)
    note(options.state, "drill", done.manifest, folder, len(done.faults), options.now())
    if options.as_json:
        click.echo(
            dumps(
                {
                    "drill": done.manifest.stamp,
                    "folder": str(folder),
                    "files": done.files,
                    "faults": list(done.faults),
                }
            )
        )
    options.say(
        f"drill of {done.manifest.stamp}: {done.files} files and {sum(done.manifest.counts.values())} rows restored, "
        + (f"{len(done.faults)} faults" if done.faults else "all as the manifest says")
    )
    return _tell(
        done.faults, "this backup cannot be relied on: remove the damaged files from it and back up again"
    )


@click.command(short_help="Put a backup back. 恢复备份")
@click.argument("folder", type=_FOLDER)
@click.option(
    "--to", "target", type=_FOLDER, required=True, help="The new state folder; nothing is overwritten."
)
@click.option("--backup", "stamp", help="Which one, by its name; the newest, if not given.")
@click.option(
    "--despite-damage", is_flag=True, help="Take what is whole, although files of the archive are not."
)
@takes("watchlist", "channels", "now", "json", "quiet")
@click.pass_context
def restore(
    context: click.Context,
    options: Options,
    folder: Path,
    target: Path,
    stamp: str | None,
    despite_damage: bool,
) -> None:
    """Put a backup of FOLDER back as a new state folder, every byte of it checked; then look at it as `doctor` does.

    恢复：将备份还原为新的状态目录（逐字节核对，绝不覆盖已有内容），然后检查。
    """
    done = put_back(folder, target, stamp, despite_damage=despite_damage)
    options.say(
        f"restored {done.manifest.stamp} to {target}: {done.manifest.counts.get('documents', 0)} documents, {done.files} files; "
        f"the watchlist and channels.toml of then are in {target / SETTINGS}"
    )
    code = _tell(done.faults, "look for these files in an earlier copy of raw/")
    code = _tell(done.unset, "look for these settings in an earlier backup, or write them anew") or code
    wrong = _look_at(options, done)
    if options.as_json:
        click.echo(
            dumps(
                {
                    "restored": done.manifest.stamp,
                    "state": str(target),
                    "files": done.files,
                    "faults": [*done.faults, *done.unset, *wrong],
                }
            )
        )
    context.exit(code or (exits.DATA if wrong else exits.OK))


def _look_at(options: Options, done: Restored) -> list[str]:
    from reportwatch.diagnosis import of_state  # noqa: PLC0415 - the portal and the crawler: other commands need them not

    wrong = []
    for found in of_state(replace(options, state=done.state)):
        if found.level == "error":
            wrong.append(found.says)
        if found.level != "ok" or not options.quiet:
            click.echo(f"  {found.level}: {found.about}: {found.says}", err=options.as_json)
    return wrong


def _kept(keep: str | None) -> tuple[int, int, int] | None:
    if keep is None:
        return None
    found = _KEEP.fullmatch(keep)
    if not found:
        raise click.BadParameter(f"{keep!r} is not DAYS/WEEKS/MONTHS, as 7/4/12", param_hint="--keep")
    return int(found[1]), int(found[2]), int(found[3])


def _tell(faults: list[str] | tuple[str, ...], fix: str) -> int:
    """Each fault on a line of its own, on stderr; 65 if there is any."""
    for fault in faults[:SHOWN]:
        click.echo(f"  fault: {fault}", err=True)
    if len(faults) > SHOWN:
        click.echo(f"  … and {len(faults) - SHOWN} more", err=True)
    if faults:
        click.echo(f"  fix: {fix}", err=True)
    return exits.DATA if faults else exits.OK
