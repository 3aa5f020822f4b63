"""Dossiers of real state folders: what they claim and what not, what is in them, and that nothing in them can run."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pikepdf
import pytest
from click.testing import CliRunner
from lxml import html

from reportwatch.cli import main
from reportwatch.dossier.stamping import stamp
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import Row
from store.archive import Archive
from tests.reportwatch.tsa import Service, serving
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

VISITS = (
    "2026-01-22T02:00:00Z",
    "2026-02-02T02:00:00Z",
    "2026-02-10T02:00:00Z",
    "2026-02-14T02:00:00Z",
    "2026-02-25T02:00:00Z",
)
NOW = "2026-02-26T01:00:00Z"
TITLE = "<img src=x onerror=alert(1)>机构\u202e职能</td><script>alert(2)</script>"
STATUSES = {
    "缺失局": "missing",
    "撤下局": "withdrawn",
    "断网局": "unknown",
    "迟到局": "late",
    "错算局": "on time",
}
SUMS = "SHA256SUMS"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with made_world(tmp_path_factory.mktemp("dossiers")) as made:
        columns = {name: made.watch(name) for name in STATUSES}
        site = made.site
        for name, column in columns.items():
            site.publish(column, MadeReport(name, 2024), "2025-01-15", since="2025-01-15T02:00:00Z")
        site.publish(columns["撤下局"], MadeReport("撤下局", 2025), "2026-01-20", "2026-01-20T02:00:00Z", until="2026-01-25T02:00:00Z")  # fmt: skip
        site.publish(columns["迟到局"], MadeReport("迟到局", 2025), "2026-02-09", "2026-02-09T02:00:00Z")
        site.publish(columns["错算局"], MadeReport("错算局", 2025, wrong_sums=True), "2026-01-20", "2026-01-20T02:00:00Z")  # fmt: skip
        site.list_row(columns["缺失局"], Row(f"{columns['缺失局']}x.html", TITLE, "2026-01-05"))
        site.disturb("firewall", columns["断网局"])
        for now in VISITS:
            made.visit(now)
        yield made


def call(world: World, *words: str, now: str | None = NOW) -> Result:
    arguments = ["dossier", *words]
    if "--verify" not in words:
        arguments += ["--state", str(world.folder / "state"), "--watchlist", str(world.folder / "watchlist")]
        arguments += ["--now", now] if now else []
    return CliRunner().invoke(main, arguments)


def made(world: World, folder: Path, name: str, *words: str, code: int = 0) -> zipfile.ZipFile:
    """The dossier of a publisher for 2025, opened."""
    target = folder / "made.zip"
    target.unlink(missing_ok=True)
    result = call(world, name, "2025", "--output", str(target), *words)
    assert result.exit_code == code, result.output
    return zipfile.ZipFile(target)


def kept(world: World, name: str, *words: str) -> zipfile.ZipFile:
    """As `made`, but made once for all tests that only look at it; in English, which is also what nobody asks for."""
    if "--lang" not in words:
        words = (*words, "--lang", "en")
    target = world.folder / f"{'-'.join((name, *words))}.zip"
    if not target.exists():
        result = call(world, name, "2025", "--output", str(target), *words)
        assert result.exit_code == 0, result.output
    return zipfile.ZipFile(target)


def text_of(archive: zipfile.ZipFile) -> str:
    page = html.fromstring(archive.read("dossier.html"))
    return " ".join(" ".join(map(str, page.itertext())).split())


def manifest(archive: zipfile.ZipFile) -> dict[str, object]:
    found: dict[str, object] = json.loads(archive.read("manifest.json"))
    return found


@pytest.mark.parametrize("name", STATUSES)
def test_the_world_is_as_meant(world: World, name: str) -> None:
    assert world.status(name) == STATUSES[name]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("缺失局", ["missing"]),
        ("撤下局", ["withdrawn"]),
        ("迟到局", ["late"]),
        ("错算局", ["invalid"]),
        ("断网局", []),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_claimed_is_what_holds(world: World, name: str, kinds: list[str], lang: str) -> None:
    with kept(world, name, "--lang", lang) as archive:
        facts = manifest(archive)
        claims = facts["claims"]
        assert isinstance(claims, list)
        assert [one["kind"] for one in claims] == kinds
        text = text_of(archive)
        assert all(one["sentence"] in text for one in claims)
        assert ("cannot tell" if lang == "en" else "未能看到或无法判断") in text
        assert ("art. 49" if lang == "en" else "第四十九条") in text


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "Nothing can be claimed about whether"), ("zh", "无法判断，因此不作任何主张")],
)
def test_of_an_unknown_nothing_can_be_claimed(world: World, lang: str, sentence: str) -> None:
    with kept(world, "断网局", "--lang", lang) as archive:
        text = text_of(archive)
        assert sentence in text
        assert not re.search(r"was due on [\d-]+ and is not|未见该报告", text)
        assert any(name.startswith("lists/") for name in archive.namelist())  # the page that refused us


@pytest.mark.parametrize("kind", ["missing", "late", "withdrawn", "invalid", "doubtful"])
def test_a_claim_that_does_not_hold_is_refused(world: World, tmp_path: Path, kind: str) -> None:
    result = call(world, "断网局", "2025", "--kind", kind, "--output", str(tmp_path))
    assert result.exit_code == 2
    assert "what nobody has seen" in result.output
    assert not list(tmp_path.iterdir())


def test_every_visit_around_the_due_date_is_listed_the_blind_ones_as_blind(world: World) -> None:
    with kept(world, "断网局") as archive:
        text = text_of(archive)
    assert text.count("blind: firewall page") == len(VISITS)
    assert "5 of 5 visits listed here were blind (firewall page × 5)" in text


def test_list_pages_are_there_byte_for_byte(world: World) -> None:
    archived = Archive(world.folder / "state" / "raw")
    with kept(world, "缺失局") as archive:
        files = manifest(archive)["files"]
        assert isinstance(files, list)
        pages = [one for one in files if one["name"].startswith("lists/")]
        assert {one["captured_at"] for one in pages} >= {VISITS[0]}
        for one in pages:
            assert archived.get(one["sha256"]) == archive.read(one["name"])
            assert one["status"] == 200
            assert one["headers"]["content-type"].startswith("text/html")


def test_what_was_withdrawn_is_shown_with_the_answers_that_it_is_gone(world: World) -> None:
    with kept(world, "撤下局") as archive:
        text = text_of(archive)
        names = archive.namelist()
    assert text.count("not there 404") >= 3
    assert [name for name in names if name.startswith("documents/")]
    assert text.count("a good visit without it") == 3


def test_findings_have_both_sides_their_cells_and_their_ground(world: World) -> None:
    with kept(world, "错算局") as archive:
        text = text_of(archive)
        page = html.fromstring(archive.read("dossier.html"))
    assert "disputes.review.total" in text
    assert "left side" in text
    assert "two independent ways" in text
    assert page.xpath("//td[@class='here']")  # the cell in its row


def test_sha256sum_agrees(world: World, tmp_path: Path) -> None:
    with kept(world, "迟到局") as archive:
        archive.extractall(tmp_path / "unpacked")
        names = archive.namelist()
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path / "unpacked", capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == len(names) - 1  # all but the list itself


def test_the_same_database_and_moment_give_the_same_bytes(world: World, tmp_path: Path) -> None:
    kept(world, "错算局", "--pdf").close()
    one = world.folder / "错算局---pdf---lang-en.zip"
    other = tmp_path / one.name  # which it names
    assert call(world, "错算局", "2025", "--pdf", "--output", str(other)).exit_code == 0
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()


def test_the_page_needs_nothing_and_runs_nothing(world: World) -> None:
    with kept(world, "缺失局") as archive:
        body = archive.read("dossier.html").decode()
    page = html.fromstring(body.encode())
    assert not page.xpath("//script|//iframe|//object|//embed|//link|//form|//*[@onerror or @onload]")
    assert all(str(source).startswith("data:image/png;base64,") for source in page.xpath("//img/@src"))
    assert page.xpath("//img")
    assert all(re.match(r"https?://", str(link)) for link in page.xpath("//a/@href"))
    assert "default-src 'none'" in body
    assert "<img src=x" not in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body  # the title of a stranger, as text
    assert "\u202e" not in body


def test_names_in_it_are_plain_and_open_harmlessly(world: World) -> None:
    for name in STATUSES:
        with kept(world, name) as archive:
            for one in archive.namelist():
                assert re.fullmatch(r"([a-z]+/)?[A-Za-z0-9_-]+(\.[a-z0-9]+)*", one), one
                assert one.endswith((".png", ".txt", ".json", ".pdf", ".bin", "dossier.html", SUMS)), one


def test_without_chromium_the_bytes_are_there_and_that_is_said(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with made(world, tmp_path, "缺失局") as archive:
        names, text = archive.namelist(), text_of(archive)
    assert not [name for name in names if name.startswith("pictures/")]
    assert [name for name in names if name.startswith("lists/")]
    assert "No pictures of list pages: Chromium is not here" in text
    refused = call(world, "缺失局", "2025", "--pdf", "--output", str(tmp_path / "no.zip"))
    assert refused.exit_code == 78
    assert not (tmp_path / "no.zip").exists()


def test_bytes_that_are_gone_are_told(world: World, tmp_path: Path) -> None:
    with kept(world, "迟到局") as archive:
        files = manifest(archive)["files"]
    assert isinstance(files, list)
    sha256 = next(one["sha256"] for one in files if one["name"].startswith("documents/"))
    archived = Archive(world.folder / "state" / "raw").path(sha256)
    body = archived.read_bytes()
    archived.write_bytes(b"changed")
    try:
        with made(world, tmp_path, "迟到局") as archive:
            text = text_of(archive)
            assert not [name for name in archive.namelist() if name.startswith("documents/")]
    finally:
        archived.write_bytes(body)
    assert "are not there any more, or are damaged" in text


@pytest.fixture
def no_chromium(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only openssl is there: dossiers without pictures, where nobody looks at these."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "openssl").symlink_to(str(shutil.which("openssl")))
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.usefixtures("no_chromium")
@pytest.mark.parametrize("now", [NOW, None])
def test_a_run_need_not_wait_for_a_dossier(
    world: World, tmp_path: Path, stamping: Service, now: str | None
) -> None:
    waited: list[bool] = []

    def write() -> None:
        with closing(sqlite3.connect(world.folder / "state" / "reports.db", timeout=0)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
        waited.append(False)

    stamping.meanwhile = write
    try:
        result = call(world, "缺失局", "2025", "--output", str(tmp_path / "x.zip"), now=now)
    finally:
        stamping.meanwhile = None
    assert result.exit_code == 0, result.output
    assert waited == [False]


@pytest.mark.usefixtures("no_chromium")
def test_nothing_is_overwritten(world: World, tmp_path: Path) -> None:
    target = tmp_path / "mine.zip"
    target.write_text("mine")
    result = call(world, "缺失局", "2025", "--output", str(target))
    assert result.exit_code == 73
    assert target.read_text() == "mine"


def test_the_page_alone(world: World, tmp_path: Path) -> None:
    result = call(world, "缺失局", "2025", "--output", str(tmp_path / "one.html"), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "missing"
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]


def test_a_pdf_is_made(world: World) -> None:
    with kept(world, "错算局", "--pdf") as archive:
        body = archive.read("dossier.pdf")
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert len(pdf.pages) >= 2
        width, height = (float(str(side)) for side in list(pdf.pages[0].mediabox)[2:])
    assert (round(width), round(height)) == (595, 842)  # A4


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("tsa") / "ca") as service:
        yield service


@pytest.fixture
def stamping(tsa: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("REPORTWATCH_TSA_URL", tsa.url)
    monkeypatch.setenv("REPORTWATCH_TSA_CA", str(tsa.root))
    tsa.behaviour = "good"
    tsa.asked.clear()
    return tsa


def test_a_stamp_is_had_verified_and_openssl_agrees(world: World, tmp_path: Path, stamping: Service) -> None:
    with made(world, tmp_path, "缺失局") as archive:
        archive.extractall(tmp_path / "unpacked")
        described, text = archive.read("manifest.json"), text_of(archive)
    assert "No time stamp" not in text
    assert len(stamping.asked) == 1
    assert hashlib.sha256(described).digest() in stamping.asked[0]
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "manifest.json", "-in", "manifest.tsr", "-CAfile", str(stamping.root)],
        cwd=tmp_path / "unpacked", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr
    checked = call(world, "--verify", str(tmp_path / "made.zip"))
    assert checked.exit_code == 0, checked.output
    assert "verified" in checked.output


def test_an_answer_in_pieces_is_read_to_its_end(stamping: Service) -> None:
    stamping.behaviour = "in pieces"
    assert len(stamp(b"a claim").answer) > 1000


@pytest.mark.usefixtures("no_chromium")
@pytest.mark.parametrize("behaviour", ["503", "garbage", "of something else", "endless"])
def test_a_failure_to_stamp_is_said_in_the_dossier_and_by_the_exit_code(
    world: World, tmp_path: Path, stamping: Service, behaviour: str
) -> None:
    stamping.behaviour = behaviour
    with made(world, tmp_path, "缺失局", code=69) as archive:
        assert "manifest.tsr" not in archive.namelist()
        assert "No time stamp: " in text_of(archive)
        assert manifest(archive)["stamp"] is None
    assert call(world, "--verify", str(tmp_path / "made.zip")).exit_code == 0


@pytest.mark.usefixtures("no_chromium")
def test_a_service_that_nobody_vouches_for_stamps_nothing(
    world: World, tmp_path: Path, stamping: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stamping.url
    monkeypatch.delenv("REPORTWATCH_TSA_CA")
    with made(world, tmp_path, "缺失局", code=69) as archive:
        assert "manifest.tsr" not in archive.namelist()


@pytest.mark.usefixtures("no_chromium")
def test_a_password_in_the_address_of_the_service_is_nowhere(
    world: World, tmp_path: Path, stamping: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTWATCH_TSA_URL", stamping.url.replace("http://", "http://me:kanarienvogel@").replace("/tsa", "/k?key=kanarienvogel"))  # fmt: skip
    for behaviour in ("good", "503"):
        stamping.behaviour = behaviour
        target = tmp_path / f"{behaviour}.zip"
        result = call(world, "缺失局", "2025", "--output", str(target))
        assert "kanarienvogel" not in result.output
        with zipfile.ZipFile(target) as archive:
            assert all(b"kanarienvogel" not in archive.read(name) for name in archive.namelist())


@pytest.fixture
def stamped(world: World, stamping: Service) -> Path:
    """A dossier with a time stamp, made once."""
    with kept(world, "缺失局", "--kind", "missing") as archive:
        assert "manifest.tsr" in archive.namelist()
    assert stamping.url
    return world.folder / "缺失局---kind-missing---lang-en.zip"


def rewritten(source: Path, target: Path, name: str, body: bytes | None) -> None:
    """A copy of a dossier with one entry changed, added, or (None) left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        if body is not None:
            new.writestr(name, body)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("dossier.html", b"another page", "dossier.html: other bytes"),
        ("dossier.html", None, "dossier.html: not there"),
        ("added.txt", b"x", "added.txt: not in the manifest"),
        ("manifest.tsr", b"no stamp", "manifest.tsr: the time stamp cannot be verified"),
        ("manifest.tsr", None, "manifest.tsr: the manifest names a time stamp"),
        ("manifest.json", b"{}", "no whole dossier"),
        ("manifest.json", None, "no whole dossier"),
    ],
)
def test_what_was_changed_afterwards_is_found(
    world: World, tmp_path: Path, stamped: Path, name: str, body: bytes | None, said: str
) -> None:
    rewritten(stamped, tmp_path / "changed.zip", name, body)
    result = call(world, "--verify", str(tmp_path / "changed.zip"))
    assert result.exit_code == 65
    assert said in result.output


def test_a_manifest_that_was_made_anew_has_the_wrong_stamp(
    world: World, tmp_path: Path, stamped: Path
) -> None:
    with zipfile.ZipFile(stamped) as archive:
        facts = manifest(archive)
    facts["status"] = "on time"
    rewritten(stamped, tmp_path / "changed.zip", "manifest.json", json.dumps(facts).encode())
    result = call(world, "--verify", str(tmp_path / "changed.zip"))
    assert result.exit_code == 65
    assert "manifest.tsr: the time stamp cannot be verified" in result.output


def test_what_is_no_zip_is_told_in_one_line(world: World, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    result = call(world, "--verify", str(tmp_path / "x.zip"))
    assert result.exit_code == 65
    assert "no whole dossier" in result.output
