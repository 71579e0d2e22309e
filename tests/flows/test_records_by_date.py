"""The order and the labels of the doctors' sheet."""

from datetime import UTC, datetime

from flows.brief import brief
from flows.case import Case, Record
from flows.records_by_date import in_order, label, labels
from tests.builders import a_case


def a_file(unique: str, **fields: object) -> Record:
    """A stored file."""
    return Record(unique, "document", "", 1, "stored", **fields)  # type: ignore[arg-type]


def with_files(*records: Record) -> Case:
    """A case on the 23rd of November 2026."""
    return a_case(
        records=records,
        answers={"cat_name": "Mochi", "problem": "kidney"},
        updated_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def test_files_come_by_day_then_by_kind_and_those_without_a_day_last() -> None:
    """Images before laboratory pages of one day; near-duplicates side by side."""
    case = with_files(
        a_file("nothing"), a_file("lab", day="2026-05-03", shows=("cbc",)), a_file("x", day="2026-05-03", shows=("xray:chest",)),
        a_file("old", day="2025-01-01"), a_file("near", like="old"), a_file("late", day="2026-11-01"),
    )  # fmt: skip
    assert [one.unique for one in in_order(case)] == ["old", "near", "x", "lab", "late", "nothing"]


def test_what_doctors_need_not_see_is_left_out() -> None:
    """Copies, replaced pictures, another cat's, what was refused or is on its way."""
    refused = Record("r", "document", "", 1, "refused")
    arriving = Record("a", "document", "", 1, "arriving")
    aside = (
        a_file("copy", same="x"),
        a_file("poor", quality="replaced"),
        a_file("other", whose="not"),
        refused,
        arriving,
    )
    assert [one.unique for one in in_order(with_files(*aside, a_file("x")))] == ["x"]


def test_a_label_says_number_kind_in_both_scripts_day_and_what_to_mind() -> None:
    """The reader's script stands first."""
    film = a_file(
        "x", shows=("xray:chest",), day="2026-05-03", dated=True, differs=("name",), whose="unsure", missing=3
    )
    case = with_files(a_file("u"), film)
    assert (
        label(case, film, "en")
        == "2 · X-ray, chest 胸腔 X 光 · 3 May 2026 · another name on it · owner is not sure · 3 images missing"
    )
    assert label(case, film, "zh_Hant").startswith("2 · 胸腔 X 光 X-ray, chest · 2026年5月3日 · 上面的名字不同")
    assert [text for _, text in labels(case, "en")] == [label(case, film, "en"), "1 · File 檔案"]


def test_a_picture_of_an_image_and_the_owners_word_are_told_apart() -> None:
    """A photo of an X-ray is no X-ray; what the owner said stands for what was recognised."""
    photo = Record("p", "photo", "", 1, "stored", shows=("xray:chest/paper",), day="2026-11-20")
    said = a_file("s", shows=("cbc",), items=("t4",), checked="owner")
    none = a_file("n", shows=("cbc",), checked="owner")
    case = with_files(photo, said, none)
    assert [text for _, text in labels(case, "en")] == [
        "1 · X-ray, chest (Photo) 胸腔 X 光（照片） · taken 20 Nov 2026", "2 · Thyroid value (T4) 甲狀腺指數（T4）", "3 · File 檔案",
    ]  # fmt: skip


def test_a_subject_or_line_of_an_earlier_version_breaks_nothing() -> None:
    """The files are edited; a case keeps what it was told."""
    case = with_files(a_file("x", shows=("hologram:moon/paper",)), a_file("y", items=("gone",), checked="owner"))
    assert [text for _, text in labels(case, "en")] == ["1 · File 檔案", "2 · File 檔案"]
    assert brief(case, "en")


def test_the_card_names_files_by_number_only() -> None:
    """A file's name may hold the owner's; equal marks are told once."""
    poor = {"facts": {"flaws": ["blurred"]}, "quality": "best"}
    case = with_files(
        *(Record(f"u{n}", "photo", "Chen Mei-Ling.jpg", 1, "stored", **poor) for n in range(3)),
        a_file("o", whose="not"),
    )  # type: ignore[arg-type]
    lines = brief(case, "en")
    assert "⚠ Mind these: 1, 2, 3: blurred" in lines
    assert "Taken away by the owner as another cat's: 1" in lines
    assert "Mei-Ling" not in "\n".join(lines)
