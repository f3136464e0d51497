// Sequence to sequence without a page: Node.js tests it against rnncourse.models.translation and
// beam_search.
//
// Encoder and decoder are GRUs, with general attention that asks after the step, or with the
// vector z alone. Everything is computed in 64 bits, from weights of 16.

import { argmax, unpackArrays } from "./numbers.mjs";
import {
  countNumbers,
  dot,
  gruOf,
  join,
  linear,
  rowOf,
  statesOf,
  weightedSum,
} from "./vectors.mjs";

/** ln of the softmax. */
export function logSoftmax(logits) {
  const top = logits[argmax(logits)];
  const sum = logits.reduce((total, y) => total + Math.exp(y - top), 0);
  return logits.map((y) => y - top - Math.log(sum));
}

/** An encoder-decoder of rnncourse.models.translation, one sequence at a time. */
export class Translator {
  constructor(manifest, buffer) {
    this.arrays = unpackArrays(manifest, buffer);
    this.shape = (name) => manifest.arrays[name].shape;
    this.targets = manifest.about.vocabulary;
    [this.stop, this.start] = ["<end>", "<start>"].map((token) => this.targets.indexOf(token));
    this.size = countNumbers(this.arrays);
    this.H = this.arrays["decoder.start.bias"].length;
    this.attends = "decoder.attention.W_a.weight" in this.arrays;
    this.forward = this.layer("encoder.ahead.0");
    this.backward =
      "encoder.back.0.weight_ih_l0" in this.arrays ? this.layer("encoder.back.0") : null;
    this.recurrent = this.layer("decoder.recurrent");
  }

  /** The vector of a symbol. */
  embed(side, id) {
    const name = `${side}.embedding.weight`;
    return Float64Array.from(rowOf(this.arrays[name], id, this.shape(name)[1]));
  }

  /** A GRU: from an input and a state to the next state. */
  layer(name) {
    return { step: gruOf(this.arrays, name), H: this.arrays[`${name}.bias_hh_l0`].length / 3 };
  }

  /** The states h_j of a source, and z, what is handed over. */
  encode(ids) {
    const readStates = ({ step, H }, inputs) => statesOf(step, inputs, H);
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

  /** Where decoding begins; `hidden`: a place that attention may not look at, or null. */
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

  /** One step: from a state and the last symbol to ln p of all, the weights, the next state. */
  step({ h, source }, symbol) {
    const e = this.embed("decoder", symbol);
    const next = this.recurrent.step(this.attends ? e : join(e, source.z), h);
    const weights = this.attends ? this.attend(next, source) : null;
    const context = weights ? weightedSum(weights, source.states) : source.z;
    const logProbs = logSoftmax(linear(this.arrays, "decoder.logits", join(next, e, context)));
    return { state: { h: next, source }, logProbs, weights };
  }

  /** softmax over j of s . W_a h_j, without the hidden place. */
  attend(query, { keys, hidden }) {
    const scores = Float64Array.from(keys, (key, j) =>
      j === hidden ? -Infinity : dot(query, key),
    );
    return logSoftmax(scores).map(Math.exp);
  }
}

/** Always the likeliest symbol: ids, ln p of the whole, weights of each step, whether it ended. */
export function decodeGreedily(model, start, maxLength) {
  let [state, symbol, total] = [start, model.start, 0];
  const [ids, rows] = [[], []];
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
 * Beam search as rnncourse.decoding.beam does it, with its tree.
 *
 * steps: what was kept in each, likeliest first: { symbol, from, total, ended }; `from` is a place
 * in the step before (-1: the beginning). found: the best texts, { ids, total, finished, score }.
 * over: "best" if nothing could become better any more, "stopAfter" or "maxLength".
 */
export const searchBeam = (...args) => runToEnd(beamSteps(...args));

/** The result of what goes in steps. */
export function runToEnd(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same, with a rest after each symbol. */
export function* beamSteps(
  model,
  begin,
  { width, maxLength, alpha = 0, countStop = true, nBest = 1, stopAfter = null },
) {
  const maxEnded = stopAfter ?? (width === 1 ? 1 : Infinity);
  const longestNorm = Math.max(countStop ? maxLength : maxLength - 1, 1) ** alpha;
  let unfinished = [{ state: begin, symbol: model.start, total: 0, ids: [], place: -1 }];
  const [steps, hypotheses] = [[], []];
  let over = "maxLength";
  for (let t = 1; t <= maxLength && over === "maxLength"; t += 1) {
    const candidates = unfinished
      .flatMap((before) => {
        const { state, logProbs } = model.step(before.state, before.symbol);
        return Array.from(logProbs, (log, symbol) => ({
          before,
          state,
          symbol,
          total: before.total + log,
        }));
      })
      .filter(({ total }) => total > -Infinity)
      .sort((a, b) => b.total - a.total); // equals stay in their order
    const ended = candidates.slice(0, width).filter(({ symbol }) => symbol === model.stop);
    unfinished = candidates.filter(({ symbol }) => symbol !== model.stop).slice(0, width);
    const beams = [...unfinished, ...ended].sort((a, b) => b.total - a.total);
    beams.forEach((hypothesis, place) =>
      Object.assign(hypothesis, { place, ids: [...hypothesis.before.ids, hypothesis.symbol] }),
    );
    steps.push(
      beams.map(({ symbol, before, total }) => ({
        symbol,
        from: before.place,
        total,
        ended: symbol === model.stop,
      })),
    );
    const score = (total) => total / Math.max(countStop ? t : t - 1, 1) ** alpha;
    hypotheses.push(
      ...ended.map(({ before, total }) => ({
        ids: before.ids,
        total,
        finished: true,
        score: score(total),
      })),
    );
    const bound = unfinished.length ? unfinished[0].total / longestNorm : -Infinity;
    const worst =
      hypotheses.map((hypothesis) => hypothesis.score).sort((a, b) => b - a)[nBest - 1] ??
      -Infinity;
    if (!unfinished.length || (hypotheses.length >= nBest && worst >= bound)) over = "best";
    else if (hypotheses.length >= Math.max(nBest, maxEnded)) over = "stopAfter";
    yield;
  }
  if (over === "maxLength")
    hypotheses.push(
      ...unfinished.map(({ ids, total }) => ({
        ids,
        total,
        finished: false,
        score: total / maxLength ** alpha,
      })),
    );
  hypotheses.sort((a, b) => b.finished - a.finished || b.score - a.score);
  return { steps, hypotheses: hypotheses.slice(0, nBest), over };
}
