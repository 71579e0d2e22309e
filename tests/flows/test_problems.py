"""The problems an owner can choose: their words fit, every record of the clinic's table is asked for."""

import re

import pytest

from flows import problems
from flows.checklist import BRING, BUTTON, KINDS, LETTER, LINE, PROBLEM, QUESTION, Item
from flows.problems import COMMON, PROBLEMS, STATUS, VERSION, checklist, sign
from flows.red_flags import AMBER, RED
from flows.wording import LANGUAGES

EACH = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
ITEMS: dict[str, Item] = {item.id: item for problem in PROBLEMS for item in checklist(problem)}

# What the clinic's table of records (section (b) of its clinical notes) calls a must, problem by problem, written out once more.
# “?” marks what a question asks; everything else is a line of the checklist. Two rows hold one must that the table lacks: blood_panel.
MUSTS = {
    "kidney": "kidney_values urinalysis urine_protein blood_pressure",
    "tumour": "tissue_report blood_panel urinalysis tumour_site staging_images",
    "fip": "?fip_origin ?fip_fever ?fip_fluid temperature_log fip_blood fluid_analysis eye_nerve_exam",
    "fip_treated": "?antiviral_way ?antiviral_missed antiviral_record weekly_weight blood_series eye_nerve_exam",
    "heart": "echo heart_xray blood_pressure t4 medicine_record",
    "breathing": "chest_xray breathing_video blood_panel medicine_record",  # no row: general professional knowledge
    "nerves": "?fit_number ?fit_length ?fit_after fit_calendar fit_video blood_panel liver_function blood_pressure t4 fit_medicines drug_levels",
    "gut": "blood_panel t4 stool_test vitamins abdomen_ultrasound diets_tried",
    "skin": "?skin_start ?skin_season ?skin_itch ?skin_contacts skin_history parasite_control skin_treatments skin_cytology skin_scrapes fungal_culture food_trial",
    "bones": "?bones_cause bone_xrays bone_exam",
    "urinary": "?urinary_blocked urinalysis urine_culture stone_images blockage_dates",
    "diabetes": "insulin_record glucose_log fructosamine weight_list urine_ketones t4",
    "thyroid": "t4 thyroid_treatment weight_list",
    "eyes": "eye_pressure eye_photos",
    "teeth": "dental_xrays",
    "liver": "blood_panel bile_acids abdomen_ultrasound clotting",
    "blood": "blood_panel blood_smear reticulocytes blood_type",
    "other": "blood_panel",
}
WANTS = {
    "kidney": "minerals t4 urine_culture kidney_images older_values fluids_drugs",
    "tumour": "felv_fiv node_sample cell_typing t4 steroids_before",
    "fip": "tissue_virus agp body_images corona_serology",
    "fip_treated": "ultrasound_series relapse_dates",
    "heart": "ntprobnp troponin ecg kidney_check",
    "nerves": "brain_mri spinal_fluid felv_fiv toxoplasma poison_history",
    "gut": "pancreas_fpli pancreas_tli gut_biopsy",
    "skin": "skin_biopsy skin_culture steroid_dates",
    "bones": "bone_ct joint_fluid operation_plan",
    "urinary": "stone_analysis food_record",
    "diabetes": "igf1",
}
# Laboratory results that do not grow old: not blood or urine, or a fact that stays (a blood type, an infection once met, a trend).
LASTING = {
    "felv_fiv", "older_values", "fluid_analysis", "corona_serology", "airway_sample", "worm_tests",
    "spinal_fluid", "toxoplasma", "stool_test", "skin_cytology", "skin_scrapes", "fungal_culture",
    "skin_culture", "joint_fluid", "stone_analysis", "blood_type",
}  # fmt: skip

_WORDS = [
    (f"{problem.id}: {where}", en, zh, most)
    for problem in PROBLEMS.values()
    for where, en, zh, most in (
        ("name", problem.en, problem.zh_Hant, PROBLEM),
        ("bring", problem.bring_en, problem.bring_zh_Hant, BRING),
        *((question.id, question.en, question.zh_Hant, QUESTION) for question in problem.questions),
        *((f"{q.id} {a.value}", a.en, a.zh_Hant, BUTTON) for q in problem.questions for a in q.choices),
        *((item.id, item.en, item.zh_Hant, LINE) for item in checklist(problem.id)),
        *((f"{item.id} letter", item.letter_en, item.letter_zh_Hant, LETTER) for item in checklist(problem.id)),
    )
]
# Characters that only Simplified Chinese has, and words that only the mainland uses.
SIMPLIFIED = re.compile(
    "[医药检验报疗师饲猫历线们这个时间为从问题对应该还么吗发热结状体压诊断肿脏脉肾胆关节齿龈声记录试测单张术长后别变习惯绝经过动给]"
)
MAINLAND = re.compile("B超|化驗|視頻|信息|默認|質量|激活|主子|鏟屎|尿檢|血常規|彩超|核磁(?!共振)|寵物醫生|大夫")


