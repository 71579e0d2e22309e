"""The consent: every point of the clinical page is covered, in both languages, short enough to be read, refused when wrong."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from flows import consents, wording
from flows.consents import (
    LONGEST_NAMES,
    LONGEST_SENTENCE,
    LONGEST_TEXT,
    OPTIONS,
    SCREENS,
    STATUS,
    VERSION,
    VET_SCREEN,
    read,
    text,
)
from flows.red_flags import ListRefused
from tests.flows.test_wording import FORBIDDEN, MAINLAND

TEXT = (Path(consents.__file__).with_name("clinical") / "consent.toml").read_text(encoding="utf-8")
LISTENING = Path(consents.__file__).with_name("clinical") / "listening_words.toml"
LANGUAGE = pytest.mark.parametrize("language", wording.LANGUAGES)
ALL = (*SCREENS, VET_SCREEN)
POINTS = tuple(point for screen in ALL for point in screen.points) + OPTIONS

# The numbers of the consent points in the clinical page, section (c), and the points that cover each.
COVERED = {
    1: ("documents_only",), 2: ("rests_on_records",), 3: ("not_for_emergencies",), 4: ("treatment_stays",),
    5: ("decline_first", "refund"), 6: ("in_person",), 7: ("who_sees", "third_parties"), 8: ("home_vet",), 9: ("named_doctors",),
    10: ("no_recording",), 11: ("adult_owner",), 12: ("country",), 13: ("keeping", "your_data", "complaint"), 14: ("teaching",),
    15: ("withdrawal",), 16: ("may_differ",), 17: ("sms",),
}  # fmt: skip
# What makes a point cover its number: the words that may not be lost when it is rewritten.
CORE = {
    "documents_only": ("documents", "書面資料"), "rests_on_records": ("what you send", "您提供的資料"),
    "not_for_emergencies": ("emergency vet at once", "急診動物醫院"), "treatment_stays": ("no certificate", "不開處方"),
    "decline_first": ("may decline", "無法接案"), "refund": ("paid back", "退還"), "in_person": ("in person", "親自"),
    "who_sees": ("abroad", "國外"), "third_parties": ("Telegram and text messages", "簡訊"), "home_vet": ("contact your own vet", "聯絡"),
    "named_doctors": ("name and registration", "姓名與執業登記"), "no_recording": ("not record", "不會將通話錄音"),
    "adult_owner": ("adult", "成年"), "country": ("country", "國家"), "keeping": ("delete", "刪除"),
    "your_data": ("a copy, a correction, or deletion", "複製本、更正，或刪除"), "complaint": ("authority", "申訴"),
    "teaching": ("teaching", "教學"), "withdrawal": ("withdraw at any time", "隨時可以輸入 /cancel 撤回"),
    "may_differ": ("differ", "不同"), "sms": ("STOP", "STOP"),
}  # fmt: skip
DENIED = re.compile(r"no prescription\b|不開處方|不開立診斷書")


def simplified() -> frozenset[str]:
    """Characters that are written so in China alone, from the table that folds what owners write."""
    table = tomllib.loads(LISTENING.read_text(encoding="utf-8"))
    in_both = set(
        "複煙裝羣髮鯁只干后里面台松系余制板表丑斗谷几了采胡范准并占布克志"
    )  # also good traditional characters
    pairs = zip(table["simplified"], table["traditional"], strict=True)
    return frozenset(one for one, other in pairs if one != other and one not in in_both)


def said(language: str) -> list[str]:
    """Every sentence of the file in one language."""
    titles = [screen.title(language) for screen in ALL]
    return titles + [words for point in POINTS for words in (point.sentence(language), point.why(language))]


# --- what is covered --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", range(1, 18))
def test_every_consent_point_of_the_clinical_page_is_covered(number: int) -> None:
    """Each of the 17 numbers has its points, and they say the thing itself in both languages."""
    owners = {point.id: point for screen in SCREENS for point in screen.points} | {o.id: o for o in OPTIONS}
    for name in COVERED[number]:
        english, chinese = CORE[name]
        assert english in owners[name].en
        assert chinese in owners[name].zh_Hant


def test_no_point_of_the_owner_is_without_its_number() -> None:
    """What nobody asked for is not agreed to."""
    ids = {point.id for screen in SCREENS for point in screen.points} | {option.id for option in OPTIONS}
    assert ids == {name for names in COVERED.values() for name in names} == set(CORE)


def test_there_are_two_screens_for_owners_one_for_vets_and_three_free_choices() -> None:
    """Short screens, each answered; the choices are asked apart, so that they are free."""
    assert [screen.id for screen in SCREENS] == ["opinion", "terms"]
    assert [option.id for option in OPTIONS] == ["sms", "home_vet", "teaching"]
    assert VET_SCREEN.points
    assert VERSION
    assert STATUS == "to be signed by the clinic's doctors and a lawyer"


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("vet_registered", "registered veterinarian", "登記執業的獸醫師"), ("vet_permission", "agreed", "同意"),
        ("vet_anonymised", "leave out the owner's name", "去除飼主的姓名"), ("vet_responsible", "stay responsible", "由您負責"),
        ("vet_documents", "documents only", "只看書面資料"), ("vet_case_stays", "do not take over", "不接手個案"),
    ],
)  # fmt: skip
def test_a_colleague_agrees_to_what_keeps_the_case_hers(name: str, english: str, chinese: str) -> None:
    """The client's permission, no names, and responsibility stays with the vet who has examined the cat."""
    point = next(point for point in VET_SCREEN.points if point.id == name)
    assert english in point.en
    assert chinese in point.zh_Hant


