// Buttons that copy a value; the words for "copied" come from the page, in its language.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("done");
  window.say(document.body.dataset.copied);
  setTimeout(() => button.classList.remove("done"), 1500);
});