# --- words ------------------------------------------------------------------------------------------------------------
def test_the_words_fit_where_they_are_shown() -> None:
    """Questions, buttons, lines and letters in both languages, the limits written out once more."""
    assert (QUESTION, BUTTON, PROBLEM, LINE, LETTER) == ((160, 160), (26, 14), (26, 12), (60, 60), (120, 120))
    assert len(_WORDS) > 700
    assert [row for row in _WORDS if not 1 <= len(row[1]) <= row[3][0] or not 1 <= len(row[2]) <= row[3][1]] == []


@pytest.mark.parametrize("simplified", ["医师", "检验", "肾脏", "一个月后"])
def test_simplified_chinese_would_be_noticed(simplified: str) -> None:
    """A rule that catches nothing guards nothing."""
    assert SIMPLIFIED.search(simplified)


def test_chinese_is_chinese_as_written_in_taiwan() -> None:
    """Full-width signs, the polite “您”, no Simplified character and no mainland word."""
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]|[“”‘’\"']")
    assert [row for row in _WORDS if not re.search("[\u4e00-\u9fff]", row[2])] == []
    assert [row for row in _WORDS if half_width.search(row[2])] == []
    assert [row for row in _WORDS if SIMPLIFIED.search(row[2]) or MAINLAND.search(row[2]) or "你" in row[2]] == []


@EACH
def test_words_are_given_in_the_language_asked_for(problem: problems.Problem) -> None:
    """An unchosen language speaks English."""
    things = [problem, *problem.questions, *problem.items, *(a for q in problem.questions for a in q.choices)]
    for thing in things:
        assert [thing.words(language) for language in ("", *LANGUAGES)] == [thing.en, thing.en, thing.zh_Hant]
    assert (problem.bring("en"), problem.bring("zh_Hant")) == (problem.bring_en, problem.bring_zh_Hant)
    for item in problem.items:
        assert (item.letter("en"), item.letter("zh_Hant")) == (item.letter_en, item.letter_zh_Hant)


def test_no_words_diagnose_promise_or_advise() -> None:
    """The owner is asked for records and what she saw; what it means is the doctor's."""
    said = re.compile(
        r"\b(diagnos\w*|should|must|recommend\w*|give \d|\d ?mg|mg/kg|cure\w*|emergency|harmless)\b", re.IGNORECASE
    )
    told = re.compile("確診|診斷為|應該|必須|建議您|保證|痊癒|治癒|毫克|不用擔心|不緊急")
    assert [row for row in _WORDS if said.search(row[1]) or told.search(row[2])] == []


@EACH
def test_a_question_is_answered_with_a_few_different_buttons(problem: problems.Problem) -> None:
    """Typing a button's words means that button, so they must tell it apart; “not sure” is always the same value."""
    assert 2 <= len(problem.questions) <= 4
    for question in problem.questions:
        assert 2 <= len(question.choices) <= 6
        assert set(re.findall(r"{.*?}", question.en + question.zh_Hant)) <= {"{cat}"}
        for language in LANGUAGES:
            assert len({answer.words(language).casefold() for answer in question.choices}) == len(question.choices)
        unsure = [a.value for a in question.choices if re.search("not sure|don't know", a.en) or "不確定" in a.zh_Hant]
        assert unsure in ([], ["unknown"])


# --- the table --------------------------------------------------------------------------------------------------------
def test_the_buttons_stand_in_their_order() -> None:
    """As in the list above, “something else” last."""
    assert list(PROBLEMS) == list(MUSTS)
    assert all(key == problem.id for key, problem in PROBLEMS.items())


