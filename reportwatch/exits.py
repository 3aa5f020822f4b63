"""Exit codes, and the one line that a person sees when something goes wrong.

0 done, even if reports are missing · 1 an error nobody foresaw · 2 wrong usage · 10 done, but some sources are
blind · 11 with --fail-on: something so severe is open; of `add`: a list page
that it cannot place · 12 a trial of reading again differs from what is in force · 65 a document or the database cannot be read · 69 no channel could be reached · 73 cannot create ·
74 cannot write (disk full, read-only) · 75 another run holds the lock, or the database stays locked · 78 wrong
configuration. They follow sysexits.h where it has a word for the case.
"""

from __future__ import annotations

import errno
import sqlite3
import traceback
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

OK, UNEXPECTED, USAGE, BLIND, UNSURE, DIFFERS = 0, 1, 2, 10, 11, 12
FOUND = UNSURE  # both ask a person to look
INTERRUPTED = 130
DATA, UNREACHABLE, CANNOT_CREATE, CANNOT_WRITE, BUSY, CONFIG = 65, 69, 73, 74, 75, 78


class CommandError(Exception):
    """Raised by a command that cannot go on: one line that names the thing and what to do, and the exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


_DISK = {
    errno.ENOSPC: "the disk is full: free some space and run again; nothing already stored is harmed",
    errno.EDQUOT: "the disk quota is used up: free some space and run again; nothing already stored is harmed",
    errno.EFBIG: "the file may not grow further (a limit on file size): raise it and run again",
    errno.EROFS: "the file system is read-only: mount it writable, or name another place with --state",
    errno.EACCES: "permission denied: give the user that runs reportwatch the right to write there",
    errno.EEXIST: "a file is in the way of a folder: move it away, or name another --state",
    errno.ENOTDIR: "a file is in the way of a folder: move it away, or name another --state",
    errno.ENAMETOOLONG: "the path is too long for this system: name another place",
    errno.EPERM: "not permitted: give the user that runs reportwatch the right to write there",
}

_SETTLED = "reportwatch.code"
_WORK = (
    "run",
    "crawl",
    "parse",
    "check",
    "notify",
)  # a broken pipe before their code is known is none of stdout's
_CREATION = (errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG)


def trouble_of(error: Exception) -> CommandError:
    """The line and the exit code for an error that reached the top."""
    if isinstance(error, CommandError):
        return error
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, OSError):
        return _of_system(error)
    code = getattr(error, "exit_code", None)
    if isinstance(code, int) and code:
        return CommandError(code, str(error))
    return CommandError(UNEXPECTED, f"unexpected {type(error).__name__}: {error}")


def _of_sqlite(error: sqlite3.Error) -> CommandError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return CommandError(
            BUSY, f"the database is locked by another program ({text}): close it and run again"
        )
    if "full" in text or "disk I/O" in text:
        return CommandError(CANNOT_WRITE, f"{_DISK[errno.ENOSPC]} ({text})")
    if "readonly" in text or "unable to open" in text:
        return CommandError(
            CANNOT_WRITE, f"the database cannot be written ({text}): check the rights of --state"
        )
    if "malformed" in text or "not a database" in text:
        return CommandError(
            DATA, f"the database is damaged ({text}): restore a backup; the documents in raw/ are unharmed"
        )
    return CommandError(UNEXPECTED, f"unexpected database error: {text}")


def _of_system(error: OSError) -> CommandError:
    what = _DISK.get(error.errno or 0)
    if what is None:
        return CommandError(UNEXPECTED, f"unexpected error of the system: {error}")
    where = error.filename or "a file"
    code = CANNOT_CREATE if error.errno in _CREATION else CANNOT_WRITE
    return CommandError(code, f"{where}: {what}")


def settle(context: click.Context, code: int) -> None:
    """The work is done and its code is known: it holds although nobody reads what is printed of it (`… | head`)."""
    context.meta[_SETTLED] = code


def unread(context: click.Context) -> int:
    """The code where whoever read the output went away: that of the work, if there was any to do."""
    settled = context.meta.get(_SETTLED, UNEXPECTED if context.invoked_subcommand in _WORK else OK)
    return int(settled)


def leave(context: click.Context, error: Exception, logs: Path | None = None) -> None:
    """Says in one line what went wrong and leaves with its code; the traceback of the unforeseen goes to a file."""
    trouble = trouble_of(error)
    click.echo(f"reportwatch: {trouble}", err=True)
    if trouble.code == UNEXPECTED:
        click.echo(f"reportwatch: {_keep_traceback(error, logs)}", err=True)
    context.exit(trouble.code)


def _keep_traceback(error: Exception, logs: Path | None) -> str:
    text = "".join(traceback.format_exception(error))
    if logs is None or not logs.is_dir():
        return "set REPORTWATCH_TRACEBACK=1 to see where"
    kept = logs / "last-error.txt"
    try:
        kept.write_text(text, encoding="utf-8")
    except OSError:
        return "set REPORTWATCH_TRACEBACK=1 to see where"
    return f"details are in {kept}"
