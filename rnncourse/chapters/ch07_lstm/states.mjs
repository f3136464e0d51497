// What is shown of the states of an LSTM: how deep a cell is colored, what moved most, the first
// picture. Node.js tests it.

import { ranking } from "../../viz/live/vectors.mjs";

/** @import { ClampedLSTM, Unit } from "./clamped.mjs" */

/** @typedef {ReturnType<ClampedLSTM["step"]>} Step */
/** @typedef {Record<"low"|"high"|"mean", number[]>} Levels What is usual for each cell. */
/**
 * @typedef {[cell: number, name: string, words: string, score: string, off: number, why?: string]}
 *   Tracked A cell of the page, and what it is held at.
 */
/**
 * @typedef {object} Result What is shown, at a character and of the text before it.
 * @property {string} [text] That stood first, before the model is there.
 * @property {Step} [now]
 * @property {(number|null)[][]} bitsPerCharacter By character, as it is and with the cell held.
 * @property {number[]|Float64Array} own The chances of the next character as it is,
 * @property {number[]|Float64Array} other and with the cell held.
 * @property {number|null} next The one that comes; below 0, an unknown one.
 * @property {string[]} characters
 * @property {number[]} cell Its values by character.
 * @property {Unit} unit The cell at the character.
 */

/**
 * From -1 to 1: tanh(c) of a cell that changes its sign; of any other, c from the low to the high
 * end it has.
 * @type {(c: number, low: number, high: number) => number}
 */
export function colorDepth(c, low, high) {
  return changesSign(low, high)
    ? Math.tanh(c)
    : Math.max(-1, Math.min(1, (2 * (c - low)) / (high - low) - 1));
}

export const nameLevel = (/** @type {number} */ depth) =>
  Math.abs(depth) < 1 / 3 ? "between" : depth < 0 ? "low" : "high";
/** @type {(low: number, high: number) => boolean} */
export const changesSign = (low, high) => low < -0.5 && high > 0.5;

/**
 * The cells that a step has moved most, measured by the range that each has.
 * @param {Pick<Step, "c"|"past">} state
 * @param {number[]} low
 * @param {number[]} high
 * @param {number} count
 */
export function listMostMoved({ c, past }, low, high, count) {
  return ranking(c.map((v, j) => Math.abs(v - past[j]) / (high[j] - low[j]))).slice(0, count);
}

/**
 * Bits that holding the cell adds to a character; null where it is unknown.
 * @type {(bitsPerCharacter: (number|null)[][], t: number) => number|null}
 */
export const countAddedBits = (bitsPerCharacter, t) => {
  const [usual, clamped] = bitsPerCharacter.map((bits) => bits[t]);
  return usual === null || clamped === null ? null : clamped - usual;
};

/**
 * The first picture, of `initial_view` in states_widget.py: a cell, one step, and the likeliest
 * characters with their chances.
 * @type {(text: string, at: number,
 *   record: {cell: number[], unit: number[], next: [string, number][]}) => Result}
 */
export function readInitial(text, at, { cell, unit: [i, f, g, o, before, c, h], next }) {
  /** @type {*[][]} */
  const [characters, own] = [0, 1].map((n) => next.map((row) => row[n]));
  return {
    text,
    cell,
    unit: { i, f, g, o, before, would: c, c, h },
    own,
    other: own,
    characters,
    next: characters.indexOf(text[at]),
    bitsPerCharacter: [],
  };
}
