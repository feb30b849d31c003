// A form is sent once. The second press of an impatient hand is ignored until the page answers;
// a form that htmx sends is freed when its answer is in, a page that comes back from the browser's memory at once.

const SENT = "data-sent";

function release(form) {
  form.removeAttribute(SENT);
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.formTarget === "_blank" || form.target === "_blank") return;
  if (form.hasAttribute(SENT)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.defaultPrevented) return;
  form.setAttribute(SENT, "");
  form.setAttribute("aria-busy", "true");
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`form[${SENT}]`).forEach(release);
});
