// A causal transformer without a page: Node.js tests it against rnncourse.models.transformer.
//
// Everything is computed in 64 bits, from weights of 16. Products of a matrix and a vector are
// counted as they are done.

import { dot, linear, softmax, unpack, zeros } from "../../viz/live/numbers.mjs";

const EPSILON = 1e-5; // of layer normalization, as PyTorch has it
const sum = (a, b) => a.map((v, i) => v + b[i]);

/** Turn each pair of numbers by an angle that grows with the place. */
function rotated(x, place) {
  const result = zeros(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const w = place / 10000 ** (i / x.length);
    result[i] = x[i] * Math.cos(w) - x[i + 1] * Math.sin(w);
    result[i + 1] = x[i] * Math.sin(w) + x[i + 1] * Math.cos(w);
  }
  return result;
}

/** Transformer of rnncourse.models.transformer, one text at a time. */
export class Transformer {
  constructor(manifest, buffer) {
    const { vocabulary, heads } = manifest.about;
    this.arrays = unpack(manifest, buffer);
    this.characters = [...vocabulary];
    this.places = new Map(this.characters.map((c, i) => [c, i]));
    this.size = Object.values(this.arrays).reduce((total, { length }) => total + length, 0);
    [this.V, this.H] = manifest.arrays["embedding.weight"].shape;
    this.heads = heads;
    this.blocks = 0;
    while (`blocks.${this.blocks}.qkv.weight` in this.arrays) this.blocks += 1;
    this.multiplied = 0; // so far
    // Heads that bring nothing home: "blocks.0.3" is the fourth of the first block
    this.unplugged = new Set();
  }

  linear(name, x) {
    this.multiplied += this.arrays[`${name}.weight`].length;
    return linear(this.arrays, name, x);
  }

  /** Layer normalization: mean 0 and spread 1, then a scale and a shift for each number. */
  norm(name, x) {
    const [scale, shift] = ["weight", "bias"].map((part) => this.arrays[`${name}.${part}`]);
    const mean = x.reduce((total, v) => total + v, 0) / x.length;
    const spread = Math.sqrt(
      x.reduce((total, v) => total + (v - mean) ** 2, 0) / x.length + EPSILON,
    );
    return x.map((v, i) => ((v - mean) / spread) * scale[i] + shift[i]);
  }

  embed(id) {
    return Float64Array.from(
      this.arrays["embedding.weight"].subarray(id * this.H, (id + 1) * this.H),
    );
  }

  /** Query, key and value of each head, for a symbol that stands at a place. */
  qkv(block, x, place) {
    const [D, all] = [
      this.H / this.heads,
      this.linear(`${block}.qkv`, this.norm(`${block}.norm_attn`, x)),
    ];
    const part = (from) =>
      Array.from({ length: this.heads }, (_, n) =>
        all.subarray(from * this.H + n * D, from * this.H + (n + 1) * D),
      );
    return {
      q: part(0).map((q) => rotated(q, place)),
      k: part(1).map((k) => rotated(k, place)),
      v: part(2),
    };
  }

  /**
   * A symbol looks at the first T symbols, each with keys k and values v, and thinks: its new
   * vector, and the weights.
   */
  attend(block, x, queries, cached, T = cached.length) {
    const [D, context] = [this.H / this.heads, zeros(this.H)];
    const weights = queries.map((q, n) => {
      const scores = zeros(T);
      for (let s = 0; s < T; s += 1) scores[s] = dot(q, cached[s].k[n]) / Math.sqrt(D);
      const row = softmax(scores);
      for (let s = 0; s < T && !this.unplugged.has(`${block}.${n}`); s += 1)
        for (let d = 0, v = cached[s].v[n]; d < D; d += 1) context[n * D + d] += row[s] * v[d];
      this.multiplied += 2 * T * D;
      return row;
    });
    const between = sum(x, this.linear(`${block}.out_proj`, context));
    const wide = this.linear(`${block}.mlp.0`, this.norm(`${block}.norm_mlp`, between));
    return {
      x: sum(
        between,
        this.linear(
          `${block}.mlp.2`,
          wide.map((v) => Math.max(0, v)),
        ),
      ),
      weights,
    };
  }

  answer(x) {
    return this.linear("logits", this.norm("norm", x));
  }

  /** Before anything was read: for each block, keys and values of no symbol. */
  start() {
    return { cache: Array.from({ length: this.blocks }, () => []) };
  }

  /** Read one more symbol, with the cache of those before; the old state stays as it was. */
  step({ cache }, id) {
    let x = this.embed(id);
    const [next, attention] = [[], []];
    cache.forEach((before, block) => {
      const { q, k, v } = this.qkv(`blocks.${block}`, x, before.length);
      next.push([...before, { k, v }]);
      const after = this.attend(`blocks.${block}`, x, q, next[block]);
      x = after.x;
      attention.push(after.weights);
    });
    return { cache: next, attention, logits: this.answer(x) };
  }

  /** Read a whole text at once, without a cache: the logits after each symbol. */
  readAll(ids) {
    let xs = ids.map((id) => this.embed(id));
    for (let n = 0; n < this.blocks; n += 1) {
      const all = xs.map((x, t) => this.qkv(`blocks.${n}`, x, t));
      xs = xs.map((x, t) => this.attend(`blocks.${n}`, x, all[t].q, all, t + 1).x);
    }
    return xs.map((x) => this.answer(x));
  }
}
