"""The licences of everything the program needs: known, compatible with ours, and listed in docs/licences.md.

`python -m tests.test_licences` writes the list anew, from what is installed.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.markers import Marker

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "licences.md"
HEAD = """# Licences

reportwatch is under the Apache License 2.0 (`LICENSE`; `NOTICE` names what is inside it from elsewhere). It installs these
libraries, unchanged, from PyPI in the versions of `uv.lock`; each brings its own licence text in its `.dist-info` folder.
None is under the AGPL or the GPL. pebble is under the LGPL: it is imported as it is and can be replaced by
installing another version. pypdfium2 carries PDFium and its dependencies as compiled code, under their licences.

Written by `python -m tests.test_licences` from the metadata of the installed libraries, and held by that test.

| library | version | licence |
|---|---|---|
"""
# What may be combined with Apache-2.0 in an application that is run, not sold on. Anything else: read it, then decide.
COMPATIBLE = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|ZPL|Public Domain|LGPL|Lesser General"
)
NEVER = re.compile(r"AGPL|Affero|(?<!L)GPL|(?<!Lesser )General Public")


def lock() -> dict[str, Any]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {package["name"]: package for package in packages}


def needed(packages: dict[str, Any]) -> Iterator[str]:
    """The libraries of an installation with its extras on this machine: no development tools, no other platform's."""
    waiting: list[tuple[str, tuple[str, ...]]] = [("reportwatch", ("ocr", "js"))]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        optional = packages[name].get("optional-dependencies", {})
        wanted = packages[name].get("dependencies", []) + [
            part for extra in extras for part in optional.get(extra, [])
        ]
        for part in wanted:
            found = (part["name"], tuple(part.get("extra", ())))
            if found not in seen and ("marker" not in part or Marker(part["marker"]).evaluate()):
                seen.add(found)
                waiting.append(found)
    return iter(sorted({name for name, _ in seen} - {"reportwatch"}))


def licence(name: str) -> str:
    """What the library says of itself: the SPDX expression, else its classifiers, else a short License field."""
    told = metadata.metadata(name)
    for expression in told.get_all("License-Expression", []):
        return str(expression)
    classifiers = [
        line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    if classifiers:
        return ", ".join(classifiers)
    short = [field for field in told.get_all("License", []) if field.strip() and "\n" not in field]
    return short[0] if short else "unknown"


def row(name: str) -> str:
    return f"| {name} | {metadata.version(name)} | {licence(name)} |\n"


LIBRARIES = tuple(needed(lock()))


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_has_a_licence_that_we_may_use(name: str) -> None:
    told = licence(name)
    assert COMPATIBLE.search(told), f"{name}: {told!r} is not known to be compatible: read it, then decide"
    assert not NEVER.search(told), f"{name}: {told!r} would bind the whole program"


@pytest.mark.parametrize(
    "told", ["AGPL-3.0", "GPL-3.0-only", "GNU Affero General Public License v3", "GPLv2"]
)
def test_a_licence_that_would_bind_us_is_seen(told: str) -> None:
    assert NEVER.search(told)


@pytest.mark.parametrize("told", ["LGPL", "GNU Library or Lesser General Public License (LGPL)", "MIT"])
def test_a_licence_that_leaves_us_free_is_not_mistaken_for_it(told: str) -> None:
    assert not NEVER.search(told)


def test_the_list_in_the_documentation_is_the_installed_one() -> None:
    listed = LIST.read_text(encoding="utf-8")
    missing = [row(name) for name in LIBRARIES if row(name) not in listed]
    assert not missing, "run: python -m tests.test_licences"


def test_the_list_names_nothing_that_is_not_locked() -> None:
    listed = set(re.findall(r"^\| ([\w-]+) \| [\d.]", LIST.read_text(encoding="utf-8"), re.MULTILINE))
    assert listed <= set(lock())


if __name__ == "__main__":
    LIST.write_text(HEAD + "".join(map(row, LIBRARIES)), encoding="utf-8")
