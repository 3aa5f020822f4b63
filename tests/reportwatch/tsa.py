"""A real time-stamp service on loopback: openssl's, behind a small HTTP server, with a certificate of its own."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from reportwatch.dossier.stamping import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFIGURATION = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
"""
EXTENSIONS = "extendedKeyUsage = critical, timeStamping\nkeyUsage = critical, digitalSignature\n"
CA = "basicConstraints = critical, CA:true\nkeyUsage = critical, keyCertSign, cRLSign\nsubjectKeyIdentifier = hash\n"


@dataclass(slots=True)
class Service:
    """Its address, the file with its root certificate, what it does, and how many requests it had."""

    url: str
    root: Path
    behaviour: str = "good"
    asked: list[bytes] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None  # what is done while it is asked


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """The service, until the block ends. `behaviour`: good, 503, garbage, of something else (stamps other bytes),
    in pieces (chunked), or endless."""
    folder.mkdir(parents=True)
    _certificates(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    service = Service(f"http://127.0.0.1:{server.server_address[1]}/tsa", folder / "root.pem")
    server.RequestHandlerClass = _handler(folder, service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificates(folder: Path) -> None:
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "ext.cnf").write_text(EXTENSIONS)
    (folder / "ca.cnf").write_text(f"[req]\ndistinguished_name = d\n[d]\n[ca]\n{CA}")
    key = ("-newkey", "rsa:2048", "-nodes")
    _openssl(
        folder, "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "30", "-subj", "/CN=Test root",
        "-config", "ca.cnf", "-extensions", "ca",
    )  # fmt: skip
    _openssl(
        folder,
        "req",
        "-new",
        *key,
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.csr",
        "-subj",
        "/CN=Test TSA",
        "-config",
        "ca.cnf",
    )
    _openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "tsa.pem", "-days", "30", "-extfile", "ext.cnf",
    )  # fmt: skip


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def _handler(folder: Path, service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            service.asked.append(query)
            if service.meanwhile is not None:
                service.meanwhile()
            body = (
                b"no such thing"
                if service.behaviour == "garbage"
                else _stamped(folder, query, service.behaviour)
            )
            self.send_response(503 if service.behaviour == "503" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            if service.behaviour in ("in pieces", "endless"):
                self._in_pieces(body if service.behaviour == "in pieces" else bytes(LARGEST + 1))
                return
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _in_pieces(self, body: bytes) -> None:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            size = 100 if len(body) < LARGEST else 1 << 16
            with suppress(ConnectionError):
                for start in range(0, len(body), size):
                    piece = body[start : start + size]
                    self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    return Handler


def _stamped(folder: Path, query: bytes, behaviour: str) -> bytes:
    (folder / "query.tsq").write_bytes(query)
    if behaviour == "of something else":
        (folder / "other").write_bytes(b"something else")
        _openssl(folder, "ts", "-query", "-data", "other", "-sha512", "-cert", "-out", "query.tsq")
    _openssl(folder, "ts", "-reply", "-queryfile", "query.tsq", "-out", "reply.tsr", "-config", "tsa.cnf")
    return (folder / "reply.tsr").read_bytes()
