"""Makes a dossier: gathers, draws, writes the page, has the manifest stamped, and packs it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from reportwatch.dossier import browser, packing
from reportwatch.dossier.claims import claims_of, nothing_claimed
from reportwatch.dossier.documents import documents_of
from reportwatch.dossier.files import files_of
from reportwatch.dossier.findings import shown_findings
from reportwatch.dossier.model import File
from reportwatch.dossier.page import Matter, page
from reportwatch.dossier.stamping import Stamp, StampError, service, stamp
from reportwatch.dossier.unseen import always, unseen
from reportwatch.dossier.visits import body_of, visits_of
from reportwatch.dossier.words import say
from reportwatch.explaining import explain
from reportwatch.versions import versions
from store.archive import Archive
from store.paths import StatePaths

if TYPE_CHECKING:
    from sqlite_utils import Database

    from reportwatch.dossier.model import ClaimKind, Row
    from reportwatch.options import Lang, Options


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dossier is asked for: of whom and which year, which claims (none: all that hold), and whether a PDF."""

    publisher: str
    year: int
    kinds: tuple[ClaimKind, ...] = ()
    pdf: bool = False
    file_name: str = "dossier.zip"


@dataclass(frozen=True, slots=True)
class Made:
    """A dossier: its bytes as a ZIP, its page alone, what it says, and what went wrong with its time stamp."""

    packed: bytes
    page: bytes
    facts: dict[str, Any]
    unseen: tuple[str, ...]
    stamped: Stamp | None
    no_stamp: str | None


def make(db: Database, options: Options, wanted: Wanted, now: str) -> Made:
    """The dossier at that moment (UTC text). RuntimeError where a PDF is wanted and cannot be made."""
    matter = _gathered(db, options, wanted, now)
    host = service()
    if host is None:
        return _finished(db, options.lang, matter, wanted, None, None)
    packed = _finished(db, options.lang, matter, wanted, host, None)
    if packed.no_stamp is None:
        return packed
    # the page says what became of the stamp, and is itself in what is stamped: without one it is written anew
    return _finished(db, options.lang, matter, wanted, None, packed.no_stamp)


def _gathered(db: Database, options: Options, wanted: Wanted, now: str) -> Matter:
    lang = options.lang
    archive = Archive(StatePaths(options.state).raw)
    trail = explain(db, wanted.publisher, wanted.year, lang)
    row: Row = next(iter(db.query(
        "SELECT * FROM report_status WHERE publisher = ? AND year = ?", [wanted.publisher, wanted.year]
    )))  # fmt: skip
    visits = visits_of(db, archive, row)
    claims = claims_of(db, row, visits, wanted.kinds, lang)
    documents = documents_of(db, archive, row)
    findings = shown_findings(db, partial(body_of, archive), wanted.publisher, wanted.year, lang)
    files = files_of(visits, documents, findings, lang)
    as_of = str(next(iter(db.query("SELECT at FROM as_of")))["at"])
    lacking = (*unseen(db, row, visits, documents, trail, lang), *files.wrong, *always(lang))
    made_with = {**versions(options), **({"browser": files.browser} if files.browser else {})}
    return Matter(
        row, as_of, now, trail, claims, nothing_claimed(row, as_of, lang), visits, documents, findings, lacking,
        files, made_with, wanted.file_name,
    )  # fmt: skip


def _finished(
    db: Database, lang: Lang, matter: Matter, wanted: Wanted, host: str | None, failure: str | None
) -> Made:
    """The page with the PDF, the manifest and, where `host` is to stamp it, the stamp; `failure`: why there is none."""
    if host is None:
        why = failure or say(lang, "unseen", "no_service")
        matter = replace(matter, unseen=(*matter.unseen, say(lang, "unseen", "no_stamp", why=why)))
    html = page(db, matter, host or "", lang)
    files = [*matter.files.every, File(packing.PAGE, html.encode(), say(lang, "page", "this_page"))]
    if wanted.pdf:
        files.append(File(packing.PDF, browser.pdf_of(html, matter.now), say(lang, "page", "this_pdf")))
    facts = _facts(matter, host)
    described = packing.manifest(facts, files)
    stamped, no_stamp = None, failure
    if host is not None:
        try:
            stamped = stamp(described)
        except StampError as error:
            no_stamp = str(error)
    packed = packing.pack(files, described, stamped, matter.now)
    return Made(packed, html.encode(), facts, tuple(matter.unseen), stamped, no_stamp)


def _facts(matter: Matter, host: str | None) -> dict[str, Any]:
    row = matter.row
    return {
        "made_at": matter.now, "as_of": matter.as_of, "publisher": row["publisher"], "name": row["publisher_name"],
        "year": row["year"], "status": row["status"], "why": row["why"], "due": row["due"],
        "claims": [{"kind": one.kind, "sentence": one.sentence, "since": one.since} for one in matter.claims],
        "unseen": list(matter.unseen), "versions": dict(matter.versions), "stamp": host,
    }  # fmt: skip
