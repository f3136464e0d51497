// A word is said as sounds; lines show at which letters each sound looks. Any word: the network
// never saw most.

import { details, slider } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  fixed,
  group,
  make,
  makeSvg,
  markScrollable,
  box as overlaid,
  pluralize,
  thousands,
} from "../../viz/live/core.mjs";
import { picture } from "../../viz/live/drawing.mjs";
import { loadNetwork, softmax, unpackArrays } from "../../viz/live/numbers.mjs";
import {
  describeBeam,
  describeSounds,
  EXAMPLES,
  MAX_LETTERS,
  MAX_SOUNDS,
  Pronouncer,
} from "../../viz/live/pronouncing.mjs";
import { describeAttention, heatCell, numberTable } from "../../viz/live/table.mjs";
import { decodeGreedily, logSoftmax, runToEnd, stepBeam } from "../../viz/live/translation.mjs";
import { dot, join, runSteps, weightedSum } from "../../viz/live/vectors.mjs";
import { WordView } from "../../viz/live/word_view.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { BeamResult } from "../../viz/live/translation.mjs" */

const [DELAY, TIME_SLICE] = [30, 8]; // milliseconds: before it begins, and at a time

/**
 * Take the steps of a generator a few at a time, so that the page answers between them, and at the
 * end done(result). Returns what drops it.
 * @template R
 * @param {Generator<void, R>} steps
 * @param {(result: R) => void} finish
 */
function runWhenIdle(steps, finish) {
  const runSlice = () => {
    const deadline = performance.now() + TIME_SLICE;
    let step = steps.next();
    while (!step.done && performance.now() < deadline) step = steps.next();
    if (step.done) finish(step.value);
    else timer = setTimeout(runSlice);
  };
  let timer = setTimeout(runSlice, DELAY);
  return () => clearTimeout(timer);
}

// ---- The network -----------------------------------------------------------------------------

/**
 * GRUs that read, two in each layer; one that speaks and looks back at their states after each
 * step.
 */
export class AttentionPronouncer extends Pronouncer {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    super(unpackArrays(manifest, buffer), /** @type {*} */ (manifest.about));
    const layers = Object.keys(this.arrays).filter((name) =>
      /^encoder\.cell\.weight_ih_l\d+$/.test(name),
    ).length;
    this.encoderLayers = Array.from({ length: layers }, (_, k) =>
      ["", "_reverse"].map((end) => this.gru("encoder", `l${k}${end}`)),
    );
  }

  /**
   * The states of a word's letters, and the state with which speaking begins.
   * @param {number[]} letters
   */
  initialState(letters) {
    /** @type {(step: *, inputs: *[]) => *[]} */
    const run = (step, inputs) => runSteps(step, inputs, this.H / 2);
    /** @type {*} */
    let h;
    let states = letters.map((id) => this.embed("encoder", id));
    for (const [forward, backward] of this.encoderLayers) {
      const forwardStates = run(forward, states);
      const backwardStates = run(backward, [...states].reverse()).reverse();
      h = join(forwardStates.at(-1), backwardStates[0]);
      states = forwardStates.map((state, j) => join(state, backwardStates[j]));
    }
    return { h, states };
  }

  /**
   * Hear one sound: ln p of all sounds that may follow, where it looks, and the next state.
   * @param {{h: Float64Array, states: ArrayLike<number>[]}} before
   * @param {number} sound
   */
  step({ h, states }, sound) {
    const query = this.decoderStep(this.embed("decoder", sound), h);
    const weights = softmax(states.map((state) => dot(state, query) / Math.sqrt(this.H)));
    const context = weightedSum(weights, states);
    const mixed = this.linear("mix", join(context, query)).map(Math.tanh);
    const logProbs = logSoftmax(this.linear("logits", mixed));
    return { state: { h: query, states }, logProbs, weights };
  }
}

const N_GUESSES = 4;

/**
 * What a network says for a word: ids, weights of each step, and a search in steps for the best of
 * a beam, with ln p.
 * @type {(model: AttentionPronouncer, word: string) => *}
 */
export function pronounce(model, word) {
  const begin = model.initialState(model.encode(word));
  const { ids, rows, finished } = decodeGreedily(model, begin, MAX_SOUNDS);
  const options = { beamSize: N_GUESSES, maxLength: MAX_SOUNDS, nBest: N_GUESSES };
  const search = stepBeam(model, begin, options);
  return { said: ids, rows: rows.map((row) => Array.from(row)), finished, search };
}

