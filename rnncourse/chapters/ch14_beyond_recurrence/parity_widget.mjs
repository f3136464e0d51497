// A row of bits that the reader flips, and three networks that say after each bit whether the ones
// so far are odd.
//
// First the networks and the words, which need no page (Node.js tests them), then the interface.

import { button, choice } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  make,
  makeIds,
  marks,
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome } from "../../viz/live/dragging.mjs";
import { LanguageModel } from "../../viz/live/language.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { loadNetwork, makeRandom, sigmoid } from "../../viz/live/numbers.mjs";
import { add, selectArrays } from "../../viz/live/vectors.mjs";
import { Transformer } from "./transformer.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @typedef {{logits: ArrayLike<number>}} Logits */
/** @typedef {"transformer"|"writer"|"lstm"} Name Of a network. */
/**
 * @typedef {{name: Name, probOdd: number[], before: number[]}} Answers What a network says after
 *   each bit, and said before a flip; empty where that is not known.
 */

const BEGIN = 2; // stands before the bits
const N_FIRST = 14; // bits within which the transformer shall err: the task
/** @type {Record<Name, string>} */
const NAMES = { transformer: "transformer", writer: "writer", lstm: "LSTM" };

// ---- The networks -----------------------------------------------------------------------------

/** A transformer whose step reads two ids: a bit, and its own last answer. */
class Writer extends Transformer {
  embed(/** @type {*} */ ids) {
    return add(super.embed(ids[0]), super.embed(ids[1]));
  }
}

/** How probable a state holds it that the ones so far are odd. @param {Logits} state */
const computeOddProbability = ({ logits }) => sigmoid(logits[1] - logits[0]);

/** Says p(odd) after each bit of a row; after a flip only what follows is read again. */
class BitReader {
  /** The bits behind the states. @type {number[]} */
  readBits = [];
  /** By row. @type {Map<string, number[]>} */
  probsByRow = new Map();

  /** @param {*} begin The first state. @param {(state: *, bit: number) => *} step */
  constructor(begin, step) {
    this.step = step;
    this.states = [begin];
  }

  probOdd(/** @type {number[]} */ bits) {
    const row = bits.join("");
    const known = this.probsByRow.get(row);
    if (known) return known;
    let nShared = 0;
    while (nShared < bits.length && bits[nShared] === this.readBits[nShared]) nShared += 1;
    this.states.length = nShared + 1;
    for (const bit of bits.slice(nShared)) this.states.push(this.step(this.states.at(-1), bit));
    this.readBits = [...bits];
    const probOdd = this.states.slice(1).map(computeOddProbability);
    this.probsByRow.set(row, probOdd);
    return probOdd;
  }
}

/** The networks of rnncourse.chapters.ch14_beyond_recurrence.parity_networks, by name. */
export class ParityNetworks {
  constructor(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    const selectManifest = (/** @type {Name} */ name) => ({
      about: { cell: "lstm", vocabulary: "012", heads: manifest.about.heads },
      arrays: selectArrays(`${name}.`, manifest.arrays),
    });
    this.networks = {
      transformer: new Transformer(selectManifest("transformer"), buffer),
      writer: new Writer(selectManifest("writer"), buffer),
      lstm: new LanguageModel(selectManifest("lstm"), buffer),
    };
    this.updates = manifest.about.updates;
    const { transformer, writer, lstm } = this.networks;
    const makeReader = (/** @type {*} */ model) =>
      new BitReader(model.step(model.initialState(), BEGIN), (state, bit) =>
        model.step(state, bit),
      );
    this.readers = {
      transformer: makeReader(transformer),
      writer: new BitReader(writer.initialState(), (state, bit) =>
        writer.step(state, [
          1 + bit,
          3 + (state.logits && computeOddProbability(state) > 0.5 ? 1 : 0),
        ]),
      ),
      lstm: makeReader(lstm),
    };
  }

  /** @type {(name: Name, bits: number[]) => number[]} */
  probOdd(name, bits) {
    return this.readers[name].probOdd(bits);
  }
}

// ---- What is right, and what turned ----------------------------------------------------------

/** After each bit, 1 where the ones so far are odd. @type {(bits: number[]) => number[]} */
export const computeParity = (bits) => {
  let odd = 0;
  return bits.map((bit) => (odd ^= bit));
};

