"""The own walk over headers says what pydicom says, and words are read in the character set they were written in."""

from io import BytesIO
from pathlib import Path
from random import Random

import pydicom
import pytest
from pydicom import Dataset, Sequence
from pydicom.datadict import tag_for_keyword
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from records import dicom_header, dicom_layout
from records.dicom_header import Header, Short, Unusual, parsed, read_header, unfolded
from records.dicom_text import day, name, numbers, shown, whole, words
from records.limits import Refused
from tests.records.corpus_dicom import deep, deflated_bomb
from tests.records.scanner import bare, cylinder, header, written

SAMPLES = sorted(Path(pydicom.__file__).with_name("data").glob("test_files/*.dcm"))
SHORTS = ("Rows", "Columns", "BitsStored", "PixelRepresentation", "SamplesPerPixel")
TEXTS = (
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SOPInstanceUID",
    "Modality",
    "PatientID",
    "StudyDate",
    "InstanceNumber",
)


def read(data: bytes) -> Header:
    return read_header(BytesIO(data))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore")
def test_the_header_of_every_sample_is_what_pydicom_says(path: Path) -> None:
    told = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    with path.open("rb") as file:
        found = read_header(unfolded(file))
    for keyword in SHORTS:
        assert found.short(tag_for_keyword(keyword) or 0) == (told.get(keyword) or 0), keyword
    for keyword in TEXTS:
        value = told.get(keyword)
        assert found.raw(tag_for_keyword(keyword) or 0).decode() == ("" if value is None else str(value)), keyword


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_sequences_of_undefined_length_are_stepped_over_and_their_first_item_is_read(syntax: str) -> None:
    code = Dataset()
    code.CodeValue, code.CodeMeaning = "448169003", "Felis catus"
    code.is_undefined_length_sequence_item = True
    found = header(syntax=syntax, PatientSpeciesCodeSequence=Sequence([code, code]))
    found["PatientSpeciesCodeSequence"].is_undefined_length = True
    found.PixelData = cylinder(32).tobytes()
    walked = parsed(written(found), ended=True)
    assert walked.first_item(0x00102202).raw(0x00080104) == b"Felis catus"
    assert walked.raw(0x00080104) == b""
    assert walked.short(0x00280010) == 32
    assert walked.pixels is not None
    assert walked.pixels[1] == 2048


def test_big_endian_numbers_are_turned() -> None:
    found = header(syntax=ExplicitVRBigEndian, side=300)
    found.PixelData = bytes(300 * 300 * 2)
    assert read(written(found)).short(0x00280010) == 300


def test_a_header_longer_than_the_first_piece_is_read_on() -> None:
    found = header(ImageComments="x" * 9000)
    found.add_new((0x0019, 0x0010), "LO", "SCANNER")
    found.add_new((0x0019, 0x1001), "OB", bytes(200_000))
    found.PixelData = cylinder(32).tobytes()
    whole_file = written(found)
    assert read(whole_file).short(0x00280010) == 32
    with pytest.raises(Short):
        parsed(whole_file[:8192], ended=False)


def test_a_file_without_preamble_is_read() -> None:
    found = read(bare(header(syntax=ImplicitVRLittleEndian)))
    assert (found.short(0x00280010), found.raw(0x00080060)) == (32, b"CT")
    assert found.syntax == ImplicitVRLittleEndian


def test_thousands_of_nested_sequences_are_walked_without_recursion() -> None:
    data, _ = deep(Random(1), 20_000)
    assert read(data).short(0x00280010) == 32


def test_what_is_unusual_is_left_to_pydicom() -> None:
    with pytest.raises(Unusual):
        parsed(b"no preamble" * 20, ended=True)
    with pytest.raises(Unusual):
        parsed(written(header(syntax=ExplicitVRBigEndian)), ended=True)


def test_a_deflated_file_is_inflated_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom_header, "MOST_IN_MEMORY", 1024 * 1024)
    data, _ = deflated_bomb(Random(1))
    with pytest.raises(Refused, match="bomb"):
        unfolded(BytesIO(data))


