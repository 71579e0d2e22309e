"""A wrong file of problems is refused before the program starts, with a sentence that a vet can act on."""

import pytest

from flows.problem_files import read
from flows.red_flags import ListRefused

HEAD = """
version = "1"
status = "to be signed"
order = ["other"]
common = { must = ["notes"], want = [] }
signs = { how = { bad = "A1" } }
"""
ITEM = '[[item]]\nid = "blood"\nkind = "lab"\nfresh_days = 30\nen = "Blood"\nzh_Hant = "抽血"\nletter_en = "CBC"\nletter_zh_Hant = "血球"\n'
NOTES = ITEM.replace('"blood"', '"notes"').replace('"lab"', '"notes"')
ASKED = '[[problem.questions]]\nid = "how"\nen = "How is {cat}?"\nzh_Hant = "{cat} 好嗎？"\nchoices = [["well", "Well", "好"], ["bad", "Bad", "不好"]]\n'
OTHER = (
    '[[problem]]\nid = "other"\nen = "Other"\nzh_Hant = "其他"\nbring_en = "Photos"\nbring_zh_Hant = "照片"\nmust = ["blood"]\nwant = []\n'
    + ASKED
    + ASKED.replace('"how"', '"now"')
)
GOOD = HEAD + ITEM + NOTES + OTHER
SECOND = OTHER.replace('"other"', '"second"').replace('"how"', '"how2"').replace('"now"', '"now2"')


