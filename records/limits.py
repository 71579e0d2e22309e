"""How much a record may ask of the child that opens it, and the one error that says it asked too much."""

from typing import Final

MOST_PIXELS: Final = 50_000_000  # of one DICOM frame, as of one picture
MOST_FRAMES: Final = 100_000  # announced; one of them is decoded

# An archive. A whole CT of a cat has 300 to 3,000 slices, the viewer on its CD up to 2,000 files beside them.
MOST_ENTRIES: Final = 10_000
MOST_DIRECTORY: Final = 4 * 1024 * 1024  # bytes of the list of entries: 10,000 long names; never read beyond
MOST_RATIO: Final = 100  # of all entries together; slices come down to a third or a tenth, an empty one to a thousandth
RATIO_FROM: Final = 256 * 1024 * 1024  # inflated bytes below which a high ratio hurts nobody
MOST_INFLATED: Final = 12 * 1024**3  # a DVD and more; what is sooner reached is the time below
MOST_IN_MEMORY: Final = 96 * 1024 * 1024  # one entry that must be held whole: a page, a photo, a compressed film
MOST_SHOWN_REFUSALS: Final = 12
MOST_PICTURES: Final = 24  # series, and again photographs and pages, that are shown; the others are counted

# The processor time of a child ends at 20 s, the wall time of its parent at 30 s. An archive stops by itself before, so that what was
# found until then is kept: every byte is checked for THOROUGH_S, after that only headers are read until SCAN_S, and pictures are made
# until PICTURES_S. At 300 MB/s, as measured, THOROUGH_S are 3 GB of slices: more than the largest record seen. A longer cap would help
# nobody, because the owner waits for the answer.
THOROUGH_S: Final = 9.0
SCAN_S: Final = 12.0
PICTURES_S: Final = 16.0
WALL_S: Final = 30.0  # what a parent waits for its child (records.preview)
WALL_SHARE: Final = 1.5  # so much wall time for a second of the budget: a busy machine must not cost an answer


class Refused(ValueError):
    """``problem`` is one of the words listed in ``docs/decisions/0013-records.md``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
