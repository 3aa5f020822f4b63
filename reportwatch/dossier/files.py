"""The files of a dossier: list pages and documents as they came, their pictures, and cells cut out of documents."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import parsers
from reportwatch.dossier.browser import HIGHEST, Saved, pictures_of
from reportwatch.dossier.model import File
from reportwatch.dossier.packing import ending, safe
from reportwatch.dossier.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportwatch.dossier.browser import Picture
    from reportwatch.dossier.findings import Found
    from reportwatch.dossier.model import ListPage, Seen, Visits
    from reportwatch.options import Lang

_SIGNS = re.compile(r"[-:]")
MOST_PICTURES = 24  # of list pages
MOST_DOCUMENTS = 6  # pages of the report itself that are drawn
TOP = 900  # pixels of each: its head, with the day of publication


@dataclass(slots=True)
class Files:
    """What goes into the dossier beside its page, by the hash of what was stored. `wrong`: what could not be shown."""

    every: list[File] = field(default_factory=list)
    lists: dict[str, File] = field(default_factory=dict)
    pictures: dict[str, File] = field(default_factory=dict)
    documents: dict[int, File] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    browser: str = ""

    def picture_of(self, sha256: str | None) -> str:
        """A data: address of the picture of a list page; the empty text where there is none."""
        file = self.pictures.get(sha256 or "")
        return inline(file.body) if file else ""


def inline(png: bytes) -> str:
    """A PNG as a data: address."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def files_of(visits: Visits, documents: Sequence[Seen], found: Found, lang: Lang) -> Files:
    """All files, each stored version once."""
    files = Files()
    pages = [page for visit in visits.listed for page in visit.kept]
    for number, page in enumerate(_once(pages), start=1):
        _add_page(files, page, number, lang)
    for number, one in enumerate(documents, start=1):
        _add_document(files, one, number, lang)
    _draw(files, documents, lang)
    _add_cells(files, found, lang)
    return files


def _add_cells(files: Files, found: Found, lang: Lang) -> None:
    """The cells and pages of the report that findings speak of; a figure of several findings once."""
    for page in found.pages:
        name = f"pages/{page.document:03d}-{page.page:03d}.png"
        what = say(lang, "page", "drawn_page", page=page.page, number=page.document)
        files.every.append(File(name, page.body, what))
    for number, finding in enumerate(found.every, start=1):
        for cell in finding.cells:
            if cell.picture:
                name = f"cells/{number:02d}-{safe(cell.key, 60)}.png"
                files.every.append(File(name, cell.picture, say(lang, "page", "cell_of", key=cell.key)))
            elif cell.why_not:
                why = (
                    say(lang, "why_not", cell.why_not)
                    if cell.why_not in ("not_kept", "too_many")
                    else cell.why_not
                )
                files.wrong.append(say(lang, "unseen", "no_cell", key=cell.key, why=why))


def _once(pages: Sequence[ListPage]) -> list[ListPage]:
    """Each stored version once, as it was seen first."""
    found: dict[str, ListPage] = {}
    for page in pages:
        if page.body is not None and page.sha256 is not None:
            found.setdefault(page.sha256, page)
    return list(found.values())


def _add_page(files: Files, page: ListPage, number: int, lang: Lang) -> None:
    kind = page.headers.get("content-type") or parsers.sniff(page.body or b"")
    name = f"lists/{number:03d}-{_SIGNS.sub('', page.seen_at)}.{ending(kind)}"
    what = say(lang, "page", "page_of", url=page.url)
    file = File(name, page.body or b"", what, page.url, page.seen_at, page.status, page.headers)
    files.every.append(file)
    files.lists[page.sha256 or ""] = file


def _add_document(files: Files, one: Seen, number: int, lang: Lang) -> None:
    if one.body is None:
        return
    row = one.row
    name = f"documents/{number:03d}-{_SIGNS.sub('', row['first_seen'])}.{ending(row['media_type'] or '')}"
    what = say(lang, "page", "document_of", at=row["first_seen"])
    file = File(name, one.body, what, row["url"], row["first_seen"], one.status, one.headers)
    files.every.append(file)
    files.documents[row["id"]] = file


def _draw(files: Files, documents: Sequence[Seen], lang: Lang) -> None:
    """Pictures of the list pages and of the report's own pages, by Chromium where it is; what has none is told."""
    pages = list(files.lists.items())
    shown = [(file, HIGHEST) for _, file in pages[:MOST_PICTURES]]
    shown += [(file, TOP) for file in _own_pages(files, documents)]
    saved = [_saved(file, height) for file, height in shown]
    made, files.browser = pictures_of(saved)
    if made and not files.browser and len({one.why_not for one in made}) == 1:
        files.wrong.append(say(lang, "unseen", "no_browser", why=made[0].why_not))
        return
    for (file, _), picture in zip(shown, made, strict=True):
        _add_picture(files, file, picture, lang)
    for _, file in pages[MOST_PICTURES:]:
        files.wrong.append(
            say(lang, "unseen", "not_drawn", name=file.name, why=say(lang, "why_not", "too_many"))
        )


def _own_pages(files: Files, documents: Sequence[Seen]) -> list[File]:
    """The web pages among the documents: the day of publication is printed there."""
    kept = [files.documents[one.row["id"]] for one in documents if one.row["id"] in files.documents]
    return [file for file in kept if file.name.endswith(".html.txt")][:MOST_DOCUMENTS]


def _saved(file: File, height: int) -> Saved:
    return Saved(file.url or "", file.body, file.headers.get("content-type") or _type_of(file.body), height)


def _add_picture(files: Files, file: File, picture: Picture, lang: Lang) -> None:
    if picture.why_not:
        files.wrong.append(say(lang, "unseen", "not_drawn", name=file.name, why=picture.why_not))
        return
    name = f"pictures/{file.name.partition('.')[0].replace('/', '-')}.png"
    drawn = File(name, picture.body, say(lang, "page", "picture_of", name=file.name), None, file.captured_at)
    files.every.append(drawn)
    files.pictures[file.sha256] = drawn
    if picture.cut:
        files.wrong.append(say(lang, "unseen", "cut", name=file.name, pixels=picture.cut))


def _type_of(body: bytes) -> str:
    """What a browser is told of a page that came without a type: a page, or else plain text."""
    return "text/html" if parsers.sniff(body) == "text/html" else "text/plain"
