"""Where a channel's secret address comes from: an environment variable, a file of its owner's, an Apprise configuration.

No text in here quotes an address, or a line of a file that holds one.
"""

from __future__ import annotations

import re
import stat
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLACES = ("url_env", "url_file", "apprise_config")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SEVERAL = re.compile(r"(?i)[\s,;]+[a-z][a-z0-9]*://")  # Apprise takes the second for a part of the first
WRONG_PLACE, NOT_THERE = "wrong place", "not there"
LANE_SIGNS = 6


class AddressError(Exception):
    """Raised where an address is not to be had: which `key` of the block is to blame, and a text without secrets.

    `kind` is WRONG_PLACE where the file itself is wrong, NOT_THERE where what it names is.
    """

    def __init__(self, key: str, message: str, kind: str = NOT_THERE) -> None:
        super().__init__(message)
        self.key = key
        self.kind = kind


def place_of(block: Mapping[str, Any]) -> tuple[str, str]:
    """Which key says where the address is, and what it says. Raises AddressError where none or several do."""
    named = [key for key in PLACES if block.get(key)]
    if len(named) != 1:
        said = "name where the address is: either url_env, url_file or apprise_config"
        raise AddressError("", said, WRONG_PLACE)
    return named[0], str(block[named[0]])


def addresses_of(
    key: str, place: str, tag: object, folder: Path, env: Mapping[str, str]
) -> tuple[tuple[str, ...], str]:
    """The addresses of a channel, one for each person or service that can fail alone. Raises AddressError.

    With them, what is wrong with the place all the same: somebody in it may be told nothing.
    """
    if (key == "url_env" and not VARIABLE.fullmatch(place)) or "://" in place:
        what = "an environment variable" if key == "url_env" else "a file"
        said = f"this is an address, not a name of {what}; put it into one and name that"
        raise AddressError(key, said, WRONG_PLACE)
    if tag and key != "apprise_config":
        raise AddressError("tag", "tag goes with apprise_config only", WRONG_PLACE)
    if key == "apprise_config":
        return _of_configuration(_private(key, _named(place, folder, env)), str(tag) if tag else None)
    address = _of_variable(place, env) if key == "url_env" else _of_file(_private(key, folder / place))
    return _each(key, address), ""


def lane(channel: str, address: str) -> str:
    """What one of several addresses of a channel is called in the database: it tells nothing of the address."""
    return f"{channel}:{sha256(f'{channel} {address}'.encode()).hexdigest()[:LANE_SIGNS]}"


def _of_variable(name: str, env: Mapping[str, str]) -> str:
    address = env.get(name, "").strip()
    if not address:
        raise AddressError("url_env", f"the environment variable {name} is not set; export it")
    return address


def _of_file(file: Path) -> str:
    try:
        address = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AddressError("url_file", f"cannot read {file}: {why}") from None
    if not address:
        raise AddressError("url_file", f"{file} is empty; put the channel's address on one line")
    return address


def _private(key: str, file: Path) -> Path:
    """The file, if nobody but its owner can read it."""
    try:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
    except OSError as error:
        raise AddressError(key, f"cannot read {file}: {error.strerror}") from None
    if open_to_others:
        raise AddressError(key, f"others can read {file}; run: chmod 600 {file}")
    return file


def _named(place: str, folder: Path, env: Mapping[str, str]) -> Path:
    """A path as written, below the folder of channels.toml; `$NAME` is what the environment variable says."""
    if place.startswith("$"):
        name = place.strip("${}")
        place = env.get(name, "").strip()
        if not place:
            said = f"the environment variable {name} is not set; let it name the Apprise configuration file"
            raise AddressError("apprise_config", said)
        if "://" in place:
            said = f"the environment variable {name} holds an address; let it name a file"
            raise AddressError("apprise_config", said)
    return folder / Path(place).expanduser()


def _of_configuration(file: Path, tag: str | None) -> tuple[tuple[str, ...], str]:
    from monitor.configurations import (  # noqa: PLC0415 - Apprise takes half a second to load
        ConfigurationError,
        configured,
    )

    try:
        found = configured(file, tag)
    except ConfigurationError as error:
        raise AddressError("apprise_config", f"{file} is no Apprise configuration: {error}") from None
    said = [
        f"Apprise does not understand {_lines(found.left_out)} of {file}: nobody is told there"
        if found.left_out
        else "",
        f"{_lines(found.includes)} of {file} is not followed: give each file a channel of its own"
        if found.includes
        else "",
    ]
    doubt = "; ".join(filter(None, said))
    if not found.addresses:
        wanted = f"the tag {tag!r} matches nobody in it" if tag else "nobody is in it"
        raise AddressError("apprise_config", doubt or f"{file}: {wanted}")
    return found.addresses, doubt


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _each(key: str, address: str) -> tuple[str, ...]:
    """The address, or one for each of its several recipients."""
    from monitor.services import separate, understands  # noqa: PLC0415 - Apprise takes half a second to load

    if SEVERAL.search(address):
        said = "more than one address: give each a channel of its own, or put them into an Apprise configuration (apprise_config)"
        raise AddressError(key, said)
    if not understands(address):
        said = "not an address that Apprise understands; `apprise --details` lists them"
        raise AddressError(key, said)
    found: Sequence[str] = separate(address)
    return tuple(found)
