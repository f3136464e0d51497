// Sequence to sequence without a page: Node.js tests it against rnncourse.models.translation and
// beam_search.
//
// Encoder and decoder are GRUs, with general attention that asks after the step, or with the
// vector z alone. Everything is computed in 64 bits, from weights of 16.

import { argmax, unpackArrays } from "./numbers.mjs";
import {
  countNumbers,
  dot,
  join,
  linear,
  makeGru,
  runSteps,
  sliceRow,
  weightedSum,
} from "./vectors.mjs";

/** @import { Manifest } from "./numbers.mjs" */

/** ln of the softmax. @param {Float64Array} logits */
export function logSoftmax(logits) {
  const top = logits[argmax(logits)];
  const sum = logits.reduce((total, y) => total + Math.exp(y - top), 0);
  return logits.map((y) => y - top - Math.log(sum));
}

/** An encoder-decoder of rnncourse.models.translation, one sequence at a time. */
export class Translator {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.arrays = unpackArrays(manifest, buffer);
    this.shape = (/** @type {string} */ name) => manifest.arrays[name].shape;
    this.targets = manifest.about.vocabulary;
    this.stop = this.targets.indexOf("<end>");
    this.start = this.targets.indexOf("<start>");
    this.size = countNumbers(this.arrays);
    this.H = this.arrays["decoder.start.bias"].length;
    this.attends = "decoder.attention.W_a.weight" in this.arrays;
    this.forward = this.layer("encoder.ahead.0");
    this.backward =
      "encoder.back.0.weight_ih_l0" in this.arrays ? this.layer("encoder.back.0") : null;
    this.recurrent = this.layer("decoder.recurrent");
  }

  /** The vector of a symbol. @param {"encoder"|"decoder"} side @param {number} id */
  embed(side, id) {
    const name = `${side}.embedding.weight`;
    return Float64Array.from(sliceRow(this.arrays[name], id, this.shape(name)[1]));
  }

  /**
   * A GRU: its step, from an input and a state to the next state, and the size of a state.
   * @param {string} name
   */
  layer(name) {
    return { step: makeGru(this.arrays, name), H: this.arrays[`${name}.bias_hh_l0`].length / 3 };
  }

  /** The states h_j of a source, and z, what is handed over. @param {number[]} ids */
  encode(ids) {
    /** @type {(layer: *, inputs: *[]) => *[]} */
    const readStates = ({ step, H }, inputs) => runSteps(step, inputs, H);
    const xs = ids.map((id) => this.embed("encoder", id));
    const forward = readStates(this.forward, xs);
    const backward = this.backward ? readStates(this.backward, [...xs].reverse()).reverse() : null;
    const states = forward.map((h, j) => (backward ? join(h, backward[j]) : h));
    const summary = backward ? join(forward.at(-1), backward[0]) : forward.at(-1);
    return {
      states,
      z:
        "narrow.weight" in this.arrays
          ? linear(this.arrays, "narrow", summary).map(Math.tanh)
          : summary,
    };
  }

  /**
   * Where decoding begins.
   * @param {number[]} ids Of the source.
   * @param {number|null} [hidden] A place that attention may not look at.
   */
  initialState(ids, hidden = null) {
    const { states, z } = this.encode(ids);
    const keys = this.attends
      ? states.map((h) => linear(this.arrays, "decoder.attention.W_a", h))
      : null;
    return {
      h: linear(this.arrays, "decoder.start", z).map(Math.tanh),
      source: { states, keys, z, hidden },
    };
  }

  /**
   * One step of a `Decoder`; the weights are null without attention.
   * @param {*} state
   * @param {number} symbol
   */
  step({ h, source }, symbol) {
    const e = this.embed("decoder", symbol);
    const next = this.recurrent.step(this.attends ? e : join(e, source.z), h);
    const weights = this.attends ? this.attend(next, source) : null;
    const context = weights ? weightedSum(weights, source.states) : source.z;
    const logProbs = logSoftmax(linear(this.arrays, "decoder.logits", join(next, e, context)));
    return { state: { h: next, source }, logProbs, weights };
  }

  /**
   * softmax over j of s . W_a h_j, without the hidden place.
   * @param {Float64Array} query
   * @param {{keys: ArrayLike<number>[], hidden: number|null}} source
   */
  attend(query, { keys, hidden }) {
    const scores = Float64Array.from(keys, (key, j) =>
      j === hidden ? -Infinity : dot(query, key),
    );
    return logSoftmax(scores).map(Math.exp);
  }
}

/**
 * @template S
 * @typedef {object} Decoder A network that writes, with states S.
 * @property {number} start The symbol that stands before the first one.
 * @property {number} stop The one that ends a text.
 * @property {(state: S, symbol: number) => {state: S, logProbs: *, weights?: *}} step From a state
 *   and the last symbol to the next state, ln p of all symbols, and perhaps weights of attention.
 */

/**
 * @typedef {object} Hypothesis A text that was found.
 * @property {number[]} ids Its symbols, without the one that ends it.
 * @property {number} total ln p of the whole.
 * @property {boolean} finished Whether it ended before the longest length.
 * @property {number} [score] ln p by which a beam compares texts of several lengths.
 */

/**
 * Always the likeliest symbol.
 * @template S
 * @param {Decoder<S>} model
 * @param {S} start The first state.
 * @param {number} maxLength Symbols.
 * @returns {Hypothesis & {rows: *[]}} With the weights of each step.
 */
