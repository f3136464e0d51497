// Networks that say English words as sounds: what their live figures share.

import { make, percent } from "./core.mjs";
import { countNumbers, linear, makeGru, sliceRow } from "./vectors.mjs";

/** @import { Arrays } from "./numbers.mjs" */
/** @import { Hypothesis } from "./translation.mjs" */

export const MAX_LETTERS = 20;
export const MAX_SOUNDS = 30;
// A word for each sound
const EXAMPLE_LIST =
  "AA father, AE cat, AH cut, AO saw, AW cow, AY my, B bee, CH chin, D do, DH this, EH red, " +
  "ER her, EY say, F fee, G go, HH he, IH it, IY see, JH joy, K key, L low, M me, N no, " +
  "NG sing, OW snow, OY boy, P pea, R row, S so, SH she, T tea, TH thin, UH book, UW too, " +
  "V van, W we, Y yes, Z zoo, ZH vision";
export const EXAMPLES = Object.fromEntries(
  EXAMPLE_LIST.split(", ").map((example) => example.split(" ")),
);

/**
 * How the sounds of a list are said: each once, with a word that has it.
 * @param {string[]} names
 */
export const describeSounds = (names) =>
  [...new Set(names)].flatMap((name, i) => [
    i ? ", " : "",
    make("b", {}, name),
    ` as in ${EXAMPLES[name]}`,
  ]);

/** An encoder and a decoder of GRUs. What extends it has initialState(ids) and step(state, id). */
export class Pronouncer {
  /**
   * @param {Arrays} arrays
   * @param {{vocabulary: string[], letters: string}} about The sounds, and the letters.
   */
  constructor(arrays, { vocabulary, letters }) {
    this.arrays = arrays;
    this.letters = letters;
    this.sounds = vocabulary;
    this.start = vocabulary.indexOf("<begin>");
    this.stop = vocabulary.indexOf("<end>");
    this.H = arrays["decoder.cell.bias_hh_l0"].length / 3;
    this.size = countNumbers(arrays);
    this.width = arrays["encoder.embedding.weight"].length / letters.length;
    this.decoderStep = this.gru("decoder", "l0");
  }

  /**
   * A GRU: from an input and a state to the next state.
   * @param {"encoder"|"decoder"} side
   * @param {string} layer
   */
  gru(side, layer) {
    return makeGru(this.arrays, `${side}.cell`, layer);
  }

  /** The vector of a letter or a sound. @param {"encoder"|"decoder"} side @param {number} id */
  embed(side, id) {
    return sliceRow(this.arrays[`${side}.embedding.weight`], id, this.width);
  }

  /** A layer of the decoder. @param {string} name @param {ArrayLike<number>} x */
  linear(name, x) {
    return linear(this.arrays, `decoder.${name}`, x);
  }

  /** The places of a word's letters. @param {string} word */
  encode(word) {
    return [...word].map((letter) => this.letters.indexOf(letter));
  }
}

/**
 * A guess in three parts: what it begins with as the best does, its own, what it ends with.
 * @param {number[]} guess
 * @param {number[]} best
 */
function splitDifference(guess, best) {
  const shorter = Math.min(guess.length, best.length);
  let [nBefore, nAfter] = [0, 0];
  while (nBefore < shorter && guess[nBefore] === best[nBefore]) nBefore += 1;
  while (nAfter < shorter - nBefore && guess.at(-1 - nAfter) === best.at(-1 - nAfter)) nAfter += 1;
  const end = guess.length - nAfter;
  return [guess.slice(0, nBefore), guess.slice(nBefore, end), guess.slice(end)];
}

/**
 * What a beam found, in words: the best, and the others where they differ from it.
 * @param {Hypothesis[]} guesses
 * @param {string[]} sounds
 * @param {number[]} said What is told already: the best may be the same.
 * @returns {(string|Node)[]}
 */
export function describeBeam(guesses, sounds, said) {
  const ended = guesses.filter(({ finished }) => finished);
  const chances = ended.map(({ total }) => Math.exp(total));
  const percents = chances.map((p) => percent(p));
  const described = ended.flatMap(({ ids }, k) => {
    const ties = percents.filter((p) => p === percents[k]).length > 1;
    const [before, different, after] = splitDifference(ids, k ? ended[0].ids : []).map((part) =>
      part.map((s) => sounds[s]),
    );
    const isSaid = !k && ids.join() === said.join();
    return [
      ["Best of the beam: ", ". Others, where they differ: "][k] ?? "; ",
      before.length > 1 ? "… " : "",
      before
        .slice(-1)
        .map((sound) => `${sound} `)
        .join(""),
      make(k ? "b" : "span", {}, isSaid ? "the same" : different.join(" ") || "–"),
      after
        .slice(0, 1)
        .map((sound) => ` ${sound}`)
        .join(""),
      after.length > 1 ? " …" : "",
      ` (${percent(chances[k], +ties)})`,
    ];
  });
  return [...described, ended.length ? "." : ""];
}
