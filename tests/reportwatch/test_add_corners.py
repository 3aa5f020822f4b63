"""Every corner of the test portal, placed in its family by `reportwatch add`."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from crawler import families
from store.watchlist import load_watchlist
from tests.portal.corner import built, reports
from tests.portal.server import Site
from tests.reportwatch.adding_world import AddingWorld, adding, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORNERS = built()


def needs_a_word(name: str) -> bool:
    """Whether no page of a corner shows all that must be known to read it."""
    corner = CORNERS[name](Site(), reports(3))
    return bool(corner.options or corner.hosts)


NAMED = {name for name in CORNERS if needs_a_word(name)}
PLAIN = sorted(set(CORNERS) - NAMED)


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Every corner that needs no word of a person, looked at in one run; what was said of each, and its family."""
    with adding(tmp_path_factory.mktemp("placed")) as world:
        corners, rows = {}, []
        for name in PLAIN:
            site = world.site()
            corners[name] = CORNERS[name](site, reports(41))
            rows.append(site.url(corners[name].path))
        found = world.add("--json", "--from-csv", table_of(world, *rows))
        said = [json.loads(line) for line in found.stdout.splitlines() if line.startswith("{")]
        loaded = load_watchlist(world.watchlist, families()).sources
        assert all(source.publishers == ("edu",) and not source.probed for source in loaded)
        assert {source.url: source.family for source in loaded} == {
            one["url"]: one["family"] for one in said if one["state"] == "added"
        }
        yield dict(zip(PLAIN, said, strict=True)), {name: corner.family for name, corner in corners.items()}


@pytest.mark.parametrize("name", PLAIN)
def test_a_corner_is_placed_read_to_its_end_and_written(
    name: str, placed: tuple[dict[str, Any], dict[str, str]]
) -> None:
    said, families_of = placed
    check_placed(said[name], families_of[name])


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_corner_that_needs_a_word_of_a_person_is_placed_with_it(name: str, world: AddingWorld) -> None:
    site = world.site()
    corner = CORNERS[name](site, reports(41))
    hosts = [word for host in corner.hosts for word in ("--host", host)]
    said = tomllib.loads(corner.options.replace(", ", "\n"))
    options = [word for name, value in said.items() for word in ("--option", f"{name}={value}")]
    check_placed(world.facts(site.url(corner.path), *hosts, *options), corner.family)


def check_placed(facts: dict[str, Any], family: str) -> None:
    assert (facts["family"], facts["state"]) == (family, "added"), facts
    assert facts["reports"] == 41
    assert facts["publishers"][0]["years"] == [2022, 2023, 2024, 2025]
    assert len(facts["not_watched"]) == 9


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AddingWorld]:
    with adding(tmp_path) as made:
        yield made


def test_the_category_after_the_number_sign_becomes_an_option(world: AddingWorld) -> None:
    site = world.site()
    corner = CORNERS["gkmlpt: a category that a person names, of a district's bureau"](site, reports(3))
    (category,) = tomllib.loads(corner.options).values()
    facts = world.facts(f"{site.url(corner.path)}#{category}")
    assert (facts["state"], facts["reports"]) == ("added", 3)
    assert world.blocks()[0]["options"] == {"category": category}
