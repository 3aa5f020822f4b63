"""PDFs changed after they were made: protected, turned, shifted, wrapped, robbed of their letters."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Callable

SHIFT = (100.0, -300.0)


def change(name: str, body: bytes) -> bytes:
    """The PDF `body`, changed as CHANGES[name] does."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(body)) as pdf:
        changed = CHANGES[name](pdf) or pdf
        if name in _PROTECTION:
            allowed = pikepdf.Permissions(extract=False, modify_other=False)
            revision, aes = _PROTECTION[name]
            locked = pikepdf.Encryption(
                owner="owner", user="", R=revision, allow=allowed, aes=aes, metadata=aes
            )
            changed.save(written, encryption=locked)
        else:
            streams = pikepdf.ObjectStreamMode
            mode = streams.generate if name == "packed" else streams.preserve
            changed.save(written, object_stream_mode=mode, linearize=name == "packed")
    return written.getvalue()


def _same(pdf: pikepdf.Pdf) -> None:
    """Nothing: only the way it is saved differs."""


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return left, bottom, right, top


def _wrap(page: pikepdf.Page, matrix: str) -> None:
    page.contents_add(f"q {matrix} cm\n".encode(), prepend=True)
    page.contents_add(b"\nQ")


def _turn(pdf: pikepdf.Pdf) -> None:
    """Drawn sideways, and the page turned so that it shows upright."""
    _sideways(pdf)
    for page in pdf.pages:
        page.rotate(90, relative=False)


def _sideways(pdf: pikepdf.Pdf) -> None:
    """Drawn sideways, with nothing that says so."""
    for page in pdf.pages:
        left, bottom, right, top = _box(page)
        _wrap(page, f"0 1 -1 0 {top - bottom:f} 0")
        _set_box(page, (left, bottom, left + top - bottom, bottom + right - left))


def _shift(pdf: pikepdf.Pdf) -> None:
    x, y = SHIFT
    for page in pdf.pages:
        left, bottom, right, top = _box(page)
        _wrap(page, f"1 0 0 1 {x} {y}")
        _set_box(page, (left + x, bottom + y, right + x, top + y))


def _set_box(page: pikepdf.Page, box: tuple[float, float, float, float]) -> None:
    page.mediabox = pikepdf.Array(list(box))
    for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name in page:
            del page[name]


def _nest(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """Every page a form within a form, made smaller and larger again."""
    made = pikepdf.new()
    for page in pdf.pages:
        left, bottom, right, top = _box(page)
        new = made.add_blank_page(page_size=(right - left, top - bottom))
        form = made.copy_foreign(page.as_form_xobject())
        inner = made.make_stream(
            b"q 0.5 0 0 0.5 10 20 cm /X Do Q",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, right - left, top - bottom],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form)),
        )
        new.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Y=inner))
        new.Contents = made.make_stream(b"q 1.8 0 0 1.8 5 -10 cm /Y Do Q")
    return made


def _mute(pdf: pikepdf.Pdf) -> None:
    """Fonts that no longer say which letters they show."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font" and "/ToUnicode" in thing:
            del thing["/ToUnicode"]


CHANGES: dict[str, Callable[[pikepdf.Pdf], pikepdf.Pdf | None]] = {
    "locked-old": _same,
    "locked-new": _same,
    "packed": _same,
    "turned": _turn,
    "sideways": _sideways,
    "shifted": _shift,
    "nested": _nest,
    "mute": _mute,
}
_PROTECTION: dict[str, tuple[Literal[3, 6], bool]] = {"locked-old": (3, False), "locked-new": (6, True)}
