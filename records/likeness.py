"""Whether two pictures are one: sent twice, perhaps made smaller, saved anew or with a border cut off, but not two pages of one form.

No short number can tell both: the form fills a page, the values are some hundredths of its ink. So it goes in two steps. ``look_of``
(64 bits, kept as a fact) finds who may be alike (``records.alike``); ``same_picture`` lays two previews over each other and compares them piece by piece.
"""

from io import BytesIO
from typing import Final

import numpy as np
import numpy.fft  # numpy would load it at first use, which a confined child cannot
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SIDE: Final = 640
MOST_CUT: Final = 0.08  # of a length
ROUGH: Final = 160  # a quarter of SIDE
PIECE: Final = 16  # pixels: two letters of small print
TEXTURED: Final = 7.0  # shades (standard deviation); paper without ink says nothing
OTHER: Final = 0.45  # of a piece's variation; above it the piece shows something else
MOST_OTHER: Final = 0.16  # share of pieces; two pages of one form with other values differ in 0.23 and more

Shades = NDArray[np.uint8]
Numbers = NDArray[np.float32]


def look_of(picture: Image.Image) -> str:
    """16 hexadecimal digits: for 8 x 8 places of the picture, whether it grows brighter to the right (difference hash)."""
    shades = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS, reducing_gap=3.0), dtype=np.int16)
    return np.packbits(shades[:, 1:] > shades[:, :-1]).tobytes().hex()


def same_picture(preview: bytes, other: bytes) -> bool:
    """Whether two previews of ours show the same picture. Costs some a third of a second. Raises OSError for what is no JPEG."""
    return difference(_grey(preview), _grey(other)) <= MOST_OTHER


def difference(one: Shades, other: Shades) -> float:
    """The share of pieces with something on them that do not fit, 0 to 1, once the second lies over the first as well as it can.

    Both: shades, height x width, longest side SIDE.
    """
    place = _laid(one, other)
    first, second = _smooth(one, 1.0), _smooth(_moved(other, one.shape, place), 1.0)
    inside = _pieces(_moved(np.ones_like(other), one.shape, place)).min(axis=1) > 0
    first, second = _pieces(first)[inside], _pieces(second)[inside]
    if not len(first):
        return 1.0
    first, second = first - first.mean(axis=1, keepdims=True), second - second.mean(axis=1, keepdims=True)
    spread = np.maximum((first**2).mean(axis=1), (second**2).mean(axis=1))
    textured = spread > TEXTURED**2
    if not textured.any():
        return 0.0
    unlike = ((first - second) ** 2).mean(axis=1)[textured] / spread[textured]
    return float((unlike > OTHER).mean())


def _pieces(shades: Numbers) -> Numbers:
    """Squares of PIECE pixels, one a row."""
    rows, columns = shades.shape[0] // PIECE, shades.shape[1] // PIECE
    cut = shades[: rows * PIECE, : columns * PIECE].reshape(rows, PIECE, columns, PIECE)
    return cut.transpose(0, 2, 1, 3).reshape(rows * columns, PIECE * PIECE)


def _grey(preview: bytes) -> Shades:
    with Image.open(BytesIO(preview), formats=["JPEG"]) as image:
        share = SIDE / max(image.size)
        size = max(PIECE, round(image.width * share)), max(PIECE, round(image.height * share))
        image.draft("L", size)
        return np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))


def _laid(one: Shades, other: Shades) -> Numbers:
    """Where the second lies on the first: stretch across, shift across, stretch down, shift down, in pixels of the first."""
    place = _roughly(one, other)
    for soft in (8.0, 4.0, 2.0, 1.0):  # lines of print are told from each other only once they nearly meet
        place = _nearer(_smooth(one, soft), _smooth(other, soft).astype(np.uint8), place, evenly=soft > 1)
    return place


