// Ctrl-K goes to the search box of the panel, "/" to the search of the list on this page.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  const box = document.querySelector(command ? "[data-search]" : slash ? "[data-slash]" : ":not(*)");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
