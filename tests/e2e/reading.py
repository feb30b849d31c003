"""What axe finds on a page. Colours are judged once for each look, for judging them is most of its work."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
IN_WORDS = "(rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`)"
ALL_BUT_COLOURS = f"async rules => (await axe.run(document, rules)).violations.flatMap({IN_WORDS})"
# The look of a text is its own colour and size, and all that lies behind it. Where axe cannot judge the first text of
# a look, as when something lies over it, it is asked about all of them.
COLOURS = f"""async known => {{
  const plain = " rgba(0, 0, 0, 0),none,1,static,none";
  const behind = (style) =>
    ` ${{[style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter]}}`;
  const look = (text) => {{
    const style = getComputedStyle(text);
    let all = [style.color, style.fontSize, style.fontWeight, style.textShadow, text.disabled].join(" ");
    for (let at = text; at; at = at.parentElement) all += behind(getComputedStyle(at)).replace(plain, "");
    return all;
  }};
  const isText = (each) => each.matches("input, select, textarea")
    || [...each.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const fresh = Map.groupBy([...document.body.querySelectorAll("*")].filter(isText), look);
  known.forEach((each) => fresh.delete(each));
  const faults = [], judged = new Set();
  for (const part of [[0, 1], [1]]) {{
    const include = [...fresh].flatMap(([each, texts]) => judged.has(each) ? [] : texts.slice(...part));
    if (!include.length) continue;
    const found = await axe.run({{ include }}, {{
      runOnly: ["color-contrast"], elementRef: true, resultTypes: ["passes", "violations"] }});
    faults.push(...found.violations.flatMap({IN_WORDS}));
    const nodes = [...found.passes, ...found.violations].flatMap((rule) => rule.nodes);
    nodes.forEach((node) => judged.add(look(node.element)));
  }}
  return [faults, [...judged]];
}}"""


def faults_of(page: Page, known: set[str] | None = None) -> list[str]:
    """What axe finds on the page, each with where and why.

    ``known`` are looks whose colours were judged before; those judged now are added.
    """
    known = set() if known is None else known
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    faults = page.evaluate(ALL_BUT_COLOURS, WCAG)
    colours, judged = page.evaluate(COLOURS, sorted(known))
    known.update(judged)
    return [*faults, *colours]
