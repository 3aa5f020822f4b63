"""Old Word, WPS, RTF and OpenDocument files: converted by LibreOffice within limits, none lost over another."""

from __future__ import annotations

import io
import os
import select
import socket
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest

from parsers import parse, sniff, sniffing
from parsers.model import Unreadable
from reportwatch import converting
from tests.parsers.office_making import SAMPLES, packed
from tests.parsers.samples import Sample, converted_samples

if TYPE_CHECKING:
    from pathlib import Path

WPS = (SAMPLES / "made-wps" / "body.wps").read_bytes()
RTF = rb"{\rtf1\ansi\ansicpg936 \u25919?\u24220? 123\par}"


@pytest.fixture(scope="module", autouse=True)
def libreoffice() -> None:
    if converting.available() is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed: apt-get install libreoffice-writer")
        pytest.skip("LibreOffice is not installed")


@pytest.mark.parametrize("sample", converted_samples(), ids=lambda sample: sample.name)
def test_every_figure_of_a_converted_sample_is_exactly_right(sample: Sample) -> None:
    assert {key: figure.value for key, figure in sample.figures.items()} == sample.expected["figures"]
    assert [
        finding for finding in sample.parsed.findings if finding.kind in {"unsure", "printed_error"}
    ] == []
    assert (sample.parsed.publisher, sample.parsed.year) == (
        sample.expected["publisher"],
        sample.expected["year"],
    )


def _converted(body: bytes) -> bytes | Unreadable:
    (found,) = converting.convert([(body, sniff(body))])
    return found


def test_a_bad_file_costs_none_of_the_others() -> None:
    bodies = [RTF, WPS[: -len(WPS) // 50], b"{\\rtf1 " + b"{" * 200_000, WPS, b"\x00\x01"]
    cut_off = (bodies[1], sniffing.DOC)  # its directory is at its end: by itself it would be of no known kind
    found = converting.convert([cut_off if body is bodies[1] else (body, sniff(body)) for body in bodies])
    kinds = [one.kind if isinstance(one, Unreadable) else "converted" for one in found]
    assert kinds[0] == kinds[3] == "converted"
    assert kinds[1] == "truncated"
    assert kinds[4] == "unsupported"
    assert len(found) == 5


def test_a_file_with_a_password_is_known_without_opening_it() -> None:
    stream = WPS.index(b"\xec\xa5")  # the first bytes of the stream WordDocument
    locked = WPS[: stream + 11] + bytes([WPS[stream + 11] | 1]) + WPS[stream + 12 :]
    found = _converted(locked)
    assert isinstance(found, Unreadable)
    assert found.kind == "encrypted"


def test_documents_in_an_archive_are_converted_in_it() -> None:
    archive = packed({"a.wps": WPS, "b.rtf": RTF, "c.txt": b"x"})
    assert converting.needs_conversion(archive, "application/zip")
    assert not converting.needs_conversion(packed({"c.txt": b"x"}), "application/zip")
    found = _converted(archive)
    assert isinstance(found, bytes)
    assert not converting.needs_conversion(found, "application/zip")
    (parsed,) = parse(found, "")
    assert len(parsed.figures) == 200


def test_an_archive_comes_back_once_also_where_a_document_cannot_be_converted() -> None:
    found = _converted(packed({"a.wps": WPS[: len(WPS) // 2], "b.rtf": RTF}))
    assert isinstance(found, bytes)
    assert not converting.needs_conversion(found, "application/zip")


def test_nothing_outside_the_file_is_asked_for(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary-7431", "utf-8")
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()
        listener = threading.Thread(target=_listen, args=(server, asked, done))
        listener.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        found = converting.convert(
            [(body, sniff(body)) for body in (_rtf_links(url, canary), _odt_links(url, canary))]
        )
        done.set()
        listener.join()
    assert not asked.is_set()
    for one in found:
        assert isinstance(one, bytes)
        with zipfile.ZipFile(io.BytesIO(one)) as package:
            assert b"canary-7431" not in b"".join(map(package.read, package.namelist()))


def _listen(server: socket.socket, asked: threading.Event, done: threading.Event) -> None:
    while not done.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        asked.set()
        connection.close()


def _rtf_links(url: str, canary: Path) -> bytes:
    pictures = "".join(
        rf'{{\field{{\*\fldinst {{INCLUDEPICTURE "{target}" \\d}}}}{{\fldrslt x}}}}'
        for target in (f"{url}/a.png",)
    )
    text = rf'{{\field{{\*\fldinst {{INCLUDETEXT "{canary}"}}}}{{\fldrslt y}}}}'
    return rf"{{\rtf1\ansi {{\*\template {url}/t.dot}} {pictures}{text}\par}}".encode()


def _odt_links(url: str, canary: Path) -> bytes:
    with zipfile.ZipFile(SAMPLES / "made-odt" / "body.odt") as package:
        members = {name: package.read(name) for name in package.namelist()}
    linked = (
        f'<text:section text:name="s" text:protected="false"><text:section-source xlink:href="{canary.as_uri()}"/>'
        f'<text:p/></text:section><text:section text:name="t"><text:section-source xlink:href="{url}/s.odt"/><text:p/></text:section>'
        f'<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{url}/b.png"/></draw:frame></text:p>'
    )
    content = members["content.xml"].decode()
    assert "</office:text>" in content
    members["content.xml"] = content.replace("</office:text>", f"{linked}</office:text>").encode()
    return packed(members)


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nsleep 600 &\necho $! >> {started}\nsleep 600\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(converting, "SECONDS", 1)
    found = _converted(RTF)
    assert isinstance(found, Unreadable)
    assert "1 seconds" in found.message
    for process in started.read_text("utf-8").split():
        assert _has_ended(int(process))


def _has_ended(process: int) -> bool:
    """Whether it ends within five seconds: a killed process on a busy machine may not have seen its signal yet."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def test_without_libreoffice_the_document_is_refused_and_the_remedy_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = _converted(WPS)
    assert isinstance(found, Unreadable)
    assert found.kind == "unsupported"
    assert "apt-get install" in found.message
