"""What axe finds on a page. Colours are judged once for each look, for judging them is most of its work."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "reporter": "faults alone",  # axe's own describe at length what is right as well
}
# The look of a text is its own colour and size, and all that lies behind it. Axe judges the colours of one text of each
# look beside its other rules, in one run, for every run goes through the whole page. Where it cannot judge that one, as
# when something lies over it, it is asked about all of them.
FAULTS = """async ([known, rules]) => {
  const plain = " rgba(0, 0, 0, 0),none,1,static,none";
  const backs = new Map();
  const behind = (at) => {
    if (!at) return "";
    if (!backs.has(at)) {
      const style = getComputedStyle(at);
      const own = ` ${[style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter]}`;
      backs.set(at, own.replace(plain, "") + behind(at.parentElement));
    }
    return backs.get(at);
  };
  const look = (text) => {
    const style = getComputedStyle(text);
    return [style.color, style.fontSize, style.fontWeight, style.textShadow, text.disabled].join(" ") + behind(text);
  };
  const isText = (each) => each.matches("input, select, textarea")
    || [...each.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const fresh = Map.groupBy([...document.body.querySelectorAll("*")].filter(isText), look);
  known.forEach((each) => fresh.delete(each));
  const faults = [], judged = new Set();
  const note = ({ id, violations, passes }) => {
    faults.push(...violations.map(({ node, any, all, none }) =>
      `${id}: ${node.selector} ${node.source.slice(0, 99)} ${[...any, ...all, ...none].map((each) => each.message)}`));
    if (id === "color-contrast") [...violations, ...passes].forEach(({ node }) => judged.add(look(node.element)));
  };
  const run = async (texts, asked) => {
    texts.forEach((text) => text.setAttribute("data-judged-now", ""));
    await axe.run(document, asked);
    texts.forEach((text) => text.removeAttribute("data-judged-now"));
  };
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-judged-now]" }] });
  axe.addReporter("faults alone", (found, _asked, give) => give(found.forEach(note)));
  await run([...fresh.values()].map(([first]) => first), rules);
  const left = [...fresh].flatMap(([each, [, ...others]]) => judged.has(each) ? [] : others);
  if (left.length) await run(left, { ...rules, runOnly: ["color-contrast"] });
  return [faults, [...judged]];
}"""


def faults_of(page: Page, known: set[str] | None = None) -> list[str]:
    """What axe finds on the page, each with where and why.

    ``known`` are looks whose colours were judged before; those judged now are added.
    """
    known = set() if known is None else known
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    faults, judged = page.evaluate(FAULTS, [sorted(known), WCAG])
    known.update(judged)
    return faults
