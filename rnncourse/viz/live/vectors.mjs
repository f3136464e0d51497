// Vectors, matrices as lists of rows, and the layers of a network whose arrays have names.

import { affine, CELLS } from "./numbers.mjs";

/** @import { Arrays } from "./numbers.mjs" */

// ---- Vectors and matrices ----------------------------------------------------------------------

/** A vector of n zeros. @param {number} n */
export const zeros = (n) => new Float64Array(n);
/** The sum of two numbers, vectors or matrices of one shape. @param {*} a @param {*} b */
export const add = (a, b) =>
  a.map ? a.map((/** @type {*} */ v, /** @type {number} */ i) => add(v, b[i])) : a + b;
/** The sum of numbers. @param {Iterable<number>} values */
export function sum(values) {
  let total = 0;
  for (const v of values) total += v;
  return total;
}
/** Their mean; NaN of none. @param {number[]|Float32Array|Float64Array} values */
export const mean = (values) => sum(values) / values.length;
/** The largest absolute value in lists of numbers, up to four deep. @param {*[]} values */
export const maxAbs = (values) => Math.max(...values.flat(3).map(Math.abs));
/** Vectors, one behind the other. @param {...Iterable<number>} parts */
export const join = (...parts) => Float64Array.from(parts.flatMap((part) => [...part]));

/**
 * The scalar product of two vectors of one length.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function dot(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += a[i] * b[i];
  return total;
}

/**
 * A row of n numbers times a matrix.
 * @param {number[]} row
 * @param {number[][]} W n lists of m numbers.
 * @returns {number[]} m numbers.
 */
export const product = (row, W) =>
  W[0].map((_, j) => row.reduce((total, v, i) => total + v * W[i][j], 0));

/**
 * Vectors, each times its weight, added up.
 * @param {ArrayLike<number>} weights
 * @param {ArrayLike<number>[]} vectors
 */
export const weightedSum = (weights, vectors) =>
  zeros(vectors[0].length).map((_, k) => vectors.reduce((s, v, i) => s + weights[i] * v[k], 0));

/**
 * Indices from the largest to the smallest, equals in their order.
 * @param {ArrayLike<number>} values
 */
export const ranking = (values) =>
  Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a] || a - b);

// ---- Arrays with names -------------------------------------------------------------------------

/** How many numbers they have together. @param {Arrays} arrays */
export const countNumbers = (arrays) => sum(Object.values(arrays).map(({ length }) => length));

/**
 * The arrays whose names begin so, by the rest of the name.
 * @template A
 * @param {string} prefix
 * @param {Object<string, A>} arrays
 * @returns {Object<string, A>}
 */
export const selectArrays = (prefix, arrays) =>
  Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array]),
  );

/**
 * A row of a matrix that is stored row by row: the vector of a symbol, for instance.
 * @template {Float32Array|Float64Array} T
 * @param {T} matrix
 * @param {number} row
 * @param {number} width Numbers of a row.
 */
export const sliceRow = (matrix, row, width) => matrix.subarray(row * width, (row + 1) * width);

/**
 * W x + b of the arrays `name.weight`, n rows, and `name.bias`, if there is one.
 * @param {Arrays} arrays
 * @param {string} name
 * @param {ArrayLike<number>} x
 * @returns {Float64Array} n numbers.
 */
export function linear(arrays, name, x) {
  const W = arrays[`${name}.weight`];
  const n = W.length / x.length;
  return affine(W, x, arrays[`${name}.bias`] ?? zeros(n), zeros(n));
}

/**
 * A GRU of torch.nn.
 * @param {Arrays} arrays
 * @param {string} name
 * @param {string} [layer]
 * @returns {(x: ArrayLike<number>, h: Float64Array) => Float64Array} From an input and a state of
 *   H numbers to the next state.
 */
export function makeGru(arrays, name, layer = "l0") {
  const [W, U, b, c] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map(
    (part) => arrays[`${name}.${part}_${layer}`],
  );
  return (x, h) =>
    CELLS.gru(affine(W, x, b, zeros(b.length)), affine(U, h, c, zeros(c.length)), { h }).h;
}

/**
 * The states of a recurrent step that reads inputs one after the other, from a zero state.
 * @param {(x: ArrayLike<number>, h: Float64Array) => Float64Array} step
 * @param {ArrayLike<number>[]} inputs
 * @param {number} size Of a state.
 * @returns {Float64Array[]}
 */
export function runSteps(step, inputs, size) {
  /** @type {Float64Array} */
  let h = zeros(size);
  return inputs.map((x) => (h = step(x, h)));
}
