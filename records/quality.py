"""Inside the disposable child: whether a photo can be read, judged on the preview's grey copy. Numbers first, words from them last.

All lengths are pixels of the preview (longest side 1,280), where small print of an A4 page is about seven pixels high. The thresholds
were chosen on seed 1 of ``tests/records/photo_set.py`` and are checked on others; change one only together with its figures.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Shades = NDArray[np.uint8]
Numbers = NDArray[np.float32]

SMALLEST: Final = 240  # a stamp is not judged
DARK_BELOW: Final = 75  # of 255, the brightest fiftieth; the paper or the bones of a photo that is no darker than usual have 115 and more
STEEP_PAGE: Final = (
    0.8  # share of a stroke's contrast that two neighbouring pixels must reach; blur of two pixels leaves 0.55
)
STEEP_OTHER: Final = 0.66  # bones and fur are softer than print
BLOWN: Final = 251
GLARE_SHARE: Final = 0.003  # of the picture: a hundredth of an A4 page is some lines of print
HALO_STARTS: Final = 210  # of 255, twelve pixels outside the white: a sheet, a window or a light box ends at once
GLARE_SLOPE: Final = (
    2.5  # of 255 in four pixels, farther out: a lamp's halo goes on falling where evenly lit paper does not
)
INK_SHARE: Final = 0.35  # of the paper's brightness: as much darker ink is
CUT_STROKES: Final = 4  # at one border: fewer are a pen, a shadow or a ruled line
FILM_DARK: Final = 0.35  # share of the picture that is black
FILM_BRIGHT: Final = 0.45  # a light box around the film included
FILM_COLOUR: Final = 0.07  # films are blue or yellow at most

_WINDOW: Final = 20  # looks across a stroke and the paper beside it
_STEP: Final = 8  # every eighth place is enough
_ENOUGH: Final = 40  # places with strokes; on fewer nothing is said
_DIRECTIONS: Final = ((0, 1), (1, 0), (1, 1), (-1, 1))  # down and right: a shaken photo is blurred in one of them alone


@dataclass(frozen=True, slots=True)
class Measures:
    """``light``: 0 to 255. ``steep``: 0 to 1, of the worst direction, None without strokes. ``glare``: share. ``cut``: strokes at a border.

    ``dark``, ``bright``: shares of the picture in relation to its own light; ``colour``: 0 to 1.
    """

    light: float
    steep: float | None
    glare: float
    cut: int
    dark: float
    bright: float
    colour: float

    @property
    def film(self) -> bool:
        """Whether it looks like a radiograph: much black, little white, hardly a colour."""
        return self.dark >= FILM_DARK and self.bright <= FILM_BRIGHT and self.colour <= FILM_COLOUR


def judged(preview: Image.Image, thumb: Image.Image) -> dict[str, Any]:
    """The facts ``flaws`` (perhaps empty) and, where it is so, ``film``, of an RGB picture and the same at a quarter of its sides.

    No facts at all for a picture that is too small to judge.
    """
    if min(preview.size) < SMALLEST:
        return {}
    measures = measured(preview, thumb)
    facts: dict[str, Any] = {"flaws": flaws_of(measures)}
    return facts | ({"film": True} if measures.film else {})


def flaws_of(found: Measures) -> list[str]:
    """What an owner should mend. Where it is dark or blurred nothing else is told: it could not be judged, and it is one new photo anyway."""
    if found.light < DARK_BELOW:
        return ["dark"]
    least = STEEP_PAGE if found.bright > 0.5 and not found.film else STEEP_OTHER
    if found.steep is not None and found.steep < least:
        return ["blurred"]
    named = {"glare": found.glare >= GLARE_SHARE, "cut": found.cut >= CUT_STROKES and found.bright > 0.5}
    return [flaw for flaw, there in named.items() if there]


def measured(preview: Image.Image, thumb: Image.Image) -> Measures:
    """Costs some seven milliseconds."""
    shades, quarter = np.asarray(preview.convert("L")), np.asarray(thumb.convert("L"))
    blocks = np.asarray(thumb.reduce(2), dtype=np.float32)
    coarse = blocks @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    light = float(np.percentile(coarse, 98))
    top = max(1.0, float(np.percentile(coarse, 99)))
    some = blocks[::2, ::2]
    return Measures(
        light=light,
        steep=_steepness(shades),
        glare=_glare(quarter),
        cut=_cut(shades, light),
        dark=float((coarse < 0.3 * top).mean()),
        bright=float((coarse > 0.6 * top).mean()),
        colour=float(np.median(some.max(axis=2) - some.min(axis=2))) / top,
    )


def _steepness(shades: Shades) -> float | None:
    """How sudden the strongest edges are, in the direction where they are least so."""
    found = [_steep(shades, down, right) for down, right in _DIRECTIONS]
    return min((one for one in found if one is not None), default=None)


def _steep(shades: Shades, down: int, right: int) -> float | None:
    """The step over two pixels, as a share of all contrast in a short line; of the steepest twentieth of lines with strong contrast.

    An edge of a pen blurred by s pixels (standard deviation) steps erf(1 / (s * sqrt 2)) of its height over two pixels: 0.68 for 1,
    0.38 for 2 (own derivation; noise adds a little).
    """
    height, width = shades.shape[0] - abs(down) * _WINDOW, shades.shape[1] - abs(right) * _WINDOW
    top = _WINDOW if down < 0 else 0
    views = [
        shades[top + at * down : top + at * down + height : _STEP, at * right : at * right + width : _STEP]
        for at in range(_WINDOW)
    ]
    lines = np.stack(views)
    contrast = lines.max(axis=0) - lines.min(axis=0)
    strong = contrast >= max(24, int(np.percentile(contrast, 99)) // 2)
    if int(strong.sum()) < _ENOUGH:
        return None
    lines = lines[:, strong].astype(np.int16)
    return float(np.percentile(np.abs(lines[2:] - lines[:-2]).max(axis=0) / contrast[strong], 95))


def _glare(quarter: Shades) -> float:
    """The share that is blown out, if it falls off softly all around; 0 for white paper, a window or a light box, whose borders are sharp."""
    light = _widest(quarter)  # of the paper between the letters
    blown = quarter >= BLOWN
    share = float(blown.mean())
    if share < GLARE_SHARE or share > 0.5:
        return 0.0
    rings, inner = [], blown
    for _ in range(9):
        outer = _grown(inner)
        ring = light[outer & ~inner]
        if not ring.size:
            return 0.0
        rings.append(float(ring.mean()))
        inner = outer
    soft = rings[2] >= HALO_STARTS and (rings[5] - rings[8]) / 3 >= GLARE_SLOPE
    return share if soft else 0.0


def _widest(shades: Shades) -> Shades:
    """Each place takes the brightest of its neighbours."""
    wide = np.maximum(np.maximum(shades[1:-1], shades[:-2]), shades[2:])
    wide = np.maximum(np.maximum(wide[:, 1:-1], wide[:, :-2]), wide[:, 2:])
    return np.pad(wide, 1, mode="edge")


def _grown(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    grown = places.copy()
    grown[1:] |= places[:-1]
    grown[:-1] |= places[1:]
    grown[:, 1:] |= places[:, :-1]
    grown[:, :-1] |= places[:, 1:]
    return grown


def _cut(shades: Shades, light: float) -> int:
    """How many strokes of ink on paper touch the border that has most of them. The outermost two pixels are often a scanner's shadow."""
    strips = (shades[:, 2:8], shades[:, -8:-2], shades[2:8].T, shades[-8:-2].T)
    return max(_strokes(strip.min(axis=1), strip.max(axis=1), light) for strip in strips)


def _strokes(lowest: Shades, highest: Shades, light: float) -> int:
    """Dark runs of at most thirty pixels along a border, with bright paper beside them."""
    paper = highest.astype(np.int16)
    for reach in (1, 2, 4, 8):
        paper = np.maximum(paper, np.maximum(np.roll(paper, reach), np.roll(paper, -reach)))
    ink = (lowest < paper - INK_SHARE * light) & (paper > 0.65 * light)
    turns = np.flatnonzero(np.diff(np.concatenate(([0], ink.astype(np.int8), [0]))))
    runs = turns[1::2] - turns[::2]
    return int((runs <= 30).sum())
