// The networks behind the shapes of tasks, without a page: Node.js tests them against the package.

import {
  affine,
  argmax,
  CELLS,
  drawIndex,
  softmax,
  unpackArrays,
} from "../../viz/live/numbers.mjs";

/** @typedef {"image"|"language"|"name"|"role"|"numeral"} Task */
/**
 * @typedef {{label: string, maxLength: number, unit: string, text: string, examples: string[]}}
 *   Field Of a task that reads text.
 */
/**
 * @typedef {object} Explored What the widget is given.
 * @property {Task} task
 * @property {Partial<Record<Task, *>>} networks Manifests, or what a page knows of them.
 * @property {Parameters<typeof encodeToken>[1] & {languages: Object<string, string>,
 *   roles: Object<string, string>}} tables
 * @property {(name: Task) => ReturnType<typeof import("../../viz/live/numbers.mjs").loadWeights>}
 *   load
 * @property {number} seed
 * @property {boolean} eager
 */
/**
 * @typedef {object} Column A step, as far as it is known.
 * @property {string|Node} input What it reads,
 * @property {boolean} [fed] and whether that was fed back.
 * @property {*} [state] What `run` records of it.
 * @property {string|HTMLElement} [output]
 * @property {string} [early] What it would say.
 * @property {string} [note]
 */
/**
 * @typedef {{columns: Column[], message: string, answer?: HTMLElement[], fault?: string,
 *   middle?: string}} Diagram
 */

// ---- The network ---------------------------------------------------------------------------

/** Embeddings, one GRU layer, logits: `SequenceModel` of rnncourse.models.sequence. */
export class Network {
  /**
   * @param {import("../../viz/live/numbers.mjs").Manifest} manifest
   * @param {ArrayBuffer} buffer
   */
  constructor(manifest, buffer) {
    const { about, arrays } = manifest;
    if (about.cell !== "gru") throw new Error(`the page computes a GRU, not "${about.cell}".`);
    this.arrays = unpackArrays(manifest, buffer);
    this.size = buffer.byteLength / 2; // weights
    this.H = arrays["recurrent.weight_hh_l0"].shape[1];
    this.E = arrays["embedding.weight"].shape[1];
    this.vocabulary = about.vocabulary;
  }

  /**
   * Read one id, or several whose embeddings add up: the new state and the logits.
   * @param {ArrayLike<number>} before
   * @param {number|number[]} ids
   */
  step(before, ids) {
    const { E, arrays } = this;
    const x = new Float32Array(E);
    for (const id of [ids].flat())
      for (let j = 0; j < E; j += 1) x[j] += arrays["embedding.weight"][id * E + j];
    const fromInput = affine(arrays["recurrent.weight_ih_l0"], x, arrays["recurrent.bias_ih_l0"]);
    const fromState = affine(
      arrays["recurrent.weight_hh_l0"],
      before,
      arrays["recurrent.bias_hh_l0"],
    );
    const { h } = CELLS.gru(fromInput, fromState, { h: before });
    return { h, logits: affine(arrays["logits.weight"], h, arrays["logits.bias"]) };
  }
}

/** One step without a state: `SequenceModel` that reads a vector in a window of one step. */
export class Layer {
  /**
   * @param {import("../../viz/live/numbers.mjs").Manifest} manifest
   * @param {ArrayBuffer} buffer
   */
  constructor(manifest, buffer) {
    this.arrays = unpackArrays(manifest, buffer);
    this.size = buffer.byteLength / 2; // weights
    this.H = manifest.arrays["recurrent.bias"].shape[0];
    this.vocabulary = manifest.about.vocabulary;
  }

