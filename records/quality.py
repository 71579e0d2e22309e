"""stub"""

from PIL import Image


def judged(image: Image.Image) -> dict[str, object]:
    return {"flaws": []}
