// Captured text as the page holds it, and where a point in the page stands in it.
//
// The page gives each block its place: <p data-start="1301">…</p>, counted in UTF-16 units of the canonical text, as
// JavaScript counts. What a block shows besides the text (numbers of quotations) sits in <sup> or [data-not-text];
// a hidden character is shown as a chip with data-code, its code point in hexadecimal, and counts as itself.

const OTHER = "sup, [data-not-text]";

/** The runs of one block: {node, text, start}; `start` counts from the beginning of the canonical text. */
function runsOf(block) {
  const runs = [];
  let start = Number(block.dataset.start);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    if (node.matches(OTHER)) return NodeFilter.FILTER_REJECT;
    return node.dataset.code ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
  });
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.dataset.code) continue; // the words of a chip, which already counted
    const text = node.nodeType === Node.TEXT_NODE ? node.data : String.fromCodePoint(parseInt(node.dataset.code, 16));
    runs.push({ node, text, start });
    start += text.length;
  }
  return runs;
}

export function blocksOf(region) {
  return [...region.querySelectorAll("[data-start]")];
}

export function textOf(block) {
  return runsOf(block).map((run) => run.text).join("");
}

/** The place of a point of the page in the canonical text; points between runs belong to the run before them. */
function placeOf(runs, node, offset) {
  const upToPoint = document.createRange();
  upToPoint.setStart(runs[0].node.parentNode, 0);
  upToPoint.setEnd(node, offset);
  let place = runs[0].start;
  for (const run of runs) {
    if (run.node === node) return run.start + offset;
    const length = run.node.nodeType === Node.TEXT_NODE ? run.node.data.length : run.node.childNodes.length;
    if (upToPoint.comparePoint(run.node, length) > 0) return place;
    place = run.start + run.text.length;
  }
  return place;
}

/** What a range covers: {exact, start, end}, without white space at its ends; null when that is nothing. */
export function wordsIn(region, range) {
  let exact = "";
  let start = null;
  for (const block of blocksOf(region)) {
    if (!range.intersectsNode(block)) continue;
    const runs = runsOf(block);
    if (!runs.length) continue;
    const text = runs.map((run) => run.text).join("");
    const from = block.contains(range.startContainer) ? placeOf(runs, range.startContainer, range.startOffset) : runs[0].start;
    const to = block.contains(range.endContainer)
      ? placeOf(runs, range.endContainer, range.endOffset)
      : runs[0].start + text.length;
    if (to <= from) continue;
    if (start === null) start = from;
    exact += "\n".repeat(Math.max(0, from - start - exact.length)); // blocks are set apart by line ends
    exact += text.slice(from - runs[0].start, to - runs[0].start);
  }
  if (start === null || !exact.trim()) return null;
  start += exact.length - exact.trimStart().length;
  exact = exact.trim();
  return { exact, start, end: start + exact.length };
}

/** The place of one point of the page in the canonical text, or null when it is not in a block. */
export function pointIn(region, node, offset) {
  const block = blocksOf(region).find((candidate) => candidate.contains(node));
  const runs = block ? runsOf(block) : [];
  return runs.length ? placeOf(runs, node, offset) : null;
}

/** The range of the page that shows the given piece of a block, counted within the block. */
export function rangeOf(block, from, to) {
  const base = Number(block.dataset.start);
  const range = document.createRange();
  for (const run of runsOf(block)) {
    const begin = run.start - base;
    const end = begin + run.text.length;
    const isText = run.node.nodeType === Node.TEXT_NODE;
    if (from >= begin && from < end) isText ? range.setStart(run.node, from - begin) : range.setStartBefore(run.node);
    if (to > begin && to <= end) isText ? range.setEnd(run.node, to - begin) : range.setEndAfter(run.node);
  }
  return range;
}