  /** Read a vector: the layer h, and the probabilities p. @param {ArrayLike<number>} x */
  read(x) {
    const compute = (/** @type {string} */ name, /** @type {ArrayLike<number>} */ input) =>
      affine(this.arrays[`${name}.weight`], input, this.arrays[`${name}.bias`]);
    const h = compute("recurrent", compute("embedding", x)).map(Math.tanh);
    return { h, p: softmax(compute("logits", h)) };
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
  /** @type {*[]} */
  const steps = [];
  let h = new Float32Array(network.H);
  /**
   * @param {number|number[]} ids
   * @param {boolean} fed
   */
  const read = (ids, fed) => {
    const after = network.step(h, ids);
    const moved =
      after.h.reduce(
        (/** @type {number} */ sum, /** @type {number} */ v, /** @type {number} */ j) =>
          sum + Math.abs(v - h[j]),
        0,
      ) / network.H;
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
 * Characters as ids; 0 for one that the network does not know. Accents join their letters first.
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
 * Split one line of Python as rnncourse.data.roles does. `fault` says where it is not Python's.
 * @type {(line: string, symbols: string[]) => {tokens: string[], fault: string}}
 */
export function tokenize(line, symbols) {
  const operators = symbols
    .filter((s) => /^[^\w<]|^<[<=]*$/.test(s))
    .sort((a, b) => b.length - a.length);
  /** @type {string[]} */
  const tokens = [];
  const text = line.trim();
  let [open, fault] = [0, ""];
  for (let at = 0; at < text.length && !fault; ) {
    const match = (/** @type {RegExp} */ pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0];
    };
    const silent = match(SILENT);
    const string = !silent && match(STRING);
    const number = !silent && match(NUMBER);
    const token =
      silent ||
      string ||
      number ||
      match(WORD) ||
      operators.find((o) => text.startsWith(o, at)) ||
      "";
    const [sign] = text.slice(at);
    if (!token && `"'`.includes(sign)) fault = "The string has no end yet.";
    else if (!token) fault = `Python has no token that begins with “${sign}”.`;
    else if (!silent) tokens.push(string ? "<string>" : number ? "<number>" : token);
    if (!silent) open += +"([{".includes(token) - +")]}".includes(token);
    at += token.length;
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
  const hash = (/** @type {string} */ piece) => 1 + symbols.length + (crc32(piece) % buckets);
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
export function spellNumber(n) {
  if (n < 20) return [SMALL[n]];
  if (n < 100) return [TENS[Math.floor(n / 10)], ...(n % 10 ? [SMALL[n % 10]] : [])];
  const [unit, name] = n < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = n % unit;
  const tail = rest ? [...(rest < 100 ? ["and"] : []), ...spellNumber(rest)] : [];
  return [...spellNumber(Math.floor(n / unit)), name, ...tail];
}

/** What each task reads, how it goes on, and the steps at which it answers. Text in, steps out. */
export const solve = {
  /**
   * @param {Layer} network
   * @param {Iterable<number>} pixels
   */
  image: (network, pixels) => [network.read(Float32Array.from(pixels, (ink) => ink / INK))],
  /**
   * @param {Network} network
   * @param {string} text
   */
  language: (network, text) => run(network, encodeName(text, network.vocabulary)),
  /**
   * Without random numbers it chooses the likeliest.
   * @param {Network} network
   * @param {string} language
   * @param {(() => number)|null} random
   */
  name(network, language, random = null) {
    const [end, first] = [network.vocabulary.length - 1, network.vocabulary.indexOf(language)];
    // No language
    const isSymbol = (/** @type {number} */ i) =>
      i === end || (i > 0 && network.vocabulary[i].length === 1);
    const choose = (/** @type {Float64Array} */ p) =>
      random
        ? drawIndex(
            p.map((v, i) => (isSymbol(i) ? v : 0)),
            random,
          )
        : argmax(p);
    return run(network, [first], { choose, stop: end, maxLength: 40 });
  },
  /**
   * @param {Network} network
   * @param {string[]} tokens
   * @param {Parameters<typeof encodeToken>[1]} tables
   */
  role: (network, tokens, tables) =>
    run(
      network,
      tokens.map((token) => encodeToken(token, tables)),
    ),
  /**
   * @param {Network} network
   * @param {string} digits
   */
  numeral(network, digits) {
    const [go, end] = ["<go>", "<end>"].map((sign) => network.vocabulary.indexOf(sign));
    const inputs = [...[...digits].map(Number), go];
    return run(network, inputs, { choose: argmax, stop: end, maxLength: 16 });
  },
};
