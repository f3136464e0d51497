// What a transformer reads and writes, with its cache and without, and what a character costs.
// Node.js tests it.

import { nameCharacter, PLAIN } from "../../viz/live/characters.mjs";
import { NBSP, percent, thousands } from "../../viz/live/core.mjs";
import { argmax } from "../../viz/live/numbers.mjs";

/** @import { Transformer } from "./transformer.mjs" */

/** @typedef {{char: string, id: number, typed?: string}} Token */
/** @typedef {{H: number, blocks: number, V: number}} Sizes Units, blocks, characters. */

export const STAND_IN = "?";

// ---- What a character costs: multiplications in products of matrices and vectors

/**
 * Symbol T, when keys and values of those before are kept: L (12 H^2 + 2 T H) + H V.
 * @type {(T: number, sizes: Sizes) => number}
 */
export const withCache = (T, { H, blocks, V }) => blocks * (12 * H * H + 2 * T * H) + H * V;

/**
 * The same done again for all T symbols: the sum of the above from 1 to T.
 * @type {(T: number, sizes: Sizes) => number}
 */
export const withoutCache = (T, { H, blocks, V }) =>
  T * (blocks * 12 * H * H + H * V) + blocks * H * T * (T + 1);

/**
 * A step of a GRU (3 gates) or an LSTM (4): G H (E + H) + H V.
 * @type {(cell: {gates: number, H: number, E: number}, V: number) => number}
 */
export const recurrentCost = ({ gates, H, E }, V) => gates * H * (E + H) + H * V;

/**
 * Numbers kept from one symbol to the next: a key and a value in each block for each symbol.
 * @type {(T: number, sizes: {H: number, blocks: number}) => number}
 */
export const cacheSize = (T, { H, blocks }) => 2 * blocks * H * T;

/**
 * From how many symbols on a step with a cache needs more multiplications than `cost`.
 * @type {(cost: number, sizes: Sizes) => number}
 */
export function crossoverLength(cost, sizes) {
  let T = 1;
  while (withCache(T, sizes) <= cost) T += 1;
  return T;
}

/**
 * A text as the network reads it: { char, id } each; `typed`, where another stands in for it.
 * @type {(text: string, places: Map<string, number>) => Token[]}
 */
export function readTokens(text, places) {
  return [...text.normalize("NFC")].map((typed) => {
    const char = PLAIN[typed] ?? typed;
    const id = places.get(char);
    return id === undefined
      ? { char: STAND_IN, id: places.get(STAND_IN) ?? 0, typed }
      : { char, id };
  });
}

/**
 * Append the likeliest character, with a cache; what is written, and the logits after each.
 * @type {(model: Transformer, state: *, count: number) => {ids: number[], logits: *[]}}
 */
export function writeWithCache(model, state, count) {
  /** @type {[number[], *[]]} */
  const [ids, logits] = [[], []];
  for (let at = state; ids.length < count; logits.push(at.logits)) {
    const id = argmax(at.logits);
    ids.push(id);
    at = model.step(at, id);
  }
  return { ids, logits };
}

/**
 * The same without a cache: the whole text is read again for each.
 * @type {(model: Transformer, prompt: number[], count: number) => {ids: number[], logits: *[]}}
 */
export function writeWithoutCache(model, prompt, count) {
  /** @type {[number[], *[]]} */
  const [text, logits] = [[...prompt], []];
  const readLast = () => model.readAll(text)[text.length - 1];
  for (let last = readLast(); logits.length < count; logits.push(last)) {
    text.push(argmax(last));
    last = readLast();
  }
  return { ids: text.slice(prompt.length), logits };
}

export const formatCount = (/** @type {number} */ n) =>
  n >= 1e6 ? `${(n / 1e6).toFixed(1)}${NBSP}million` : thousands(n);

/**
 * Where a head looks most, in words: a share, a character, and how far back it stands.
 * @type {(row: ArrayLike<number>, chars: string[]) => string}
 */
export function describeStrongest(row, chars) {
  const top = argmax(row);
  const far = row.length - 1 - top;
  return `${percent(row[top])} at ${far ? `${nameCharacter(chars[top])}, ${far} back` : "itself"}`;
}