def _roughly(one: Shades, other: Shades) -> Numbers:
    """The best of some stretches, each with its best shift, found on a quarter of the size by correlating the edges (Fourier)."""
    edges = _edges(one)
    size = 2 * ROUGH
    target = np.fft.rfft2(edges, (size, size))
    best, place = -1.0, np.array([1, 0, 1, 0], dtype=np.float32)
    for stretch in np.arange(1 - MOST_CUT, 1 + MOST_CUT, 0.006):
        there = _edges(other, float(stretch))
        found = np.fft.irfft2(target * np.conj(np.fft.rfft2(there, (size, size))), (size, size))
        at = int(found.argmax())
        score = float(found.flat[at]) / (float(np.linalg.norm(there)) or 1.0)
        if score > best:
            down, across = ((part + ROUGH) % size - ROUGH for part in divmod(at, size))
            best, place = score, np.array([stretch, across * 4, stretch, down * 4], dtype=np.float32)
    return place


def _edges(shades: Shades, stretch: float = 1.0) -> Numbers:
    """A quarter of the size, times ``stretch``: where something begins or ends, around 0."""
    height, width = (max(2, round(side / 4 * stretch)) for side in shades.shape)
    small = np.asarray(Image.fromarray(shades).resize((width, height), Image.Resampling.BOX), dtype=np.float32)
    found = np.zeros_like(small)
    found[:, 1:] += np.abs(np.diff(small, axis=1))
    found[1:] += np.abs(np.diff(small, axis=0))
    lines: Numbers = np.sqrt(found)[: ROUGH * 2, : ROUGH * 2]
    lines -= lines.mean()
    return lines


def _nearer(target: Numbers, other: Shades, place: Numbers, evenly: bool) -> Numbers:
    """Moves the second by what the slopes of the shades say, four times (Lucas and Kanade 1981). Brightness and contrast may differ."""
    rows, columns = (
        part[::2, ::2] for part in np.mgrid[1 : target.shape[0] - 1, 1 : target.shape[1] - 1].astype(np.float32)
    )
    for _ in range(4):
        moved = _moved(other, target.shape, place)
        there = _moved(np.ones_like(other), target.shape, place)[1:-1, 1:-1][::2, ::2] > 0
        if int(there.sum()) < 100:
            return place
        slope_x = ((moved[1:-1, 2:] - moved[1:-1, :-2]) / 2)[::2, ::2][there]
        slope_y = ((moved[2:, 1:-1] - moved[:-2, 1:-1]) / 2)[::2, ::2][there]
        shades = moved[1:-1, 1:-1][::2, ::2][there]
        moves = [slope_x * columns[there], slope_y * rows[there], slope_x, slope_y]
        if evenly:
            moves = [moves[0] + moves[1], *moves[2:]]
        known = np.stack([*moves, shades, np.ones_like(shades)])
        wrong = target[1:-1, 1:-1][::2, ::2][there] - shades
        step = np.linalg.lstsq(known @ known.T, known @ wrong, rcond=None)[0]
        grow_x, grow_y, shift_x, shift_y = (step[0], *step[:3]) if evenly else step[:4]
        across, left, down, top = place
        place = np.array(
            [across * (1 - grow_x), left * (1 - grow_x) - shift_x, down * (1 - grow_y), top * (1 - grow_y) - shift_y],
            dtype=np.float32,
        )
        if not (0.8 < place[0] < 1.25 and 0.8 < place[2] < 1.25):
            return np.array([1, 0, 1, 0], dtype=np.float32)  # it ran away: they are not one
    return place


def _moved(shades: Shades, shape: tuple[int, ...], place: Numbers) -> Numbers:
    """The second in the frame of the first; 0 where it is not."""
    across, left, down, top = (float(part) for part in place)
    back = (1 / across, 0, -left / across, 0, 1 / down, -top / down)
    laid = Image.fromarray(shades).transform(
        (shape[1], shape[0]), Image.Transform.AFFINE, back, Image.Resampling.BILINEAR
    )
    return np.asarray(laid, dtype=np.float32)


def _smooth(shades: Shades | Numbers, sigma: float) -> Numbers:
    soft = Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(sigma))
    return np.asarray(soft, dtype=np.float32)
