"""Old Word, WPS, RTF and OpenDocument files to .docx by LibreOffice, in a limited process that nothing outlives.

LibreOffice is a large program reading untrusted bytes. It runs without macros and without following links, with a
profile of its own that is thrown away, and within limits of memory, processor time, file size and time.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import parsers
from parsers import sniffing
from parsers.model import Unreadable
from parsers.ole import is_cut_off, stream_head
from parsers.readers import archive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READER = "libreoffice"
PROGRAMS = ("soffice", "libreoffice")
# One call for many files: starting the program takes a second, each file a quarter of one.
BATCH = 20
SECONDS = 60  # for one file; a batch has as much again and two for each of its files
MEMORY = 3 << 30  # bytes of address space; the program itself maps 1.3 GiB
CPU_SECONDS = 120
LARGEST_OUTPUT = 200_000_000  # bytes
MISSING = (
    "an old Word, WPS, RTF or OpenDocument file, which LibreOffice must convert, and LibreOffice is not installed:"
    " install it with apt-get install --no-install-recommends libreoffice-writer"
)
_SUFFIXES = {
    sniffing.DOC: ".doc",
    sniffing.RTF: ".rtf",
    sniffing.ODT: ".odt",
    sniffing.WORD_XML: ".xml",
}
_DONE = b"converted as far as it can be"  # the comment of an archive that came back
NEEDS_CONVERSION = frozenset(_SUFFIXES)
# sh sets the limits on itself and becomes the program: everything the program starts inherits them.
_LIMITED = 'ulimit -c 0; ulimit -v "$1"; ulimit -t "$2"; ulimit -f "$3"; shift 3; exec "$@"'
_OPTIONS = (
    "--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard",
    "--convert-to", "docx:MS Word 2007 XML",
)  # fmt: skip
# No macros, no links updated on loading, no remote resource: whatever asks for the network gets a dead proxy.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}
</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
)
_CHOSEN = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Load", "UpdateDocMode", "0"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def needs_conversion(body: bytes, media_type: str) -> bool:
    """Whether a document (its media type by `parsers.sniff`) must go through `convert` before it is parsed.

    An archive must where any document in it must; one that cannot be opened is left to the parser to refuse.
    """
    if media_type != sniffing.ZIP:
        return media_type in NEEDS_CONVERSION
    if body.endswith(_DONE):
        return False
    try:
        return any(parsers.sniff(document) in NEEDS_CONVERSION for _, document in archive.members(body))
    except Unreadable:
        return False


def available() -> Path | None:
    """The program that converts, or None where LibreOffice is not installed."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    return Path(found) if found else None


def convert(bodies: Sequence[tuple[bytes, str]]) -> list[bytes | Unreadable]:
    """Each document (its bytes, its media type by `parsers.sniff`) as .docx, or why it cannot be had.

    In the order given; never raises for a document. A file that stops the program is tried again alone, so that it
    costs none of the others. Of an archive, the same archive comes back with the documents in it converted; those
    that cannot be stay as they are.
    """
    program = available()
    if program is None:
        return [Unreadable("unsupported", f"the document is {MISSING}") for _ in bodies]
    packed = [_unpacked(body) if kind == sniffing.ZIP else None for body, kind in bodies]
    singly = [one for one, members in zip(bodies, packed, strict=True) if members is None]
    inside = [one for members in packed for one in members or () if one.kind in NEEDS_CONVERSION]
    jobs = [*singly, *((one.body, one.kind) for one in inside)]
    results: list[bytes | Unreadable] = []
    for start in range(0, len(jobs), BATCH):
        results += _batch(program, jobs[start : start + BATCH])
    made = dict(zip(inside, results[len(singly) :], strict=True))
    alone = iter(results)
    return [next(alone) if members is None else _packed(members, made) for members in packed]


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    """A document in an archive."""

    name: str
    body: bytes
    kind: str


