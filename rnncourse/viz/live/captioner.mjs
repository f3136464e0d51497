// A captioner with attention, without a page: Node.js tests it against rnncourse.models.captioner.
//
// Three convolutions make 10 by 10 places of a picture of 40 by 40 pixels; an LSTM with an
// additive score looks at them and writes. Everything is computed in 64 bits, from weights of 8
// and 16. Words are written by `decodeGreedily` of translation.mjs.

import { encodePlaces, readConvolution } from "./convolutions.mjs";
import { CELLS, softmax, unpackArrays } from "./numbers.mjs";
import { add, countNumbers, linear, sliceRow, weightedSum, zeros } from "./vectors.mjs";

/** @import { Manifest } from "./numbers.mjs" */

/**
 * Captioner of rnncourse.models.captioner: attention, cell "lstm", score "additive", encoder
 * RegionEncoder.
 */
export class Captioner {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.arrays = unpackArrays(manifest, buffer);
    this.words = manifest.about.vocabulary;
    this.start = 1;
    this.stop = 2;
    this.size = countNumbers(this.arrays);
    const { arrays } = this;
    this.E = manifest.arrays["embedding.weight"].shape[1];
    this.layers = [
      [0, 5, 2],
      [3, 3, 2],
      [6, 3, 1],
    ].map(([index, size, stride]) => {
      const layerName = (/** @type {number} */ n) => `encoder.layers.${n}`;
      return readConvolution(arrays, layerName(index), layerName(index + 1), size, stride);
    });
  }

  /**
   * What the encoder says of each place of a picture, in rows.
   * @param {ArrayLike<number>} picture 40 * 40 pixels, in rows: ink from 0 to 1.
   */
  places(picture) {
    return encodePlaces(this.layers, picture);
  }

  /** Stand before the first word. @param {ArrayLike<number>} picture As places() has it. */
  initialState(picture) {
    const places = this.places(picture);
    const H = this.arrays["W_hh.weight"].length ** 0.5 / 2; // 4 H by H
    return {
      h: zeros(H),
      c: zeros(H),
      places,
      keys: places.map((v) => linear(this.arrays, "U_a", v)),
    };
  }

  /**
   * The weight of each place: softmax of w_a . tanh(W_a h + U_a v + b_a).
   * @param {{h: Float64Array, keys: Float64Array[]}} state
   */
  attend({ h, keys }) {
    const [query, w] = [linear(this.arrays, "W_a", h), this.arrays["w_a.weight"]];
    return softmax(
      Float64Array.from(keys, (key) =>
        key.reduce((sum, u, k) => sum + w[k] * Math.tanh(u + query[k]), 0),
      ),
    );
  }

  /**
   * One step: to ln p of all words, the weight of each place, and the next state.
   * @param {{h: Float64Array, c: Float64Array, places: *[], keys: Float64Array[]}} state
   * @param {number} word The last one.
   */
  step(state, word) {
    const weights = this.attend(state);
    const { places, keys } = state;
    const x = linear(this.arrays, "W_xh", sliceRow(this.arrays["embedding.weight"], word, this.E));
    const fromImage = linear(this.arrays, "W_ih", weightedSum(weights, places));
    const { h, c } = CELLS.lstm(add(x, fromImage), linear(this.arrays, "W_hh", state.h), state);
    return {
      state: { h, c, places, keys },
      logProbs: softmax(linear(this.arrays, "W_hy", h)).map(Math.log),
      weights,
    };
  }
}
