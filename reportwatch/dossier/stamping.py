"""A time stamp by somebody else (RFC 3161): proof that these bytes existed at that moment, whatever our clock said.

Asked for and verified with the system's openssl: it reads the answers of every service, also of those that do not
order their certificates as DER wants, which libraries refuse.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH

URL = "REPORTWATCH_TSA_URL"
CERTIFICATES = "REPORTWATCH_TSA_CA"
SECONDS = 20.0
PIECE = 1 << 14
LARGEST = 1 << 20  # bytes of an answer: a token has some kilobytes
LONGEST = 200  # characters of a reason
_TIME = re.compile(r"^Time stamp: (\w+ +\d+ \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT$", re.MULTILINE)
_UTC = "%Y-%m-%dT%H:%M:%SZ"


class StampError(Exception):
    """Raised where there is no time stamp, or none that can be believed: one sentence, without secrets."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A verified time stamp: the service's whole answer (DER), and the moment that it attests (UTC text)."""

    answer: bytes
    at: str


def service() -> str | None:
    """The host of the configured service; None: no time stamp is wanted."""
    url = os.environ.get(URL, "").strip()
    return (urlsplit(url).hostname or "?") if url else None


def stamp(message: bytes) -> Stamp:
    """Asks the configured service for a stamp of the SHA-256 of these bytes and verifies it. Raises StampError."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "message").write_bytes(message)
        _openssl(folder, "-query", "-data", "message", "-sha256", "-cert", "-out", "query")
        (folder / "answer").write_bytes(_asked((folder / "query").read_bytes()))
        return _checked(folder, "-queryfile", "query")  # with its nonce: an old answer is none


def verify(answer: bytes, message: bytes) -> Stamp:
    """The moment of a stored stamp, if it is one of these bytes, by a service that the certificates vouch for."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "message").write_bytes(message)
        (folder / "answer").write_bytes(answer)
        return _checked(folder, "-data", "message")


def _asked(query: bytes) -> bytes:
    """The service's answer. The address may hold a password: only the host and the kind of trouble are told."""
    url = os.environ.get(URL, "").strip()
    try:
        with requests.post(
            url, data=query, headers={"Content-Type": "application/timestamp-query"}, timeout=SECONDS, stream=True,
            allow_redirects=False,
        ) as answered:  # fmt: skip
            status = answered.status_code
            body = _read(answered)
    except requests.RequestException as error:
        raise StampError(f"{service()} gave no answer ({type(error).__name__})") from error
    if status != requests.codes.ok:
        raise StampError(f"{service()} answered {status}")
    return body


def _read(answered: requests.Response) -> bytes:
    """The whole answer, however many pieces it comes in; not an endless one, and not for ever."""
    body, ends = bytearray(), time.monotonic() + SECONDS
    for piece in answered.iter_content(PIECE):
        body += piece
        if len(body) > LARGEST:
            raise StampError(f"{service()} gave an answer of more than {LARGEST} bytes")
        if time.monotonic() > ends:
            raise StampError(f"{service()} gave no whole answer within {SECONDS:.0f} s")
    return bytes(body)


def _checked(folder: Path, *against: str) -> Stamp:
    _openssl(folder, "-verify", *against, "-in", "answer", "-CAfile", str(_certificates()))
    match = _TIME.search(_openssl(folder, "-reply", "-in", "answer", "-text"))
    if match is None:
        raise StampError("the time stamp cannot be verified: it names no time")
    at = datetime.strptime(f"{match[1]} {match[2]} +0000", "%b %d %H:%M:%S %Y %z")
    return Stamp((folder / "answer").read_bytes(), at.strftime(_UTC))


def _certificates() -> Path:
    """The certificates that vouch for the service: those of REPORTWATCH_TSA_CA, else those of the web."""
    named = os.environ.get(CERTIFICATES, "").strip()
    path = Path(named or DEFAULT_CA_BUNDLE_PATH).absolute()
    if not path.is_file():
        raise StampError(f"{CERTIFICATES}: there is no file {path}")
    return path


def _openssl(folder: Path, *words: str) -> str:
    """What `openssl ts` says. It is given nothing of our environment, and not much time."""
    program = shutil.which("openssl")
    if program is None:
        raise StampError("openssl is not here: apt-get install openssl")
    wanted = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - the system's program, our words
            [program, "ts", *words], cwd=folder, env=wanted, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StampError("the time stamp cannot be verified: openssl took too long") from error
    if done.returncode != 0:
        raise StampError(f"the time stamp cannot be verified: {_reason(done.stderr)}")
    return done.stdout.decode("utf-8", "replace")


def _reason(said: bytes) -> str:
    """The reasons in openssl's messages (`…:error:number:library:function:reason:file:line:more`)."""
    lines = [line.split(":") for line in said.decode("utf-8", "replace").splitlines() if ":error:" in line]
    reasons = [": ".join(part for part in (*parts[5:6], *parts[8:]) if part) for parts in lines]
    return "; ".join(dict.fromkeys(filter(None, reasons)))[:LONGEST] or "openssl refused it"
