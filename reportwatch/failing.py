"""`--fail-on`: an exit code of its own for those who let another program act on what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from sqlite_utils import Database

Severity = Literal["notice", "warning", "error", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # the mildest first; findings know warning and error


def found(db: Database, least: Severity) -> str:
    """What is open of at least that severity, as a line; the empty text if nothing is."""
    names = SEVERITIES[SEVERITIES.index(least) :]
    marks = ", ".join("?" for _ in names)
    incidents = db.execute(
        f"SELECT kind, count(*) FROM incidents WHERE resolved_at IS NULL AND severity IN ({marks}) GROUP BY kind ORDER BY kind",  # noqa: S608 - marks
        names,
    ).fetchall()
    findings = db.execute(
        f"SELECT level, count(*) FROM open_findings WHERE level IN ({marks}) GROUP BY level ORDER BY level",  # noqa: S608 - marks
        names,
    ).fetchall()
    parts = [f"{count} incidents of kind {kind}" for kind, count in incidents]
    parts += [f"{count} findings of level {level}" for level, count in findings]
    return f"--fail-on {least}: {', '.join(parts)}" if parts else ""
