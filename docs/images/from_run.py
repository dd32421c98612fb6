"""Put the README's figure beside it, small enough for a repository: ``python docs/images/from_run.py RUN_FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

FIGURE = "time_to_exit"
WIDTH, COLOURS = 1400, 255


def shrink(run: Path, folder: Path) -> Path:
    """Write the figure of a run folder as a PNG with a palette, ``WIDTH`` pixels wide, and return its path."""
    with Image.open(run / "figures" / f"{FIGURE}.png") as full:
        height = round(full.height * WIDTH / full.width)
        small = full.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    path = folder / f"{FIGURE}.png"
    small.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


if __name__ == "__main__":
    print(shrink(Path(sys.argv[1]), Path(__file__).parent))
