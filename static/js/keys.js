// Single-key shortcuts. They never fire in a field, can be switched off (remembered in this browser), and are never
// the only way: each does what a link or a control on the page does too.
//   /  the field with aria-keyshortcuts="/"      c  the box that takes a link
//   j k  next and previous [data-line]           Enter  its first link (or [data-open])
//   g then i s o p r  the menu link with that data-go     ?  the list of keys     Ctrl+Enter  send the form
//   any other letter presses the control on the page whose aria-keyshortcuts is that letter, or focuses the region

const SETTING = "single-keys";
const CHORD_MS = 1200;
const FIELDS = 'input, select, textarea, [contenteditable]:not([contenteditable="false"])';

let chordStartedAt = -Infinity;

function areOn() {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true; // storage forbidden: keys stay on, the switch then lasts for the page
  }
}

function remember(on) {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // nothing to remember it in
  }
}

function lines() {
  return [...document.querySelectorAll("[data-line]")].filter((line) => line.offsetParent !== null);
}

function move(step) {
  const all = lines();
  if (!all.length) return;
  const here = all.findIndex((line) => line.contains(document.activeElement));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  const target = next.matches("a, button, [tabindex]") ? next : next.querySelector("[data-open], a, button");
  if (!target) return;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function press(control) {
  if (control.matches(FIELDS)) {
    control.focus();
    control.select?.();
  } else if (control.hasAttribute("tabindex")) {
    control.focus(); // a region one moves about in, such as the captured text
  } else {
    control.click();
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest("form")?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.closest(FIELDS) || !areOn()) return;

  const inChord = performance.now() - chordStartedAt < CHORD_MS;
  chordStartedAt = -Infinity;
  let target = null;
  if (inChord) {
    target = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  } else if (event.key === "g") {
    chordStartedAt = performance.now();
    return;
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  } else if (event.key === "?") {
    document.getElementById("keys")?.togglePopover?.();
  } else {
    target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]:not(:disabled)`);
  }
  if (target) {
    event.preventDefault();
    press(target);
  }
}

document.addEventListener("keydown", onKey);

const toggle = document.getElementById("keys-on");
if (toggle) {
  toggle.checked = areOn();
  toggle.parentElement.hidden = false;
  toggle.addEventListener("change", () => remember(toggle.checked));
}
