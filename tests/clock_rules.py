"""Another country's rules in place of one zone's, as a newer version of the tables would bring them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath


@contextmanager
def new_rules(folder: Path, **zones: str) -> Iterator[None]:
    """``zones``: names with "__" for the stroke → the zone whose rules they get, for example ``Europe__London="Europe/Paris"``."""
    for name, like in zones.items():
        file = folder.joinpath(*name.split("__"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(files("tzdata").joinpath("zoneinfo", *like.split("/")).read_bytes())
    reset_tzpath([str(folder)])
    ZoneInfo.clear_cache()
    try:
        yield
    finally:
        reset_tzpath(())
        ZoneInfo.clear_cache()
