// A form is sent once. The second press of an impatient hand is ignored until the page answers. A form that htmx
// sends is freed when its answer is in; one that leaves the page is freed when the page comes back from the
// browser's memory, or after a while, for an answer that was a download.

const SENT = "data-sent";
const GIVE_UP_MS = 10_000;

function hold(form) {
  form.setAttribute(SENT, "");
  form.setAttribute("aria-busy", "true");
}

function release(form) {
  form.removeAttribute(SENT);
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute(SENT)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// Bubbling, so that whoever stopped the submission (htmx, a failed check) has been heard.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target === "_blank") return;
  hold(form);
  setTimeout(release, GIVE_UP_MS, form);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("form")) hold(event.target);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("form")) release(event.target);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`form[${SENT}]`).forEach(release);
});
