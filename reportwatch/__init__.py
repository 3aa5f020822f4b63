"""The command: wires the edges together. One thin file per command in `commands/`; the demo portal in `portal/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