export function decodeGreedily(model, start, maxLength) {
  let [state, symbol, total] = [start, model.start, 0];
  /** @type {{ids: number[], rows: *[]}} */
  const { ids, rows } = { ids: [], rows: [] };
  for (let t = 0; t < maxLength; t += 1) {
    const after = model.step(state, symbol);
    symbol = argmax(after.logProbs);
    state = after.state;
    total += after.logProbs[symbol];
    rows.push(after.weights);
    if (symbol === model.stop) return { ids, total, rows, finished: true };
    ids.push(symbol);
  }
  return { ids, total, rows, finished: false };
}

/**
 * @typedef {object} BeamOptions
 * @property {number} beamSize Texts that are kept in a step.
 * @property {number} maxLength Symbols.
 * @property {number} [lengthPenalty] A score is ln p, divided by the length to this power.
 * @property {boolean} [countEos] Whether the length counts the symbol that ends a text.
 * @property {number} [nBest] Texts that are returned.
 * @property {number|null} [maxFinished] Texts that end, after which it stops.
 */

/**
 * @typedef {object} BeamResult
 * @property {{symbol: number, from: number, total: number, ended: boolean}[][]} steps What was
 *   kept in each, likeliest first; `from` is a place in the step before (-1: the beginning).
 * @property {Hypothesis[]} hypotheses The best texts.
 * @property {"best"|"maxFinished"|"maxLength"} endReason Why it stopped; "best": nothing could
 *   become better any more.
 */

/**
 * Beam search as rnncourse.decoding.beam does it, with its tree.
 * @template S
 * @param {Decoder<S>} model
 * @param {S} begin The first state.
 * @param {BeamOptions} options
 * @returns {BeamResult}
 */
export const searchBeam = (model, begin, options) => runToEnd(stepBeam(model, begin, options));

/**
 * The result of what goes in steps.
 * @template R
 * @param {Generator<void, R>} steps
 * @returns {R}
 */
export function runToEnd(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return /** @type {R} */ (step.value);
}

/**
 * @template S
 * @typedef {object} Beam A text as far as it is.
 * @property {S} state Before its last symbol.
 * @property {number} symbol The last one.
 * @property {number} total ln p of the whole.
 * @property {number[]} ids Its symbols.
 * @property {number} place Among those that are kept in its step.
 */

/**
 * All that texts may go on with, likeliest first; equals stay in their order.
 * @template S
 * @param {Decoder<S>} model
 * @param {Beam<S>[]} beams
 */
const extendBeams = (model, beams) =>
  beams
    .flatMap((before) => {
      const { state, logProbs } = model.step(before.state, before.symbol);
      return Array.from(logProbs, (logProb, symbol) => ({
        before,
        state,
        symbol,
        total: before.total + logProb,
      }));
    })
    .filter(({ total }) => total > -Infinity)
    .sort((a, b) => b.total - a.total);

/**
 * Beam search, with a rest after each symbol.
 * @template S
 * @param {Decoder<S>} model
 * @param {S} begin
 * @param {BeamOptions} options
 * @returns {Generator<void, BeamResult>}
 */
export function* stepBeam(
  model,
  begin,
  { beamSize, maxLength, lengthPenalty = 0, countEos = true, nBest = 1, maxFinished = null },
) {
  const maxEnded = maxFinished ?? (beamSize === 1 ? 1 : Infinity);
  const norm = (/** @type {number} */ t) => Math.max(countEos ? t : t - 1, 1) ** lengthPenalty;
  /** @type {Beam<S>[]} */
  let unfinished = [{ state: begin, symbol: model.start, total: 0, ids: [], place: -1 }];
  /** @type {{steps: *[], hypotheses: *[]}} */
  const { steps, hypotheses } = { steps: [], hypotheses: [] };
  /** @type {BeamResult["endReason"]} */
  let endReason = "maxLength";
  for (let t = 1; t <= maxLength && endReason === "maxLength"; t += 1) {
    const candidates = extendBeams(model, unfinished);
    const ended = candidates.slice(0, beamSize).filter(({ symbol }) => symbol === model.stop);
    const extended = candidates.filter(({ symbol }) => symbol !== model.stop).slice(0, beamSize);
    const beams = [...extended, ...ended]
      .sort((a, b) => b.total - a.total)
      .map((beam, place) => ({ ...beam, place, ids: [...beam.before.ids, beam.symbol] }));
    unfinished = beams.filter(({ symbol }) => symbol !== model.stop);
    steps.push(
      beams.map(({ symbol, before, total }) => ({
        symbol,
        from: before.place,
        total,
        ended: symbol === model.stop,
      })),
    );
    for (const { before, total } of ended)
      hypotheses.push({ ids: before.ids, total, finished: true, score: total / norm(t) });
    const bound = unfinished.length ? unfinished[0].total / norm(maxLength) : -Infinity;
    const scores = hypotheses.map(({ score }) => score).sort((a, b) => b - a);
    const worst = scores[nBest - 1] ?? -Infinity;
    if (!unfinished.length || (hypotheses.length >= nBest && worst >= bound)) endReason = "best";
    else if (hypotheses.length >= Math.max(nBest, maxEnded)) endReason = "maxFinished";
    yield;
  }
  if (endReason === "maxLength")
    for (const { ids, total } of unfinished)
      hypotheses.push({ ids, total, finished: false, score: total / maxLength ** lengthPenalty });
  hypotheses.sort((a, b) => b.finished - a.finished || b.score - a.score);
  return { steps, hypotheses: hypotheses.slice(0, nBest), endReason };
}
