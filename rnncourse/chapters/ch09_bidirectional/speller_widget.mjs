// A word that the reader types is said letter by letter, by a network that reads forward, by one
// that answers two letters late, and by one that reads both ways; and what the last letter
// changed. Node.js tests it against PyTorch.

import { button } from "../../viz/live/controls.mjs";
import {
  defineWidget,
  dimWhenStale,
  group,
  make,
  markScrollable,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { affine, argmax, loadNetwork, unpackArrays } from "../../viz/live/numbers.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import {
  countNumbers,
  makeGru,
  runSteps,
  selectArrays,
  sliceRow,
} from "../../viz/live/vectors.mjs";
import { WordView } from "../../viz/live/word_view.mjs";

/** @import { Arrays, Loading, Manifest } from "../../viz/live/numbers.mjs" */

// ---- The networks ----------------------------------------------------------------------------

/** How many letters each network waits before it answers. @type {Object<string, number>} */
const DELAYS = { forward: 0, "late 2": 2, both: 0 };

/**
 * The states of a GRU, in the order of its inputs.
 * @type {(w: Arrays, name: string, xs: *[]) => *[]}
 */
const states = (w, name, xs) => runSteps(makeGru(w, name), xs, w[`${name}.bias_hh_l0`].length / 3);

/** `Forward`, late too, and `BothWays` of rnncourse.chapters.ch09_bidirectional.spelling. */
export class LetterPronouncers {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    const { cell, vocabulary, pieces } = manifest.about;
    if (cell !== "gru") throw new Error(`the page computes GRUs, not "${cell}".`);
    const arrays = unpackArrays(manifest, buffer);
    this.size = countNumbers(arrays);
    this.pieces = pieces;
    this.letterIds = new Map([...vocabulary].map((letter, i) => [letter, i]));
    this.networks = Object.fromEntries(
      Object.keys(DELAYS).map((name) => [name, selectArrays(`${name}/`, arrays)]),
    );
  }

  /**
   * What a network has each letter of a word say: sounds between spaces, "" for none.
   * @type {(name: string, word: string) => string[]}
   */
  pronounce(name, word) {
    const w = this.networks[name];
    const E = w["embedding.weight"].length / this.letterIds.size;
    const xs = [...word].map((c) =>
      sliceRow(w["embedding.weight"], /** @type {number} */ (this.letterIds.get(c)), E),
    );
    const empty = Array.from({ length: DELAYS[name] }, () => new Float32Array(E));
    const ahead = states(w, name === "both" ? "ahead" : "cell", [...xs, ...empty]).slice(
      DELAYS[name],
    );
    const behind = name === "both" ? states(w, "behind", [...xs].reverse()).reverse() : [];
    return ahead.map((h, t) => {
      const state = name === "both" ? Float32Array.of(...h, ...behind[t]) : h;
      return this.pieces[argmax(affine(w["logits.weight"], state, w["logits.bias"]))];
    });
  }

  /** By network: what it has each letter say. @param {string} word */
  read(word) {
    return Object.fromEntries(
      Object.keys(DELAYS).map((name) => [name, this.pronounce(name, word)]),
    );
  }
}

/**
 * What the last letter changed, in a sentence. sounds, before: what `read` says of the word with
 * it and without it.
 * @typedef {Object<string, string[]>} Sounds By network.
 * @type {(word: string, sounds: Sounds, before: Sounds) => string}
 */
export function describe(word, sounds, before) {
  if (word.length < 2) return "One letter has no past and no future: add another.";
  const [beginning, last] = [word.slice(0, -1), word.at(-1)];
  const listChanges = (/** @type {string} */ name) =>
    before[name].flatMap((sound, t) =>
      sound === sounds[name][t]
        ? []
        : [`${word[t]} from ${sound || "–"} to ${sounds[name][t] || "–"}`],
    );
  const [lateChanges, bothChanges] = [listChanges("late 2"), listChanges("both")];
  const joinChanges = (/** @type {string[]} */ changes) =>
    changes.length ? changes.join(", ") : "nothing";
  return (
    `When “${last}” comes after “${beginning}”, both ways changes ` +
    `${joinChanges(bothChanges)}; two letters late, ${joinChanges(lateChanges)}; forward, nothing.`
  );
}

// ---- The interface ---------------------------------------------------------------------------

const EXAMPLES = ["hate", "hat", "phone", "city", "photograph", "photography", "knight"];
/** @type {Object<string, string>} */
const NAMES = { forward: "forward", "late 2": "waits for two", both: "both ways" };
const MAX_LETTERS = 24;

class SpellerView extends WordView {
  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {{word: string, initial: Sounds[]}} options
   */
  constructor(root, model, { word, initial }) {
    const label = "A word of English, or one of your own";
    super(root, model, { word, maxLetters: MAX_LETTERS, label });
    this.initial = initial;
    const exampleButtons = EXAMPLES.map((example) =>
      button(example, () => this.enterWord(example), "rc-speller-try"),
    );
    this.tableBox = group("rc-speller-table", "The letters");
    this.message = make("p", "rc-speller-said");
    dimWhenStale(this.tableBox, this.message);

    this.observer = markScrollable([this.tableBox]);
    root.classList.add("rc-speller");
    root.replaceChildren(
      this.row,
      group("rc-w-buttons", "Examples", ...exampleButtons),
      this.fault,
      this.loadError,
      this.loadButton.box,
      this.tableBox,
      this.message,
      this.facts,
      this.announcer.status,
    );
    this.show();
    this.setUp();
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new LetterPronouncers(manifest, buffer);
    return `Three networks of GRUs, ${thousands(this.model.size)} weights together`;
  }

  recap() {
    return this.message.textContent;
  }

  draw() {
    const { model, word } = this;
    const words = [word, word.slice(0, -1)];
    const [now, before] = model ? words.map((w) => model.read(w)) : this.initial;
    const networkNames = Object.keys(NAMES);
    /** @type {(i: number, j: number) => HTMLElement} */
    const cell = (i, j) => {
      const sounds = now[networkNames[i]][j];
      const isNew =
        before[networkNames[i]][j] !== undefined && before[networkNames[i]][j] !== sounds;
      const label = sounds || "–";
      return isNew
        ? make("td", "rc-speller-turned", label, srOnly(", changed by the last letter"))
        : make("td", {}, label);
    };
    this.tableBox.replaceChildren(
      numberTable(
        ["Framed: changed by the last letter"],
        [...word].map((letter) => make("kbd", {}, letter)),
        networkNames.map((name) => NAMES[name]),
        cell,
      ),
    );
    this.tableBox.scrollLeft = this.tableBox.scrollWidth; // to the last letter
    this.message.textContent = describe(word, now, before);
  }
}

export default defineWidget(
  "live-speller",
  (root, facts) =>
    new SpellerView(root, loadNetwork(facts), {
      word: facts.get("word"),
      initial: facts.parse("initial"),
    }),
  "Type knight, letter by letter: how often does each network change its mind about the k?",
);
