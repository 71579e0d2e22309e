"""stub"""

from PIL import Image


def look_of(image: Image.Image) -> str:
    return "0" * 16
