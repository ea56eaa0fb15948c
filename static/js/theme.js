// Light, dark or as the system: the form works by itself; with script the page doesn't reload.
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  const body = new FormData(event.target, event.submitter);
  document.documentElement.dataset.theme = chosen;
  event.target.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.value === chosen)));
  await fetch(event.target.action, { method: "POST", body, redirect: "manual" });
}, { capture: true });
