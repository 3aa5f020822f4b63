"""The portal is a site that behaves, and misbehaves, as asked."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.figures import figures, result_rows
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import Column, encrypted_pdf
from reportwatch.portal.sinks import Mailbox
from reportwatch.portal.site import Site, opened
from reportwatch.portal.troubles import TROUBLES

if TYPE_CHECKING:
    from collections.abc import Iterator

NB = "/zwgk/nb/"
MADE = MadeReport("示范市财政局", 2025)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site("示范市")
    made.add_column(Column(NB, "政府信息公开年报"))
    with opened(made):
        yield made


def get(site: Site, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(site.address, timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read(), dict(answer.headers)
    finally:
        connection.close()


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_made_figures_hold_every_sum_of_the_form(edition: str) -> None:
    made = figures("示范市财政局", 2025, edition)
    for column in ("natural_person", "other_org", "total"):
        results = sum(made[f"requests.{row}.{column}"] for row in result_rows(edition))
        left = made[f"requests.received.{column}"] + made[f"requests.carried_in.{column}"]
        assert results == made[f"requests.concluded.{column}"]
        assert left == made[f"requests.concluded.{column}"] + made[f"requests.carried_out.{column}"]
    assert len(made) == {"2021": 200, "2019": 198}[edition]


def test_a_report_appears_when_the_timetable_says_so(site: Site) -> None:
    path = site.publish(NB, MADE, "2026-01-20", since="2026-01-20T01:00:00Z")
    site.at = "2026-01-19T00:00:00Z"
    assert MADE.title.encode() not in get(site, NB)[1]
    assert get(site, path)[0] == 404
    site.at = "2026-01-20T01:00:00Z"
    assert MADE.title.encode() in get(site, NB)[1]
    assert get(site, path)[0] == 200


def test_an_unchanged_page_is_answered_with_304(site: Site) -> None:
    status, _, headers = get(site, NB)
    assert status == 200
    assert get(site, NB, **{"If-None-Match": headers["ETag"]})[0] == 304


def test_a_long_list_has_pages_that_only_the_script_names(site: Site) -> None:
    for year in range(2005, 2026):
        site.publish(NB, MadeReport("示范市财政局", year), f"{year + 1}-01-20", since="0000")
    first = get(site, NB)[1]
    assert b'createPageHTML(3, 0, "index", "html")' in first
    assert first.count(b"<A ") == 10
    assert get(site, NB + "index_2.html")[1].count(b"<A ") == 1
    assert get(site, NB + "index_3.html")[0] == 404


@pytest.mark.parametrize("trouble", sorted(set(TROUBLES) - {"hangs up", "cut"}))
def test_every_trouble_lasts_as_long_as_asked_and_no_longer(site: Site, trouble: str) -> None:
    site.publish(NB, MADE, "2026-01-20", since="0000")
    site.disturb(trouble, NB, since="2026-02-01", until="2026-03-01")
    site.at = "2026-02-10T00:00:00Z"
    status, disturbed, _ = get(site, NB)
    assert status != 200 or b"<A " not in disturbed or b"createPageHTML(1" not in disturbed
    site.at = "2026-03-02T00:00:00Z"
    assert MADE.title.encode() in get(site, NB)[1]


def test_a_cut_answer_promises_more_than_it_sends(site: Site) -> None:
    site.disturb("cut", NB)
    with pytest.raises(http.client.IncompleteRead):
        get(site, NB)


def test_a_site_that_hangs_up_sends_nothing(site: Site) -> None:
    site.disturb("hangs up", NB)
    with pytest.raises(http.client.RemoteDisconnected):
        get(site, NB)


def test_a_stopped_site_refuses_and_comes_back_at_the_same_address(site: Site) -> None:
    address = site.address
    site.stop()
    with pytest.raises(ConnectionRefusedError):
        get(site, NB)
    site.start()
    assert site.address == address
    assert get(site, NB)[0] == 200


def test_the_encrypted_pdf_is_a_pdf(site: Site) -> None:
    site.put("/a.pdf", encrypted_pdf(), media_type="application/pdf")
    assert get(site, "/a.pdf")[1].startswith(b"%PDF")


def test_the_mailbox_opens_on_a_python_that_cannot_read_weakref_of_slots() -> None:
    """Python 3.11.2 (Debian 12): aiosmtpd reads every attribute of its handler, and `__weakref__` of one with slots raises."""
    assert "__slots__" not in vars(Mailbox)
    with Mailbox() as mailbox:
        assert mailbox.port