const predictOdd = (/** @type {number[]} */ probOdd) => probOdd.map((p) => Number(p > 0.5));
const countTrue = (/** @type {boolean[]} */ flags) => flags.filter(Boolean).length;

/**
 * Of answers after so many bits and after the rest, how many are so: [[3, 20], [9, 20]].
 * @type {(flags: boolean[], short: number, from?: number) => number[][]}
 */
const countBeforeAndAfter = (flags, short, from = 0) =>
  [flags.slice(from, short), flags.slice(Math.max(short, from))].map((part) => [
    countTrue(part),
    part.length,
  ]);

/** Which answers are right. @type {(bits: number[], probOdd: number[]) => boolean[]} */
const checkAnswers = (bits, probOdd) => {
  const truth = computeParity(bits);
  return predictOdd(probOdd).map((odd, t) => odd === truth[t]);
};

/** Which answers have changed. @type {(before: number[], probOdd: number[]) => boolean[]} */
const findChanged = (before, probOdd) => {
  const previous = predictOdd(before);
  return predictOdd(probOdd).map((odd, t) => odd !== previous[t]);
};

/** @param {number[]} counts How many, of how many. */
const formatShare = ([n, all]) => (all && n === all ? `all ${all}` : `${n} of ${all}`);

/** Bits up to the first mistake. @param {boolean[]} correct */
const countUntilMistake = (correct) => {
  const first = correct.indexOf(false);
  return first < 0 ? correct.length : first;
};

/**
 * What a flip of the bit n, from 0, has turned, in words: of each network, before and probOdd.
 * @type {(n: number, short: number, answers: Answers[]) => string}
 */
export function describeFlip(n, short, answers) {
  const total = answers[0].probOdd.length - n;
  const expected = total > 1 ? `all ${total} answers from there on` : "the last answer";
  const turned = answers.map(({ name, before, probOdd }, at) => {
    const [near, far] = countBeforeAndAfter(findChanged(before, probOdd), short, n);
    const begun = `the ${NAMES[name]} turned`;
    if (near[0] + far[0] === total) return `${begun} ${total > 1 ? `all ${total}` : "it"}`;
    if (!near[1]) return `${begun} ${far.join(" of ")}`;
    const [until, after] = at ? ["", ""] : [` up to bit ${short}`, " after it"];
    return `${begun} ${formatShare(near)}${until} and ${formatShare(far)}${after}`;
  });
  return `You flipped bit ${n + 1}: ${expected} must turn. ${capitalize(turned.join("; "))}.`;
}

/**
 * How far each network comes without a mistake, in words.
 * @type {(bits: number[], answers: Answers[]) => string}
 */
export function describeReach(bits, answers) {
  const parts = answers.map(({ name, probOdd }) => {
    const reach = countUntilMistake(checkAnswers(bits, probOdd));
    const far =
      reach === bits.length ? "makes no mistake" : `is first wrong after bit ${reach + 1}`;
    return `the ${NAMES[name]} ${far}`;
  });
  return `${capitalize(parts.join("; "))}.`;
}

const capitalize = (/** @type {string} */ words) => words[0].toUpperCase() + words.slice(1);

// ---- The interface ---------------------------------------------------------------------------

