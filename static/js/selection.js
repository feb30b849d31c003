// The Reader: select words, then log them.
//
// Needs on the page: [data-reader-text] (tabindex="0", lang) with blocks as captured.js describes; #adder, a hidden
// toolbar whose buttons belong to form#pick; form#pick (GET) with hidden fields exact, start and end; optionally
// [data-picked] for the count, said aloud. Mouse, touch and caret browsing select as everywhere; with the focus on the
// text itself Left and Right move word by word, Up and Down by sentence, Home and End to its ends; Shift extends, Escape
// lets go, Enter sends #pick. After logging, the keys go on from the words logged last.

import { blocksOf, pointIn, rangeOf, textOf, wordsIn } from "./captured.js";

const CONTROLS = "a, button, input, select, textarea, summary";
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 0, ArrowDown: 0, Home: 0, End: 0 };
const SETTLE_MS = 60;
const LONGEST_IN_ADDRESS = 2000; // servers refuse longer addresses; start and end name the words too

// Looked up each time: htmx may have put in a newer text.
const textRegion = () => document.querySelector("[data-reader-text]");
const pickForm = () => document.getElementById("pick");
const adderBar = () => document.getElementById("adder");

let picked = null;
let words = null; // every word of the text: {block, sentence, from, to, end}; made when a key first asks for it
let anchor = -1;
let cursor = -1;
let waiting = 0;

function allWords(region) {
  const cut = (text, granularity) => [...new Intl.Segmenter(region.lang || undefined, { granularity }).segment(text)];
  return blocksOf(region).flatMap((block) => {
    const text = textOf(block);
    const sentences = cut(text, "sentence");
    const start = Number(block.dataset.start);
    return cut(text, "word")
      .filter((segment) => segment.isWordLike)
      .map(({ index, segment }) => {
        const to = index + segment.length;
        const sentence = sentences.findLast((one) => one.index <= index);
        return { block, sentence, from: index, to, end: start + to };
      });
  });
}

function showAdder(adder, range) {
  adder.hidden = false;
  adder.classList.add("adder-at");
  const boxes = range.getClientRects();
  const last = boxes[boxes.length - 1] ?? range.getBoundingClientRect();
  const frame = (adder.offsetParent ?? document.documentElement).getBoundingClientRect();
  const room = document.documentElement.clientWidth - adder.offsetWidth - 8;
  adder.style.top = `${last.bottom - frame.top + 6}px`;
  adder.style.left = `${Math.max(8, Math.min(last.left, room)) - frame.left}px`;
}

function letGo() {
  picked = null;
  adderBar().hidden = true;
}

function onSelection() {
  const [region, form, adder] = [textRegion(), pickForm(), adderBar()];
  if (!region || !form || !adder) return;
  if (adder.contains(document.activeElement) || form.contains(document.activeElement)) return;
  const selection = document.getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const isInside = range && region.contains(range.startContainer) && region.contains(range.endContainer);
  const found = isInside ? wordsIn(region, range) : null;
  if (!found) {
    letGo();
    return;
  }
  picked = { ...found, range: range.cloneRange() };
  for (const name of ["exact", "start", "end"]) form.elements[name].value = picked[name];
  form.elements.exact.disabled = encodeURIComponent(picked.exact).length > LONGEST_IN_ADDRESS;
  const count = document.querySelector("[data-picked]");
  if (count) count.textContent = picked.exact.split(/\s+/).length;
  showAdder(adder, range);
}

function select(from, to) {
  const [first, last] = from <= to ? [words[from], words[to]] : [words[to], words[from]];
  const begin = rangeOf(first.block, first.from, first.to);
  const end = rangeOf(last.block, last.from, last.to);
  document.getSelection().setBaseAndExtent(begin.startContainer, begin.startOffset, end.endContainer, end.endOffset);
  words[to].block.scrollIntoView({ block: "nearest" });
}

/** The first word of the next sentence; going back, of this sentence and then of the one before. */
function otherSentence(isForward) {
  const here = words[cursor].sentence;
  if (isForward) {
    const next = words.findIndex((word, index) => index > cursor && word.sentence !== here);
    return next < 0 ? words.length - 1 : next;
  }
  const first = words.findIndex((word) => word.sentence === here);
  return first < cursor || first === 0 ? first : words.findIndex((word) => word.sentence === words[first - 1].sentence);
}

