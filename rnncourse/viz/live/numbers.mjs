// Numbers of recurrent networks, without a page: Node.js tests them against PyTorch and the
// package.

/** @import { Facts } from "./core.mjs" */

/**
 * @typedef {Object<string, Float32Array>} Arrays The weights of a network, by the names that
 *   PyTorch gives them; a matrix is stored row by row.
 */

/**
 * @typedef {object} Manifest What rnncourse.models.weights says of a network.
 * @property {Object<string, *>} about Its vocabulary, for instance.
 * @property {Object<string, {shape: number[], offset: number, bits?: number}>} arrays By name:
 *   where its numbers begin in the buffer, in bytes.
 */

/** 1 / (1 + exp(-x)). @param {number} x */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** The place of the largest entry, the first of equals. @param {ArrayLike<number>} values */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * exp(y / temperature) of logits, scaled to sum to 1.
 * @param {ArrayLike<number>} logits
 * @param {number} [temperature]
 * @returns {Float64Array}
 */
export function softmax(logits, temperature = 1) {
  const top = logits[argmax(logits)];
  const powers = Float64Array.from(logits, (y) => Math.exp((y - top) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

// ---- Chance ----------------------------------------------------------------------------------

/**
 * Random numbers in [0, 1) that a seed determines (the 32-bit generator "mulberry32").
 * @param {number} seed
 * @returns {() => number}
 */
export function makeRandom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draw an index of an array of weights, each as often as its share says.
 * @param {Float64Array} weights Not negative; they need not sum to 1.
 * @param {() => number} random Numbers in [0, 1).
 */
export function drawIndex(weights, random) {
  let rest = random() * weights.reduce((a, b) => a + b);
  const index = weights.findIndex((w) => w > 0 && (rest -= w) < 0);
  return index < 0 ? weights.findLastIndex((w) => w > 0) : index; // rounding may leave a crumb
}

// ---- Cells -----------------------------------------------------------------------------------

/**
 * out = b + W x. Four sums at a time: the processor need not wait for one.
 * @template {Float32Array|Float64Array} [T=Float32Array]
 * @param {ArrayLike<number>} W rows * n numbers, stored row by row.
 * @param {ArrayLike<number>} x n numbers.
 * @param {ArrayLike<number>} b One a row.
 * @param {T} [out] The same, where the result is written.
 * @returns {T}
 */
export function affine(W, x, b, out = /** @type {*} */ (new Float32Array(b.length))) {
  const n = x.length;
  for (let row = 0, at = 0; row < out.length; row += 1, at += n) {
    let s0 = b[row];
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let j = 0;
    for (; j + 3 < n; j += 4) {
      s0 += W[at + j] * x[j];
      s1 += W[at + j + 1] * x[j + 1];
      s2 += W[at + j + 2] * x[j + 2];
      s3 += W[at + j + 3] * x[j + 3];
    }
    for (; j < n; j += 1) s0 += W[at + j] * x[j];
    out[row] = s0 + s1 + (s2 + s3);
  }
  return out;
}

/**
 * @typedef {object} State Of an LSTM, or of a GRU, which has no c.
 * @property {*} h H numbers: a Float32Array, or a Float64Array.
 * @property {*} [c] The same.
 */

/**
 * By cell: the next state of x = W_ih x + b_ih, g = W_hh h + b_hh and the state before. x and g
 * have 4 H numbers for an LSTM, 3 H for a GRU, in the order of torch.
 * @type {Object<string, (x: ArrayLike<number>, g: ArrayLike<number>, before: State) => State>}
 */
export const CELLS = {
  lstm(x, g, before) {
    // i f g o
    const H = before.h.length;
    const [h, c] = [0, 1].map(() => new before.h.constructor(H));
    for (let j = 0; j < H; j += 1) {
      const i = sigmoid(x[j] + g[j]);
      const f = sigmoid(x[H + j] + g[H + j]);
      const o = sigmoid(x[3 * H + j] + g[3 * H + j]);
      c[j] = f * before.c[j] + i * Math.tanh(x[2 * H + j] + g[2 * H + j]);
      h[j] = o * Math.tanh(c[j]);
    }
    return { h, c };
  },
  gru(x, g, before) {
    // r z n
    const H = before.h.length;
    const h = new before.h.constructor(H);
    for (let j = 0; j < H; j += 1) {
      const r = sigmoid(x[j] + g[j]); // applied after the matrix product, as in torch.nn.GRU
      const z = sigmoid(x[H + j] + g[H + j]);
      const n = Math.tanh(x[2 * H + j] + r * g[2 * H + j]);
      h[j] = (1 - z) * n + z * before.h[j];
    }
    return { h };
  },
};

// ---- Weights ---------------------------------------------------------------------------------

/** The value of an IEEE half. @param {number} bits Its 16 bits. */
export function decodeHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @param {ArrayBuffer} buffer @param {number} offset @param {number} size */
function readHalves(buffer, offset, size) {
  return Float32Array.from(new Uint16Array(buffer, offset, size), decodeHalf);
}

/**
 * The arrays of a buffer, as a manifest of rnncourse.models.weights places them.
 * @param {Manifest} manifest
 * @param {ArrayBuffer} buffer
 * @returns {Arrays}
 */
export function unpackArrays({ arrays }, buffer) {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, offset, bits = 16 }]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      if (bits === 16) return [name, readHalves(buffer, offset, size)];
      const scales = readHalves(buffer, offset, shape[0]); // one a row, then the rows
      const rows = new Int8Array(buffer, offset + 2 * shape[0], size);
      return [name, Float32Array.from(rows, (byte, i) => byte * scales[Math.floor(i / shape[1])])];
    }),
  );
}

