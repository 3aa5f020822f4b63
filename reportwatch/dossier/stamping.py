"""A time stamp by somebody else (RFC 3161): proof that these bytes existed at that moment, whatever our clock said."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import certifi
import requests
from cryptography import x509
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "REPORTWATCH_TSA_URL"
CERTIFICATES = "REPORTWATCH_TSA_CA"
SECONDS = 20.0
LARGEST = 1 << 20  # bytes of an answer: a token has some kilobytes
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
    """Asks the configured service for a stamp of these bytes and verifies it. Raises StampError."""
    url = os.environ.get(URL, "").strip()
    asked = TimestampRequestBuilder().data(message).build()
    roots = _roots()
    try:
        with requests.post(
            url, data=asked.as_bytes(), headers={"Content-Type": "application/timestamp-query"}, timeout=SECONDS,
            stream=True, allow_redirects=False,
        ) as answered:  # fmt: skip
            body = next(answered.iter_content(LARGEST), b"")
            status = answered.status_code
    except requests.RequestException as error:
        # the address may hold a password: only the host and the kind of trouble are told
        raise StampError(f"{service()} gave no answer ({type(error).__name__})") from error
    if status != requests.codes.ok:
        raise StampError(f"{service()} answered {status}")
    return _checked(body, message, roots, asked.nonce)


def verify(answer: bytes, message: bytes) -> Stamp:
    """The moment of a stored stamp, if it is one of these bytes, by a service that the certificates vouch for."""
    return _checked(answer, message, _roots(), None)


def _checked(answer: bytes, message: bytes, roots: Sequence[x509.Certificate], nonce: int | None) -> Stamp:
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, message)
        at = response.tst_info.gen_time.strftime(_UTC)
    except (VerificationError, ValueError) as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise StampError(f"the time stamp cannot be verified: {why}") from error
    return Stamp(answer, at)


def _roots() -> list[x509.Certificate]:
    """The certificates that vouch for the service: those of REPORTWATCH_TSA_CA, else those of the web."""
    named = os.environ.get(CERTIFICATES, "").strip()
    path = Path(named or certifi.where())
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StampError(
            f"{CERTIFICATES}: {path} holds no certificates in PEM ({type(error).__name__})"
        ) from error