def test_the_smallest_good_file_is_read() -> None:
    """One problem, what it needs, what every case needs."""
    found = read({"problems.toml": GOOD})
    assert [item.need for item in found.problems["other"].items + found.common] == ["must", "must"]
    assert found.signs == {("how", "bad"): "A1"}


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('version = "1"', 'version = "1', "problems.toml is not valid TOML"),
        ('version = "1"\n', "", "the file “problems.toml” lacks version"),
        ('version = "1"', 'version = ""', "needs a version and a status"),
        ('status = "to be signed"', "status = 1", "needs a version and a status"),
        ('version = "1"', 'version = "1"\nnote = "x"', "has what nobody reads: note"),
        ('order = ["other"]', 'order = ["other", "ghost"]', "order must name every problem once"),
        ('order = ["other"]', "order = 1", "order must name every problem once"),
        ("common = {", "common = 1\nno = {", "has what nobody reads: no"),
        ('common = { must = ["notes"], want = [] }', "common = 1", "common is not a table of its own"),
        ('common = { must = ["notes"]', 'common = { must = ["notes", "blood"]', "every case is asked for it anyway.*blood"),
        ('common = { must = ["notes"], want = []', 'common = { must = [], want = ["notes"]', "common: at least one item must be a must"),
        ('common = { must = ["notes"]', 'common = { must = ["notes", "notes"]', "the item “notes” is named twice"),
        ('common = { must = ["notes"]', "common = { must = 1", "common: must must be a list of items"),
        ('signs = { how = { bad = "A1" } }', "signs = { how = 1 }", "signs must be lines like"),
        ('signs = { how = { bad = "A1" } }', 'signs = { how = { good = "A1" } }', "no question “how” has the choice “good”"),
        ('signs = { how = { bad = "A1" } }', 'signs = { how = { bad = "R99" } }', "red_flags.toml has no sign “R99”"),
        ('kind = "lab"\n', "", "the item “blood” lacks kind"),
        ('kind = "lab"\n', 'kind = "lab"\nneed = "must"\n', "has what nobody reads: need"),
        ('kind = "lab"', 'kind = "laboratory"', "the kind “laboratory” is none of lab, image"),
        ('kind = "lab"', 'kind = "lab"\noriginal = true', "true for images only"),
        ("fresh_days = 30", "fresh_days = -1", "fresh_days must be a whole number of days from 0 to 365"),
        ("fresh_days = 30", "fresh_days = true", "fresh_days must be a whole number of days from 0 to 365"),
        ('id = "blood"', 'id = "Blood test"', "the id of an item must be 2 to 32 small letters"),
        ('en = "Blood"', 'en = " "', "blood: the words must have 1 to 60 characters"),
        ('en = "Blood"', f'en = "{"x" * 61}"', "blood: the words must have 1 to 60 characters"),
        ('zh_Hant = "抽血"', 'zh_Hant = "Blood"', "blood: the Chinese words hold no Chinese"),
        ('letter_en = "CBC"', f'letter_en = "{"x" * 121}"', "blood, letter: the words must have 1 to 120"),
        ('en = "Blood"', 'en = "{cat}"', "blood: nothing may stand in braces"),
        (ITEM, ITEM + ITEM, "two items have the id “blood”"),
        (ITEM, ITEM + ITEM.replace('"blood"', '"spare"'), "no problem asks for spare"),
        ('must = ["blood"]', 'must = ["bood"]', "other: there is no item “bood”"),
        ('must = ["blood"]', 'must = [["blood"]]', "other: there is no item"),
        ('must = ["blood"]\nwant = []', 'must = ["blood"]\nwant = ["blood"]', "other: the item “blood” is named twice"),
        ('must = ["blood"]\nwant = []', 'must = []\nwant = ["blood"]', "other: at least one item must be a must"),
        (OTHER, OTHER + OTHER.replace('"how"', '"how2"'), "two problems have the id “other”"),
        (OTHER, OTHER + SECOND.replace('"how2"', '"how"'), "two questions have the id “how”"),
        (OTHER, OTHER + SECOND, "order must name every problem once"),
        ('en = "Other"', f'en = "{"x" * 27}"', "other: the words must have 1 to 26"),
        ('bring_en = "Photos"\n', "", "the problem “other” lacks bring_en"),
        (ASKED, "", "other: a problem needs 2 to 4 questions"),
        ("{cat}?", "{name}?", "how: only {cat} may stand in braces"),
        ("choices = [[", 'choices = "x"\nspare = [[', "the question “how” has what nobody reads: spare"),
        ('[["well", "Well", "好"], ["bad", "Bad", "不好"]]', '[["well", "Well", "好"]]', "how: a question needs 2 to 6 choices"),
        ('["well", "Well", "好"]', '["well", "Well"]', "how: each choice is three texts"),
        ('["well", "Well", "好"]', '["well", "Bad", "好"]', "how: two choices have the same en"),
        ('["well", "Well", "好"]', '["bad", "Well", "好"]', "how: two choices have the same value"),
        ('["well", "Well", "好"]', f'["well", "Well", "{"好" * 15}"]', "how, well: the words must have 1 to 14"),
        ('["well", "Well", "好"]', '["30", "Well", "好"]', "the id of a choice of how must be"),
        ("[[item]]", "[item]", "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_a_sentence(was: str, becomes: str, sentence: str) -> None:
    """The sentence names the row and the rule, for the vet who edits it."""
    assert was in GOOD
    with pytest.raises(ListRefused, match=sentence):
        read({"problems.toml": GOOD.replace(was, becomes, 1)})


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "the file “problems.toml” lacks common, order, signs, status, version"),
        ({"problems_9.toml": ITEM}, "the file “problems.toml” lacks"),
        ({"problems.toml": GOOD, "problems_9.toml": 'version = "2"'}, "problems_9.toml: only problems.toml holds version"),
        ({"problems.toml": GOOD, "problems_9.toml": "item = 1"}, "problems_9.toml: write .*item.* with two brackets"),
        ({"problems.toml": GOOD, "problems_9.toml": "item = [1]"}, "the item is not a table of its own"),
        ({"problems.toml": GOOD, "problems_9.toml": ITEM}, "two items have the id “blood”"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together_are_refused(files: dict[str, str], sentence: str) -> None:
    """The version stands in one place, and a forgotten file is noticed."""
    with pytest.raises(ListRefused, match=sentence):
        read(files)
