// Language models that read characters as the reader types, without a page: Node.js tests them
// against PyTorch.

import { affine, argmax, CELLS, softmax, unpackArrays } from "./numbers.mjs";
import { countNumbers, sliceRow } from "./vectors.mjs";

/** @import { Manifest, State } from "./numbers.mjs" */

// ---- The model -----------------------------------------------------------------------------

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

// ---- Reading: a state for each prefix --------------------------------------------------------

/** Reads texts, and keeps the state after each prefix, so that only what is new costs a step. */
export class Reader {
  /** @param {LanguageModel} model */
  constructor(model) {
    this.model = model;
    /** The characters behind the states. @type {number[]} */
    this.readIds = [];
    // A newline stands before the beginning
    this.states = [model.step(model.initialState(), 0)];
    this.steps = 1; // taken so far, for tests
  }

  /**
   * The state after a text. The states of a longer text with this beginning are kept.
   * @param {number[]} ids
   */
  read(ids) {
    let nShared = 0;
    while (nShared < ids.length && ids[nShared] === this.readIds[nShared]) nShared += 1;
    if (nShared < ids.length) {
      this.readIds.length = nShared;
      this.states.length = nShared + 1;
      for (let t = nShared; t < ids.length; t += 1) {
        const before = this.states[t];
        this.readIds.push(ids[t]);
        this.states.push(ids[t] < 0 ? before : this.model.step(before, ids[t]));
        if (ids[t] >= 0) this.steps += 1;
      }
    }
    return this.states[ids.length];
  }

  /**
   * The surprise of each character in bits, given all before it; null where it is unknown.
   * @param {number[]} ids
   */
  bitsPerCharacter(ids) {
    this.read(ids);
    return ids.map((id, t) => (id < 0 ? null : measureBits(this.states[t], id)));
  }

  /**
   * Append the likeliest character until a word ends: at a stop that follows another character, or
   * before a newline. What it found out before the deadline is kept, so that another call goes on
   * from there.
   * @param {number[]} ids
   * @param {Set<number>} stops
   * @param {number} [limit] Characters to append.
   * @param {number} [deadline] In ms, as performance.now() has them.
   * @returns {{ids: number[], done: boolean}} What was appended, and whether it got there in time.
   */
  complete(ids, stops, limit = 24, deadline = Infinity) {
    const text = [...ids];
    for (let inWord = false; text.length < ids.length + limit; ) {
      if (performance.now() > deadline) return { ids: text.slice(ids.length), done: false };
      const best = argmax(this.read(text).logits);
      const stop = stops.has(best);
      if (best === 0 || (stop && inWord)) break;
      inWord ||= !stop;
      text.push(best);
    }
    return { ids: text.slice(ids.length), done: true };
  }
}

/**
 * -log2 of the probability of a character. Kept with the state: it is asked for at every key.
 * @param {{logits: ArrayLike<number>, bits?: Map<number, number>}} state
 * @param {number} id
 * @returns {number}
 */
function measureBits(state, id) {
  state.bits ??= new Map();
  const bits = state.bits.get(id) ?? -Math.log2(softmax(state.logits)[id]);
  state.bits.set(id, bits);
  return bits;
}
