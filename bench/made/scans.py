"""Scans: pages drawn as pictures, turned, noisy, stamped or photographed."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
import pypdfium2
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

PAPER, DESK = (252, 252, 252), (190, 190, 190)
RED = (215, 40, 40)
BLACK_BELOW = 150
CORNER = 0.03  # how far a photograph's corners move, as a share of the page


@dataclass(frozen=True, slots=True)
class Scanner:
    """`turn` in degrees and `noise` in grey levels are the most that happens; `quality` is JPEG's."""

    dpi: int = 200
    turn: float = 0.6
    noise: float = 6
    quality: int = 60
    colours: Literal["grey", "black", "all"] = "grey"
    seal: bool = False
    photograph: bool = False


SCANNERS = {
    "150": Scanner(150),
    "200": Scanner(),
    "300": Scanner(300, turn=0.3),
    "black": Scanner(200, noise=20, colours="black"),
    "seal": Scanner(200, colours="all", seal=True),
    "100": Scanner(100, turn=0.4),
    "photo": Scanner(200, turn=0, colours="all", photograph=True, quality=70),
    "picture": Scanner(150, turn=0, noise=0),
    "page": Scanner(120, turn=0, noise=0),
}


def scan(pdf: bytes, scanner: Scanner, seed: int) -> bytes:
    """A PDF whose pages are pictures of the pages of `pdf`."""
    pages = [_finished(page, scanner) for page in _taken(pdf, scanner, seed)]
    written = io.BytesIO()
    # Black and white pages are packed as a fax is: no quality to choose
    quality = {} if scanner.colours == "black" else {"quality": scanner.quality}
    # The clock's dates would make every run another file
    dates = {"creationDate": time.gmtime(0), "modDate": time.gmtime(0)}
    rest = pages[1:]
    pages[0].save(
        written, "PDF", save_all=True, append_images=rest, resolution=scanner.dpi, **quality, **dates
    )
    return written.getvalue()


def picture(pdf: bytes, scanner: Scanner, seed: int) -> bytes:
    """A PNG of all pages, one below the other."""
    pages = _taken(pdf, scanner, seed)
    written = io.BytesIO()
    Image.fromarray(np.vstack(pages)).convert("L").save(written, "PNG", optimize=True)
    return written.getvalue()


def _taken(pdf: bytes, scanner: Scanner, seed: int) -> list[Picture]:
    chance = np.random.default_rng(seed)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_seen(_drawn(page, scanner.dpi), scanner, chance) for page in document]
    finally:
        document.close()


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> Picture:
    return np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"), dtype=np.uint8)


def _seen(page: Picture, scanner: Scanner, chance: np.random.Generator) -> Picture:
    if scanner.seal:
        page = _sealed(page, scanner.dpi, chance)
    if scanner.turn:
        page = _turned(page, chance.uniform(-scanner.turn, scanner.turn))
    if scanner.photograph:
        page = _photographed(page, chance)
    if not scanner.noise:
        return page
    grain = chance.normal(0, scanner.noise, page.shape[:2])[:, :, None]
    return np.clip(page * 0.93 + 11 + grain, 0, 255).astype(np.uint8)


def _turned(page: Picture, degrees: float) -> Picture:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return turned.astype(np.uint8)


def _sealed(page: Picture, dpi: int, chance: np.random.Generator) -> Picture:
    height, width = page.shape[:2]
    inked = page.copy()
    centre = int(width * chance.uniform(0.35, 0.75)), int(height * chance.uniform(0.3, 0.7))
    radius = int(dpi * 0.8)
    cv2.circle(inked, centre, radius, RED, int(dpi * 0.05))
    star = centre[0] - radius // 3, centre[1] + radius // 3
    cv2.putText(inked, "*", star, cv2.FONT_HERSHEY_SIMPLEX, dpi / 40, RED, int(dpi * 0.06))
    return cv2.addWeighted(inked, 0.75, page, 0.25, 0).astype(np.uint8)


def _photographed(page: Picture, chance: np.random.Generator) -> Picture:
    height, width = page.shape[:2]
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    moved = [[abs(x - CORNER * chance.random()), abs(y - CORNER * chance.random())] for x, y in corners]
    size = np.array([width, height], dtype=np.float32)
    before, after = np.array(corners, dtype=np.float32) * size, np.array(moved, dtype=np.float32) * size
    matrix = cv2.getPerspectiveTransform(before, after)
    bent = cv2.warpPerspective(page, matrix, (width, height), borderValue=DESK)
    light = np.linspace(0.72, 1, width)[None, :, None]
    return (bent * light).astype(np.uint8)


def _finished(page: Picture, scanner: Scanner) -> Image.Image:
    image = Image.fromarray(page)
    if scanner.colours == "all":
        return image
    grey = image.convert("L")
    return grey if scanner.colours == "grey" else _black(grey)


def _black(grey: Image.Image) -> Image.Image:
    levels: Sequence[int] = [255 if level > BLACK_BELOW else 0 for level in range(256)]
    return grey.point(levels).convert("1")
