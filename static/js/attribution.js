// The statement form: words selected in the text beside it become the attribution, at a press of [data-take]'s button.
// Typed words go without a place; the server finds them nearest to the quotation.

import { wordsIn } from "./captured.js";

const offer = document.querySelector("[data-take]");
const region = document.querySelector("[data-reader-text]");
const { attribution, attribution_start: start, attribution_end: end } = offer?.closest("form").elements ?? {};
let found = null;

if (offer && region) {
  offer.hidden = false;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    if (range && region.contains(range.commonAncestorContainer)) found = wordsIn(region, range);
  });
  offer.addEventListener("click", () => {
    if (found) [attribution.value, start.value, end.value] = [found.exact, found.start, found.end];
    attribution.focus();
  });
  attribution.addEventListener("input", () => (start.value = end.value = ""));
}