/** Extending forward, the last word of this sentence, and from there of the next. */
function endOfSentence() {
  const here = words[Math.min(cursor + 1, words.length - 1)].sentence;
  return words.findLastIndex((word) => word.sentence === here);
}

/** Take over from the words logged last, which the address of the page names. False when it names none here. */
function continueFromMark(region) {
  const mark = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const place = mark && region.contains(mark) ? pointIn(region, mark, mark.childNodes.length) : null;
  if (place === null) return false;
  cursor = Math.max(0, words.findIndex((word) => word.end >= place));
  return true;
}

/** Take over from the mouse: the words at both ends of what it selected. False when it selected nothing here. */
function continueFromSelection(region) {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection();
  if (!region.contains(focusNode) || !region.contains(anchorNode)) return false;
  const from = pointIn(region, anchorNode, anchorOffset);
  const to = pointIn(region, focusNode, focusOffset);
  if (from === null || to === null) return false;
  anchor = Math.max(0, words.findIndex((word) => (from <= to ? word.end > from : word.end >= from)));
  cursor = Math.max(0, words.findIndex((word) => (from <= to ? word.end >= to : word.end > to)));
  return true;
}

function onArrow(event, region) {
  if (!words?.[0]?.block.isConnected) words = allWords(region);
  if (!words.length) return;
  event.preventDefault();
  const direction = getComputedStyle(region).direction === "rtl" ? -1 : 1;
  const step = STEPS[event.key] * direction;
  if (event.key === "Home") cursor = 0;
  else if (event.key === "End") cursor = words.length - 1;
  else if (cursor < 0 && !continueFromSelection(region) && !continueFromMark(region)) cursor = 0;
  else if (step) cursor = Math.min(Math.max(cursor + step, 0), words.length - 1);
  else if (event.shiftKey && event.key === "ArrowDown") cursor = endOfSentence();
  else cursor = otherSentence(event.key === "ArrowDown");
  if (!event.shiftKey || anchor < 0) anchor = cursor;
  select(anchor, cursor);
  settle(); // a quick Enter takes these words, not those before them
}

/** From where the keys are, the next place where these words begin; from the top when there is none below. */
function find(field) {
  const region = textRegion();
  const wanted = field.value.trim().toLowerCase();
  words = allWords(region);
  if (!wanted || !words.length) return;
  if (cursor < 0 && !continueFromSelection(region)) continueFromMark(region);
  const beginsHere = (word) => textOf(word.block).slice(word.from).toLowerCase().startsWith(wanted);
  const first = [...words.keys()].sort((a, b) => (a <= cursor) - (b <= cursor) || a - b).find((at) => beginsHere(words[at]));
  field.setAttribute("aria-invalid", String(first === undefined));
  if (first === undefined) return;
  anchor = first;
  const ends = words[first].from + wanted.length;
  cursor = words.findLastIndex((word) => word.block === words[first].block && word.from < ends);
  region.focus({ preventScroll: true });
  select(anchor, cursor);
  settle();
}

function send() {
  // The words stay marked while the form beside them has the focus.
  globalThis.CSS?.highlights?.set("picked", new Highlight(picked.range));
  pickForm().requestSubmit();
}

function settle() {
  clearTimeout(waiting);
  onSelection();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const region = textRegion();
  if (event.key === "Enter" && event.target.closest("[data-reader-find]")) {
    event.preventDefault();
    find(event.target);
    return;
  }
  if (event.key in STEPS && region && document.activeElement === region) onArrow(event, region);
  else if (event.key === "Escape" && picked) {
    document.getSelection().removeAllRanges();
    letGo();
  } else if (event.key === "Enter" && !event.target.closest(CONTROLS)) {
    settle(); // a quick hand presses Enter before the last word is counted in
    if (!picked) return;
    event.preventDefault();
    send();
  }
}

document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(onSelection, SETTLE_MS);
});
document.addEventListener("keydown", onKey);
document.querySelectorAll("[data-reader-find]").forEach((box) => (box.hidden = false));
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("#adder")) {
    event.preventDefault(); // keep the words selected
    settle();
  } else cursor = anchor = -1; // the keys go on from where the mouse lets go
});
