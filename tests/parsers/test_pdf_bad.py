"""Bytes that are no readable PDF: each is named for what it is, and nothing else is raised."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from parsers.model import Reading, Unreadable
from parsers.readers import pdf, pdf_drawing, pdf_file, pdf_rules, plumber
from parsers.readers.pdf_streams import damaged_streams
from tests.parsers.pdf_making import Canvas, assembled, form_page, ruled, stream
from tests.parsers.pdf_making import pdf as made
from tests.parsers.samples import SAMPLES

Reader = Callable[[bytes], Reading]
READERS = pytest.mark.parametrize("read", [pdf.read, plumber.read], ids=["pdfium", "pdfplumber"])
GOOD = made(ruled(form_page(), (50, 150, 250), (100, 130, 160), (("规章", "12"), ("行政许可", "6"))))
ENCRYPTION = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{}> /U <{}> >> /ID [<00><00>]".format(
    "ab" * 32,
    "cd" * 32,
)


def kind_of(read: Reader, body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(body)
    assert caught.value.message.endswith((".", ")"))
    return caught.value.kind


@READERS
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b"\r\n \0\0", "empty"),
        (b"<html><body>404 Not Found</body></html>", "not_a_report"),
        (bytes(range(256)) * 40, "not_a_report"),
        (GOOD[: len(GOOD) // 10], "truncated"),
        (GOOD[: len(GOOD) // 2], "truncated"),
        (GOOD[: len(GOOD) * 99 // 100], "truncated"),
        (b"%PDF-1.7\nnothing\n%%EOF\n", "broken"),
        (made(form_page(), trailer=ENCRYPTION), "encrypted"),
        (made(*[Canvas()] * (pdf_file.MAX_PAGES + 1)), "too_large"),
    ],
    ids=["empty", "blank", "web page", "garbage", "10 %", "50 %", "99 %", "hollow", "password", "pages"],
)
def test_an_unreadable_file_is_named_for_what_it_is(read: Reader, body: bytes, kind: str) -> None:
    assert kind_of(read, body) == kind


@READERS
def test_a_page_tree_that_bites_its_tail_is_broken(read: Reader) -> None:
    looped = assembled(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 2000000000 >>",
        }
    )
    assert kind_of(read, looped) in {"broken", "too_large"}


def test_a_file_cut_after_an_earlier_end_mark_is_truncated() -> None:
    later = b"12 0 obj\n<< /Type /Page >>\nendobj\nxref\n"
    assert kind_of(pdf.read, GOOD + later) == "truncated"


def test_a_linearised_file_shorter_than_it_says_is_truncated() -> None:
    claim = f"%PDF-1.7\n1 0 obj\n<< /Linearized 1 /L {len(GOOD) + 900} /N 1 >>\nendobj\n".encode()
    assert kind_of(pdf.read, claim + GOOD) == "truncated"


def test_rubbish_after_the_end_mark_is_borne() -> None:
    assert pdf.read(GOOD + b"\r\n<!-- served in 3 ms -->" * 100).grids


def test_a_file_beyond_the_size_limit_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "MAX_BYTES", len(GOOD) - 1)
    assert kind_of(pdf.read, GOOD) == "too_large"


@pytest.mark.parametrize(
    ("module", "limit"),
    [
        (pdf_file, "MAX_PAGE_CHARS"),
        (pdf, "MAX_CHARS"),
        (pdf_drawing, "MAX_PAGE_OBJECTS"),
        (pdf_rules, "MAX_LINES"),
    ],
)
def test_each_limit_is_kept(module: object, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, 2)
    assert kind_of(pdf.read, GOOD) == "too_large"


def test_a_page_of_pictures_is_unsupported() -> None:
    picture = stream(
        b"\x00",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    scan = Canvas().raw("q 500 0 0 700 40 40 cm /Im1 Do Q")
    resources = "/XObject << /Im1 100 0 R >>"
    assert kind_of(pdf.read, made(scan, extra=resources, objects=[picture])) == "unsupported"
    mixed = made(form_page(), scan, form_page(), extra=resources, objects=[picture])
    assert kind_of(pdf.read, mixed) == "unsupported"


def test_text_that_a_program_guessed_of_a_picture_is_unsupported() -> None:
    invisible = ruled(form_page().raw("3 Tr"), (50, 150, 250), (100, 130), (("规章", "12"),))
    invisible.parts.insert(0, invisible.parts.pop(1))
    assert kind_of(pdf.read, made(invisible)) == "unsupported"


def test_text_over_a_picture_of_the_page_is_unsupported() -> None:
    picture = stream(
        b"\x00",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    scan = form_page().text(50, 120, "规章 12 34 56").raw("q 595 0 0 842 0 0 cm /Im1 Do Q")
    assert (
        kind_of(pdf.read, made(scan, extra="/XObject << /Im1 100 0 R >>", objects=[picture])) == "unsupported"
    )


def test_forms_nested_without_end_do_not_end_the_reader() -> None:
    resources = "/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /F %d 0 R >> >>"
    forms = [stream(b"/F Do", resources % (101 + number)) for number in range(40)]
    forms.append(stream(b"0 0 m 9 9 l S", "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"))
    assert pdf.read(made(form_page().raw("/F Do"), extra="/XObject << /F 100 0 R >>", objects=forms)).text


FLIPS = """
import random, sys
from pathlib import Path
from parsers.model import Unreadable
from parsers.readers import pdf, plumber
body = Path(sys.argv[1]).read_bytes()
dice = random.Random(7)
for turn in range(int(sys.argv[2])):
    flipped = bytearray(body)
    for _ in range(dice.choice((1, 8, 200))):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    for read in (pdf.read, plumber.read) if turn % 5 == 0 else (pdf.read,):
        try:
            read(bytes(flipped))
        except Unreadable as error:
            assert error.kind in {"empty", "not_a_report", "truncated", "encrypted", "broken", "too_large", "unsupported"}
"""


def test_flipped_bits_raise_nothing_but_unreadable(tmp_path: Path) -> None:
    """In a process of its own: a crash of pdfium would take the tests with it."""
    (tmp_path / "good.pdf").write_bytes(GOOD)
    command = [sys.executable, "-c", FLIPS, str(tmp_path / "good.pdf"), "60"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == 0, done.stderr


@READERS
def test_a_flipped_bit_that_takes_the_ink_out_of_a_cell_is_no_blank(read: Reader) -> None:
    body = bytearray((SAMPLES / "hongze-2023-pdf" / "body.pdf").read_bytes())
    body[body.index(b"stream", body.index(b"/FlateDecode")) + 400] ^= 4
    assert kind_of(read, bytes(body)) == "broken"


def test_an_empty_compressed_part_is_not_damaged() -> None:
    nothing = stream(b"", "/Filter /FlateDecode")
    page = ruled(form_page(), (50, 150, 250), (100, 130, 160), (("规章", "12"), ("行政许可", "6")))
    (grid,) = pdf.read(made(page, objects=[nothing])).grids
    assert grid.rows[0][1].text == "12"


def test_damage_is_seen_in_small_and_in_large_compressed_parts() -> None:
    for size in (10, 5_000):
        content = zlib.compress(b"".join(sha256(n.to_bytes(4)).digest() for n in range(size)))
        whole = stream(content, "/Filter /FlateDecode")
        damaged = stream(content[:-3] + bytes([content[-3] ^ 4]) + content[-2:], "/Filter /FlateDecode")
        assert damaged_streams(made(form_page(), objects=[whole])) == 0
        assert damaged_streams(made(form_page(), objects=[whole, damaged])) == 1
