// A view with one model and a field for an English word.

import { textField } from "./controls.mjs";
import { makeIds } from "./core.mjs";
import { showFault } from "./fields.mjs";
import { readTyped } from "./input_parsing.mjs";
import { ModelView } from "./model_view.mjs";

/** @import { Loading } from "./numbers.mjs" */

/**
 * An English word, as networks read it; a note if more is typed.
 * @param {string} text
 * @param {number} maxLength Letters.
 */
export const readWord = (text, maxLength) =>
  readTyped(text.replaceAll("’", "'"), (c) => /^[a-z']$/.test(c), maxLength);

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
    this.word = this.first = this.shown = word;
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

  /** @param {string} word */
  enterWord(word) {
    this.field.value = word;
    this.readField();
  }

  readField() {
    const { read, note } = readWord(this.field.value, this.maxLetters);
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
