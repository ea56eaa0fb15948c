// Forms: sent once, "type the name" before what can't be undone, and rows picked for a bulk action.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

const release = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};
document.addEventListener("htmx:afterRequest", (event) => event.target.matches("form") && release(event.target));
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

const confirmable = (root) =>
  root.querySelectorAll?.("[data-confirm]").forEach((input) => {
    const button = input.form.querySelector(".danger");
    const check = () => (button.disabled = input.value.trim() !== input.dataset.confirm);
    input.addEventListener("input", check);
    check();
  });
confirmable(document);
document.addEventListener("htmx:afterSwap", (event) => confirmable(event.detail.target));

document.addEventListener("change", (event) => {
  const form = event.target.form;
  const picks = form?.querySelectorAll("[name=pick]") ?? [];
  if (event.target.matches("[data-pick-all]")) picks.forEach((box) => (box.checked = event.target.checked));
  const words = form?.querySelector("[data-bulk-count]");
  const all = form?.querySelector("[data-pick-all]");
  if (all && event.target.name === "pick") all.checked = [...picks].every((box) => box.checked);
  if (words) words.textContent = words.dataset.bulkCount.replace("{n}", [...picks].filter((box) => box.checked).length);
});
