// A causal transformer without a page: Node.js tests it against rnncourse.models.transformer.
//
// Everything is computed in 64 bits, from weights of 16. Products of a matrix and a vector are
// counted as they are done.

import { softmax, unpackArrays } from "../../viz/live/numbers.mjs";
import { add, countNumbers, dot, linear, mean, sliceRow, zeros } from "../../viz/live/vectors.mjs";

const EPSILON = 1e-5; // of layer normalization, as PyTorch has it

/** @typedef {Float32Array|Float64Array} Vector */

/**
 * Turn each pair of numbers by an angle that grows with the place.
 * @param {Vector} x
 * @param {number} place
 */
function rotate(x, place) {
  const result = zeros(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const w = place / 10000 ** (i / x.length);
    result[i] = x[i] * Math.cos(w) - x[i + 1] * Math.sin(w);
    result[i + 1] = x[i] * Math.sin(w) + x[i + 1] * Math.cos(w);
  }
  return result;
}

/** @typedef {{k: Vector[], v: Vector[]}} Cached Of a symbol: a key and a value for each head. */

/** Transformer of rnncourse.models.transformer, one text at a time. */
export class Transformer {
  /**
   * @param {import("../../viz/live/numbers.mjs").Manifest} manifest
   * @param {ArrayBuffer} buffer
   */
  constructor(manifest, buffer) {
    const { vocabulary, heads } = manifest.about;
    this.arrays = unpackArrays(manifest, buffer);
    this.characters = [...vocabulary];
    this.idByCharacter = new Map(this.characters.map((c, i) => [c, i]));
    this.size = countNumbers(this.arrays);
    const [V, H] = manifest.arrays["embedding.weight"].shape;
    this.V = V;
    this.H = H;
    this.heads = heads;
    this.blocks = 0;
    while (`blocks.${this.blocks}.qkv.weight` in this.arrays) this.blocks += 1;
    this.multiplied = 0; // so far
    // Heads that bring nothing home: "blocks.0.3" is the fourth of the first block
    this.ablatedHeads = new Set();
  }

  /** @param {string} name @param {Vector} x @returns {Vector} */
  linear(name, x) {
    this.multiplied += this.arrays[`${name}.weight`].length;
    return linear(this.arrays, name, x);
  }

  /**
   * Layer normalization: mean 0 and spread 1, then a scale and a shift for each number.
   * @param {string} name
   * @param {Vector} x
   */
  norm(name, x) {
    const [scale, shift] = ["weight", "bias"].map((part) => this.arrays[`${name}.${part}`]);
    const middle = mean(x);
    const spread = Math.sqrt(mean(x.map((v) => (v - middle) ** 2)) + EPSILON);
    return x.map((v, i) => ((v - middle) / spread) * scale[i] + shift[i]);
  }

  /** @param {number} id */
  embed(id) {
    return Float64Array.from(sliceRow(this.arrays["embedding.weight"], id, this.H));
  }

  /**
   * Query, key and value of each head, for a symbol that stands at a place.
   * @param {string} block
   * @param {Vector} x
   * @param {number} place
   */
  qkv(block, x, place) {
    const projected = this.linear(`${block}.qkv`, this.norm(`${block}.norm_attn`, x));
    const [q, k, v] = [0, 1, 2].map((part) =>
      Array.from({ length: this.heads }, (_, n) =>
        sliceRow(projected, part * this.heads + n, this.H / this.heads),
      ),
    );
    return {
      q: q.map((head) => rotate(head, place)),
      k: k.map((head) => rotate(head, place)),
      v,
    };
  }

  /**
   * A symbol looks at the first T symbols, each with keys k and values v, and thinks: its new
   * vector, and the weights.
   * @param {string} block
   * @param {Vector} x
   * @param {Vector[]} queries
   * @param {Cached[]} cached
   */
  attend(block, x, queries, cached, T = cached.length) {
    const [D, context] = [this.H / this.heads, zeros(this.H)];
    const weights = queries.map((q, n) => {
      const scores = zeros(T);
      for (let s = 0; s < T; s += 1) scores[s] = dot(q, cached[s].k[n]) / Math.sqrt(D);
      const row = softmax(scores);
      for (let s = 0; s < T && !this.ablatedHeads.has(`${block}.${n}`); s += 1)
        for (let d = 0, v = cached[s].v[n]; d < D; d += 1) context[n * D + d] += row[s] * v[d];
      this.multiplied += 2 * T * D;
      return row;
    });
    const between = add(x, this.linear(`${block}.out_proj`, context));
    const wide = this.linear(`${block}.mlp.0`, this.norm(`${block}.norm_mlp`, between));
    const rectified = wide.map((v) => Math.max(0, v));
    return { x: add(between, this.linear(`${block}.mlp.2`, rectified)), weights };
  }

  /** @param {Vector} x */
  answer(x) {
    return this.linear("logits", this.norm("norm", x));
  }

  /**
   * Before anything was read: for each block, keys and values of no symbol.
   * @returns {{cache: Cached[][]}}
   */
  initialState() {
    return { cache: Array.from({ length: this.blocks }, () => /** @type {Cached[]} */ ([])) };
  }

  /**
   * Read one more symbol, with the cache of those before; the old state stays as it was.
   * @param {{cache: Cached[][]}} state
   * @param {*} id What `embed` takes.
   */
  step({ cache }, id) {
    let x = this.embed(id);
    /** @type {{next: Cached[][], attention: Vector[][]}} */
    const { next, attention } = { next: [], attention: [] };
    cache.forEach((before, block) => {
      const { q, k, v } = this.qkv(`blocks.${block}`, x, before.length);
      next.push([...before, { k, v }]);
      const after = this.attend(`blocks.${block}`, x, q, next[block]);
      x = after.x;
      attention.push(after.weights);
    });
    return { cache: next, attention, logits: this.answer(x) };
  }

  /**
   * Read a whole text at once, without a cache: the logits after each symbol.
   * @param {number[]} ids
   */
  readAll(ids) {
    let xs = ids.map((id) => this.embed(id));
    for (let n = 0; n < this.blocks; n += 1) {
      const heads = xs.map((x, t) => this.qkv(`blocks.${n}`, x, t));
      xs = xs.map((x, t) => this.attend(`blocks.${n}`, x, heads[t].q, heads, t + 1).x);
    }
    return xs.map((x) => this.answer(x));
  }
}
