// The LSTM of pages 7 and 7b: its gates are kept, and a cell or a gate can be held. Node.js tests
// it.

import { LanguageModel } from "../../viz/live/language.mjs";
import { affine, sigmoid } from "../../viz/live/numbers.mjs";
import { ranking } from "../../viz/live/vectors.mjs";

/**
 * @typedef {Record<"i"|"f"|"g"|"o"|"before"|"c"|"h", number> & {would?: number}} Unit A cell at
 *   a step: its gates, c before and after, h; `would`: c after, if nothing held it.
 */

/** An LSTM that keeps its gates; one of its cells, or of its forget gates, may be held. */
export class ClampedLSTM extends LanguageModel {
  /** @type {{cell: number, value: number}|null} */
  clamp = null;

  /** The same network with a cell held at a value. @param {number} cell @param {number} value */
  withClamp(cell, value) {
    return Object.assign(Object.create(this), { clamp: { cell, value } });
  }

  initialState() {
    return { h: new Float64Array(this.H), c: new Float64Array(this.H) };
  }

  /**
   * c' = f c + i g; c'_j = v for a held cell j; h' = o tanh(c'): as `ClampedLSTM.step` of
   * clamping.py. An override, { cell, f }, puts its f in the place of the forget gate of one cell.
   * @param {{h: Float64Array, c: Float64Array}} before The state.
   * @param {number} id
   * @param {{cell: number, f: number}|null} gateOverride
   */
  step(before, id, gateOverride = null) {
    const { H, clamp } = this;
    const x = this.inputs[id];
    const gates = affine(this.W_hh, before.h, this.b_h, new Float64Array(4 * H)); // i f g o
    for (let k = 0; k < 4 * H; k += 1)
      gates[k] = (k >= 2 * H && k < 3 * H ? Math.tanh : sigmoid)(gates[k] + x[k]);
    if (gateOverride) gates[H + gateOverride.cell] = gateOverride.f;
    const { h, c } = this.initialState();
    for (let j = 0; j < H; j += 1) c[j] = gates[H + j] * before.c[j] + gates[j] * gates[2 * H + j];
    if (clamp) c[clamp.cell] = clamp.value;
    for (let j = 0; j < H; j += 1) h[j] = gates[3 * H + j] * Math.tanh(c[j]);
    return {
      h,
      c,
      gates,
      past: before.c,
      logits: affine(this.W_hy, h, this.b_y, new Float64Array(this.V)),
    };
  }
}

/** What a step did to cell j. @type {(state: *, j: number) => Unit} */
export function readUnit({ h, c, gates, past }, j) {
  const [i, f, g, o] = [0, 1, 2, 3].map((k) => gates[k * h.length + j]);
  return { i, f, g, o, before: past[j], would: f * past[j] + i * g, c: c[j], h: h[j] };
}

/**
 * The characters that are likeliest in one of two predictions, in the order of the first.
 * @type {(own: ArrayLike<number>, other: ArrayLike<number>, count: number) => number[]}
 */
export function listLikeliest(own, other, count) {
  const larger = Float64Array.from(own, (p, v) => Math.max(p, other[v]));
  return ranking(larger)
    .slice(0, count)
    .sort((a, b) => own[b] - own[a] || a - b);
}
