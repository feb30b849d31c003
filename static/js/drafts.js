// What is typed into a form with data-draft is kept by the server a few seconds after it was typed, and when the page
// is left. The form carries which saving it knows of (draft_saved); the server answers in words for [data-draft-state].

const AFTER_MS = 5_000;
const AGAIN_MS = 8_000;
const timers = new Map(); // form -> timer of what is typed and not kept
const running = new Set(); // forms whose fields are under way

function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields.append(name, value);
  }
  form.querySelectorAll('[type="password"]').forEach((field) => fields.delete(field.name));
  fields.append("draft_key", form.dataset.draft);
  return fields;
}

function say(form, words) {
  const line = form.querySelector("[data-draft-state]");
  if (line) line.textContent = words;
}

function plan(form, wait) {
  if (!timers.has(form)) timers.set(form, setTimeout(keep, wait, form));
}

function forget(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
}

async function keep(form, keepalive = false) {
  forget(form);
  if (!form.isConnected) return;
  if (running.has(form) && !keepalive) return plan(form, AFTER_MS);
  running.add(form);
  const failed = form.querySelector("[data-draft-state]")?.dataset.failed;
  try {
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    const signal = AbortSignal.timeout(AGAIN_MS);
    const answer = await fetch(form.dataset.draftTo, { method: "POST", body: fieldsOf(form), headers, keepalive, signal });
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    const told = isOurs ? await answer.json() : { words: failed };
    if (told.saved) form.elements.draft_saved.value = told.saved;
    say(form, told.words);
    if (!isOurs) plan(form, AGAIN_MS);
  } catch {
    say(form, failed);
    plan(form, AGAIN_MS);
  } finally {
    running.delete(form);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft) plan(form, AFTER_MS);
});

document.addEventListener("submit", (event) => forget(event.target));
window.addEventListener("pagehide", () => [...timers.keys()].forEach((form) => keep(form, true)));
