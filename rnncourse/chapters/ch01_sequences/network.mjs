// The networks behind the shapes of tasks, without a page: Node.js tests them against the package.

import {
  affine,
  argmax,
  CELLS,
  drawIndex,
  softmax,
  unpackArrays,
} from "../../viz/live/numbers.mjs";

// ---- The network ---------------------------------------------------------------------------

/** Embeddings, one GRU layer, logits: `SequenceModel` of rnncourse.models.sequence. */
export class Network {
  /** manifest and buffer: see rnncourse.models.weights. */
  constructor(manifest, buffer) {
    const { about, arrays } = manifest;
    if (about.cell !== "gru") throw new Error(`the page computes a GRU, not "${about.cell}".`);
    Object.assign(this, unpackArrays(manifest, buffer));
    this.size = buffer.byteLength / 2; // weights
    this.H = arrays["recurrent.weight_hh_l0"].shape[1];
    this.E = arrays["embedding.weight"].shape[1];
    this.vocabulary = about.vocabulary;
  }

  /** Read one id, or several whose embeddings add up: the new state and the logits. */
  step(before, ids) {
    const { E } = this;
    const x = new Float32Array(E);
    for (const id of [ids].flat())
      for (let j = 0; j < E; j += 1) x[j] += this["embedding.weight"][id * E + j];
    const fromInput = affine(this["recurrent.weight_ih_l0"], x, this["recurrent.bias_ih_l0"]);
    const fromState = affine(this["recurrent.weight_hh_l0"], before, this["recurrent.bias_hh_l0"]);
    const { h } = CELLS.gru(fromInput, fromState, { h: before });
    return { h, logits: affine(this["logits.weight"], h, this["logits.bias"]) };
  }
}

/** One step without a state: `SequenceModel` that reads a vector in a window of one step. */
export class Layer {
  constructor(manifest, buffer) {
    Object.assign(this, unpackArrays(manifest, buffer));
    this.size = buffer.byteLength / 2; // weights
    this.H = manifest.arrays["recurrent.bias"].shape[0];
    this.vocabulary = manifest.about.vocabulary;
  }

  /** Read a vector: the layer h, and the probabilities p. */
  read(x) {
    const e = affine(this["embedding.weight"], x, this["embedding.bias"]);
    const h = affine(this["recurrent.weight"], e, this["recurrent.bias"]).map(Math.tanh);
    return { h, p: softmax(affine(this["logits.weight"], h, this["logits.bias"])) };
  }
}

/**
 * @typedef {object} Writing How a network goes on by itself.
 * @property {(p: Float64Array) => number} choose An id, from the probabilities of all.
 * @property {number} stop The id that ends it.
 * @property {number} maxLength Ids that it chooses at most.
 */

/**
 * Read the inputs, and perhaps write.
 * @param {Network} network
 * @param {(number|number[])[]} inputs
 * @param {Partial<Writing>} [writing]
 * @returns {*[]} A record a step: ids, whether they were fed back, h, p, chosen, and how much the
 *   state moved, the mean over its units.
 */
function run(network, inputs, { choose, stop, maxLength } = {}) {
  const steps = [];
  let h = new Float32Array(network.H);
  const read = (ids, fed) => {
    const after = network.step(h, ids);
    const moved = after.h.reduce((sum, v, j) => sum + Math.abs(v - h[j]), 0) / network.H;
    h = after.h;
    steps.push({ ids, fed, h, moved, p: softmax(after.logits) });
    return steps.at(-1);
  };
  for (const ids of inputs) read(ids, false);
  for (let n = 1; choose && steps.length; n += 1) {
    const last = steps.at(-1);
    last.chosen = choose(last.p);
    if (last.chosen === stop || n === maxLength) break;
    read(last.chosen, true);
  }
  return steps;
}

// ---- The five tasks ------------------------------------------------------------------------

/** The darkest pixel of a picture. */
export const INK = 16;

/**
 * * Characters as ids; 0 for one that the network does not know. Accents join their letters first.
 * @type {(text: string, characters: string[]) => number[]}
 */
export const encodeName = (text, characters) =>
  [...text.normalize("NFC")].map((c) => Math.max(0, characters.indexOf(c)));

const QUOTED = [`"""(?:[^\\\\]|\\\\.)*?"""`, `"(?:[^"\\\\]|\\\\.)*"`].flatMap((p) => [
  p,
  p.replaceAll('"', "'"),
]);
const STRING = new RegExp(`(?:[rbuf]|r[bf]|[bf]r)?(?:${QUOTED.join("|")})`, "iy");
const DIGITS = "\\d(?:_?\\d)*";
const NUMBER = new RegExp(
  "0x(?:_?[\\da-f])+|0b(?:_?[01])+|0o(?:_?[0-7])+|" +
    `(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?j?`,
  "iy",
);
const WORD = /[_\p{ID_Start}]\p{ID_Continue}*/uy;
const SILENT = /\s+|#.*/y;

