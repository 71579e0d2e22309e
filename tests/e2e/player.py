"""One person plays everybody on the sandbox page: what she presses and writes, pane by pane."""

import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from flows.asking import LANGUAGE_CHOICES
from flows.consents import SCREENS
from flows.currencies import money
from flows.gate import GROUPS
from flows.places import PLACES
from flows.problems import PROBLEMS
from flows.reasons import PROMPTS
from flows.red_flags import AMBER
from flows.steps import STEPS
from flows.wording import say
from tests.app.whole import ROOT, Whole, running_whole

PICTURES = ROOT / "var" / "e2e"
PATIENCE_MS = 60_000  # a slow machine may take its time; what never comes still ends the test
SETTLE_S = 12.0  # a day passes in steps
TOAST_S = 10.0
FEE = money(300000, "TWD")  # as in clinic.example.toml
BUTTONS = {"reason": "no_diagnosis", "cat_age": "7-10 y", "cat_sex": "female_neutered", "since": "weeks", "advised": "nothing",
           "due": "open", "quality": "mixed", "question": "what_is_it"}  # fmt: skip
ASKED = (
    "reason",
    "cat_name",
    "cat_age",
    "cat_sex",
    "problem",
    "since",
    "branch",
    "story",
    "medicines",
    "advised",
    "due",
    "quality",
    "question",
    "enough",
)
TYPED = {
    "en": {"cat_name": "Mimi", "story": "She drinks a lot and has lost weight. Creatinine was high in May; the vet is not sure why."},
    "zh_Hant": {"cat_name": "咪咪", "story": "喝水變多，瘦了快一公斤。五月抽血肌酸酐偏高，醫師還找不到原因。"},
}  # fmt: skip
REASON = {
    "en": "We can say which tests would settle it and what to feed meanwhile.",
    "zh_Hant": "我們可以建議哪些檢查能確定原因，以及這段時間怎麼餵。",
}


