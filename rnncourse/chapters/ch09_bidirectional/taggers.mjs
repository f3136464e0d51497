// Taggers of identifiers: forward, forward and a token later, both ways. Without a page: Node.js tests them against
// rnncourse.chapters.ch09_bidirectional.tagging.

import { encodeToken, isName, tokenize } from "../ch01_sequences/network.mjs";
import { affine, softmax, unpack } from "../../viz/live/numbers.mjs";

/** The taggers, and how many tokens each reads on before it answers. */
export const KINDS = { forward: 0, "delay 1": 1, both: 0 };

/** The tokens of a line, a new line before them so that it begins as lines do; and what is wrong with it, if anything. */
export function tokensOf(line, symbols) {
  const { tokens, fault } = tokenize(line, symbols);
  return { tokens: tokens.length ? ["<newline>", ...tokens] : [], fault };
}

/** A tagger: `Tagger` with tanh cells. */
class Tagger {
  constructor(arrays, name) {
    const start = `${name}/`;
    for (const [key, array] of Object.entries(arrays)) if (key.startsWith(start)) this[key.slice(start.length)] = array;
    this.delay = KINDS[name];
    this.H = this["ahead.bias_hh_l0"].length;
    this.E = this["ahead.weight_ih_l0"].length / this.H;
  }

  embed(ids) {
    const x = new Float32Array(this.E);
    for (const id of ids)
      if (id > 0) for (let j = 0; j < this.E; j += 1) x[j] += this["embedding.weight"][id * this.E + j];
    return x;
  }

  /** The states of a direction, in the order in which it reads. */
  states(way, xs) {
    const w = (name) => this[`${way}.${name}_l0`];
    let h = new Float32Array(this.H);
    return xs.map((x) => {
      const given = affine(w("weight_ih"), x, w("bias_ih"));
      const kept = affine(w("weight_hh"), h, w("bias_hh"));
      h = given.map((v, j) => Math.tanh(v + kept[j]));
      return h;
    });
  }

  /**
   * The probabilities of the roles of each token, read[n - 1][t]: of the token t when n tokens are there, t < n.
   * What the forward direction has read does not change with n; it is computed once.
   */
  growing(ids) {
    const xs = ids.map((token) => this.embed(token));
    const empty = new Float32Array(this.E);
    const ahead = this.states("ahead", xs);
    const later = (n) => [...ahead.slice(0, n), ...this.beyond(ahead, n, empty)].slice(this.delay);
    return xs.map((_, i) => {
      const n = i + 1;
      const front = this.delay ? later(n) : ahead.slice(0, n);
      if (!this["back.bias_hh_l0"]) return front.map((h) => this.told(h));
      const back = this.states("back", xs.slice(0, n).reverse()).reverse();
      return front.map((h, t) => this.told(Float32Array.of(...h, ...back[t])));
    });
  }

  /** The states at the empty tokens that follow the first n. */
  beyond(ahead, n, empty) {
    const [found, w] = [[], (name) => this[`ahead.${name}_l0`]];
    let h = ahead[n - 1];
    for (let k = 0; k < this.delay; k += 1) {
      const given = affine(w("weight_ih"), empty, w("bias_ih"));
      const kept = affine(w("weight_hh"), h, w("bias_hh"));
      h = given.map((v, j) => Math.tanh(v + kept[j]));
      found.push(h);
    }
    return found;
  }

  told(h) { return softmax(affine(this["logits.weight"], h, this["logits.bias"])); }
}

/** All taggers of a file of weights. */
export class Taggers {
  constructor(manifest, buffer) {
    if (manifest.about.cell !== "rnn") throw new Error(`the page computes tanh cells, not "${manifest.about.cell}".`);
    const arrays = unpack(manifest, buffer);
    this.size = buffer.byteLength / 2; // weights
    this.each = Object.fromEntries(Object.keys(KINDS).map((name) => [name, new Tagger(arrays, name)]));
  }

  /** By tagger: see Tagger.growing. tables: symbols, buckets, slots. */
  read(tokens, tables) {
    const ids = tokens.map((token) => encodeToken(token, tables));
    return Object.fromEntries(Object.entries(this.each).map(([name, tagger]) => [name, tagger.growing(ids)]));
  }
}

const best = (p) => p.reduce((b, v, i) => (v > p[b] ? i : b), 0);

/** What a page shows of `read`: by tagger [n - 1][t]: [place of the role, its probability], null for no identifier. */
export function answersOf(read, tokens, symbols) {
  const one = (p, t) => (isName(tokens[t], symbols) ? [best(p), p[best(p)]] : null);
  return Object.fromEntries(Object.entries(read).map(([name, grown]) => [name, grown.map((row) => row.map(one))]));
}