// ---- The interface ---------------------------------------------------------------------------

// Pixels between two letters or two sounds where there is room; a drawing's width at first
const [MAX_PITCH, INITIAL_WIDTH] = [72, 640];
const box = boxes("rc-spelling-");

class SpellingView extends WordView {
  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { word, sounds, initial }) {
    const label = `Type a word of up to ${MAX_LETTERS} letters, also one that nobody ever wrote`;
    super(root, model, { word, maxLetters: MAX_LETTERS, label });
    this.sounds = sounds;
    this.initial = initial;
    this.at = -1;
    this.drawing = box("drawing");
    this.key = make("p", "rc-w-legend rc-spelling-key");
    this.soundSlider = slider(this.id("sound"), "The look of", {
      min: 0,
      words: (/** @type {number} */ place) =>
        place ? `${this.names[place - 1]} (sound ${place})` : "all",
      onValue: (/** @type {number} */ place) => this.choose(place - 1),
    });
    this.note = make(
      "p",
      "rc-w-legend",
      "A look is not a sound: lines show where the network looked, " +
        "not which letters are pronounced.",
    );
    this.message = make("p", "rc-spelling-said");
    this.others = make("p", "rc-spelling-others");
    this.tableBox = group("rc-spelling-table", "The weights");
    this.allWeights = details("All weights as a table", this.tableBox);
    dimWhenStale(
      this.drawing,
      this.key,
      this.soundSlider.row,
      this.message,
      this.others,
      this.allWeights,
    );
    this.onceReady = [this.others];
    this.keepsRoom = true;
    this.observer = markScrollable([this.tableBox], () => {
      if (this.result && this.drawing.clientWidth !== this.drawnIn) this.drawAttention();
    });
    this.observer.observe(this.drawing);
    root.classList.add("rc-spelling");
    root.replaceChildren(
      box("settings", this.row),
      this.fault,
      this.loadError,
      this.note,
      this.drawing,
      this.key,
      this.soundSlider.row,
      this.message,
      overlaid("over", make("div", {}, this.others, this.facts), this.loadButton.box),
      this.allWeights,
      this.announcer.status,
    );
    this.show();
    this.setUp();
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new AttentionPronouncer(manifest, buffer);
    const read = pluralize(2 * this.model.encoderLayers.length, "GRU");
    const size = thousands(this.model.size);
    return `${read} read, one speaks and looks back: ${size} weights`;
  }

  choose(/** @type {number} */ i) {
    this.at = i;
    this.highlight(i);
    this.message.textContent = this.describe();
    this.announcer.later(() => this.describe(), 300);
  }

  show() {
    if (this.word !== this.shown) this.at = -1;
    super.show();
  }

  draw() {
    const { model, word } = this;
    this.result = { word, ...(model ? pronounce(model, word) : this.initial) };
    const { said: ids, rows, search } = this.result;
    /** @type {string[]} */
    this.names = ids.map((/** @type {number} */ id) => this.sounds[id]);
    this.drawAttention();
    this.key.replaceChildren(...describeSounds(this.names));
    this.soundSlider.input.max = String(this.names.length);
    this.soundSlider.show(this.at + 1);
    this.message.textContent = this.describe();
    this.tableBox.replaceChildren(
      numberTable(
        ["Rows: what is said. Columns: what is read."],
        [...word],
        [...this.names, ...(rows.length > ids.length ? ["end"] : [])],
        (i, j) => heatCell(rows[i][j], fixed(rows[i][j])),
      ),
    );
    this.cancelSearch?.();
    const showGuesses = (/** @type {BeamResult} */ beams) =>
      this.others.replaceChildren(...describeBeam(beams.hypotheses, this.sounds, ids));
    if (!search) this.others.replaceChildren();
    else if (word === this.first) showGuesses(runToEnd(search));
    else this.cancelSearch = runWhenIdle(search, showGuesses); // who types on need not wait
  }

  /**
   * Letters above, sounds below, a line for each look; the wider, the more it looks. All of it
   * fits in the box: the longer the word, the nearer the letters; sounds that are too near go up
   * and down in turn.
   */
  drawAttention() {
    this.drawnIn = this.drawing.clientWidth;
    const { rows, word } = this.result;
    const width = this.drawnIn || INITIAL_WIDTH;
    const row = (/** @type {number} */ n, /** @type {number} */ size) => {
      const pitch = Math.min(MAX_PITCH, width / Math.max(n, 1));
      return {
        x: (/** @type {number} */ i) => width / 2 + (i - (n - 1) / 2) * pitch,
        size: Math.max(0.34 * size, size * Math.min(1, pitch / MAX_PITCH)),
        pitch,
      };
    };
    const [above, below] = [row(word.length, 42), row(this.names.length, 34)];
    const stagger = below.pitch < 1.9 * below.size ? below.size : 0;
    const top = above.size + 2;
    const height = 90 + Math.max(110, Math.min(180, width / 4)); // for any word
    const bottom = height - stagger - 10;
    /** @type {(sign: string, x: number, y: number, row: *, className: string) => SVGElement} */
    const text = (sign, x, y, { size }, className) =>
      makeSvg("text", { x, y, class: className, "font-size": fixed(size, 1) }, sign);
    /** @type {SVGElement[]} */
    this.lines = this.names.map((_, i) =>
      makeSvg(
        "g",
        {},
        ...[...word]
          .map((_, j) => [j, rows[i][j]])
          .filter(([, w]) => w >= 0.03)
          .map(([j, w]) => {
            const [from, to, high, low] = [below.x(i), above.x(j), top + 8, bottom - below.size];
            const middle = (high + low) / 2;
            return makeSvg("path", {
              class: "rc-spelling-line",
              "stroke-width": fixed(0.4 * Math.min(above.size, 40) * w, 1),
              d: `M${from} ${low} C${from} ${middle} ${to} ${middle} ${to} ${high}`,
            });
          }),
      ),
    );
    /** @type {SVGElement[]} */
    this.signs = this.names.map((name, i) => {
      const element = text(
        name,
        below.x(i),
        bottom + (i % 2) * stagger,
        below,
        "rc-spelling-sound",
      );
      element.addEventListener("pointerenter", () => this.highlight(i));
      element.addEventListener("click", () => {
        this.soundSlider.show(i + 1);
        this.choose(i);
      });
      return element;
    });
    /** @type {SVGElement[]} */
    this.letters = [...word].map((letter, j) =>
      text(letter, above.x(j), above.size, above, "rc-spelling-letter"),
    );
    const parts = [...this.lines, ...this.letters, ...this.signs];
    const svg = picture("", width, height, ...parts);
    svg.addEventListener("pointerleave", () => this.highlight(this.at));
    this.drawing.replaceChildren(svg);
    this.highlight(this.at);
  }

  /**
   * One sound's lines, or all with -1; a letter is as dark as it is looked at.
   * @param {number} i
   */
  highlight(i) {
    const isShown = (/** @type {number} */ k) => i < 0 || k === i;
    this.lines.forEach((line, k) => line.classList.toggle("rc-spelling-dim", !isShown(k)));
    this.signs.forEach((sign, k) => sign.classList.toggle("rc-spelling-other", !isShown(k)));
    this.letters.forEach((letter, j) => {
      const weight = this.lines.reduce(
        (sum, _, k) => sum + (isShown(k) ? this.result.rows[k][j] : 0),
        0,
      );
      letter.style.opacity = Math.min(1, 0.45 + weight).toFixed(2);
    });
  }

  describe() {
    const { rows, finished, word } = this.result;
    const reading =
      `The network says “${word}” as ` +
      `${this.names.join(" ") || "no sound"}${finished === false ? " …" : ""}.`;
    if (this.at < 0)
      return (
        `${reading} ${pluralize(this.names.length, "sound")} for ` +
        `${pluralize(word.length, "letter")}.`
      );
    const nameLetter = (/** @type {number} */ j) => `“${word[j]}” (letter ${j + 1})`;
    const name = this.names[this.at];
    const looks = describeAttention(rows[this.at], nameLetter);
    return `${name}, as in “${EXAMPLES[name]}”, looks ${looks}.`;
  }

  recap() {
    return `${this.describe()} ${this.others.textContent}`;
  }

  close() {
    this.cancelSearch?.();
    super.close();
  }
}

export default defineWidget(
  "live-spelling",
  (root, facts) =>
    new SpellingView(root, loadNetwork(facts), {
      word: facts.get("word"),
      sounds: facts.parse("sounds"),
      initial: facts.parse("initial"),
    }),
  "Which letters are silent, and which of them gets a look? Find a word that it says wrong.",
);
