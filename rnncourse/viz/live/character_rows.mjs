// Rows of likely characters.

import { make, marks, srOnly } from "./core.mjs";

/**
 * A row for a likely character: its key, its name, which is heard, a track with bars, and values.
 * show(key, name, after) says which character it is.
 * @param {string} prefix Of the classes.
 * @param {string[]} barNames Classes of the bars.
 * @param {...HTMLElement} values
 */
export function makeCharacterRow(prefix, barNames, ...values) {
  const [key, name] = [make("kbd"), srOnly("")];
  const bars = barNames.map((barName) => marks(prefix)(barName));
  const track = make("span", { className: `${prefix}track`, "aria-hidden": "true" }, ...bars);
  return {
    bars,
    values,
    parts: [key, name, track, ...values.flatMap((value) => [" ", value])],
    /** @param {string} keyText */
    show(keyText, nameText = "", after = "") {
      key.textContent = keyText;
      key.setAttribute("aria-hidden", String(!!nameText));
      name.textContent = nameText + after;
    },
  };
}