@LANGUAGE
def test_a_no_to_a_choice_closes_nothing(language: str) -> None:
    """A free choice is answered kindly, and the case goes on."""
    kindly = {"en": "That is quite all right", "zh_Hant": "沒關係"}[language]
    assert all(option.why(language).startswith(kindly) for option in OPTIONS)
    assert all(option.sentence(language).rstrip().endswith(("?", "？", "。", ".")) for option in OPTIONS)
    assert all("?" in option.en and "？" in option.zh_Hant for option in OPTIONS)


# --- how it is said ---------------------------------------------------------------------------------------------------
@LANGUAGE
def test_every_screen_fits_one_readable_message(language: str) -> None:
    """At most 1,500 characters with a cat's name of 40 and a clinic's of 60."""
    assert (len(LONGEST_NAMES["cat"]), len(LONGEST_NAMES["clinic"]), LONGEST_TEXT) == (40, 60, 1500)
    assert all(len(text(screen, language, **LONGEST_NAMES)) <= 1500 for screen in ALL)


def test_every_sentence_is_short() -> None:
    """170 characters in English, 80 in Chinese."""
    assert LONGEST_SENTENCE == {"en": 170, "zh_Hant": 80}
    assert [p.id for p in POINTS if max(len(p.en), len(p.why_en)) > 170] == []
    assert [p.id for p in POINTS if max(len(p.zh_Hant), len(p.why_zh_Hant)) > 80] == []


@LANGUAGE
def test_points_are_numbered_under_a_title(language: str) -> None:
    """The numbers let a person ask about one of them; names are put in as they are, braces and all."""
    for screen in ALL:
        lines = text(screen, language, cat="{clinic}", clinic="A & <B>").split("\n")
        assert lines[:2] == [screen.title(language), ""]
        assert [line.split(" ")[0] for line in lines[2:]] == [f"{n}." for n in range(1, len(screen.points) + 1)]
    shown = text(SCREENS[0], language, cat="{clinic}", clinic="A & <B>")
    assert "{clinic}" in shown
    assert "A & <B>" in shown


def test_an_unchosen_language_reads_english() -> None:
    """As everywhere else."""
    point = SCREENS[0].points[0]
    assert (point.sentence(""), point.why("")) == (point.en, point.why_en)
    assert text(VET_SCREEN, "", cat="x", clinic="y") == text(VET_SCREEN, "en", cat="x", clinic="y")


def test_chinese_is_traditional_and_of_taiwan() -> None:
    """Characters that Taiwan's own encoding has, none that China alone writes, full-width signs, polite address, Taiwan's words."""
    folded = simplified()
    assert len(folded) > 250
    assert {"猫", "医", "药"} <= folded
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)|[“”‘’\"']")
    for words in said("zh_Hant"):
        words.encode("big5")
        assert set(words) & folded == set()
        assert not MAINLAND.search(words)
        assert not half_width.search(words)
        assert "你" not in words
        assert "  " not in words


