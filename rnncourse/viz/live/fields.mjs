// Text fields that say what is wrong with what is typed, and how the rest is read.

import { textField } from "./controls.mjs";
import { makeIds, markStale, setText } from "./core.mjs";
import { ModelView } from "./model_view.mjs";
import { readable } from "./typed.mjs";

/** @typedef {import("./numbers.mjs").Loading} Loading */

/**
 * An English word, as networks read it; a note if more is typed.
 * @param {string} text
 * @param {number} maxLength Letters.
 */
export const wordIn = (text, maxLength) =>
  readable(text.replaceAll("’", "'"), (c) => /^[a-z']$/.test(c), maxLength);

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
 * @property {(read: string) => boolean} isUnfinished Whether more may make it right, so that it is
 *   no fault before the reader is done.
 * @property {(read: string) => void} onValue Is told what is right and new.
 * @property {() => string} [shown] What was told last, for a fault to name.
 */

/**
 * A text field that says what is wrong, and takes only what is right.
 * @param {(part: string) => string} id A maker of ids.
 * @param {string|Node|(string|Node)[]} label
 * @param {string} value The first.
 * @param {FieldOptions & Object<string, *>} options Also properties of the field.
 */
export function checkedField(id, label, value, options) {
  const { read, findFault, isUnfinished, onValue, shown = () => "", ...properties } = options;
  const validate = (done) => {
    const { read: text, note = "" } = read(field.value);
    const problem = (!text && note) || findFault(text);
    const message = done || !isUnfinished(text) ? problem : "";
    showFault(field, fault, message, { note: text && note, stale: !!problem, shown: shown() });
    if (!problem && text !== shown()) onValue(text);
  };
  const { field, fault, row } = textField(id, "field", label, {
    value,
    ...properties,
    oninput: () => validate(false),
    onchange: () => validate(true),
  });
  return { field, fault, row };
}

/**
 * A view with one model that reads an English word of up to `maxLetters`. A class that extends it
 * puts `row` and `fault` into its root; its draw() shows this.word: any with the model, the first
 * without.
 */
export class WordView extends ModelView {
  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {{word: string, maxLetters: number, label: string}} options The first word, and what
   *   is above the field.
   */
  constructor(root, model, { word, maxLetters, label }) {
    super(root, model);
    const id = makeIds();
    const properties = { value: word, maxLength: 60, oninput: () => this.readField() };
    const { field, fault, row } = textField(id, "word", label, properties);
    this.field = field;
    this.fault = fault;
    this.row = row;
    this.id = id;
    this.word = this.first = word;
    this.maxLetters = maxLetters;
  }

  modelLoaded() {
    this.show();
    this.readField();
  }

  /** Show what is known of the word: of any with the model, of the first without. */
  show() {
    if (!this.model && this.word !== this.first) return; // it is on its way
    this.shown = this.word;
    this.draw();
  }

  enterWord(word) {
    this.field.value = word;
    this.readField();
  }

  readField() {
    const { read, note } = wordIn(this.field.value, this.maxLetters);
    if (read && read !== this.word) {
      this.word = read;
      if (!this.model) this.loadModel();
      this.show();
      this.speak(1200);
    }
    const { shown } = this;
    const fault = read ? "" : note || "Type a word.";
    showFault(this.field, this.fault, fault, { note: read && note, stale: read !== shown, shown });
  }
}