def _unpacked(body: bytes) -> list[_Member]:
    """The documents of an archive. One that cannot be opened has none: `needs_conversion` never asks for it."""
    try:
        return [_Member(name, document, parsers.sniff(document)) for name, document in archive.members(body)]
    except Unreadable:
        return []


def _packed(members: Sequence[_Member], made: Mapping[_Member, bytes | Unreadable]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.comment = _DONE
        for number, member in enumerate(members):
            converted = made.get(member)
            name = member.name if member.name not in package.namelist() else f"{number} {member.name}"
            package.writestr(name, converted if isinstance(converted, bytes) else member.body)
    return out.getvalue()


def _batch(program: Path, bodies: Sequence[tuple[bytes, str]]) -> list[bytes | Unreadable]:
    refused = [_refusal(*one) for one in bodies]
    wanted = [number for number, why in enumerate(refused) if why is None]
    found: dict[int, bytes] = {}
    late: set[int] = set()
    if len(wanted) > 1:
        found, _ = _run(program, {number: bodies[number] for number in wanted}, SECONDS + 2 * len(wanted))
    for number in wanted:
        if number not in found:
            alone, in_time = _run(program, {number: bodies[number]}, SECONDS)
            found |= alone
            late |= set() if in_time else {number}
    return [why or found.get(number) or _failed(late=number in late) for number, why in enumerate(refused)]


def _refusal(body: bytes, media_type: str) -> Unreadable | None:
    """What can be said of a document without starting a program."""
    if media_type not in NEEDS_CONVERSION:
        return Unreadable("unsupported", f"a document of kind {media_type} is not converted")
    if media_type == sniffing.DOC and is_cut_off(body):
        return Unreadable("truncated", "the document is cut off: fetch it again")
    head = stream_head(body, "WordDocument") if media_type == sniffing.DOC else b""
    if len(head) > 11 and head[11] & 1:  # noqa: PLR2004 - fEncrypted, [MS-DOC] 2.5.2
        return Unreadable("encrypted", "the document asks for a password: ask for a copy without one")
    return None


def _failed(*, late: bool) -> Unreadable:
    if late:
        return Unreadable("broken", f"LibreOffice did not convert the document within {SECONDS} seconds")
    return Unreadable("broken", "LibreOffice cannot open the document: it is damaged, or has a password")


def _run(
    program: Path, bodies: dict[int, tuple[bytes, str]], seconds: float
) -> tuple[dict[int, bytes], bool]:
    """What one call of the program made of these documents, and whether it ended in time."""
    with tempfile.TemporaryDirectory(prefix="reportwatch-office-") as made:
        folder = Path(made)
        sources = []
        for number, (body, media_type) in bodies.items():
            sources.append(folder / f"{number:04d}{_SUFFIXES[media_type]}")
            sources[-1].write_bytes(body)
        out = folder / "out"
        in_time = _call(program, folder, [*_OPTIONS, "--outdir", str(out), *map(str, sources)], seconds)
        written = {number: out / f"{number:04d}.docx" for number in bodies}
        return {number: path.read_bytes() for number, path in written.items() if _is_whole(path)}, in_time


def _call(program: Path, folder: Path, options: Sequence[str], seconds: float) -> bool:
    """Run the program in `folder`, within limits; nothing that it started is left when this returns."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    chosen = "\n".join(_SETTING.format(*setting) for setting in _CHOSEN)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS.format(chosen), "utf-8")
    limits = (
        str(MEMORY >> 10),
        str(CPU_SECONDS),
        str(LARGEST_OUTPUT >> 9),
    )  # KiB, seconds, blocks of 512 bytes
    command = ["/bin/sh", "-c", _LIMITED, "sh", *limits, str(program)]
    command += [f"-env:UserInstallation={profile.parent.as_uri()}", *options]
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(  # noqa: S603 - our own words, and paths that we named
        command, cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return True


def _is_whole(path: Path) -> bool:
    """A file that the program was killed over is there too, but has no end."""
    return path.is_file() and zipfile.is_zipfile(io.BytesIO(path.read_bytes()))
