// Text fields that say what is wrong with what is typed, and how the rest is read.

import { textField } from "./controls.mjs";
import { markStale, setText } from "./core.mjs";

/**
 * Say what is wrong with what is in a field, or a note on how it is read.
 * @param {HTMLInputElement} field
 * @param {Element} fault Where it is said.
 * @param {string} problem "": none.
 * @param {{note?: string, stale?: boolean, shown?: string}} [options] How it is read; whether what
 *   follows from the field is still of what was read last, and so is dim; and what that was, for
 *   a fault to name.
 */
export function showFault(
  field,
  fault,
  problem,
  { note = "", stale = !!problem, shown = "" } = {},
) {
  const previous = problem && shown && `Still shown: “${shown}”.`;
  setText(fault, [note, problem, previous].filter(Boolean).join(" "));
  fault.classList.toggle("rc-w-note", !problem);
  markStale(field.closest(".rc-w"), stale);
  field.setAttribute("aria-invalid", String(!!problem));
}

/**
 * @typedef {object} FieldOptions
 * @property {(text: string) => {read: string, note?: string}} read What is read, and a note.
 * @property {(read: string) => string} findFault What is wrong, in a sentence, or nothing.
 * @property {(read: string) => boolean|string} isUnfinished Whether more may make it right, so
 *   that it is no fault before the reader is done; or a text, a note that says what is missing.
 * @property {(read: string) => void} onValue Is told what is right and new.
 * @property {() => string} [shown] What was told last, for a fault to name.
 */

/**
 * A text field that says what is wrong, and takes only what is right.
 * @param {(part: string) => string} id A maker of ids.
 * @param {string} name Of the field, also in an address.
 * @param {string|Node|(string|Node)[]} label
 * @param {string} value The first.
 * @param {FieldOptions & Object<string, *>} options Also properties of the field.
 */
export function checkedField(id, name, label, value, options) {
  const { read, findFault, isUnfinished, onValue, shown = () => "", ...properties } = options;
  const validate = (/** @type {boolean} */ done) => {
    const { read: text, note = "" } = read(field.value);
    const problem = (!text && note) || findFault(text);
    const unfinished = !done && problem && isUnfinished(text);
    const missing = typeof unfinished === "string" ? unfinished : "";
    showFault(field, fault, unfinished ? "" : problem, {
      note: [text && note, missing].filter(Boolean).join(" "),
      stale: !!problem,
      shown: shown(),
    });
    if (!problem && text !== shown()) onValue(text);
  };
  const { field, fault, row } = textField(id, name, label, {
    value,
    ...properties,
    oninput: () => validate(false),
    onchange: () => validate(true),
  });
  return { field, fault, row };
}
