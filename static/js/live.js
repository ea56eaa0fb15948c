// htmx: failures are told, and nothing polls while nobody looks or rows are picked.
const failed = () => window.say(document.body.dataset.failed, "bad");
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:responseError", failed);

document.addEventListener("htmx:beforeRequest", (event) => {
  const trigger = event.target.getAttribute("hx-trigger") ?? "";
  const held = document.hidden || event.target.querySelector(".pick :checked");
  if (trigger.startsWith("every") && held) event.preventDefault();
});
