"""pdfium's functions for objects and characters, with handles as plain addresses.

A page has thousands of objects and characters. With addresses a call takes half the time that pypdfium2's pointer
types take, and an address can be the key of a dictionary.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.readers.pdf_view import Handle, Matrix

_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int


def address_of(handle: Handle) -> int:
    """The address behind one of pypdfium2's handles; 0 for none."""
    return (ctypes.cast(handle, _ADDRESS).value or 0) if handle else 0


def _function(name: str, result: type[Any], *arguments: type[Any]) -> Callable[..., Any]:
    return ctypes.CFUNCTYPE(result, *arguments)(address_of(getattr(pdfium, name)))


page_object = _function("FPDFPage_GetObject", _ADDRESS, _ADDRESS, _INT)
form_object = _function("FPDFFormObj_GetObject", _ADDRESS, _ADDRESS, ctypes.c_ulong)
type_of = _function("FPDFPageObj_GetType", _INT, _ADDRESS)
bounds_into = _function("FPDFPageObj_GetBounds", _INT, *[_ADDRESS] * 5)
matrix_into = _function("FPDFPageObj_GetMatrix", _INT, _ADDRESS, _ADDRESS)
is_transparent = _function("FPDFPageObj_HasTransparency", _INT, _ADDRESS)
fill_into = _function("FPDFPageObj_GetFillColor", _INT, *[_ADDRESS] * 5)
stroke_into = _function("FPDFPageObj_GetStrokeColor", _INT, *[_ADDRESS] * 5)
stroke_width_into = _function("FPDFPageObj_GetStrokeWidth", _INT, _ADDRESS, _ADDRESS)
draw_mode_into = _function("FPDFPath_GetDrawMode", _INT, _ADDRESS, _ADDRESS, _ADDRESS)
count_form_objects = _function("FPDFFormObj_CountObjects", _INT, _ADDRESS)
count_segments = _function("FPDFPath_CountSegments", _INT, _ADDRESS)
path_segment = _function("FPDFPath_GetPathSegment", _ADDRESS, _ADDRESS, _INT)
segment_type = _function("FPDFPathSegment_GetType", _INT, _ADDRESS)
segment_closes = _function("FPDFPathSegment_GetClose", _INT, _ADDRESS)
segment_point_into = _function("FPDFPathSegment_GetPoint", _INT, _ADDRESS, _ADDRESS, _ADDRESS)
clip_of = _function("FPDFPageObj_GetClipPath", _ADDRESS, _ADDRESS)
count_clips = _function("FPDFClipPath_CountPaths", _INT, _ADDRESS)
count_clip_segments = _function("FPDFClipPath_CountPathSegments", _INT, _ADDRESS, _INT)
clip_segment = _function("FPDFClipPath_GetPathSegment", _ADDRESS, _ADDRESS, _INT, _INT)
render_mode_of = _function("FPDFTextObj_GetTextRenderMode", _INT, _ADDRESS)
text_object = _function("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _INT)
text_matrix_into = _function("FPDFText_GetMatrix", _INT, _ADDRESS, _INT, _ADDRESS)
loose_box_into = _function("FPDFText_GetLooseCharBox", _INT, _ADDRESS, _INT, _ADDRESS)
is_generated = _function("FPDFText_IsGenerated", _INT, _ADDRESS, _INT)
angle_of = _function("FPDFText_GetCharAngle", ctypes.c_float, _ADDRESS, _INT)


class Floats:
    """A few single-precision numbers that pdfium fills, made once for thousands of calls."""

    __slots__ = ("_values", "address", "addresses")

    def __init__(self, count: int) -> None:
        self._values = (ctypes.c_float * count)()
        self.address = ctypes.addressof(self._values)
        self.addresses = tuple(self.address + 4 * number for number in range(count))

    def read(self) -> tuple[float, ...]:
        """The numbers as last filled."""
        return tuple(self._values)


def matrix_of(thing: int) -> Matrix:
    """The matrix of a page object."""
    six = Floats(6)
    matrix_into(thing, six.address)
    a, b, c, d, e, f = six.read()
    return a, b, c, d, e, f