/**
 * Manifest and buffer of a network that widget.py lists: in a notebook they are there; in a page
 * they come in a script of their own, and the weights must be those that the page describes.
 * @param {string} name
 * @param {Facts} facts
 * @returns {Promise<{manifest: Manifest, buffer: ArrayBuffer}>}
 * @throws {Error} If the script does not come, or brings other weights.
 */
export async function loadWeights(name, facts) {
  const network = facts.parse("networks")[name];
  if (!facts.weights) return download(network);
  const { buffer, byteOffset, byteLength } = facts.weights[name]; // a view into a longer buffer
  return { manifest: network.manifest, buffer: buffer.slice(byteOffset, byteOffset + byteLength) };
}

/**
 * @typedef {object} Loading How a network is loaded.
 * @property {number} bytes Its size.
 * @property {() => Promise<{manifest: Manifest, buffer: ArrayBuffer}>} load What brings it.
 * @property {boolean} [eager] Whether it is there at once.
 */

/** How the only network of a widget is loaded. @param {Facts} facts @returns {Loading} */
export function loadNetwork(facts) {
  const networks = facts.parse("networks");
  const [name] = Object.keys(networks);
  const load = () => loadWeights(name, facts);
  return { bytes: networks[name].bytes, load, eager: facts.eager };
}

/**
 * A file's page may fetch nothing: a script registers itself by the hash of its weights.
 * @param {{script: string, bytes: number, sha256: string}} network
 */
async function download({ script, bytes, sha256 }) {
  const element = Object.assign(document.createElement("script"), { src: script });
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${script} did not come.`));
    document.head.append(element);
  }).finally(() => element.remove());
  const { manifest, data } = globalThis.rnncourseWeights?.[sha256] ?? {};
  delete globalThis.rnncourseWeights?.[sha256];
  const buffer = Uint8Array.from(data ? atob(data) : "", (c) => c.charCodeAt(0)).buffer;
  // Not on plain http
  const hash = globalThis.crypto?.subtle && (await crypto.subtle.digest("SHA-256", buffer));
  const digest =
    hash && Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, "0")).join("");
  if (buffer.byteLength !== bytes || (digest && digest !== sha256))
    throw new Error("the weights are not those that this page describes.");
  return { manifest, buffer };
}
