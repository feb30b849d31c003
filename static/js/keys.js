// Single-key shortcuts. They never fire in a field, can be switched off (in the account; <html data-single-keys="off">),
// and are never the only way: each does what a link or a control on the page does too.
//   /  the field with aria-keyshortcuts="/", else the box that goes anywhere      c  the box that takes a link
//   j k  next and previous [data-line]           Enter  its first link (or [data-open])      x  ticks its box
//   g then d i s o p r  the menu link with that data-go     ?  the list of keys     Ctrl+Enter  send the form
//   Ctrl+K  the box that goes anywhere (#jump); Down and Up move among what it found
//   letters in a group of radio buttons choose the option that begins so, as they do in a list
//   Alt and a letter goes to the question of the form with that data-jump (a KeyboardEvent.code)
//   any other letter presses the control on the page whose aria-keyshortcuts is that letter, or focuses the region
// The list of keys shows what the page offers: an entry with data-for is hidden where that selector finds nothing.

const CHORD_MS = 1200;
const TYPING_MS = 800;
const FIELDS = 'input, select, textarea, [contenteditable]:not([contenteditable="false"])';

let chordStartedAt = -Infinity;
let typed = "";
let typedAt = -Infinity;
let typedInto = "";

const areOn = () => document.documentElement.dataset.singleKeys !== "off";

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
  control.closest(".more")?.setAttribute("open", "");
  if (control.matches(FIELDS)) {
    control.focus();
    control.select?.();
  } else if (control.hasAttribute("tabindex")) {
    control.focus(); // a region one moves about in, such as the captured text
  } else {
    control.click();
    if (control.matches("summary")) control.parentElement.querySelector(FIELDS)?.focus(); // a step that asks why
  }
}

/** Tick or untick the box of the line in hand. */
function tick() {
  const line = lines().find((each) => each.contains(document.activeElement));
  line?.querySelector('[type="checkbox"]')?.click();
}

/** The box that goes anywhere; without script its link leads to the same page. */
function openJump() {
  const box = document.getElementById("jump");
  if (!box) return false;
  if (!box.open) box.showModal();
  box.querySelector("input").select();
  return true;
}

function moveInJump(event) {
  const box = event.target.closest("#jump");
  if (!box || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return false;
  const stops = [box.querySelector("input"), ...box.querySelectorAll("#found a")];
  const to = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[Math.min(Math.max(to, 0), stops.length - 1)].focus();
  return true;
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
  const opens = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  if ((opens && openJump()) || moveInJump(event)) {
    event.preventDefault();
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
  } else if (event.key === "x") {
    tick();
  } else if (event.key === "?") {
    document.getElementById("keys")?.togglePopover?.();
  } else {
    target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (!target && event.key === "/" && openJump()) event.preventDefault();
  }
  if (target) {
    event.preventDefault();
    press(target);
  }
}

document.addEventListener("keydown", onKey);

document.getElementById("keys")?.addEventListener("beforetoggle", (event) => {
  for (const entry of event.target.querySelectorAll("[data-for]")) {
    entry.hidden = !document.querySelector(entry.dataset.for);
  }
});

document.querySelectorAll('a[href][data-opens="jump"]').forEach((link) => {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !openJump()) return;
    event.preventDefault();
  });
});
