// What every page shares: appearance, menus, "show password".
import "./install_worker.js";
import { say } from "./words.js";

const root = document.documentElement;

function chooseTheme(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // storage may be blocked; the choice then lasts for this page
  }
}

for (const radio of document.querySelectorAll('input[name="theme"]')) {
  radio.checked = radio.value === (root.dataset.theme ?? "auto");
  radio.addEventListener("change", () => chooseTheme(radio.value));
}

// A browser leaves out autofocus where the address names a part of the page.
if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();

for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const leave = ({ target }) => {
    if (!menu.contains(target)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave); // else it would hide what has the focus
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = say(shown ? "show" : "hide");
  });
}
