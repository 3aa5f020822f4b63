"""Many list pages at once: one crawl, a row for each, and a table of what became of them."""

from __future__ import annotations

import csv
import io
import json
import threading
from typing import TYPE_CHECKING

import pytest

from reportwatch import exits
from tests.reportwatch.adding_world import AddingWorld, adding, plain_list, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.portal.server import Asked, Reply

NB = "/nb/"
CAPTCHA = "<html><head><title>安全验证</title></head><body>请完成安全验证</body></html>"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AddingWorld]:
    with adding(tmp_path) as made:
        yield made


def test_many_are_added_in_one_crawl_and_one_failure_stops_nobody(world: AddingWorld) -> None:
    good, captcha, nameless = (
        plain_list(world),
        world.site(),
        plain_list(world, "2025年政府信息公开工作年度报告"),
    )
    captcha.put(NB, CAPTCHA)
    table = table_of(
        world, good.url(NB), f"{captcha.url(NB)},demo", f"{nameless.url(NB)},,示范市人民政府,,from the desk",
        "file:///etc/passwd,demo", good.url(NB + "index.html"),
    )  # fmt: skip
    results = world.folder / "results.csv"
    found = world.add("--from-csv", table, "--results", str(results))
    assert found.exit_code == exits.UNSURE
    states = [row["state"] for row in csv.DictReader(io.StringIO(results.read_text("utf-8-sig")))]
    assert states == ["added", "blind", "added", "refused", "watched"]
    assert [block["publishers"] for block in world.blocks()] == [["edu"], ["gov"]]
    assert world.blocks()[1]["note"].startswith("from the desk.")
    assert len(list((world.folder / "state" / "logs").glob("look-*"))) == 1


def test_a_table_can_be_run_again_and_skips_what_is_watched(world: AddingWorld) -> None:
    site = plain_list(world)
    table = table_of(world, site.url(NB))
    world.add("--from-csv", table)
    before, asked = (world.region / "sources.toml").read_text("utf-8"), len(site.asked)
    found = world.add("--json", "--from-csv", table)
    assert found.exit_code == exits.OK
    assert json.loads(found.stdout.splitlines()[0])["state"] == "watched"
    assert (world.region / "sources.toml").read_text("utf-8") == before
    assert len(site.asked) == asked


def test_a_table_of_another_kind_is_refused(world: AddingWorld) -> None:
    path = world.folder / "lists.csv"
    path.write_text("address\nhttp://x.gov.cn/\n", encoding="utf-8")
    assert world.add("--from-csv", str(path)).exit_code == exits.CONFIG


def test_hosts_of_one_platform_are_looked_at_in_turn(world: AddingWorld) -> None:
    sites = [plain_list(world) for _ in range(3)]
    hosts = [site.host for site in sites]
    (world.region / "sources.toml").write_text(
        f'[[source]]\nid = "old"\nurl = "{sites[0].url("/old/")}"\nfamily = "static"\nhosts = {json.dumps(hosts)}\n'
        'publishers = ["gov"]\nplatform = "city"\nmin_interval = 0.02\n',
        encoding="utf-8",
    )
    asked_at_once, guard, most = [0], threading.Lock(), [0]

    def slowly(_: Asked, reply: Reply) -> Reply:
        with guard:
            asked_at_once[0] += 1
            most[0] = max(most[0], asked_at_once[0])
        threading.Event().wait(0.1)
        with guard:
            asked_at_once[0] -= 1
        return reply

    for site in sites:
        site.trouble = slowly
    found = world.add("--dry-run", "--from-csv", table_of(world, *(f"{site.url(NB)},demo" for site in sites)))
    assert found.exit_code == exits.OK, found.output
    assert most == [1]


def test_a_scheme_and_a_host_are_written_in_lower_case(world: AddingWorld) -> None:
    site = plain_list(world)
    found = world.add("--region", "demo", "HTTP://" + site.address.upper() + NB)
    assert found.exit_code == exits.OK, found.output
    assert [block["url"] for block in world.blocks()] == [site.url(NB)]
