// A word is read into one vector by one network, and said from it by another: every state of both.

import { button, choice } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  group,
  make,
  markScrollable,
  percent,
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { argmax, loadNetwork, unpackArrays } from "../../viz/live/numbers.mjs";
import {
  describeBeam,
  describeSounds,
  MAX_LETTERS,
  MAX_SOUNDS,
  Pronouncer,
} from "../../viz/live/pronouncing.mjs";
import { logSoftmax, searchBeam } from "../../viz/live/translation.mjs";
import { mean, ranking, runSteps, selectArrays } from "../../viz/live/vectors.mjs";
import { WordView } from "../../viz/live/word_view.mjs";

/** @import { Arrays, Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { Hypothesis } from "../../viz/live/translation.mjs" */
/** @typedef {{vocabulary: string[], letters: string}} About Of a network. */

const [N_UNITS, MARKED] = [10, 50]; // units that are shown; a change that is marked, in percent

// ---- The networks ----------------------------------------------------------------------------

/** The lesson's two networks: all that passes between them is `h`. */
class EncoderDecoder extends Pronouncer {
  /** @param {Arrays} arrays @param {About} about @param {boolean} backward */
  constructor(arrays, about, backward) {
    super(arrays, about);
    this.backward = backward;
    this.encoderStep = this.gru("encoder", "l0");
  }

  /** The states of the encoder as it reads, and the last of them. @param {number[]} ids */
  initialState(ids) {
    const inputs = (this.backward ? [...ids].reverse() : ids).map((id) =>
      this.embed("encoder", id),
    );
    const states = runSteps(this.encoderStep, inputs, this.H);
    return { h: states.at(-1), states };
  }

  /** @param {{h: Float64Array}} before @param {number} sound */
  step({ h }, sound) {
    const next = this.decoderStep(this.embed("decoder", sound), h);
    return { state: { h: next }, logProbs: logSoftmax(this.linear("logits", next)) };
  }
}

/** The pair that reads forward and the one that reads backward. */
export class BothOrders {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    const arrays = unpackArrays(manifest, buffer);
    const unpackPair = (/** @type {string} */ way) =>
      new EncoderDecoder(
        selectArrays(`reading_${way}.`, arrays),
        /** @type {About} */ (manifest.about),
        way === "backward",
      );
    this.forward = unpackPair("forward");
    this.backward = unpackPair("backward");
  }
}

/** @type {(pair: EncoderDecoder, begin: *, width: number) => Hypothesis[]} */
const search = (pair, begin, width) =>
  searchBeam(pair, begin, { beamSize: width, maxLength: MAX_SOUNDS, nBest: width }).hypotheses;

/** The sounds of a word. @type {(m: EncoderDecoder, word: string, width: number) => string[]} */
export const pronounce = (pair, word, width) =>
  search(pair, pair.initialState(pair.encode(word)), width)[0].ids.map((id) => pair.sounds[id]);

const roundPercents = (/** @type {Float64Array} */ state) =>
  Array.from(state, (v) => Math.round(100 * v));

/**
 * @typedef {object} Trace How a word is said.
 * @property {*[][]} reads Letters, each with the state after it.
 * @property {*[][]} says Symbols, each with its probability and the state that says it.
 * @property {Hypothesis[]} guesses What a beam finds, the best first.
 */

/**
 * What a beam finds for a word, and how the best comes about.
 * @type {(pair: EncoderDecoder, word: string, width: number) => Trace}
 */
export function traceStates(pair, word, width) {
  const begin = pair.initialState(pair.encode(word));
  const guesses = search(pair, begin, width);
  const [{ ids, finished }] = guesses;
  const letters = pair.backward ? [...word].reverse() : [...word];
  /** @type {[*, number]} */
  let [state, symbol] = [begin, pair.start];
  const outputs = (finished ? [...ids, pair.stop] : ids).map((id) => {
    const after = pair.step(state, symbol);
    [state, symbol] = [after.state, id];
    return [id, Math.exp(after.logProbs[id]), roundPercents(state.h)];
  });
  return {
    reads: letters.map((c, j) => [c, roundPercents(begin.states[j])]),
    says: outputs,
    guesses,
  };
}

