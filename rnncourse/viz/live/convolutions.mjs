// What a captioner sees of a picture: convolutions, from pixels to a vector for each place.
// Everything is computed in 64 bits, from weights of 8 and 16.

import { affine } from "./numbers.mjs";
import { zeros } from "./vectors.mjs";

/** @import { Arrays } from "./numbers.mjs" */

/**
 * @typedef {object} Convolution With the batch normalization behind it, as scale and shift.
 * @property {Float32Array} kernel
 * @property {number} size Its side.
 * @property {number} stride
 * @property {Float64Array} scale One a channel.
 * @property {Float64Array} shift The same.
 */

/**
 * @typedef {object} Channels What stands at each place of a square.
 * @property {number} channels
 * @property {number} side
 * @property {ArrayLike<number>} values A channel after the other, each in rows.
 */

const EPSILON = 1e-5; // of batch normalization, as PyTorch has it

/**
 * A convolution from the weights of a network.
 * @param {Arrays} arrays
 * @param {string} kernel Its name.
 * @param {string} norm That of the batch normalization behind it.
 * @param {number} size
 * @param {number} stride
 * @returns {Convolution}
 */
export function readConvolution(arrays, kernel, norm, size, stride) {
  const readNorm = (/** @type {string} */ name) => arrays[`${norm}.${name}`];
  const scale = Float64Array.from(
    readNorm("weight"),
    (w, k) => w / Math.sqrt(readNorm("running_var")[k] + EPSILON),
  );
  const shift = Float64Array.from(
    readNorm("bias"),
    (b, k) => b - readNorm("running_mean")[k] * scale[k],
  );
  return { kernel: arrays[`${kernel}.weight`], size, stride, scale, shift };
}

/**
 * Convolution, batch normalization, ReLU.
 * @param {Channels} input
 * @param {Convolution} convolution
 * @returns {Channels}
 */
function convolve({ channels, side, values }, { kernel, size, stride, scale, shift }) {
  const [half, outSide, count] = [size >> 1, Math.ceil(side / stride), scale.length];
  const [output, patch] = [zeros(count * outSide * outSide), zeros(channels * size * size)];
  const [noBias, sums] = [zeros(count), zeros(count)];
  for (let row = 0; row < outSide; row += 1)
    for (let column = 0; column < outSide; column += 1) {
      const [top, left] = [stride * row - half, stride * column - half];
      let n = 0; // what the window sees; beyond the edge nothing
      for (let channel = 0; channel < channels; channel += 1)
        for (let y = top; y < top + size; y += 1)
          for (let x = left; x < left + size; x += 1, n += 1) {
            const inside = y >= 0 && y < side && x >= 0 && x < side;
            patch[n] = inside ? values[(channel * side + y) * side + x] : 0;
          }
      affine(kernel, patch, noBias, sums);
      for (let k = 0; k < count; k += 1)
        output[(k * outSide + row) * outSide + column] = Math.max(
          0,
          sums[k] * scale[k] + shift[k],
        );
    }
  return { channels: count, side: outSide, values: output };
}

/**
 * What layers say of each place of a square picture, in rows from the top.
 * @param {Convolution[]} layers
 * @param {ArrayLike<number>} picture Its pixels in rows, from 0 to 1, a channel after the other.
 * @param {number} [channels]
 * @returns {Float64Array[]} The vector of each place.
 */
export function encodePlaces(layers, picture, channels = 1) {
  /** @type {Channels} */
  let map = { channels, side: Math.sqrt(picture.length / channels), values: picture };
  for (const layer of layers) map = convolve(map, layer);
  const size = map.side ** 2;
  return Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: map.channels }, (_, k) => map.values[k * size + i]),
  );
}
