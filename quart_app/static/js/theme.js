// Loaded before the first paint, so that the page never flashes in the wrong colours or shows what needs scripts.
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  let wanted = null;
  try {
    wanted = localStorage.getItem("theme");
  } catch {
    // storage may be blocked; then the device decides
  }
  if (["light", "dark", "contrast"].includes(wanted)) root.dataset.theme = wanted;
})();