@pytest.mark.parametrize(
    ("raw", "charset", "read_as"),
    [
        ("咪咪".encode(), b"ISO_IR 192", "咪咪"),
        ("咪咪".encode("gb18030"), b"GB18030", "咪咪"),
        ("小猫".encode("gbk"), b"GBK", "小猫"),
        ("Mimi^Müller".encode("latin-1"), b"ISO_IR 100", "Mimi Müller"),
        ("Μιμή".encode("iso8859-7"), b"ISO_IR 126", "Μιμή"),
        (b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", b"\\ISO 2022 IR 87", "Yamada Tarou / 山田 太郎"),
        (b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", b"\\ISO 2022 IR 149", "Hong Gildong / 洪 吉洞"),
        ("王^咪咪".encode("cp950"), b"", "王 咪咪"),
        ("王^咪咪".encode(), b"", "王 咪咪"),
        ("咪咪".encode(), b"ISO_IR 100", "咪咪"),
        (b"Mimi", b"no such set", "Mimi"),
        ("咪".encode("cp950"), b"no such set", "咪"),
        (b"\xff\xff", b"ISO_IR 192", "ÿÿ"),
        (b"Chen^Mimi^^^ \0", b"", "Chen Mimi"),
        ("Mi\u202emi\x07".encode(), b"ISO_IR 192", "Mimi"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_names_are_read_in_the_set_they_were_written_in(raw: bytes, charset: bytes, read_as: str) -> None:
    assert name(raw, charset) == read_as


def test_words_are_one_line_of_sixty_four_characters() -> None:
    assert words(b"CT\r\nabdomen  " + b"x" * 99) == "CT abdomen " + "x" * 53
    assert shown("a\ud800b\u200bc\u2028d") == "abc d"


@pytest.mark.parametrize(
    ("raw", "is_day"),
    [
        (b"20260503", "2026-05-03"),
        (b"2026.05.03", "2026-05-03"),
        (b"20260231", ""),
        (b"", ""),
        (b"00000000", ""),
        (b"x", ""),
    ],
)
def test_days_are_days_or_nothing(raw: bytes, is_day: str) -> None:
    assert day(raw) == is_day


def test_numbers_that_are_none_are_no_numbers() -> None:
    assert numbers(b"1.5\\-2 \\3e2") == (1.5, -2.0, 300.0)
    assert numbers(b"") == numbers(b"nan\\1") == numbers(b"1e99") == numbers(b"1\\x") == ()
    assert (whole(b" 12 "), whole(b""), whole(b"1.5"), whole(b"-3")) == (12, None, None, -3)


def forget() -> None:
    dicom_layout._known.clear()


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_header_like_the_one_before_is_read_without_a_walk_and_says_its_own(
    syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    slices = [written(_with_pixels(header(number, syntax=syntax))) for number in (10, 11, 12)]
    for data in slices[:2]:
        read(data)
    monkeypatch.setattr(dicom_header, "walked", None)
    found = read(slices[2])
    assert (found.raw(0x00200013), found.short(0x00280010), found.syntax) == (b"12", 32, syntax)
    assert found.pixels is not None
    assert slices[2][found.pixels[0] :] == cylinder(32).tobytes()


def test_remembering_layouts_changes_nothing_whatever_the_bytes_are() -> None:
    rng = Random(11)
    code = Dataset()
    code.CodeValue = "1"
    code.is_undefined_length_sequence_item = True
    found = header(10, PatientSpeciesCodeSequence=Sequence([code]))
    found["PatientSpeciesCodeSequence"].is_undefined_length = True
    whole_file = written(_with_pixels(found))
    end = whole_file.index(b"\xe0\x7f\x10\0")
    recalled = 0
    for _ in range(3000):
        data = bytearray(whole_file)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(0, end + 12)] = rng.choice([0, 1, 2, 8, 255, rng.randrange(256)])
        forget()
        alone = _outcome(bytes(data))
        forget()
        for _ in range(2):
            parsed(whole_file, ended=True)
        recalled += dicom_layout.recalled(bytes(data)) is not None
        assert _outcome(bytes(data)) == alone
    assert recalled > 500


def _outcome(data: bytes) -> object:
    try:
        found = parsed(data, ended=True)
    except (Unusual, Short) as error:
        return type(error)
    return found.syntax, found.pixels, [found.raw(tag) for tag in (0x00020010, 0x00080060, 0x00200013, 0x00102202)]


def _with_pixels(found: Dataset) -> Dataset:
    found.PixelData = cylinder(32).tobytes()
    return found
