"""The doctors' own stories on the sandbox's page: the case page behind its link, a decision undone and made anew, the opinion and who reads it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.reasons import GROUNDS, PROMPTS
from tests.e2e.browsing import PICTURES, violations
from tests.e2e.player import TYPED, Player, booking, decision, intake, payment, playing, topic_of

pytestmark = pytest.mark.enable_socket

SOUND = {"en": "The plan of your vet is sound.", "zh_Hant": "您的獸醫師的計畫很合理。"}
BEFORE_VET = {"en": "For your vet:", "zh_Hant": "【給您的獸醫】"}
FOR_VET = {"en": "A blood count before each dose, please.", "zh_Hant": "每次給藥前，請先檢查血球。"}
REMARK = {"en": "Kidneys small on the second picture?", "zh_Hant": "第二張腎臟偏小？"}


def press(player: Player, words: str) -> None:
    """Presses the newest button with these words where the doctors are."""
    player.staff.get_by_role("button", name=re.compile(f"^(. )?{re.escape(words)}( ?↗)?$")).last.click()


def case_page(player: Player) -> Page:
    """From the card over the private chat, which she begins, to the page; signed in, in the language of this test."""
    press(player, player.words("🗂 Case page"))
    invitation = player.staff.locator("article").last
    expect(invitation).to_contain_text("Dr. Lin")
    invitation.locator(".key").click()
    expect(player.page.get_by_test_id("topic-private")).to_have_attribute("aria-current", "true")
    link = player.staff.locator(".key.url")
    with player.page.context.expect_page() as opening:
        link.last.click()
    tab = opening.value
    tab.get_by_role("button").click()
    tab.wait_for_url("**/case/*")
    tab.goto(f"{tab.url.partition('?')[0]}?language={player.language}")
    return tab


def read_the_case(player: Player, code: str) -> None:
    """The doctor sees the records and leaves a remark for her colleagues."""
    tab = case_page(player)
    expect(tab.locator("header")).to_contain_text(code)
    expect(tab.locator("#records .tiles li")).to_have_count(3)
    expect(tab.locator("#summary")).to_contain_text(TYPED[player.language]["story"][:20])
    tab.locator("#remarks textarea").fill(REMARK[player.language])
    tab.locator("#remarks button").click()
    expect(tab.locator("#remarks")).to_contain_text(REMARK[player.language])
    assert violations(tab) == []
    tab.evaluate("scrollTo(0, 0)")
    tab.screenshot(path=PICTURES / f"staff-case-{player.language}.png")
    tab.close()
    topic_of(player)


def undone(player: Player, code: str) -> None:
    """A go that was a slip: the owner hears nothing of it."""
    press(player, player.words("Go"))
    prompt = player.words(PROMPTS["go"], code=code)
    expect(player.staff).to_contain_text(prompt)
    player.reply_to(prompt, SOUND[player.language])
    press(player, player.words("↩ Undo"))
    expect(player.staff.get_by_role("button", name=player.words("↩ Undo"))).to_have_count(0)


def opinion(player: Player, code: str) -> None:
    """Written once the call has begun, in one reply; a colleague reads it and releases it; the owner reads it and says so."""
    words, language = player.words, player.language
    for _ in range(2):
        player.page.get_by_test_id("plus-3-days").click()
        expect(player.page.get_by_test_id("plus-3-days")).to_be_enabled()
    said = player.staff.locator("article.other")
    before = said.count()
    press(player, words("Write the opinion"))
    expect(said).not_to_have_count(before)
    player.reply_to(code, f"{SOUND[language]}\n{BEFORE_VET[language]}\n{FOR_VET[language]}")
    release = player.staff.get_by_role("button", name=words("Release to the owner"))
    expect(release).to_be_visible()
    assert SOUND[language] not in player.owner.inner_text()
    player.picture(f"staff-draft-{language}")
    player.page.get_by_test_id("staff-actor").select_option(label="Dr. Wang")
    release.click()
    expect(player.owner).to_contain_text(SOUND[language])
    expect(player.owner.locator("article").filter(has_text=".pdf")).not_to_have_count(0)
    player.press(words("I have read it"))
    expect(player.owner).to_contain_text(words("Thank you. If a question comes up, just write it here."))


def copy_for_the_vet(player: Player) -> None:
    """With the owner's yes, by the hand of somebody at the clinic; she hears when it has left."""
    words = player.words
    player.press(words("Yes, a copy for my vet"))
    expect(player.owner).to_contain_text(words("I pass it on myself"))
    player.write("owner", "Riverside Vets 02-2345-6789")
    sent = player.staff.get_by_role("button", name=words("Sent"), exact=True)
    expect(sent).to_be_visible()
    assert "Riverside" not in player.staff.inner_text()
    sent.click()
    expect(player.owner).to_contain_text(words("The copy for your vet has been sent."))


def on_call(player: Player) -> None:
    """Taken with one press, and shown."""
    player.write("staff", "/oncall")
    press(player, player.words("I am on call today"))
    player.write("staff", "/oncall")
    expect(player.staff.locator("article").last).to_contain_text(
        player.words("On call now: {doctor}", doctor="Dr. Lin")
    )


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_a_doctor_reads_decides_and_answers(browser: Browser, tmp_path: Path, language: str) -> None:
    """Case page, a go undone, a go, payment, call, opinion; the owner never hears of what was undone."""
    with playing(browser, tmp_path, language) as (player, _):
        intake(player)
        code = topic_of(player)
        read_the_case(player, code)
        on_call(player)
        undone(player, code)
        decision(player)
        assert SOUND[language] not in player.owner.inner_text()
        payment(player, code)
        booking(player, day=0)
        player.press(player.words("Yes, book it"))
        expect(player.owner).to_contain_text(player.words("Done: your call is booked."))
        player.picture(f"staff-booked-{language}")
        opinion(player, code)
        player.picture(f"staff-opinion-{language}")
        copy_for_the_vet(player)


def test_a_no_go_is_two_taps_and_is_decided_anew_by_a_colleague(browser: Browser, tmp_path: Path) -> None:
    """The reason is pressed on the card, the owner reads it kindly worded; another doctor, looking again, asks for more instead."""
    with playing(browser, tmp_path, "zh_Hant") as (player, _):
        intake(player)
        code = topic_of(player)
        ground = next(iter(GROUNDS.values()))
        press(player, player.words("No-go"))
        press(player, player.words(ground.label))
        expect(player.owner.locator("article").last).to_contain_text(
            player.words(ground.words, cat=TYPED["zh_Hant"]["cat_name"])[:20]
        )
        player.picture("staff-no-go-zh_Hant")
        player.page.get_by_test_id("staff-actor").select_option(label="Dr. Wang")
        said = player.staff.locator("article.other")
        before = said.count()
        press(player, player.words("Decide anew"))
        expect(said).to_have_count(before + 1)
        player.reply_to(code, "再看一次：也許補一份報告就夠了。")
        press(player, player.words("Need more"))
        expect(player.staff.get_by_role("button", name=re.compile("^☐")).first).to_be_visible()
        player.staff.get_by_role("button", name=re.compile("^☐")).first.click()
        player.picture("staff-need-more-zh_Hant")