/**
 * How far each number of a state is from what it was; at first all are 0.
 * @type {(before: number[]|undefined, state: number[]) => number[]}
 */
const measureChanges = (before, state) => state.map((v, k) => Math.abs(v - (before?.[k] ?? 0)));

/**
 * The units that change most while a word is read, in the order of the letter that changes each
 * most.
 * @type {(states: number[][]) => number[]}
 */
export function chooseUnits(states) {
  const changes = states.map((state, j) => measureChanges(states[j - 1], state));
  const byUnit = states[0].map((_, k) => changes.map((row) => row[k]));
  const units = ranking(byUnit.map(mean)).slice(0, N_UNITS);
  return units.sort((a, b) => argmax(byUnit[a]) - argmax(byUnit[b]));
}

// ---- The interface ---------------------------------------------------------------------------

const part = boxes("rc-vector-");

class VectorView extends WordView {
  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { word, width, sounds, initial, lists }) {
    const label = `Type a word of up to ${MAX_LETTERS} letters`;
    super(root, model, { word, maxLetters: MAX_LETTERS, label });
    const [length] = Object.keys(lists);
    this.width = width;
    this.sounds = sounds;
    this.initial = initial;
    this.lists = lists;
    this.length = length;
    this.way = "forward";
    this.message = make("p", "rc-vector-says");
    this.others = make("p", "rc-vector-others");
    this.drawing = silence(part("drawing")); // the sentence says what it shows
    this.key = make("p", "rc-w-legend");
    this.unitsNote = make("p", "rc-w-legend");
    this.wordButtons = group("rc-vector-tries", "Ten test words");
    const states = group("rc-vector-states", "States", this.drawing);
    const notes = group("rc-vector-notes", "Guesses and sounds", this.others, this.key);
    this.observer = markScrollable([states, notes, this.wordButtons]);
    this.total = make("p", "rc-w-legend");
    const settings = part(
      "settings",
      this.buildChoice("way", "Direction", ["forward", "backward"]),
      this.buildChoice("width", "Beam", [["1", "1, greedy"], "3", "5"]),
    );
    const testWords = part(
      "tests",
      this.buildChoice("length", "Test words, letters", Object.keys(lists)),
      this.wordButtons,
      this.total,
    );
    dimWhenStale(states, this.unitsNote, this.message, notes);
    this.onceReady = [settings, testWords];
    root.classList.add("rc-vector");
    root.replaceChildren(
      part("top", this.row, settings),
      this.fault,
      this.loadError,
      this.loadButton.box,
      states,
      this.unitsNote,
      this.message,
      notes,
      testWords,
      this.facts,
      this.announcer.status,
    );
    this.listWords();
    this.show();
    this.scoreWords();
    this.setUp();
  }

  /**
   * Make a choice of what the property `name` is.
   * @param {"way"|"width"|"length"} name
   * @param {string} legend
   * @param {(string|string[])[]} options
   */
  buildChoice(name, legend, options) {
    const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
    return choice(legend, this.id(name), pairs, String(this[name]), (value) => {
      this[name] = value;
      if (name === "length") this.listWords();
      else this.show();
      this.scoreWords();
      this.announcer.later(() => (name === "length" ? this.total.textContent : this.recap()), 500);
    });
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new BothOrders(manifest, buffer);
    const { size } = this.model.forward;
    return `Two GRUs, and two that read backward: ${thousands(2 * size)} weights`;
  }

  modelLoaded() {
    super.modelLoaded();
    this.scoreWords();
  }

  draw() {
    const { model, word } = this;
    /** @type {Trace} */
    this.result = model ? traceStates(model[this.way], word, +this.width) : this.initial;
    const { reads, says: outputs, guesses } = this.result;
    /** @type {number[][]} */
    const states = reads.map(([, state]) => state);
    const units = chooseUnits(states);
    /** @type {(name: string, state: number[], before?: number[], words?: *) => HTMLElement} */
    const drawRow = (name, state, before, words) => {
      const changed = measureChanges(before, state).map((change) => change > MARKED);
      const cells = units.map((k) =>
        make("i", {
          className: changed[k] ? "rc-vector-new" : "",
          style: `--value: ${state[k]}`,
        }),
      );
      const count = words ?? changed.filter(Boolean).length;
      return part("row", make("b", {}, name), part("state", ...cells), make("small", {}, count));
    };
    const handed = states[states.length - 1];
    const handedRow = drawRow("→", handed, handed, "");
    const names = guesses[0].ids.map((id) => this.sounds[id]);
    const readRows = reads.map(([c, state], j) => drawRow(c, state, states[j - 1]));
    this.drawing.replaceChildren(
      part("half", make("p", {}, "The encoder reads", make("small", {}, "moved")), ...readRows),
      part(
        "half",
        make("p", {}, "The decoder says"),
        handedRow,
        ...outputs.map(([, p, state], i) =>
          drawRow(names[i] ?? "end", state, outputs[i - 1]?.[2] ?? handed, percent(p)),
        ),
      ),
    );
    this.drawing.style.setProperty("--letters", String(reads.length));
    this.drawing.style.setProperty("--rows", String(Math.max(reads.length, outputs.length + 1)));
    for (const row of [readRows[reads.length - 1], handedRow]) row.classList.add("rc-vector-one");
    this.unitsNote.textContent =
      `Of ${states[0].length} units, those that change most, by when they do: ` +
      `${units.map((k) => k + 1).join(", ")}.`;
    this.message.textContent = this.describe(names);
    this.others.replaceChildren(...describeBeam(guesses, this.sounds, guesses[0].ids));
    this.key.replaceChildren(...describeSounds(names));
  }

  describe(/** @type {string[]} */ names) {
    const pronunciations = Object.values(this.lists).find((words) => words[this.shown])?.[
      this.shown
    ];
    const sounds = names.join(" ") || "no sound";
    const [{ finished }] = this.result.guesses;
    const dictionary = pronunciations?.includes(sounds)
      ? "the same"
      : pronunciations?.join(", or ");
    return (
      `The decoder says “${this.shown}” as ${sounds}${finished ? "" : " …"}.` +
      `${pronunciations ? ` The dictionary: ${dictionary}.` : ""}`
    );
  }

  recap() {
    return `${this.message.textContent} ${this.others.textContent}`;
  }

  /** Other test words. */
  listWords() {
    this.wordButtons.replaceChildren(
      ...Object.keys(this.lists[this.length]).map((word) =>
        button(word, () => this.enterWord(word)),
      ),
    );
  }

  /** Say which of the test words are right: after what the reader did is shown. */
  scoreWords() {
    clearTimeout(this.timer);
    this.total.textContent = `Of ten words with ${this.length} letters, … are said rightly.`;
    if (!this.model) return;
    this.timer = setTimeout(() => {
      const words = Object.entries(this.lists[this.length]);
      const correct = words.map(([word, pronunciations]) =>
        pronunciations.includes(pronounce(this.model[this.way], word, +this.width).join(" ")),
      );
      [...this.wordButtons.children].forEach((element, k) => {
        element.className = correct[k] ? "rc-vector-right" : "rc-vector-wrong";
      });
      const n = correct.filter(Boolean).length;
      const verb = n === 1 ? "is said rightly" : "are said rightly";
      this.total.textContent = `Of ten words with ${this.length} letters, ${n} ${verb}.`;
    });
  }

  close() {
    clearTimeout(this.timer);
    super.close();
  }
}

export default defineWidget(
  "live-vector",
  (root, facts) => {
    return new VectorView(root, loadNetwork(facts), {
      word: facts.get("word"),
      width: facts.get("width"),
      sounds: facts.parse("sounds"),
      lists: facts.parse("lists"),
      initial: facts.parse("initial"),
    });
  },
  "From how many letters on does it fail more often than not? And which word does a wider beam " +
    "mend, or reading backward?",
);
