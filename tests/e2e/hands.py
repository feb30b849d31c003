"""A person at the keyboard of a page: real key events, counted. What is written in words is not counted."""

import re

from playwright.sync_api import Page, expect

MOST_TABS = 60
FEW_TABS = 1  # a field further away is reached by its key
# Alt and the letter, and the Tabs from there, that lead to a field of the statement form.
WAYS = {
    "words_are": ("w", 0), "text": ("t", 0), "party_near": ("q", 0), "party": ("o", 0), "kind": ("k", 0),
    "media_item": ("m", 0), "answers": ("a", 0), "spoken_as": ("r", 0), "how_known": ("r", 1), "incidents": ("i", 0),
    "new_incident": ("n", 0), "said": ("p", -1), "said_in": ("p", 0),
}  # fmt: skip
# How many Tabs from the control in hand to the field of this name; radio buttons of one name are one stop.
TABS = """name => {
  const stops = [...document.querySelectorAll("a[href], input, select, textarea, button, summary")].filter((one) =>
    one.checkVisibility() && one.type !== "hidden" && !one.disabled);
  const group = (one) => one.type === "radio" ? one.name : one;
  const order = [...new Set(stops.map(group))];
  const wanted = stops.find((one) => one.name === name);
  return wanted ? order.indexOf(group(wanted)) - order.indexOf(group(document.activeElement)) : 1e6;
}"""
OPTIONS = """() => {
  const it = document.activeElement;
  const all = it.type === "radio" ? [...it.form.elements[it.name]].map((one) => [one.value, one.labels[0].textContent])
    : [...it.options].map((one) => [one.value, one.textContent]);
  return all.map(([value, label]) => [value, label.trim()]);
}"""
WORDS = """text => [...new Intl.Segmenter("en", { granularity: "word" }).segment(text)]
  .filter((one) => one.isWordLike).map((one) => one.segment)"""


class Hands:
    """Presses keys and counts them; says nothing of the page but what a person sees: what has the focus, its value."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self.page.wait_for_load_state()  # a page may be read before its keys are bound
        self.page.keyboard.press(key)
        self.presses += 1

    def write(self, words: str) -> None:
        """Free text, as one types or pastes it into the field in hand."""
        self.page.keyboard.press("Control+a")  # takes the place of what stood there
        self.page.keyboard.insert_text(words)

    def in_hand(self) -> dict[str, str]:
        """Name, value and label of the control that has the focus."""
        return self.page.evaluate(
            "() => { const it = document.activeElement; return { name: it.name ?? '', value: it.value ?? '',"
            " type: it.type ?? '', label: it.labels?.[0]?.textContent.trim() ?? '' }; }"
        )

    def go_to(self, name: str, label: str = "") -> None:
        """To the field of this name (and label): by Tab when it is near, else by its key."""
        away = self.page.evaluate(TABS, name)
        if name in WAYS and abs(away) > FEW_TABS:
            letter, away = WAYS[name]
            self.press(f"Alt+{letter}")
        for _press in range(MOST_TABS):
            held = self.in_hand()
            if held["name"] == name and label in held["label"]:
                return
            self.press("Shift+Tab" if away < 0 else "Tab")
        raise AssertionError(f"{name} {label} is not reached by Tab")

    def choose(self, label: str = "", *, value: str = "") -> None:
        """Choose an option of a list or of radio buttons by the fewest letters that lead to it."""
        is_radio = self.in_hand()["type"] == "radio"
        options = self.page.evaluate(OPTIONS)
        at = next(at for at, option in enumerate(options) if (value or label) == option[bool(label)])
        letters = _letters([each.lower() for _value, each in options], at, is_radio=is_radio)
        away = at - next(here for here, option in enumerate(options) if option[0] == self.in_hand()["value"])
        if not is_radio and abs(away) < len(letters):
            letters = []
            for _step in range(abs(away)):
                self.press("ArrowUp" if away < 0 else "ArrowDown")
        # At once: a list forgets after a second what was typed.
        self.page.keyboard.type("".join(letters))
        self.presses += len(letters)
        held = self.in_hand()
        assert held["value"] == options[at][0], f"{options[at][1]} is not chosen by its letters"


class Reading(Hands):
    """Hands in the captured text, which find words by their first letters."""

    def select(self, phrase: str, *, after: str = "") -> None:
        """From the page to the selected words, searching on from the words logged last where there are any."""
        expect(self.page.get_by_role("searchbox", name="Find words")).to_be_visible()
        text = "\n".join(self.page.locator("[data-start]").evaluate_all(
            "blocks => blocks.map((block) => { const copy = block.cloneNode(true);"
            " copy.querySelectorAll('sup').forEach((number) => number.remove()); return copy.textContent; })"
        ))  # fmt: skip
        self.press("/")
        for letter in _sought(text, phrase, after):
            self.press("Space" if letter == " " else letter)
        self.press("Enter")
        expect(self.page.locator("[data-reader-text]")).to_be_focused()
        wanted = len(self.page.evaluate(WORDS, phrase))
        while (chosen := len(self.page.evaluate(WORDS, self.selected()))) < wanted:
            rest = phrase[len(self.selected()) :]
            ends_there = re.search(re.escape(phrase) + r"[.!?]", text) and not re.search(r"[.!?]", rest)
            self.press("Shift+ArrowDown" if ends_there else "Shift+ArrowRight")
            assert len(self.page.evaluate(WORDS, self.selected())) > chosen
        assert self.selected() == phrase

    def selected(self) -> str:
        return self.page.evaluate("() => document.getSelection().toString().trim()")


def _sought(text: str, phrase: str, after: str) -> str:
    """The fewest first letters of a phrase that find it, searching on from the words logged last."""
    folded, wanted = text.lower(), phrase.lower()
    here = re.search(rf"\b{re.escape(after.lower())}\b", folded).end() if after else 0
    target = re.search(rf"\b{re.escape(wanted)}\b", folded).start()
    for length in range(1, len(wanted) + 1):
        begins = [each.start() for each in re.finditer(rf"\b{re.escape(wanted[:length])}", folded)]
        if wanted[length - 1] != " " and next((at for at in begins if at >= here), begins[0]) == target:
            return wanted[:length]
    raise AssertionError(f"{phrase} is not found by its letters")


def _letters(labels: list[str], at: int, *, is_radio: bool) -> str:
    """As lists do: letters choose the first option that begins so; one letter again and again, each such in turn."""
    label = labels[at]
    alike = [index for index, each in enumerate(labels) if each.startswith(label[0])]
    ways = [label[0] * (alike.index(at) + 1)] + [label[:length] for length in range(1, len(label) + 1)]
    if is_radio:
        for word in label.split()[1:]:
            ways += [word[:length] for length in range(1, len(word) + 1)]
    for letters in sorted(ways, key=len):
        begin = [index for index, each in enumerate(labels) if each.startswith(letters)]
        hold = [index for index, each in enumerate(labels) if is_radio and f" {letters}" in each]
        is_repeated = len(letters) > 1 and len(set(letters)) == 1
        if is_repeated or (begin or hold or [-1])[0] == at:
            return letters
    raise AssertionError(f"{label} is not chosen by its letters")
