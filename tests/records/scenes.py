"""What owners photograph, drawn by code from a seed: laboratory pages, computer screens that show one, and radiographs."""

import random
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

INKS: Final = ("#101010", "#202430", "#303030", "#1b2a4a")
PAPERS: Final = ("#ffffff", "#fdfdf8", "#f6f4ec", "#f2f5f8")
TESTS: Final = (
    ("WBC", "白血球", "10^9/L"), ("RBC", "紅血球", "10^12/L"), ("HGB", "血紅素", "g/dL"), ("HCT", "血球容積比", "%"),
    ("PLT", "血小板", "K/uL"), ("BUN", "尿素氮", "mg/dL"), ("CREA", "肌酸酐", "mg/dL"), ("ALT", "丙胺酸轉胺酶", "U/L"),
    ("AST", "天門冬胺酸轉胺酶", "U/L"), ("ALP", "鹼性磷酸酶", "U/L"), ("GLU", "血糖", "mg/dL"), ("TP", "總蛋白", "g/dL"),
    ("ALB", "白蛋白", "g/dL"), ("GLOB", "球蛋白", "g/dL"), ("TBIL", "總膽紅素", "mg/dL"), ("CHOL", "膽固醇", "mg/dL"),
    ("Na", "鈉", "mmol/L"), ("K", "鉀", "mmol/L"), ("Cl", "氯", "mmol/L"), ("PHOS", "磷", "mg/dL"),
    ("CA", "鈣", "mg/dL"), ("SDMA", "對稱二甲基精胺酸", "ug/dL"), ("T4", "甲狀腺素", "ug/dL"), ("fPL", "胰臟脂肪酶", "ug/L"),
)  # fmt: skip
SENTENCES: Final = (
    "The left kidney is enlarged with an irregular outline.", "No pleural effusion is seen at this time.",
    "左側腎臟腫大，皮質回音性增強，建議追蹤。", "Recheck of creatinine and phosphate in two weeks.",
    "心臟輪廓於正常範圍，肺野清晰。", "Mild thickening of the muscularis layer of the jejunum.",
    "食慾不振三日，體重下降 0.4 公斤。", "Cytology is compatible with a lymphoid infiltrate.",
)  # fmt: skip


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The face with Latin letters and Traditional Chinese that letters are set in."""
    found = find_spec("manimgx_fonts_cjk")
    assert found is not None
    assert found.origin is not None
    return ImageFont.truetype(str(Path(found.origin).parent / "NotoSansCJK-VF.otf.ttc"), size)


def page(chance: random.Random, width: int = 1500, form: int | None = None) -> Image.Image:
    """A sheet of A4 with margins. Pages of the same ``form`` share their head, their lines and their list of tests, not their values."""
    plan = chance if form is None else random.Random(form)
    height = round(width * 1.414)
    sheet = Image.new("RGB", (width, height), plan.choice(PAPERS))
    draw = ImageDraw.Draw(sheet)
    ink, size, margin = (
        plan.choice(INKS),
        round(width * plan.uniform(0.0165, 0.022)),
        round(width * plan.uniform(0.07, 0.11)),
    )
    head = font(size * 2)
    draw.text(
        (margin, margin),
        plan.choice(("Happy Cat Clinic 快樂貓醫院", "動物醫院檢驗報告", "Laboratory report")),
        fill=ink,
        font=head,
    )
    y = margin + size * 4
    draw.text(
        (margin, y),
        f"No. {chance.randrange(10**6):06d}   {chance.randrange(2020, 2027)}/{chance.randrange(1, 13)}/{chance.randrange(1, 29)}",
        fill=ink,
        font=font(size),
    )
    draw.text(
        (width // 2, y), chance.choice(("Mimi 咪咪", "Lucky", "小虎", "Oreo 奧利奧", "Nana")), fill=ink, font=font(size)
    )
    y += size * 3
    if form is not None or chance.random() < 0.7:
        return _table(sheet, chance, plan, (margin, y, size), ink)
    while y < height - margin - size * 2:
        draw.text((margin, y), _line(chance, width - 2 * margin, size), fill=ink, font=font(size))
        y += round(size * (1.7 if chance.random() < 0.85 else 3))
    return sheet


def _line(chance: random.Random, room: int, size: int) -> str:
    words = ""
    while font(size).getlength(words) < room * chance.uniform(0.6, 0.8):
        words += chance.choice(SENTENCES) + " "
    while font(size).getlength(words) > room:
        words = words[:-1]
    return words


def _table(
    sheet: Image.Image, chance: random.Random, plan: random.Random, at: tuple[int, int, int], ink: str
) -> Image.Image:
    margin, y, size = at
    draw, tests, ruled = ImageDraw.Draw(sheet), list(TESTS), plan.random() < 0.6
    plan.shuffle(tests)
    step = round(size * plan.uniform(1.7, 2.2))
    for code, name, unit in tests:
        if y > sheet.height - margin - step:
            break
        value = chance.uniform(0.1, 9.9) * chance.choice((1, 10, 100))
        cells = (
            code,
            name,
            f"{value:.1f}",
            chance.choice(("", "", "H", "L")),
            f"{value * 0.6:.1f} - {value * 1.5:.1f}",
            unit,
        )
        for share, cell in zip((0, 0.13, 0.43, 0.55, 0.63, 0.86), cells, strict=True):
            draw.text((margin + share * (sheet.width - 2 * margin), y), cell, fill=ink, font=font(size))
        y += step
        if ruled:
            line = y - step // 8
            draw.line((margin, line, sheet.width - margin, line), fill="#9aa0a6", width=max(1, size // 16))
    return sheet


def screen(chance: random.Random, width: int = 1800) -> Image.Image:
    """A computer's screen with a report or a radiograph in a window."""
    picture = Image.new("RGB", (width, round(width * 0.62)), chance.choice(("#e8eaed", "#dfe3e8", "#2b2f36")))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, width // 40), fill=chance.choice(("#3b4252", "#4a6fa5", "#f3f3f3")))
    draw.text((20, 4), "Reports - Happy Cat Clinic", fill="#c0c0c0", font=font(width // 60))
    inner = radiograph(chance, 900) if chance.random() < 0.4 else page(chance, 1100)
    tall = picture.height - width // 16
    inner = inner.resize((round(inner.width * tall / inner.height), tall))
    picture.paste(inner.crop((0, 0, min(inner.width, width * 3 // 4), tall)), (width // 6, width // 26))
    for row in range(18):
        draw.text(
            (12, width // 26 + row * width // 40),
            f"{2020 + row % 7}/{row % 12 + 1}  CBC",
            fill="#808890",
            font=font(width // 90),
        )
    return picture


def radiograph(chance: random.Random, width: int = 1400) -> Image.Image:
    """The chest or the belly of a cat from the side: a dark ground, soft tissue, a spine, ribs, air, grain; mostly with a marker."""
    height = round(width * chance.uniform(0.65, 1.25))
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = columns / width, rows / height
    tissue = np.exp(-(((x - 0.5) / chance.uniform(0.36, 0.48)) ** 4) - (((y - 0.52) / chance.uniform(0.26, 0.36)) ** 4))
    tissue *= 0.42 + 0.1 * np.sin(5 * x + chance.random() * 6) * np.sin(4 * y)
    tissue -= chance.uniform(0.12, 0.22) * np.exp(-(((x - 0.32) / 0.14) ** 2) - (((y - 0.5) / 0.13) ** 2))
    tissue += 0.2 * np.exp(-(((x - 0.45) / 0.07) ** 2) - (((y - 0.56) / 0.09) ** 2))
    picture = Image.fromarray((np.clip(tissue, 0, 1) * 255).astype(np.uint8))
    _bones(picture, chance)
    shades = np.asarray(picture, dtype=np.float32) / 255
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, 0.012, shades.shape)
    shown = np.clip(0.03 + chance.uniform(0.85, 1.1) * shades + grain * (0.4 + shades), 0, 1) ** chance.uniform(
        0.8, 1.1
    )
    film = Image.fromarray((shown * 255).astype(np.uint8))
    if chance.random() < 0.85:
        _marked(film, chance)
    tint = chance.choice(((255, 255, 255), (255, 255, 255), (226, 238, 255)))
    return Image.merge("RGB", [film.point([round(value * share / 255) for value in range(256)]) for share in tint])


def _bones(picture: Image.Image, chance: random.Random) -> None:
    """A spine of single bodies, ribs and one long bone; their rims are as soft as a radiograph shows them."""
    width, height = picture.size
    layer = Image.new("L", picture.size)
    draw = ImageDraw.Draw(layer)
    count, unit = chance.randint(11, 15), width / 16
    for at in range(count):
        left, top = width * 0.08 + at * unit, height * (0.27 + 0.03 * np.sin(at / 3))
        draw.rounded_rectangle((left, top, left + unit * 0.82, top + unit * 0.55), round(unit * 0.12), fill=150)
        draw.polygon(
            [(left + unit * 0.3, top), (left + unit * 0.55, top - unit * 0.6), (left + unit * 0.65, top)], fill=110
        )
        if at < 8:
            draw.arc(
                (left - unit, top, left + unit * 0.9, top + height * 0.45),
                300,
                80,
                fill=85,
                width=max(2, round(unit * 0.12)),
            )
    x = width * chance.uniform(0.7, 0.85)
    draw.line((x, height * 0.55, x + unit, height * 0.95), fill=165, width=round(unit * 0.5))
    layer = layer.filter(ImageFilter.GaussianBlur(width / 1400))
    picture.paste(
        Image.fromarray(np.minimum(np.asarray(picture, dtype=np.uint16) + np.asarray(layer), 255).astype(np.uint8))
    )


def _marked(film: Image.Image, chance: random.Random) -> None:
    """The letter of the side in lead, and mostly the words the machine burns in."""
    draw = ImageDraw.Draw(film)
    size = film.width // 18
    place = chance.choice(((0.04, 0.05), (0.88, 0.05), (0.04, 0.82), (0.88, 0.82)))
    draw.text((film.width * place[0], film.height * place[1]), chance.choice("LR"), fill=235, font=font(size))
    if chance.random() < 0.6:
        draw.text(
            (film.width * 0.3, 8),
            f"MIMI  {chance.randrange(2020, 2027)}/{chance.randrange(1, 13)}/12  60 kVp",
            fill=190,
            font=font(size // 3),
        )


def cat(chance: random.Random, width: int = 1500) -> Image.Image:
    """A cat on a blanket before a room that is out of focus, as owners send beside the records. Fur, eyes, whiskers."""
    height = round(width * 0.78)
    room = Image.new("RGB", (width, height), chance.choice(("#8d8a84", "#a9927b", "#6f7f86")))
    draw = ImageDraw.Draw(room)
    for _ in range(9):
        x, y = chance.randrange(width), chance.randrange(height)
        shade = tuple(chance.randrange(40, 220) for _ in range(3))
        draw.rectangle((x, y, x + width // 5, y + height // 4), fill=shade)
    room = room.filter(ImageFilter.GaussianBlur(width / 90))
    draw = ImageDraw.Draw(room)
    fur = chance.choice(((205, 150, 90), (120, 116, 112), (60, 56, 54), (214, 206, 192)))
    x, y, wide = width * 0.5, height * 0.55, width * 0.22
    draw.ellipse((x - wide, y - wide * 0.9, x + wide, y + wide * 0.95), fill=fur)
    for side in (-1, 1):
        draw.polygon(
            [
                (x + side * wide * 0.9, y - wide * 0.4),
                (x + side * wide * 0.75, y - wide * 1.35),
                (x + side * wide * 0.25, y - wide * 0.8),
            ],
            fill=fur,
        )
    for _ in range(5000):
        angle, far = chance.uniform(0, 6.283), chance.random() ** 0.5 * 1.04
        left, top = x + far * wide * np.cos(angle), y + far * wide * 0.93 * np.sin(angle)
        long, tone = wide * 0.09, chance.uniform(0.55, 1.35)
        shade = tuple(min(255, round(part * tone)) for part in fur)
        draw.line((left, top, left + long * np.cos(angle + 0.4), top + long * np.sin(angle + 0.4)), fill=shade, width=2)
    for side in (-1, 1):
        eye = (x + side * wide * 0.4, y - wide * 0.15)
        draw.ellipse(
            (eye[0] - wide * 0.16, eye[1] - wide * 0.12, eye[0] + wide * 0.16, eye[1] + wide * 0.12), fill="#b8c04a"
        )
        draw.ellipse(
            (eye[0] - wide * 0.05, eye[1] - wide * 0.11, eye[0] + wide * 0.05, eye[1] + wide * 0.11), fill="#0c0c0c"
        )
        for at in range(4):
            draw.line(
                (x + side * wide * 0.2, y + wide * 0.3, x + side * wide * 1.3, y + wide * (0.1 + at * 0.15)),
                fill="#f0f0f0",
                width=2,
            )
    return room
