// Elements without markup: whatever comes from outside enters as text, isolated, with nothing invisible in it.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  alert: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17.2v.01",
  error: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 8v5M12 16v.01",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5M12 8v.01",
  ok: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 12.2l2.4 2.4 4.8-5",
  pinned: "M9 4h6l-.8 6 3.3 3.5H6.5L9.8 10 9 4ZM12 13.5V20",
  muted: "M5 9.5h3L12 6v12l-4-3.5H5v-5ZM16 10l4 4M20 10l-4 4",
  verified:
    "m12 3 2.3 1.9 3-.1.8 2.9 2.5 1.6-1.1 2.7 1.1 2.7-2.5 1.6-.8 2.9-3-.1L12 21l-2.3-1.9-3 .1-.8-2.9L3.4 14.7 4.5 12" +
    " 3.4 9.3l2.5-1.6.8-2.9 3 .1L12 3ZM9 12l2.2 2.2L15.2 10",
  archived: "M4 5h16v4H4V5ZM5.5 9v10h13V9M10 12.5h4",
  mentioned: "M16 12a4 4 0 1 0-1.2 2.8M16 8v5.5a2.3 2.3 0 0 0 4.5.7A8.7 8.7 0 1 0 17 19",
};

// C0 and C1 controls except tab and line feed, bidi overrides and isolates, zero-width and byte-order marks, tags
// outside of flags. Joiners and the left/right marks stay: names in Arabic, Persian and Hebrew and emoji need them.
const SIGNS = "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u2028-\\u202e\\u2060-\\u2069\\ufeff]";
const LOOSE_TAGS = "(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007e}]*)[\\u{e0000}-\\u{e007f}]";
const HIDDEN = new RegExp(`${SIGNS}|${LOOSE_TAGS}`, "gu");
const PILED_MARKS = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu;

/** `text` with what can't be seen written out, and no more than four marks on one letter. */
export function visible(text) {
  return String(text)
    .replace(PILED_MARKS, "$1")
    .replace(HIDDEN, (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

export const byId = (id) => document.getElementById(id);

function fill(node, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
  return node;
}

export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

export function icon(name) {
  const path = svg("path", { d: PATHS[name] ?? PATHS.info });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

export const hasIcon = (name) => Object.hasOwn(PATHS, name);

/** A name from outside: isolated, so that it can't turn the text around it. */
export function named(text, properties = {}) {
  return el("bdi", properties, visible(text));
}

/** A line that can be tapped: `data-run` runs it, `data-fill` puts it in the prompt. */
export function command(text, use = "run") {
  return el("button", { type: "button", class: "cmd", [`data-${use}`]: text }, text);
}
