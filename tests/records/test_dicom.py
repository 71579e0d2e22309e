"""A DICOM file in the child: its facts, its picture, and nothing of its owner."""

import json
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom import Dataset, Sequence, dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_windowing
from pydicom.uid import (
    EncapsulatedPDFStorage,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
    SegmentationStorage,
)

from records.dicom_file import look
from records.dicom_header import read_header, unfolded
from records.dicom_pixels import picture
from records.findings import Opened
from records.preview import open_record
from tests.records.corpus_dicom import CORPUS, Expected, talkative
from tests.records.hostile import CANARY
from tests.records.scanner import ct, cylinder, directory, header, written

SAMPLES = Path(pydicom.__file__).with_name("data") / "test_files"

# Samples that pydicom and its decoders without the GPL cannot show either.
TWELVE_BIT = ("JPEG-lossy.dcm", "JPGExtended.dcm")
BROKEN = ("JPEG2000-embedded-sequence-delimiter.dcm", "SC_rgb_jpeg.dcm", "badVR.dcm", "MR_truncated.dcm")

pytestmark = pytest.mark.filterwarnings("ignore")


def opened(data: bytes) -> Opened:
    return look(BytesIO(data), "dicom")


def drawn(data: bytes) -> np.ndarray[Any, Any]:
    """The full picture before it becomes a JPEG."""
    file = unfolded(BytesIO(data))
    return np.asarray(picture(file, read_header(file)))


def with_images() -> list[Path]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths = (path for path in sorted(SAMPLES.glob("*.dcm")) if path.name not in (*TWELVE_BIT, *BROKEN))
        return [path for path in paths if dcmread(path, force=True, stop_before_pixels=True).get("Rows")]


