"""The engine: PP-OCRv6's two small models (where text stands; what a line says), run on the processor.

The models come in rapidocr's wheel and are run by onnxruntime directly: the score of every character and its place
in the line are needed, which rapidocr's own functions average away. One thread: results and memory do not depend on
the machine. Nothing is fetched, ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.model import Box

    Image = NDArray[np.uint8]

Handle = Any  # a session of onnxruntime, which has no types

THREADS = 1
HEIGHT = 48  # pixels of a line as the recogniser wants it
MAX_WIDTH = 2_400  # pixels of such a line; longer ones are pressed together
LOOK_ALIKES = ("0OoQОоΟο〇○◯。°", "1lI|丨ｌ∣")
_BATCH_WIDTH = 2_600  # pixels of all lines of one batch, padding included: bounds the memory
_STEP = 32  # the detector's image has sides that are multiples of this
_TEXT = 0.3  # of 1: a pixel this sure belongs to text
_BOX = 0.5  # of 1: the mean of a box that holds text
_GROW = 1.6  # how far text reaches beyond the detector's core of it
_LEAST = 3  # pixels of a core's smaller side
_BAND = 1_400  # rows of pixels that the detector looks at together, about a page: bounds the memory
_CUT = 0.3  # of a band: how far above its end it may be cut, at the row most like paper

cv2.setNumThreads(THREADS)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the recogniser saw in one line: its characters, their scores (0 to 1), their centres (0 to 1 of its width)."""

    text: str
    scores: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def score(self) -> float:
        """The score of the least sure character; 0 where there is none."""
        return min(self.scores, default=0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page's text: its box in points of the straight page, and what was seen."""

    box: Box
    seen: Seen


@cache
def _session(part: str) -> Handle:
    """A model of rapidocr's wheel, loaded once in a process."""
    runtime = import_module("onnxruntime")
    folder = files("rapidocr") / "models"
    (name,) = (entry.name for entry in folder.iterdir() if f"_{part}_" in entry.name and "OCRv" in entry.name)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.enable_cpu_mem_arena = False  # the arena never gives back what the largest page took
    options.log_severity_level = 4
    model = (folder / name).read_bytes()
    return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _letters() -> tuple[str, ...]:
    """The recogniser's characters by number: 0 is "no character", the last is a space."""
    named = _session("rec").get_modelmeta().custom_metadata_map["character"]
    return ("", *named.splitlines(), " ")


@cache
def _alike() -> dict[int, tuple[int, ...]]:
    """Characters that nobody can tell apart by themselves share their scores: 0 and O, 1 and l."""
    letters = _letters()
    groups = [
        tuple(n for n, letter in enumerate(letters) if letter and letter in alike) for alike in LOOK_ALIKES
    ]
    return {number: group for group in groups for number in group}


def _run(part: str, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    session = _session(part)
    output: NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: batch})[0]
    return output


def text_boxes(grey: Image) -> list[Box]:
    """Where lines of text stand in a grey picture, in its pixels (left, top, right, bottom)."""
    edges = _edges(grey)
    return [
        (left, begin + top, right, begin + bottom)
        for begin, end in pairwise(edges)
        for left, top, right, bottom in _boxes_of_band(grey[begin:end])
    ]


def _edges(grey: Image) -> list[int]:
    """Where a tall picture is cut, between lines of text: at the rows whose pixels differ least from one another."""
    height = grey.shape[0]
    edges = [0]
    while height - edges[-1] > _BAND:
        end = edges[-1] + _BAND
        begin = end - round(_CUT * _BAND)
        edges.append(begin + int(grey[begin:end].std(axis=1).argmin()))
    return [*edges, height]


def _boxes_of_band(grey: Image) -> list[Box]:
    height, width = grey.shape
    high, wide = (max(_STEP, round(side / _STEP) * _STEP) for side in (height, width))
    scaled = cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
    sure = _run("det", np.repeat(scaled[None, None], 3, axis=1))[0, 0]
    core = cv2.dilate((sure > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core)
    boxes: list[Box] = []
    for number in range(1, count):
        x, y, w, h, _area = (int(value) for value in stats[number])
        inside = labels[y : y + h, x : x + w] == number
        if min(w, h) < _LEAST or float(sure[y : y + h, x : x + w][inside].mean()) < _BOX:
            continue
        grow = _GROW * w * h / (2 * (w + h))
        left, right = max(0.0, x - grow), min(float(wide), x + w + grow)
        top, bottom = max(0.0, y - grow), min(float(high), y + h + grow)
        boxes.append((left * width / wide, top * height / high, right * width / wide, bottom * height / high))
    return boxes


def recognise(lines: Sequence[Image]) -> list[Seen]:
    """What each grey picture of one line says, in the order given. Batches hold lines of about the same width."""
    widths = [_width(line) for line in lines]
    seen: dict[int, Seen] = {}
    for batch in _batches(widths):
        widest = max(widths[index] for index in batch)
        ready = np.stack([_ready(lines[index], widths[index], widest) for index in batch])
        for index, sure in zip(batch, _run("rec", ready), strict=True):
            seen[index] = _decoded(sure, widths[index] / widest)
    return [seen[index] for index in range(len(lines))]


def _width(line: Image) -> int:
    height, width = line.shape
    return max(HEIGHT, min(MAX_WIDTH, int(-(-HEIGHT * width // height))))


def _batches(widths: Sequence[int]) -> list[list[int]]:
    batches: list[list[int]] = []
    for index in sorted(range(len(widths)), key=widths.__getitem__):
        if batches and widths[index] * (len(batches[-1]) + 1) <= _BATCH_WIDTH:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _ready(line: Image, width: int, widest: int) -> NDArray[np.float32]:
    shrinks = line.shape[0] > HEIGHT
    scaled = cv2.resize(line, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    ready = np.zeros((3, HEIGHT, widest), np.float32)
    ready[:, :, :width] = scaled.astype(np.float32) / 127.5 - 1
    return ready


def _decoded(sure: NDArray[np.float32], share: float) -> Seen:
    """Greedy CTC: the best character of each step, repetitions and "no character" left out."""
    best = sure.argmax(axis=1)
    steps = [
        step for step, (before, now) in enumerate(pairwise([0, *best.tolist()])) if now and now != before
    ]
    letters = _letters()
    alike = _alike()
    places = tuple(min(1.0, (step + 0.5) / len(best) / share) for step in steps)
    scores = tuple(
        round(float(sure[step, list(alike.get(int(best[step]), (int(best[step]),)))].sum()), 4)
        for step in steps
    )
    return Seen("".join(letters[best[step]] for step in steps), scores, places)