/**
 * * Split one line of Python as rnncourse.data.roles does. `fault` says where it is not Python's.
 * @type {(line: string, symbols: string[]) => {tokens: string[], fault: string}}
 */
export function tokenize(line, symbols) {
  const operators = symbols
    .filter((s) => /^[^\w<]|^<[<=]*$/.test(s))
    .sort((a, b) => b.length - a.length);
  const [tokens, text] = [[], line.trim()];
  let [open, fault] = [0, ""];
  for (let at = 0; at < text.length && !fault; ) {
    const match = (pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0];
    };
    const silent = match(SILENT);
    const string = !silent && match(STRING);
    const number = !silent && match(NUMBER);
    const token =
      silent || string || number || match(WORD) || operators.find((o) => text.startsWith(o, at));
    const sign = String.fromCodePoint(text.codePointAt(at));
    if (!token && `"'`.includes(sign)) fault = "The string has no end yet.";
    else if (!token) fault = `Python has no token that begins with “${sign}”.`;
    else if (!silent) tokens.push(string ? "<string>" : number ? "<number>" : token);
    if (!silent) open += +"([{".includes(token) - +")]}".includes(token);
    at += token?.length ?? 0;
  }
  // Within brackets a line goes on
  if (tokens.length && open <= 0 && !fault) tokens.push("<newline>");
  return { tokens, fault };
}

/**
 * Whether a token is an identifier, which has a role.
 * @type {(token: string, symbols: string[]) => boolean}
 */
export const isName = (token, symbols) => !symbols.includes(token);

/** The checksum CRC-32 of a text in UTF-8, as zlib has it. @type {(text: string) => number} */
export function crc32(text) {
  let crc = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let k = 0; k < 8; k += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const PIECES = /^_+|\p{Nd}+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|(?:(?![\p{Nd}a-zA-Z])[\p{L}\p{N}])+/gu;

/**
 * A token as ids: its own; or that of a name, and a hash of each of its first four pieces.
 * @type {(token: string, tables: {symbols: string[], buckets: number, slots: number}) => number[]}
 */
export function encodeToken(token, { symbols, buckets, slots }) {
  const own = symbols.indexOf(token);
  const hash = (piece) => 1 + symbols.length + (crc32(piece) % buckets);
  const ids = own >= 0 ? [1 + own] : [1, ...(token.match(PIECES) ?? []).map(hash)];
  return Array.from({ length: slots }, (_, i) => ids[i] ?? 0);
}

const SMALL = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen " +
  "fifteen sixteen seventeen eighteen nineteen"
).split(" ");
const TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/**
 * A number below 100,000 in English words, as num2words has them.
 * @type {(n: number) => string[]}
 */
export function numberWords(n) {
  if (n < 20) return [SMALL[n]];
  if (n < 100) return [TENS[Math.floor(n / 10)], ...(n % 10 ? [SMALL[n % 10]] : [])];
  const [unit, name] = n < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = n % unit;
  const tail = rest ? [...(rest < 100 ? ["and"] : []), ...numberWords(rest)] : [];
  return [...numberWords(Math.floor(n / unit)), name, ...tail];
}

/** What each task reads, how it goes on, and the steps at which it answers. Text in, steps out. */
export const solve = {
  image: (network, pixels) => [network.read(Float32Array.from(pixels, (ink) => ink / INK))],
  language: (network, text) => run(network, encodeName(text, network.vocabulary)),
  name(network, language, random = null) {
    // without random numbers the likeliest
    const [end, first] = [network.vocabulary.length - 1, network.vocabulary.indexOf(language)];
    // No language
    const isSymbol = (i) => i === end || (i > 0 && network.vocabulary[i].length === 1);
    const choose = (p) =>
      random
        ? drawIndex(
            p.map((v, i) => (isSymbol(i) ? v : 0)),
            random,
          )
        : argmax(p);
    return run(network, [first], { choose, stop: end, maxLength: 40 });
  },
  role: (network, tokens, tables) =>
    run(
      network,
      tokens.map((token) => encodeToken(token, tables)),
    ),
  numeral(network, digits) {
    const [go, end] = ["<go>", "<end>"].map((sign) => network.vocabulary.indexOf(sign));
    const inputs = [...[...digits].map(Number), go];
    return run(network, inputs, { choose: argmax, stop: end, maxLength: 16 });
  },
};
