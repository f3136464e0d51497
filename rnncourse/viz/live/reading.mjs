// Texts that a model reads character by character: a state for each prefix.

import { argmax, softmax } from "./numbers.mjs";

/** @import { LanguageModel } from "./language.mjs" */

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
