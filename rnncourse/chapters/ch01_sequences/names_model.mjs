// The network of the front page, without a page: Node.js tests it against PyTorch.

import { readTyped } from "../../viz/live/input_parsing.mjs";
import { affine, softmax, unpackArrays } from "../../viz/live/numbers.mjs";
import { countNumbers } from "../../viz/live/vectors.mjs";

export const MAX_LETTERS = 14; // no name that it learned from is longer

/** h = tanh(W_xh x + W_hh h + b_h), y = W_hy h + b_y; the first input is the kind of name. */
export class NameModel {
  /**
   * @param {import("../../viz/live/numbers.mjs").Manifest} manifest
   * @param {ArrayBuffer} buffer
   */
  constructor(manifest, buffer) {
    const { vocabulary, kinds, prior } = manifest.about;
    const arrays = unpackArrays(manifest, buffer);
    this.letters = vocabulary;
    this.states = new Map(); // after a text: see read in names_widget.mjs
    this.idByCharacter = new Map(
      vocabulary.map((/** @type {string} */ letter, /** @type {number} */ i) => [letter, i]),
    );
    /** @type {string[]} */
    this.kinds = kinds;
    /** @type {number[]} */
    this.prior = prior;
    this.H = manifest.arrays["carry.weight"].shape[0];
    const V = vocabulary.length + kinds.length;
    this.size = countNumbers(arrays);
    this.W = arrays["carry.weight"];
    this.answer = [arrays["answer.weight"], arrays["answer.bias"]];
    // What an input adds to the state depends on the input alone: a column of W_xh, and the bias.
    this.inputs = Array.from({ length: V }, (_, v) =>
      arrays["read.bias"].map((b, j) => b + arrays["read.weight"][j * V + v]),
    );
  }
  /**
   * @param {ArrayLike<number>} h
   * @param {number} id
   */
  step(h, id) {
    const after = affine(this.W, h, this.inputs[id]).map(Math.tanh);
    return { h: after, chances: softmax(affine(this.answer[0], after, this.answer[1])) };
  }
  /** @param {number} kind */
  initialState(kind) {
    return this.step(new Float32Array(this.H), this.letters.length + kind);
  }
  /**
   * What it reads of a text, and a note where that is something else.
   * @param {string} text
   * @param {boolean} [isCut] Whether more was typed.
   */
  parse(text, isCut) {
    return readTyped(text, (c) => this.idByCharacter.has(c), MAX_LETTERS, "characters", isCut);
  }
  /**
   * The place of each letter; -1 for what the network does not know, and for its own words, such
   * as <end>.
   * @param {string} text
   */
  encode(text) {
    return [...text].map((c) => this.idByCharacter.get(c) ?? -1);
  }
}