def test_english_holds_no_chinese_and_no_cat_at_the_start_of_a_sentence() -> None:
    """A cat without a name yet is "your cat", which cannot begin a sentence."""
    for words in said("en"):
        assert not re.search(r"[\u3000-\u9fff]", words)
        assert not re.search(r"(^|[.?!:] )\{cat\}", words)


@LANGUAGE
def test_nothing_sounds_like_a_diagnosis_or_a_promise(language: str) -> None:
    """The rules of all our sentences hold here too."""
    found = [
        (rule, s) for s in said(language) for rule in FORBIDDEN[language] if re.search(rule, DENIED.sub("", s), re.I)
    ]
    assert found == []


def test_a_colleague_is_not_asked_for_the_name_of_the_cat() -> None:
    """Her screen stands before anything is known, so only the clinic is named."""
    names = {n for p in VET_SCREEN.points for s in (p.en, p.zh_Hant) for _, n, _, _ in Formatter().parse(s) if n}
    assert names <= {"clinic"}


# --- the loader -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("[[screen]]", "[[screen", "not valid TOML"), ('version = "2026', 'edition = "2026', "needs a version"),
        ('status = "to be', 'status = ""\nrest = "', "needs a status"), ('id = "terms"', 'id = "rules"', "opinion and terms, in this order"),
        ("[[screen]]", "[[page]]", "opinion and terms, in this order"), ("[vet]", "[peer]", "every screen needs exactly"),
        ('title_en = "Asking us as a colleague"', "", "every screen needs exactly"), ('id = "sms"', 'id = "email"', "must be sms, home_vet, teaching"),
        ("[[option]]", "[[choice]]", "has no points"), ("[[vet.point]]", "[[vet.points]]", "every screen needs exactly"),
        ('id = "may_differ"', 'id = "May differ"', "3 to 30 small letters"), ('id = "may_differ"', 'id = "in_person"', "points are called “in_person”"),
        ('id = "may_differ"\nen = "', 'id = "may_differ"\nen = "' + "long " * 40, "en text must have 2 to 170 characters"),
        ('zh_Hant = "這是依', 'zh_Hant = "' + "長" * 80, "zh_Hant text must have 2 to 80 characters"),
        ('en = "You are an adult', 'en = "{owner} is an adult', "only {cat} and {clinic} may stand in braces"),
        ('en = "You are an adult', 'en = "{cat!r} is an adult', "only {cat} and {clinic} may stand in braces"),
        ('en = "You are an adult', 'en = "{cat.id} is an adult', "only {cat} and {clinic} may stand in braces"),
        ('en = "You are an adult', 'en = "} You are an adult', "brace is open or closed too often"),
        ('zh_Hant = "您已成年', 'note = "您已成年', "every point needs exactly id, en, zh_Hant, why_en, why_zh_Hant"),
        ('zh_Hant = "您已成年，而且是{cat}的飼主，或已得到飼主授權代為決定。"', 'zh_Hant = "You are an adult"', "in the other language"),
        ('en = "You are an adult', 'en = "您 are an adult', "in the other language"),
        ('why_en = "Both sides', 'why_en = 7 # "', "no_recording: the en text must have 2"),
    ],
)  # fmt: skip
def test_wrong_file_is_refused_with_a_sentence(before: str, after: str, sentence: str) -> None:
    """A doctor or a lawyer who edits the file learns what to mend."""
    assert before in TEXT
    with pytest.raises(ListRefused, match=sentence.replace("{", r"\{")):
        read(TEXT.replace(before, after))


def test_a_screen_that_grows_too_long_is_refused() -> None:
    """Each sentence may be short and the whole still too much to read."""
    more = "".join(
        f'\n[[vet.point]]\nid = "more_{"abcdef"[n]}"\nen = "{"word " * 33}"\nzh_Hant = "字字"\nwhy_en = "why"\nwhy_zh_Hant = "為何"\n'
        for n in range(6)
    )
    with pytest.raises(ListRefused, match=r"screen colleague is \d+ characters long in en, at most 1500"):
        read(TEXT.replace("\n[[option]]", more + "\n[[option]]", 1))
