"""The first case by hand, in the browser: a pasted text becomes two incidents that a partner pulls.

    python -m tests.e2e.walkthrough ADDRESS ACCOUNT PASSWORD TEXT_FILE
        [--editor NAME PASSWORD] [--key PARTNER_KEY] [--pictures DIRECTORY]

Wants a running demo. ACCOUNT logs every row of docs/walkthrough.md from the text by key presses, which are counted;
the editor (ACCOUNT too, when none is given) approves and releases with the mouse; with a partner's key the bundle is
pulled. Prints one line for each row and ends with 1 when a row took more key presses than the house allows itself.
Pictures show the ledger, forms and lists, never the text that was pasted.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.e2e.hands import Hands, Reading
from tests.e2e.screenshots import ARGUMENTS, CHROMIUM
from tests.e2e.walkthrough_rows import ARTICLE_DAY, BUCHA, HOSPITAL, MINISTRY, NOTE, ORIGINALS, ROWS, Row

MOST_KEYS = 25  # for one statement, beside what has to be written in words
PATIENCE = 60_000  # milliseconds, on a machine with other work
REPORT = "Pictures from Bucha draw accusations"
REF = re.compile(r"ST-\w+")


class Walk:
    """One person in one browser, the references of what was logged, and the key presses each row took."""

    def __init__(self, page: Page, address: str, pictures: Path | None) -> None:
        self.page, self.address, self.pictures = page, address, pictures
        self.refs: dict[int, str] = {}
        self.presses: dict[str, int] = {}
        self.last_words = ""

    def sign_in(self, account: str, password: str) -> None:
        self.page.goto(self.address)
        self.page.get_by_role("textbox", name="Username").fill(account)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name=re.compile("account$"))).to_be_visible()

    def picture(self, name: str, of: Locator) -> None:
        if self.pictures:
            of.scroll_into_view_if_needed()
            of.screenshot(path=self.pictures / f"walkthrough-{name}.png", animations="disabled")

    def picture_of_form(self, name: str) -> None:
        """The upper part of the form beside the text: what was quoted, by whom, of what kind, answering what."""
        if self.pictures:
            form = self.page.get_by_role("form", name="New statement")
            form.evaluate(
                "it => { scrollTo(0, 0); it.scrollTo(0, 0); }"
            )  # it stands beside the text and scrolls by itself
            box = form.evaluate("it => { const { x, y, width } = it.getBoundingClientRect();"
                                " return { x, y, width, height: 720 }; }")  # fmt: skip
            self.page.screenshot(path=self.pictures / f"walkthrough-{name}.png", clip=box, full_page=True)

    def count(self, what: str, hands: Hands) -> None:
        self.presses[what] = hands.presses
        sys.stdout.write(f"{what}: {hands.presses} key presses\n")

    # ---- The source

    def hand_in(self, text: str) -> None:
        """Paste the text into the box that heads every page, then send it on from the full form."""
        hands = Hands(self.page)
        hands.press("c")
        hands.write(text)
        hands.press("Enter")
        expect(self.page.get_by_label(re.compile("^Or pasted text"))).to_have_value(text)
        hands.go_to("title")
        hands.write("A re-translated copy of a news report")
        hands.press("Control+Enter")
        expect(self.page.get_by_role("article", name="Captured text, capture 1")).to_be_visible(timeout=PATIENCE)
        self.source = self.page.url
        places = self.page.locator("#without-script .f").filter(has_text="Places named here")
        expect(places).to_contain_text("Bucha written Bucha, Bukha, Bouha")
        expect(places).not_to_contain_text("Bhutan")
        self.picture("places", places)
        self.count("hand in", hands)

    # ---- Statements

    def log(self, row: Row) -> None:
        hands = Reading(self.page)
        hands.select(row.exact, after=self.last_words)
        hands.press("Enter")
        expect(self.page.get_by_role("textbox", name="Words, as captured")).to_have_value(row.exact)
        self._words(hands, row)
        self._speaker(hands, row)
        self._substance(hands, row)
        self._incident(hands, row)
        if row.number in (1, 8):
            self.picture_of_form(f"form-{row.number:02}")
        hands.press("Control+Enter")
        said = self.page.get_by_role("status").filter(has_text="Logged ST-")
        expect(said).to_be_visible()
        self.refs[row.number] = REF.search(said.inner_text())[0]
        self.last_words = row.exact
        self.count(f"row {row.number}", hands)

    def _words(self, hands: Hands, row: Row) -> None:
        if self.page.get_by_label("These words are").evaluate("it => it.selectedOptions[0].text") != row.words_are:
            hands.go_to("words_are")
            hands.choose(row.words_are)
        if row.summary:
            hands.go_to("text")
            hands.write(row.summary)

    def _speaker(self, hands: Hands, row: Row) -> None:
        near = self.page.get_by_role("group", name="Named nearby").get_by_role("radio", name=row.speaker, exact=True)
        if near.count():
            hands.go_to("party_near")
            if hands.in_hand()["label"] == row.speaker:
                hands.press("Space")
            else:
                hands.choose(row.speaker)
        else:
            hands.go_to("party")
            hands.write(row.speaker)

    def _substance(self, hands: Hands, row: Row) -> None:
        hands.go_to("kind")
        hands.choose(row.kind)
        if row.position:
            hands.go_to("responsibility_position")
            hands.choose(row.position)
        if row.accuses:
            hands.go_to("accuses")
            hands.write(row.accuses)
        if row.media:
            hands.go_to("media_item")
            hands.choose(row.media)
        if row.answers:
            hands.go_to("answers")
            hands.choose(value=self.refs[row.answers])
        for name, label in (("link_type", row.how), ("aspect", row.point), ("spoken_as", row.role)):
            if label:
                hands.go_to(name)
                hands.choose(label)

    def _incident(self, hands: Hands, row: Row) -> None:
        if row.leaves_incident:
            hands.go_to("incidents", row.leaves_incident)
            hands.press("Space")
        for name, words in (
            ("new_incident", row.new_incident),
            ("new_incident_occurred", row.occurred),
            ("said", row.said),
            ("said_in", row.said_in),
        ):
            if words:
                hands.go_to(name)
                hands.write(words)
        for name, label in (("how_known", row.known), ("tlp", row.marking)):
            if label:
                hands.go_to(name)
                hands.choose(label)

    # ---- Beside the statements

    def note(self) -> None:
        """Row 16: words of another body about its own checks."""
        hands = Reading(self.page)
        hands.select(NOTE, after=self.last_words)
        hands.press("n")
        expect(self.page.get_by_role("textbox", name="Who says so")).to_be_focused()
        hands.write("CNN")
        hands.go_to("incident")
        hands.choose(BUCHA)
        hands.go_to("aspect")
        hands.choose("victims")
        hands.press("Control+Enter")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(BUCHA)
        self.incident = self.page.url
        self.count("row 16", hands)

    def request(self) -> None:
        """Row 17: from the ledger, that CNN had asked the accused about its allegation."""
        hands = Hands(self.page)
        hands.press("q")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("request for comment")
        hands.go_to("asked_by")
        hands.write("CNN")
        hands.go_to("party")
        hands.write(MINISTRY)
        hands.go_to("statement")
        hands.choose(value=self.refs[1])
        hands.go_to("question")
        hands.write("Comment on the alleged executions of civilians.")
        hands.go_to("asked")
        hands.write(f"[2022-04-02..{ARTICLE_DAY}]")
        hands.go_to("outcome")
        hands.choose("Awaiting reply")
        hands.press("Control+Enter")
        expect(self.page.get_by_role("main")).to_contain_text("CNN had asked")
        self.count("row 17", hands)

    def add_original(self, number: int, words: str, words_are: str, *, after: str) -> None:
        """Take the original words from the report and add them to the statement held already."""
        hands = Reading(self.page)
        hands.select(words, after=after)
        hands.press("w")
        expect(self.page.get_by_label("Add these words to")).to_be_focused()
        hands.choose(value=self.refs[number])
        hands.go_to("words_are")
        hands.choose(words_are)
        hands.press("Control+Enter")
        expect(self.page.get_by_role("status").filter(has_text=f"Added to {self.refs[number]}")).to_be_visible()
        self.count(f"original of row {number}", hands)

    def originals(self) -> None:
        self.page.goto(urljoin(self.address, "/sources/"))
        self.page.get_by_role("link", name=re.compile(REPORT)).first.click()
        after = ""
        for number, words, words_are in ORIGINALS:
            self.add_original(number, words, words_are, after=after)

    def look(self) -> None:
        """One picture for each row as the ledger shows it."""
        for title in (BUCHA, HOSPITAL):
            self.page.goto(self.address)
            self.page.get_by_role("link", name=title).first.click()
            for number, ref in self.refs.items():
                line = self.page.locator(f"article.line#{ref}")
                if line.count():
                    self.picture(f"{number:02}", line)
        self.page.goto(self.incident)
        self.picture("16", self.page.locator("section[aria-labelledby=notes]"))
        self.picture("17", self.page.locator("section[aria-labelledby=asked] ol.asks"))

    # ---- Judgement and release

    def propose(self) -> str:
        """Take the first incident up and propose that it could not be confirmed. Returns the proposal's address."""
        page = self.page
        page.get_by_role("link", name="Propose a finding").click()
        page.get_by_role("textbox", name=re.compile("^Why")).fill("An allegation and its denial stand on one copy.")
        page.get_by_role("button", name="Take it up").click()
        page.get_by_role("radio", name="Could not independently confirm").check()
        page.get_by_role("textbox", name=re.compile("^Reasons")).fill("Everything comes from one re-translated copy.")
        page.get_by_role("group", name="Confidence").get_by_role("radio", name="low").check()
        page.get_by_role("checkbox", name="No second source").check()
        page.get_by_role("textbox", name=re.compile("^What would settle it")).fill("The original report, captured.")
        page.get_by_role("button", name="Propose", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Written from your answers")
        page.get_by_role("button", name="Propose", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Could not independently confirm")
        return page.url

    def decide(self, proposal: str, walk: "Walk") -> None:
        """As an editor: approve the finding, then every record the other walk made, then release what stands."""
        page = self.page
        page.goto(proposal)
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
        for address in [*(f"/statements/{ref}/" for ref in walk.refs.values()), walk.incident]:
            page.goto(urljoin(self.address, address))
            page.get_by_role("button", name="Approve the record").click()
            expect(page.get_by_role("button", name="Approve the record")).to_have_count(0)
        self.picture("finding", page.locator(".finding").first)
        page.get_by_role("link", name="Release").click()
        boxes = page.get_by_role("group", name="Statements that go along").get_by_role("checkbox", disabled=False)
        for box in boxes.all():
            box.check()
        page.get_by_role("checkbox", name="It goes out as").check()
        page.get_by_role("button", name="Release", exact=True).click()
        expect(page.get_by_role("link", name=re.compile("Release"))).to_be_visible()


def pulled(address: str, key: str, title: str) -> list[str]:
    """The findings and kinds a partner reads of the incident of this title."""

    def read(path: str) -> dict:
        with urlopen(Request(urljoin(address, path), headers={"Authorization": f"Bearer {key}"}), timeout=60) as answer:
            return json.load(answer)

    found = next(each for each in read("/api/v1/incidents/")["results"] if each["title"] == title)
    bundle = read(f"/api/v1/incidents/{found['id']}/bundle/")
    return [bundle["incident"]["finding"]["code"], *(said["kind"] for said in bundle["statements"])]


def person(browser: Browser, address: str, pictures: Path | None) -> Walk:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    return Walk(context.new_page(), address, pictures)


def walk_through(browser: Browser, given: argparse.Namespace) -> int:
    """Everything in its order. Returns how many rows took too many key presses."""
    analyst = person(browser, given.address, given.pictures)
    analyst.sign_in(given.account, given.password)
    analyst.hand_in(given.text_file.read_text().strip())
    for row in ROWS:
        analyst.log(row)
    analyst.note()
    analyst.request()
    analyst.originals()
    analyst.look()
    proposal = analyst.propose()
    editor = person(browser, given.address, given.pictures)
    editor.sign_in(*(given.editor or (given.account, given.password)))
    editor.decide(proposal, analyst)
    if given.key:
        sys.stdout.write(f"pulled: {', '.join(pulled(given.address, given.key, BUCHA))}\n")
    return sum(presses > MOST_KEYS for presses in analyst.presses.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("account")
    parser.add_argument("password")
    parser.add_argument("text_file", type=Path)
    parser.add_argument("--editor", nargs=2, metavar=("NAME", "PASSWORD"))
    parser.add_argument("--key", help="of a partner that pulls what was released")
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        too_many = walk_through(browser, given)
        browser.close()
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main())
