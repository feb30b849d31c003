// Single-key shortcuts. They never fire in a field, can be switched off (remembered in this browser), and are never
// the only way: each does what a link or a control on the page does too.
//   /  the field with aria-keyshortcuts="/"      c  the box that takes a link
//   j k  next and previous [data-line]           Enter  its first link (or [data-open])
//   g then i s o p r  the menu link with that data-go     ?  the list of keys     Ctrl+Enter  send the form
//   letters in a group of radio buttons choose the option that begins so, as they do in a list
//   Alt and a letter goes to the question of the form with that data-jump (a KeyboardEvent.code)
//   any other letter presses the control on the page whose aria-keyshortcuts is that letter, or focuses the region

const SETTING = "single-keys";
const CHORD_MS = 1200;
const TYPING_MS = 800;
const FIELDS = 'input, select, textarea, [contenteditable]:not([contenteditable="false"])';

let chordStartedAt = -Infinity;
let typed = "";
let typedAt = -Infinity;
let typedInto = "";

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

/** Alt and a letter: to a question of the form, to the answer it has already where it has one. */
function jump(event) {
  const question = document.querySelector(`form [data-jump="${event.code}"]`);
  const control = question?.querySelector(":checked") ?? question?.querySelector(FIELDS);
  if (!control) return;
  event.preventDefault();
  control.closest("label, [data-jump]").scrollIntoView({ block: "nearest" });
  (control.matches("option") ? control.parentElement : control).focus();
}

function isTyping(radio) {
  return performance.now() - typedAt < TYPING_MS && typedInto === radio.name;
}

/** In a group of radio buttons, as in a list: letters choose the option that begins so, the same one again the next. */
function chooseByLetters(event) {
  const group = [...event.target.form.elements[event.target.name]];
  typed = (isTyping(event.target) ? typed : "") + event.key.toLowerCase();
  typedAt = performance.now();
  typedInto = event.target.name;
  const isRepeated = [...typed].every((letter) => letter === typed[0]);
  const start = isRepeated ? typed[0] : typed;
  const here = group.indexOf(event.target) + (isRepeated && event.target.checked ? 1 : 0);
  const inTurn = [...group.slice(here), ...group.slice(0, here)];
  const labelOf = (radio) => radio.labels[0].textContent.trim().toLowerCase();
  const found =
    inTurn.find((radio) => labelOf(radio).startsWith(start)) ?? inTurn.find((radio) => labelOf(radio).includes(` ${start}`));
  if (!found) return;
  event.preventDefault();
  found.focus();
  found.click();
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest("form")?.requestSubmit();
    return;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey && areOn()) jump(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.matches('input[type="radio"]') && (event.key !== " " || isTyping(event.target))) {
    chooseByLetters(event);
    return;
  }
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