def as_pydicom_has_it(path: Path) -> np.ndarray[Any, Any]:
    """The middle frame from pydicom's own pixels: its look-up tables, and our window by the formula, in floating point."""
    data = dcmread(path, force=True)
    array = data.pixel_array
    frames = int(data.get("NumberOfFrames") or 1)
    if frames > 1:
        array = array[frames // 2]
    if data.PhotometricInterpretation == "PALETTE COLOR":
        return (apply_color_lut(array, data) >> 8).astype(np.uint8)
    if array.ndim == 3:
        return (array >> max(0, data.BitsStored - 8)).astype(np.uint8)
    scale = data.get("DoseGridScaling")
    values = array * float(scale) if scale else apply_modality_lut(array, data).astype(float)
    if data.get("WindowWidth") and data.get("WindowCenter") is not None:
        low, high = _ends(data)
        seen = apply_windowing(values, data).astype(float)
        share = (seen - low) / (high - low)
    else:
        black, white = np.percentile(values, (1, 99))
        share = (values - black) / max(white - black, 1e-6)
    shades = (share.clip(0, 1) * 255).round()
    return 255 - shades if data.PhotometricInterpretation == "MONOCHROME1" else shades


def _ends(data: Dataset) -> tuple[float, float]:
    """What ``apply_windowing`` gives for the darkest and the brightest value there can be."""
    both = apply_windowing(np.array([-1e7, 1e7]), data)
    return float(both[0]), float(both[1])


@pytest.mark.parametrize("path", with_images(), ids=lambda path: path.name)
def test_every_sample_that_can_be_decoded_looks_as_pydicom_decodes_it(path: Path) -> None:
    ours, theirs = drawn(path.read_bytes()).astype(int), as_pydicom_has_it(path).astype(int)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 2


@pytest.mark.parametrize("path", with_images(), ids=lambda path: path.name)
def test_the_preview_of_every_sample_is_its_picture(path: Path) -> None:
    found = open_record(path, "x")
    if found.kind == "unknown":
        pytest.skip("big endian without preamble is not recognised")
    assert found.problem == ""
    assert found.preview is not None
    assert found.thumb is not None
    seen = np.asarray(Image.open(BytesIO(found.preview))).astype(int)
    if min(seen.shape[:2]) > 8:  # a JPEG of three pixels has hardly any colours
        assert np.abs(seen - drawn(path.read_bytes())).mean() < 6
    assert max(Image.open(BytesIO(found.thumb)).size) <= 320


@pytest.mark.parametrize("name", TWELVE_BIT)
def test_twelve_bit_jpeg_is_kept_and_its_header_read(name: str) -> None:
    found = open_record(SAMPLES / name, "x")
    assert (found.problem, found.preview) == ("no_decoder", None)
    assert found.facts["studies"][0]["modality"] == "NM"


@pytest.mark.parametrize("name", BROKEN)
def test_broken_samples_are_a_problem_and_keep_their_facts(name: str) -> None:
    found = open_record(SAMPLES / name, "x")
    assert found.problem in ("unreadable", "cut_short")
    assert found.facts["images"] == 1


def test_all_the_facts_of_a_slice() -> None:
    assert opened(ct(7, SeriesDescription="axial 1 mm")).facts == {
        "studies": [
            {
                "date": "2026-05-03",
                "modality": "CT",
                "part": "ABDOMEN",
                "description": "CT abdomen",
                "species": "Feline",
                "patient": "Chen Mimi / 陳 咪咪",
                "sex": "F",
                "born": "2015-04-01",
                "series": [{"modality": "CT", "description": "axial 1 mm", "images": 1}],
            }
        ],
        "images": 1,
    }


def test_what_a_header_does_not_say_is_left_out() -> None:
    gone: dict[str, Any] = dict.fromkeys(
        ("StudyDate", "BodyPartExamined", "PatientName", "PatientSex", "PatientBirthDate", "PatientSpeciesDescription")
    )
    study = opened(ct(StudyDescription=None, SeriesDescription=None, **gone)).facts["studies"][0]
    assert study == {"modality": "CT", "series": [{"modality": "CT", "images": 1}]}


def test_the_species_is_taken_from_its_code_where_there_are_no_words() -> None:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "448169003", "SCT", "Felis catus"
    found = opened(ct(PatientSpeciesDescription=None, PatientSpeciesCodeSequence=Sequence([code])))
    assert found.facts["studies"][0]["species"] == "Felis catus"
    del code.CodeMeaning
    found = opened(ct(PatientSpeciesDescription=None, PatientSpeciesCodeSequence=Sequence([code])))
    assert found.facts["studies"][0]["species"] == "448169003"


def test_nothing_of_the_owner_or_the_institution_leaves_the_original() -> None:
    data, _ = talkative(Random(1))
    assert data.count(CANARY.encode()) > 20
    found = open_record(data, CANARY)
    assert CANARY not in json.dumps(dict(found.facts))
    assert found.preview is not None
    assert found.thumb is not None
    assert CANARY.encode() not in found.preview + found.thumb
    assert set(found.facts["studies"][0]) == {
        *("date", "modality", "part", "description", "species", "patient", "sex", "born", "series")
    }


def test_small_values_are_white_where_the_file_says_so() -> None:
    dark, light = drawn(ct(side=64)), drawn(ct(side=64, PhotometricInterpretation="MONOCHROME1"))
    assert np.array_equal(255 - dark, light)


def test_without_a_window_the_percentiles_are_black_and_white() -> None:
    found = drawn(ct(side=64, WindowWidth=None, WindowCenter=None))
    assert (found.min(), found.max()) == (0, 255)
    assert len(np.unique(found)) > 20


def test_padding_around_the_picture_does_not_darken_it() -> None:
    values = np.full((64, 64), 4000, "<u2")
    values[16:48, 16:48] = cylinder(32) + 100
    plain = {"WindowWidth": None, "WindowCenter": None, "PixelData": values.tobytes()}
    with_padding, without = drawn(ct(side=64, PixelPaddingValue=4000, **plain)), drawn(ct(side=64, **plain))
    assert int(with_padding[32, 36]) > int(without[32, 36]) + 50


def test_the_first_of_several_windows_is_taken_and_nonsense_is_not() -> None:
    assert np.array_equal(drawn(ct(WindowCenter=[40, 900], WindowWidth=[400, 9])), drawn(ct()))
    no_window = drawn(ct(WindowCenter=None, WindowWidth=None))
    assert np.array_equal(drawn(ct(WindowWidth=0)), no_window)


@pytest.mark.parametrize("curve", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_every_curve_is_the_one_of_the_standard(curve: str, tmp_path: Path) -> None:
    data = ct(side=64, VOILUTFunction=curve)
    (tmp_path / "a.dcm").write_bytes(data)
    theirs = as_pydicom_has_it(tmp_path / "a.dcm")
    assert np.abs(drawn(data).astype(int) - theirs).max() <= (1 if curve != "SIGMOID" else 3)


@pytest.mark.parametrize("depth", [8, 12, 16])
def test_look_up_tables_come_before_windows(depth: int) -> None:
    table, most = Dataset(), 2**depth - 1
    table.LUTDescriptor, table.LUTData = [4096, 0, depth], [0] * 1000 + [most] * 3096
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    found = drawn(ct(side=64, VOILUTSequence=Sequence([table]), RescaleIntercept=0))
    assert np.array_equal(found, np.where(cylinder(64) < 1000, 0, 255))


def test_a_modality_table_stands_for_slope_and_intercept() -> None:
    table = Dataset()
    table.LUTDescriptor, table.LUTData, table.ModalityLUTType = (
        [4096, 0, 16],
        [max(0, n - 1024) for n in range(4096)],
        "HU",
    )
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    tags = {"RescaleIntercept": None, "RescaleSlope": None, "WindowCenter": 200}
    theirs = drawn(ct(side=64, WindowCenter=200))
    assert np.array_equal(drawn(ct(side=64, ModalityLUTSequence=Sequence([table]), **tags)), theirs)


def test_signed_values_and_overlays_in_the_upper_bits_are_read_right() -> None:
    values = (cylinder(32).astype("<i2") - 1024) & 0x0FFF
    marked = values.astype("<u2") | 0x8000
    tags = {"PixelRepresentation": 1, "RescaleIntercept": 0, "PixelData": marked.tobytes()}
    assert np.array_equal(drawn(ct(**tags)), drawn(ct()))


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
def test_a_slice_looks_the_same_in_every_syntax(syntax: str) -> None:
    found = header(syntax=syntax if syntax != RLELossless else ImplicitVRLittleEndian)
    found.PixelData = cylinder(32).astype(">u2" if syntax == ExplicitVRBigEndian else "<u2").tobytes()
    if syntax == RLELossless:
        found.compress(RLELossless)
    assert np.array_equal(drawn(written(found)), drawn(ct()))


def test_only_the_middle_frame_is_decoded() -> None:
    frames = b"".join((cylinder(32) if number == 5 else cylinder(32) * 0).tobytes() for number in range(10))
    found = opened(ct(NumberOfFrames="10", PixelData=frames))
    assert np.array_equal(drawn(ct(NumberOfFrames="10", PixelData=frames)), drawn(ct()))
    assert found.facts["studies"][0]["series"][0]["frames"] == 10


def test_the_middle_frame_of_a_film_is_found_though_a_frame_before_it_is_broken() -> None:
    out = BytesIO()
    Image.new("L", (32, 32), 200).save(out, "JPEG")
    found = header(
        syntax=JPEGBaseline8Bit, BitsAllocated=8, BitsStored=8, HighBit=7, NumberOfFrames="3", WindowWidth=None
    )
    found.PixelData = encapsulate([b"broken", out.getvalue(), b"broken"])
    found["PixelData"].VR, found["PixelData"].is_undefined_length = "OB", True
    assert opened(written(found)).problem == ""
    assert opened(written(found)).facts["studies"][0]["series"][0]["compressed"] == "lossy"


def test_windows_of_newer_multi_frame_files_are_found_in_their_groups() -> None:
    window, values, group = Dataset(), Dataset(), Dataset()
    window.WindowCenter, window.WindowWidth = 40, 400
    values.RescaleIntercept, values.RescaleSlope = -1024, 1
    group.FrameVOILUTSequence, group.PixelValueTransformationSequence = Sequence([window]), Sequence([values])
    gone: dict[str, Any] = dict.fromkeys(("WindowCenter", "WindowWidth", "RescaleIntercept", "RescaleSlope"))
    found = drawn(ct(SharedFunctionalGroupsSequence=Sequence([group]), **gone))
    assert np.array_equal(found, drawn(ct()))


def test_a_large_radiograph_is_brought_to_1280() -> None:
    values = np.tile(np.arange(3000, dtype="<u2"), (2400, 1))
    found = opened(ct(Rows=2400, Columns=3000, PixelData=values.tobytes(), Modality="DX"))
    assert found.preview is not None
    assert Image.open(BytesIO(found.preview)).size == (1280, 1024)


@pytest.mark.parametrize("modality", ["SR", "PR", "KO"])
def test_a_file_without_pixels_is_no_problem_and_no_image(modality: str) -> None:
    found = header(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", Modality=modality, Rows=None, Columns=None)
    assert opened(written(found)) == Opened("dicom", facts={"studies": [], "images": 0})


def test_a_directory_alone_holds_no_images() -> None:
    assert opened(directory({"1.2": ["1.2.3"]})) == Opened("dicom", facts={"studies": [], "images": 0})


def test_an_image_that_lost_its_pixels_is_cut_short_and_junk_is_unreadable() -> None:
    found = header(Rows=None, Columns=None)
    assert opened(written(found)).problem == "cut_short"
    found.SOPClassUID = found.file_meta.MediaStorageSOPClassUID = "1.2.3.4"
    assert opened(written(found)).problem == "unreadable"


def test_a_paper_within_a_file_is_handed_to_whoever_opens_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    from records import openers

    seen: list[bytes] = []

    def shows(file: BytesIO, kind: str) -> Opened:
        seen.append(file.read())
        return Opened(kind, b"\xff\xd8\xffpage", b"\xff\xd8\xffsmall")

    monkeypatch.setattr(openers, "OPENERS", {"pdf": shows})
    found = header(SOPClassUID=EncapsulatedPDFStorage, Rows=None, Columns=None)
    found.MIMETypeOfEncapsulatedDocument, found.EncapsulatedDocument = "application/pdf", b"%PDF-1.4 "
    assert opened(written(found)).preview == b"\xff\xd8\xffpage"
    assert seen[0].startswith(b"%PDF-1.4")


def test_a_one_bit_mask_is_shown() -> None:
    tags = {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "WindowWidth": None, "SOPClassUID": SegmentationStorage}
    found = drawn(ct(side=32, PixelData=b"\xff\x00" * 64, RescaleSlope=None, **tags))
    assert set(np.unique(found)) == {0, 255}


DICOM = {name: make for name, make in CORPUS.items() if name.startswith("dicom")}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", sorted(DICOM))
def test_whatever_comes_ends_as_expected(name: str, seed: int) -> None:
    make: Callable[[Random], tuple[bytes, Expected]] = DICOM[name]
    data, expected = make(Random(seed))
    found = open_record(data, name)
    assert found.kind == expected.kind
    assert found.problem in expected.problems
    assert expected.preview in (None, found.preview is not None)
    assert len(json.dumps(dict(found.facts))) < 16_000