@EACH
def test_every_must_of_the_table_is_asked_for(problem: problems.Problem) -> None:
    """As a line of the checklist or as a question, and no must besides."""
    wanted = MUSTS[problem.id].split()
    assert {item.id for item in problem.items if item.need == "must"} == {name for name in wanted if name[0] != "?"}
    assert {name[1:] for name in wanted if name[0] == "?"} <= {question.id for question in problem.questions}


@pytest.mark.parametrize("name", WANTS)
def test_every_want_of_the_table_is_asked_for(name: str) -> None:
    """More may be wanted than the table says, never less."""
    assert set(WANTS[name].split()) <= {item.id for item in PROBLEMS[name].items if item.need == "want"}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_checklist_names_each_record_once(name: str) -> None:
    """The records of every case come last; musts come before wants."""
    items = checklist(name)
    assert items == PROBLEMS[name].items + COMMON
    assert len({item.id for item in items}) == len({item.words("en") for item in items}) == len(items)
    assert [item.need for item in PROBLEMS[name].items] == sorted(item.need for item in PROBLEMS[name].items)


def test_every_case_is_asked_for_notes_lab_pages_and_original_images() -> None:
    """Images are only wanted: many a cat never had one."""
    assert [(item.id, item.need) for item in COMMON] == [("clinic_notes", "must"), ("lab_pages", "must"), ("all_images", "want")]  # fmt: skip


def test_own_words_have_the_list_of_other() -> None:
    """An owner may write her problem instead of choosing one."""
    assert checklist("she sneezes") == checklist("") == checklist("other")


def test_the_same_record_is_the_same_line_everywhere() -> None:
    """Only how much it is needed differs, so an answer stays true when the problem is changed."""
    for problem in PROBLEMS:
        for item in checklist(problem):
            assert (item.words("en"), item.kind, item.fresh_days) == (
                ITEMS[item.id].words("en"),
                ITEMS[item.id].kind,
                ITEMS[item.id].fresh_days,
            )
    questions = [question.id for problem in PROBLEMS.values() for question in problem.questions]
    assert len(questions) == len(set(questions))


def test_blood_and_urine_age_in_30_days_images_in_60_weight_in_14() -> None:
    """The freshness of the clinic's table; the diary of blood sugars counts as blood."""
    for item in ITEMS.values():
        if item.kind == "image":
            days = 60
        elif "weight" in item.id:
            days = 14
        else:
            days = 30 if (item.kind == "lab" and item.id not in LASTING) or item.id == "glucose_log" else 0
        assert (item.id, item.fresh_days) == (item.id, days)
    assert set(ITEMS) >= LASTING


def test_originals_are_asked_for_with_every_image_and_the_letter_says_so() -> None:
    """A photo of the screen is not readable for a specialist."""
    for item in ITEMS.values():
        assert item.kind in KINDS
        assert (
            item.original == (item.kind == "image") == ("DICOM" in item.letter_en) == ("DICOM" in item.letter_zh_Hant)
        )


def test_answers_that_are_signs_are_known_as_such() -> None:
    """What would stop the talk as an emergency sign does not pass as an answer; the words are those of the buttons."""
    signs = {sign.id for sign in RED + AMBER}
    known = {(q.id, a.value) for problem in PROBLEMS.values() for q in problem.questions for a in q.choices}
    for key, found in problems.catalogue().signs.items():
        assert key in known
        assert found in signs
    red = {key: found for key, found in problems.catalogue().signs.items() if found[0] == "R"}
    assert red == {
        ("heart_breaths", "over_40"): "R3", ("breathing_sign", "fast"): "R3", ("fit_length", "long"): "R6", ("urinary_now", "none"): "R1",
        ("eyes_sight", "blind_sudden"): "R14", ("liver_yellow", "hardly_eats"): "R20", ("blood_energy", "weak"): "R5",
    }  # fmt: skip
    hardly = {key for key in known if key[1] == "hardly"}
    assert hardly
    assert all(sign(*key) == "A1" for key in hardly)
    assert sign("urinary_now", "normal") == sign("no_such", "question") == ""


def test_the_list_is_a_draft_until_it_is_signed() -> None:
    """The version is kept with every case."""
    assert VERSION
    assert STATUS == "to be signed by the clinic's doctors"


def test_the_files_are_read_once() -> None:
    """A catalogue is never read while somebody waits for an answer."""
    assert problems.catalogue() is problems.catalogue()
    before = problems.catalogue.cache_info().misses
    checklist("kidney")
    sign("how", "bad")
    assert problems.catalogue.cache_info().misses == before == 1
