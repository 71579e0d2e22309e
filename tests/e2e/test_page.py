"""One person plays everybody in the browser: the whole story in English, and in Traditional Chinese as far as the payment."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.player import TYPED, booking, decision, intake, payment, playing, reminders

pytestmark = pytest.mark.enable_socket


def test_the_whole_story_can_be_played_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    """Intake, decision, payment, booking and reminders happen in three panes, and each pane shows how it ended."""
    with playing(browser, tmp_path, "en") as (player, _):
        words = player.words
        intake(player)
        code = decision(player)
        payment(player, code)
        booking(player)
        player.press(words("Yes, book it"))
        expect(player.owner).to_contain_text(words("Done: your call is booked."))
        expect(player.owner.get_by_role("link", name=re.compile(r"\.ics"))).to_be_visible()
        expect(player.staff).to_contain_text(words("call booked"))
        expect(player.phone.locator("[data-sid]")).to_have_count(1)
        player.picture("sandbox-en")
        bubbles = reminders(player, 3)
        assert bubbles.count() >= 3, "the booking and two reminders by text message"
        for text in bubbles.all_inner_texts():
            assert code in text
            assert words("If your cat gets worse, go to an emergency vet.") in text
            assert TYPED["en"]["cat_name"] not in text
        player.press(words("I will be there"))
        expect(player.owner).to_contain_text(words("Thank you, noted: you will be there."))
        player.picture("story-end-en")


def test_the_story_can_be_played_in_chinese_as_far_as_the_payment(browser: Browser, tmp_path: Path) -> None:
    """The same page and the same steps in Traditional Chinese, up to the thanks for the fee and the days to choose from."""
    with playing(browser, tmp_path, "zh_Hant") as (player, _):
        intake(player)
        code = decision(player)
        payment(player, code)
        expect(player.newest_buttons().first).to_have_text(re.compile("月"))
        player.picture("sandbox-zh")
