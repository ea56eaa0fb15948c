// Toasts: good news leaves by itself, bad news stays until it is closed.
const toasts = document.getElementById("toasts");
const STAY = 6000;

const leave = (toast) => {
  if (toast.matches(".ok, .info")) setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), STAY);
};

if (toasts) {
  toasts.querySelectorAll(".toast").forEach(leave);
  new MutationObserver((changes) => {
    changes.flatMap((change) => [...change.addedNodes]).forEach((node) => node.matches?.(".toast") && leave(node));
  }).observe(toasts, { childList: true });

  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
}

window.say = (text, tone = "ok") => {
  const toast = document.getElementById(`toast-${tone}`).content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = text;
  toasts.append(toast);
};