class Player:
    """The person at the page. ``language`` is the owner's and, for this test, the doctors' group's."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.owner = page.get_by_test_id("owner-log")
        self.staff = page.get_by_test_id("staff-log")
        self.phone = page.get_by_test_id("phone-log")

    def words(self, sentence: str, **values: object) -> str:
        return say(self.language, sentence, **values)

    def press(self, words: str) -> None:
        """Presses the newest button with these very words in the owner's chat; the page marks a link with an arrow."""
        self.owner.get_by_role("button", name=re.compile(f"^{re.escape(words)}( ?↗)?$")).last.click()

    def write(self, pane: str, text: str) -> None:
        self.page.get_by_test_id(f"{pane}-input").fill(text)
        self.page.get_by_test_id(f"{pane}-send").click()

    def newest_buttons(self) -> Locator:
        group = self.owner.get_by_role("group", name="Buttons of this message").last
        return group.get_by_role("button")

    def reply_to(self, words: str, text: str) -> None:
        """A doctor replies to the group's message with these words."""
        prompt = self.staff.locator("article.other").filter(has_text=words).last  # not a reply that quotes it
        prompt.hover()
        prompt.get_by_role("button", name=re.compile("^Reply to")).last.click()
        self.write("staff", text)

    def picture(self, name: str) -> None:
        """A picture of the page as it is now, in few colours so that it is small."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.mouse.move(0, 0)
        end = time.monotonic() + TOAST_S
        while self.page.locator("#toasts > *").count() and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(700)  # the scrolling to the newest message is animated
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        shot.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG).save(
            PICTURES / f"{name}.png", optimize=True
        )


@contextmanager
def playing(browser: Browser, folder: Path, language: str) -> Iterator[tuple[Player, Whole]]:
    """The page, open and connected; at the end nothing may have failed in it. A failure leaves a picture in var/e2e."""
    with running_whole(folder, group_language=language) as whole:
        locale = "en-GB" if language == "en" else "zh-TW"
        context = browser.new_context(viewport={"width": 1500, "height": 950}, locale=locale, timezone_id="Asia/Taipei")
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        faults = _faults_of(context)
        page = context.new_page()
        player = Player(page, language)
        try:
            page.goto(whole.sandbox.url)
            expect(page.locator("#live")).to_have_attribute("data-state", "live")
            yield player, whole
        except BaseException:
            player.picture(f"failed-{language}")
            print(whole.log[-3000:])
            raise
        finally:
            context.close()
        assert faults == []


def _faults_of(context: BrowserContext) -> list[str]:
    faults: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        where = str(line.location["url"])
        if line.type == "error" and not where.endswith("/favicon.ico"):  # the pay page has no picture of its own
            faults.append(f"{where}: {line.text}")

    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", hear)
    return faults


def answers(player: Player) -> Iterator[tuple[str, str, str]]:
    """What each question says, and the button that answers it or the words that are typed."""
    words, language = player.words, player.language
    sheets = [screen.points[0].sentence(language).partition("{")[0] for screen in SCREENS]
    none, agree, on = words("None of these"), words("I agree to all of this"), words("Go on")
    yield words(GROUPS["breathing"][0]), none, ""
    yield AMBER[0].sentence(language), none, ""
    yield from ((sheet, agree, "") for sheet in sheets)
    yield words("You may contact my vet"), on, ""
    yield PLACES[1].words(language), PLACES[0].words(language), ""
    for name in ASKED:
        yield _asked(player, name)


def _asked(player: Player, name: str) -> tuple[str, str, str]:
    words, language = player.words, player.language
    if name == "problem":
        return PROBLEMS["gut"].words(language), PROBLEMS["kidney"].words(language), ""
    if name == "branch":
        return PROBLEMS["kidney"].questions[0].choices[0].words(language), words("Skip these questions"), ""
    if name == "medicines":
        return words("I don't know"), words("None"), ""
    if name == "enough":
        return words("That is all"), words("That is all"), ""
    question = words(STEPS[name].ask, cat=TYPED[language]["cat_name"])
    if name in BUTTONS:
        return question, words(dict(STEPS[name].choices)[BUTTONS[name]]), ""
    return question, "", TYPED[language][name]


def intake(player: Player) -> None:
    """From the first press to the doctors."""
    words, language = player.words, player.language
    player.page.get_by_test_id("owner-start").click()
    player.press(dict((c.value, c.words) for c in LANGUAGE_CHOICES)[language])
    for question, button, typed in answers(player):
        expect(player.owner.locator("article").last).to_contain_text(question)
        if button:
            player.press(button)
        else:
            player.write("owner", typed)
    player.page.get_by_test_id("owner-samples").click()
    expect(player.owner).to_contain_text(
        words("Thank you, safely received: {n}. Files in this case: {total}.", n=3, total=3)
    )
    player.press(words("Done"))
    expect(player.owner.locator("article").last).to_contain_text(PROBLEMS["kidney"].items[0].words(language))
    player.press(words("Go on"))
    player.page.get_by_test_id("owner-keyboard").get_by_role("button", name=words("Share my phone number")).click()
    player.press(words("Yes, by text too"))
    player.press(words("Send to the doctors"))


def topic_of(player: Player) -> str:
    """A doctor opens the case's topic; gives the case's code."""
    topics = player.page.get_by_test_id("staff-topics")
    topic = topics.get_by_role("button", name=re.compile(re.escape(TYPED[player.language]["cat_name"])))
    topic.click()
    found = re.search("[A-Z0-9]{6}", topic.inner_text())
    assert found, "the topic is named by the case's code"
    return found[0]


def decision(player: Player) -> str:
    """A doctor opens the case's topic, presses Go and gives the reason; gives the case's code."""
    code = topic_of(player)
    prompt = player.words(PROMPTS["go"], code=code)
    prompts = player.staff.locator("article.other").filter(has_text=prompt)
    before = prompts.count()
    player.staff.get_by_role("button", name=player.words("Go"), exact=True).last.click()
    expect(prompts).to_have_count(before + 1)
    player.reply_to(prompt, REASON[player.language])
    expect(player.owner).to_contain_text(REASON[player.language])
    return code


def payment(player: Player, code: str) -> None:
    """The owner opens the link in a new tab, pays there, and is thanked in the chat."""
    label = player.words("Pay {fee}", fee=FEE)
    with player.page.context.expect_page() as opening:
        player.press(label)
    tab = opening.value
    expect(tab.locator("h1")).to_have_text("TWD 3,000.00")
    tab.locator("#pay").click()
    expect(tab.locator("h1")).to_have_text(player.words("Case {code}", code=code))
    tab.close()
    expect(player.owner).to_contain_text(player.words("Thank you, your payment has arrived."))


def booking(player: Player, day: int = 5) -> None:
    """The first time of a day (0: the first that is offered); the fifth leaves room for the reminder of three days before."""
    days = player.newest_buttons()
    expect(days.first).to_have_text(re.compile("[0-9]"))
    days.nth(min(day, days.count() - 1)).click()
    times = player.newest_buttons()
    expect(times.first).to_have_text(re.compile("[0-9]{2}:[0-9]{2}"))
    times.first.click()
    yes = player.words("Yes, book it")
    player.owner.get_by_role("button", name=yes, exact=True).last.wait_for()


def reminders(player: Player, texts: int) -> Locator:
    """Presses “Next day” until so many text messages stand on the phone."""
    bubbles = player.phone.locator("[data-sid]")
    for _ in range(15):
        before = bubbles.count()
        if before >= texts:
            break
        player.page.get_by_test_id("next-day").click()
        end = time.monotonic() + SETTLE_S
        while time.monotonic() < end and bubbles.count() == before:
            player.page.wait_for_timeout(100)
    return bubbles
