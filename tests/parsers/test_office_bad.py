"""Office files that are hostile, damaged, cut off or locked are refused by name, and harm nobody."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import parse, sniff
from parsers.model import Unreadable
from parsers.readers import docx as reader
from tests.parsers.office_making import MAIN, SAMPLES, document, docx, packed, parts

if TYPE_CHECKING:
    from collections.abc import Callable

BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a document type": (lambda: docx(document().replace("<w:document", '<!DOCTYPE x [<!ENTITY a "1">]><w:document', 1)), "broken"),
    "a document type in UTF-16": (lambda: packed({**parts(), MAIN: "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x><x/>".encode("utf-16")}), "broken"),
    "no body": (lambda: docx('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'), "broken"),
    "half a document": (lambda: docx(document()[:5000]), "broken"),
    "elements without end": (lambda: docx(document().replace("<w:body>", "<w:body>" + "<w:sdt><w:sdtContent>" * 400, 1).replace("</w:body>", "</w:sdtContent></w:sdt>" * 400 + "</w:body>")), "too_large"),
    "spans without end": (lambda: docx(document().replace('<w:gridSpan w:val="4"/>', '<w:gridSpan w:val="999999"/>').replace('<w:gridSpan w:val="3"/>', '<w:gridSpan w:val="999999"/>') + " " * 9), "too_large"),
    "a bomb": (lambda: docx(document().replace("<w:body>", "<w:body>" + "<w:p/>" * 6_000_000, 1)), "too_large"),
    "tables without number": (lambda: docx(document().replace("<w:body>", "<w:body>" + "<w:tbl/>" * 3000, 1)), "too_large"),
    "members without number": (lambda: packed({**parts(), **{f"x{n}": b"" for n in range(3000)}}), "too_large"),
    "a name that leads out": (lambda: packed({**parts(), "../../etc/passwd": b"x"}), "broken"),
    "an absolute name": (lambda: packed({**parts(), "/etc/passwd": b"x"}), "broken"),
    "a part that is not there": (lambda: packed({name: content for name, content in parts().items() if name != MAIN} | {"word/x.xml": b"<x/>"}), "broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_documents_are_refused_by_name(name: str) -> None:
    make, kind = BAD[name]
    with pytest.raises(Unreadable) as caught:
        reader.read(make())
    assert caught.value.kind == kind


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts().items():
            package.writestr(name, content)
        package.writestr(MAIN, document().replace("<w:t>122</w:t>", "<w:t>999</w:t>"))
    with pytest.raises(Unreadable):
        reader.read(out.getvalue())


@pytest.mark.parametrize(
    "name", ["made-docx-l00-zhoukou2022", "made-xlsx", "made-ods", "made-xls", "made-wps"]
)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_told_before_it_is_read(name: str, share: float) -> None:
    body = next((SAMPLES / name).glob("body.*")).read_bytes()
    with pytest.raises(Unreadable) as caught:
        parse(body[: int(len(body) * share)], "")
    assert caught.value.kind == "truncated"


def test_a_whole_file_is_not_cut_off() -> None:
    body = next((SAMPLES / "made-wps").glob("body.*")).read_bytes()
    with pytest.raises(Unreadable) as caught:
        parse(body, "")
    assert caught.value.kind == "unsupported"
    assert "LibreOffice" in caught.value.message


def _locked(name: str) -> bytes:
    """A sample whose members all say that they are encrypted."""
    body = bytearray(next((SAMPLES / name).glob("body.*")).read_bytes())
    place = 0
    while (place := body.find(b"PK\x01\x02", place)) >= 0:
        body[place + 8] |= 1
        place += 4
    return bytes(body)


@pytest.mark.parametrize("name", ["made-docx-l00-zhoukou2022", "made-xlsx", "made-ods"])
def test_a_locked_package_asks_for_a_copy_without_password(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(_locked(name), "")
    assert caught.value.kind == "encrypted"


def test_a_locked_document_in_its_own_container_is_known() -> None:
    """Word puts an encrypted .docx into an OLE container: only its streams tell."""
    body = next((SAMPLES / "made-wps").glob("body.*")).read_bytes()
    old, new = ("1Table".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))
    entry = body.index(old + bytes(2))
    locked = (
        body[:entry] + new + bytes(64 - len(new)) + (len(new) + 2).to_bytes(2, "little") + body[entry + 66 :]
    )
    assert sniff(locked) == "application/encrypted"
    with pytest.raises(Unreadable) as caught:
        parse(locked, "")
    assert caught.value.kind == "encrypted"


@settings(max_examples=60)
@given(st.data())
def test_damaged_word_documents_are_read_or_refused(given_: st.DataObject) -> None:
    main = bytearray(parts()[MAIN])
    for _ in range(given_.draw(st.integers(1, 5))):
        place = given_.draw(st.integers(0, len(main) - 1))
        main[place : place + given_.draw(st.integers(0, 40))] = given_.draw(st.binary(max_size=20))
    with suppress(Unreadable):
        parse(packed({**parts(), MAIN: bytes(main)}), "")


@settings(max_examples=60)
@given(st.data())
def test_damaged_old_workbooks_are_read_or_refused(given_: st.DataObject) -> None:
    body = bytearray(next((SAMPLES / "made-xls").glob("body.*")).read_bytes())
    for _ in range(given_.draw(st.integers(1, 5))):
        place = given_.draw(st.integers(8, len(body) - 1))
        body[place] = given_.draw(st.integers(0, 255))
    with suppress(Unreadable):
        parse(bytes(body), "")