const part = boxes("rc-parity-");
const mark = marks("rc-parity-");
/** @type {Object<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 };
const GROUP = 10; // bits that stay side by side on a phone

class ParityView extends ModelView {
  /** The bit that was flipped. @type {number|null} */
  flip = null;
  cursor = 0;
  /** The one above the LSTM. @type {Name} */
  chosen = "transformer";
  message = makeOutcome();
  /** What names the one above the LSTM. @type {HTMLElement[]} */
  labels = [];
  tallies = [make("span"), make("span")];

  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { row, short, initial }) {
    super(root, model);
    this.bits = [...row].map(Number);
    this.short = short;
    this.initial = { row, ...initial };
    this.random = makeRandom(4);
    this.columns = this.bits.map(() =>
      part("bit", make("b"), mark("truth"), mark("transformer"), mark("lstm")),
    );
    this.build();
    this.draw();
    this.setUp();
  }

  build() {
    const shown = this.buildRows();
    this.field = make("div", {
      className: "rc-parity-sheet",
      role: "application",
      tabIndex: 0,
      "aria-label":
        `${this.bits.length} bits. Arrow keys move, the space bar flips a bit; ` +
        "0 and 1 write one and move on.",
      onclick: (/** @type {MouseEvent} */ event) => this.handleClick(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.handleKey(event),
    });
    const inputs = [
      ["transformer", "the bits"],
      ["writer", "its last answer, too"],
    ];
    const id = makeIds()("player");
    const networks = choice("The transformer reads", id, inputs, this.chosen, (name) =>
      this.change({ chosen: name }),
    );
    const tools = part(
      "tools",
      button("Another row", () => this.setRow(this.bits.map(() => Number(this.random() < 0.5)))),
      button("All 0", () => this.setRow(this.bits.map(() => 0))),
    );
    this.onceReady = [tools];
    dimWhenStale(shown, this.message.row);
    this.root.classList.add("rc-parity");
    this.root.replaceChildren(
      part("frame", shown, this.field),
      this.message.row,
      part("controls", networks, tools),
      this.loadError,
      this.loadButton.box,
      this.facts,
      this.announcer.status,
    );
  }

  /** The bits in groups, those of the training and those beyond it. */
  buildRows() {
    const groups = Array.from({ length: this.columns.length / GROUP }, (_, g) => {
      const names = ["bit", "odd?", "transformer", "LSTM"].map((name) => make("span", {}, name));
      this.labels.push(names[2]);
      const columns = this.columns.slice(GROUP * g, GROUP * (g + 1));
      return part("group", part("names", ...names), ...columns);
    });
    const middle = this.short / GROUP;
    const halves = [
      { title: `Bits 1 to ${this.short}. `, groups: groups.slice(0, middle) },
      { title: "Beyond the training. ", groups: groups.slice(middle) },
    ];
    return part(
      "shown",
      ...halves.map((half, n) =>
        part(
          "half",
          make("p", "rc-parity-head", half.title, this.tallies[n]),
          silence(part("row", ...half.groups)), // the sentences say what it shows
        ),
      ),
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new ParityNetworks(manifest, buffer);
    const { networks, updates } = this.model;
    const sizes = Object.entries(NAMES).map(
      ([name, label]) =>
        `${label} ${thousands(networks[name].size)} weights, ${thousands(updates[name])} updates`,
    );
    return `Three networks (seed ${manifest.about.seed}): ${sizes.join("; ")}`;
  }

  // -- What the reader does

  /** Flip the bit under a pointer. @param {MouseEvent} event */
  handleClick({ clientX, clientY }) {
    const n = this.columns.findIndex((column) => {
      const { left, right, top, bottom } = column.getBoundingClientRect();
      return clientX >= left && clientX < right && clientY >= top && clientY < bottom;
    });
    if (n >= 0) this.flipBit(n);
  }

  handleKey(/** @type {KeyboardEvent} */ event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.bits.length - 1;
    const moveTo = (/** @type {number} */ n) => {
      this.cursor = Math.max(0, Math.min(last, n));
      this.draw();
      this.announcer.announce(this.describeBit(this.cursor));
    };
    if (key === " " || key === "Enter") this.flipBit(this.cursor);
    else if (key === "0" || key === "1") {
      const n = this.cursor;
      this.cursor = Math.min(last, n + 1);
      if (this.bits[n] !== Number(key)) this.flipBit(n, this.cursor);
      else moveTo(this.cursor);
    } else if (key in STEPS) moveTo(this.cursor + STEPS[key]);
    else if (key === "Home" || key === "End") moveTo(key === "Home" ? 0 : last);
    else return;
    event.preventDefault();
  }

  /** Change something, and show it. @param {Partial<ParityView>} changes */
  change(changes) {
    Object.assign(this, changes);
    if (!this.model) this.loadModel();
    this.draw();
  }

  /** Flip a bit. @param {number} n */
  flipBit(n, cursor = n) {
    this.change({ bits: this.bits.map((bit, t) => (t === n ? 1 - bit : bit)), flip: n, cursor });
  }

  /** Begin with a row. @param {number[]} bits */
  setRow(bits) {
    this.change({ bits, flip: null });
  }

  get stored() {
    const restoreRow = (/** @type {string} */ words) => {
      const [row, n] = words.split(" ");
      if (!/^[01]+$/.test(row) || row.length !== this.bits.length) return;
      const bits = [...row].map(Number);
      const flip = /^\d+$/.test(n) && +n > 0 && +n <= bits.length ? +n - 1 : null;
      this.change({ bits, flip, cursor: flip ?? this.cursor });
    };
    return {
      row: [
        [this.bits.join(""), ...(this.flip === null ? [] : [this.flip + 1])].join(" "),
        restoreRow,
      ],
    };
  }

  // -- What the reader sees

  /** @type {(name: Name, bits: number[]) => number[]} */
  probOdd(name, bits) {
    if (this.model) return this.model.probOdd(name, bits);
    return bits.join("") === this.initial.row ? this.initial[name] : [];
  }

  /** What each network that is shown says, and said before the flip. @returns {Answers[]} */
  collectAnswers() {
    const unturned = this.bits.map((bit, t) => (t === this.flip ? 1 - bit : bit));
    return /** @type {Name[]} */ ([this.chosen, "lstm"]).map((name) => ({
      name,
      probOdd: this.probOdd(name, this.bits),
      before: this.flip === null ? [] : this.probOdd(name, unturned),
    }));
  }

  /** A bit in words. @param {number} n */
  describeBit(n) {
    const word = (/** @type {number|boolean} */ odd) => (odd ? "odd" : "even");
    const spoken = this.collectAnswers().map(({ name, probOdd }) => {
      if (!probOdd.length) return "";
      const wrong = checkAnswers(this.bits, probOdd)[n] ? "" : ", wrong";
      return `, ${NAMES[name]} ${word(probOdd[n] > 0.5)}${wrong}`;
    });
    const truth = word(computeParity(this.bits)[n]);
    return `Bit ${n + 1}: ${this.bits[n]}, ${truth}${spoken.join("")}.`;
  }

  draw() {
    const { bits, short } = this;
    const answers = this.collectAnswers();
    const truth = computeParity(bits);
    const known = answers.every(
      ({ probOdd, before }) => probOdd.length && (this.flip === null || before.length),
    );
    for (const label of this.labels) label.textContent = NAMES[answers[0].name];
    this.columns.forEach((column, n) => {
      const [bit, odd] = column.children;
      bit.textContent = String(bits[n]);
      column.classList.toggle("rc-parity-one", bits[n] === 1);
      column.classList.toggle("rc-parity-here", n === this.cursor);
      column.classList.toggle("rc-parity-flipped", n === this.flip);
      odd.classList.toggle("rc-parity-odd", truth[n] === 1);
    });
    this.markWaiting(!known);
    if (!known) return;
    const correct = answers.map(({ probOdd }) => checkAnswers(bits, probOdd));
    answers.forEach(({ probOdd, before }, at) => {
      const turned = before.length ? findChanged(before, probOdd) : [];
      this.columns.forEach((column, n) => {
        const e = /** @type {HTMLElement} */ (column.children[2 + at]);
        e.style.setProperty("--p", probOdd[n].toFixed(2));
        e.classList.toggle("rc-parity-wrong", !correct[at][n]);
        e.classList.toggle("rc-parity-turned", turned[n] ?? false);
      });
    });
    this.tallies.forEach((tally, at) => {
      const counts = correct.map((flags, i) => {
        const [n] = countBeforeAndAfter(flags, short)[at];
        return `${NAMES[answers[i].name]} ${n}`;
      });
      tally.textContent = `Right: ${counts.join(", ")}.`;
    });
    this.message.show(this.describe(answers));
  }

  describe(/** @type {Answers[]} */ answers) {
    const reach = describeReach(this.bits, answers);
    const words =
      this.flip === null ? reach : `${describeFlip(this.flip, this.short, answers)} ${reach}`;
    const [{ probOdd }] = answers;
    if (this.chosen === "writer" || countUntilMistake(checkAnswers(this.bits, probOdd)) >= N_FIRST)
      return words;
    return (
      `${words} Task done. Of the ${thousands(2 ** N_FIRST)} ways to begin with ${N_FIRST} ` +
      "bits, only the two with thirteen ones first make it err so soon."
    );
  }
}

export default defineWidget(
  "live-parity",
  (root, facts) => {
    const [row, short] = [facts.get("row"), Number(facts.get("short"))];
    const initial = facts.parse("initial");
    return new ParityView(root, loadNetwork(facts), { row, short, initial });
  },
  "Flip a bit: every answer from there on must turn. Whose answers do? " +
    "Then bring the transformer to err within fourteen bits.",
);
