// A page with a form says every twenty seconds that it is open and for how long nothing was typed into it, and shows
// who else has it open ([data-here] names the form). It takes that back when the page is left.

const EVERY_MS = 20_000;
const line = document.querySelector("[data-here]");
let typedAt = null;
let timer = null;

function tell(more, options = {}) {
  const body = new URLSearchParams({ key: line.dataset.here, ...more });
  const headers = { "X-CSRFToken": line.dataset.token };
  return fetch(line.dataset.hereTo, { method: "POST", body, headers, ...options });
}

function show(others) {
  const words = others.join(" ");
  const said = line.querySelector("span");
  if (said.textContent !== words) said.textContent = words; // announced only when it changes
  line.hidden = words === "";
}

async function beat() {
  try {
    const idle = typedAt === null ? "" : Math.round((performance.now() - typedAt) / 1000);
    const answer = await tell({ idle }, { signal: AbortSignal.timeout(EVERY_MS / 2) });
    if (answer.ok) show((await answer.json()).others);
    else if (answer.status < 500) stop(); // signed out, or no longer to be seen
  } catch {
    // the next beat tries again
  }
}

function stop() {
  clearInterval(timer);
}

if (line) {
  timer = setInterval(beat, EVERY_MS);
  document.addEventListener("input", () => {
    const isFirst = typedAt === null;
    typedAt = performance.now();
    if (isFirst) beat();
  });
  window.addEventListener("pagehide", () => tell({ left: "1" }, { keepalive: true }).catch(() => {}));
  window.addEventListener("pageshow", (event) => event.persisted && beat());
}
