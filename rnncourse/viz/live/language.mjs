// Language models that read characters as the reader types, without a page: Node.js tests them
// against PyTorch.

import { affine, CELLS, unpackArrays } from "./numbers.mjs";
import { countNumbers, sliceRow } from "./vectors.mjs";

/** @import { Manifest, State } from "./numbers.mjs" */

/** Embedding, one LSTM or GRU layer, logits: `LanguageModel` of rnncourse.models.language. */
export class LanguageModel {
  /**
   * @param {Manifest} manifest
   * @param {ArrayBuffer} buffer
   * @throws {Error} If there is no live cell of its kind.
   */
  constructor(manifest, buffer) {
    const { cell, vocabulary } = manifest.about;
    if (!(cell in CELLS)) throw new Error(`There is no live cell "${cell}".`);
    const arrays = unpackArrays(manifest, buffer);
    this.cell = cell;
    this.characters = [...vocabulary];
    this.idByCharacter = new Map(this.characters.map((c, i) => [c, i]));
    this.size = countNumbers(arrays); // weights
    const V = (this.V = this.characters.length);
    this.H = manifest.arrays["recurrent.weight_hh_l0"].shape[1];
    this.W_hh = arrays["recurrent.weight_hh_l0"];
    this.b_h = arrays["recurrent.bias_hh_l0"];
    this.W_hy = arrays["logits.weight"];
    this.b_y = arrays["logits.bias"];
    this.gates = new Float32Array(this.b_h.length);
    // A character's share of the gates depends on the character only: one row of a table, made
    // once.
    const [embedding, W_xh, b_x] = [
      "embedding.weight",
      "recurrent.weight_ih_l0",
      "recurrent.bias_ih_l0",
    ].map((name) => arrays[name]);
    const E = embedding.length / V;
    this.inputs = this.characters.map((_, v) => affine(W_xh, sliceRow(embedding, v, E), b_x));
  }

  /** The state before anything was read. @returns {State} */
  initialState() {
    return { h: new Float32Array(this.H), c: new Float32Array(this.H) };
  }

  /**
   * Read a character. The old state stays as it was.
   * @param {State} state
   * @param {number} id Of the character.
   * @returns {State & {logits: *}} The new state, with V logits of the next character.
   */
  step(state, id) {
    affine(this.W_hh, state.h, this.b_h, this.gates);
    const after = CELLS[this.cell](this.inputs[id], this.gates, state);
    return { ...after, logits: affine(this.W_hy, after.h, this.b_y) };
  }

  /**
   * The index of each character (UTF-16 unit) of a text; -1 where the model knows none.
   * @param {string} text
   */
  encode(text) {
    return text.split("").map((c) => this.idByCharacter.get(c) ?? -1);
  }
}
