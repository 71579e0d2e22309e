"""Files that are small on the wire and without measure once they are opened: pictures and PDFs."""

import random
import struct
import zlib

from PIL import Image, PngImagePlugin

from tests.records import papers
from tests.records.hostile import CANARY, photo, png_header, saved
from tests.records.samples import Sample


def picture_bomb(chance: random.Random) -> Sample:
    """Small on the wire, huge if believed."""
    side = chance.choice((8_000, 13_000, 40_000, 65_000))
    sort = chance.choice(("png", "jpeg", "webp", "frames", "text", "flat"))
    if sort == "jpeg":
        data = bytearray(saved(photo(64, 48), "JPEG"))
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", side, side)
        return Sample(bytes(data), "refused")
    if sort == "webp":
        head = b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14)
        body = b"VP8L" + struct.pack("<I", len(head) + 20) + head + bytes(21)
        return Sample(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body, "refused")
    if sort == "frames":
        frames = [Image.new("RGB", (8, 8), (at, at, at)) for at in range(21, 21 + chance.randrange(21, 60))]
        return Sample(saved(frames[0], "PNG", save_all=True, append_images=frames[1:]), "refused")
    if sort == "text":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", CANARY + "x" * 3_000_000, zip=True)
        return Sample(saved(photo(64, 48), "PNG", pnginfo=notes), "spoilt")
    if sort == "flat":
        return Sample(saved(Image.new("1", (side // 4 * 3, 8_400)), "PNG"), "refused" if side > 8_000 else "spoilt")
    return Sample(png_header(side, side), "refused")


def paper_bomb(chance: random.Random) -> Sample:
    """Pages without measure, trees without end, pictures and drawings that grow."""
    sort = chance.choice(("giant", "many", "deep", "ring", "picture", "drawing", "forms", "packed"))
    if sort == "giant":
        return Sample(
            papers.paper([CANARY[:0] + "x"], box=(chance.choice((14_400, 1e5, 1e8)), chance.choice((1, 14_400, 1e8)))),
            "spoilt",
        )
    if sort == "many":
        return Sample(papers.paper([""] * chance.choice((301, 2_000))), "refused")
    if sort == "deep":
        depth = chance.choice((500, 3_000))
        tree = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (at + 3) for at in range(depth)]
        return Sample(
            papers.pdf([b"<</Type/Catalog/Pages 2 0 R>>", *tree, b"<</Type/Page/MediaBox[0 0 9 9]>>"]), "spoilt"
        )
    if sort == "ring":
        return Sample(
            papers.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 99999>>"]), "refused"
        )
    if sort == "picture":
        return Sample(_grown_scan(chance.choice((20_000, 60_000))), "spoilt")
    if sort == "packed":
        return Sample(packed(b"q 1 0 0 1 0 0 cm " * 1_000_000), "spoilt")
    if sort == "drawing":
        return Sample(packed(b"0 0 m 500 800 l S " * chance.choice((1_000, 5_000))), "spoilt")
    return Sample(forms(chance.choice((3, 4))), "spoilt")


def _grown_scan(side: int) -> bytes:
    """A scan that says it is far larger than its data."""
    return papers.scan().replace(b"/Width 200/Height 280", b"/Width %d/Height %d" % (side, side))


def packed(content: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    return papers.pdf([*objects, papers.stream(zlib.compress(content), b"/Filter/FlateDecode")])


def forms(levels: int) -> bytes:
    """Forms that draw the next one ten times each."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        papers.stream(b"/X Do"),
    ]
    for at in range(levels):
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (6 + at)
        objects.append(papers.stream(b"/X Do " * 10, head))
    return papers.pdf([*objects, papers.stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")])
