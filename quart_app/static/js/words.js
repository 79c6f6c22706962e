// What scripts say, in the language of the page.

export const locale = document.documentElement.lang || "en";
const { SENTENCES, form } = await import(`./words/${locale}.js`);

/** The sentence `key`, with `{name}` replaced from `values`. */
export function say(key, values = {}) {
  return filled(SENTENCES[key] ?? key, values);
}

/** The form of `key` that fits the number `n`; `shown` is how the number is written. */
export function sayMany(key, n, shown = n) {
  return filled(SENTENCES[key][form(n)], { n: shown });
}

export function has(key) {
  return key in SENTENCES;
}

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
