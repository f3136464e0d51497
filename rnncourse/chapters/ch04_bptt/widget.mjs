// Backpropagation through time on a network of four steps, one position at a time.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { choice, details } from "../../viz/live/controls.mjs";
import {
  box,
  boxes,
  defineWidget,
  dimWhenStale,
  fixed,
  group,
  make,
  makeIds,
  markScrollable,
  NBSP,
  silence,
} from "../../viz/live/core.mjs";
import { checkedField } from "../../viz/live/fields.mjs";
import { readTyped } from "../../viz/live/input_parsing.mjs";
import { softmax } from "../../viz/live/numbers.mjs";
import { Positions } from "../../viz/live/positions.mjs";
import { numberBar, setSymbols } from "../../viz/live/symbols.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import { add, dot, maxAbs, mean, product } from "../../viz/live/vectors.mjs";

/** @typedef {"W_hh"|"W_xh"|"W_hy"|"b_h"|"b_y"} WeightName */
/** @typedef {Record<WeightName, number[][]>} Matrices A bias is a matrix of one row. */
/** @typedef {Matrices & {letters: string, h_0: number[]}} Network */
/** @typedef {ReturnType<typeof forward>[number]} Step What the network does as it reads. */
/**
 * @typedef {Record<"dy"|"own"|"offered"|"later"|"dh"|"da", number[]> &
 *   {cut: boolean, share: Matrices, sum: Matrices}} StepBack Gradients of a step.
 */

// ---- Forward, backward, and the check ----------------------------------------------------------

const T = 4; // steps: a word of five letters is four inputs and four targets
const BEGIN = T; // forward, step 4: the word is read, and Step goes back
/** @type {WeightName[]} */
const NAMES = ["W_hh", "W_xh", "W_hy", "b_h", "b_y"];

/** @type {(column: number[], row: number[]) => number[][]} */
const outer = (column, row) => column.map((c) => row.map((r) => c * r));
/** row W^T @type {(row: number[], W: number[][]) => number[]} */
const productT = (row, W) => W.map((w) => dot(w, row));

/**
 * Read the word, a record for each step.
 * @param {Network} network
 * @param {string} word
 */
export function forward(network, word) {
  const { letters, W_xh, W_hh, W_hy, b_h, b_y } = network;
  let h = network.h_0;
  return Array.from({ length: T }, (_, t) => {
    const x = [...letters].map((letter) => +(letter === word[t]));
    const before = h;
    h = add(add(product(x, W_xh), product(before, W_hh)), b_h[0]).map(Math.tanh);
    const p = [...softmax(add(product(h, W_hy), b_y[0]))];
    const target = letters.indexOf(word[t + 1]);
    return { letter: word[t], x, before, h, p, target, loss: -Math.log(p[target]) };
  });
}

/**
 * The loss of a word, in nats: the mean over its steps.
 * @type {(steps: {loss: number}[]) => number}
 */
export const meanLoss = (steps) => mean(steps.map(({ loss }) => loss));

/**
 * Go back from the last step to the first, and at most k steps: between windows of k, counted from
 * step 1, nothing is passed on. One record a step, with the sum of the shares so far.
 * @type {(network: Network, steps: Step[], k?: number) => StepBack[]}
 */
export function backward(network, steps, k = T) {
  const { W_hh, W_hy } = network;
  /** @type {StepBack[]} */
  const records = [];
  for (let t = T - 1; t >= 0; t -= 1) {
    const { x, before, h, p, target } = steps[t];
    const after = records[t + 1];
    const dy = p.map((v, i) => (v - +(i === target)) / T); // the loss is the mean of four
    const own = productT(dy, W_hy);
    const none = h.map(() => 0);
    const offered = after ? productT(after.da, W_hh) : none;
    const cut = !!after && (t + 1) % k === 0;
    const later = cut ? none : offered;
    /** @type {number[]} */
    const dh = add(own, later);
    const da = dh.map((d, j) => d * (1 - h[j] ** 2));
    const share = {
      W_hh: outer(before, da),
      W_xh: outer(x, da),
      W_hy: outer(h, dy),
      b_h: [da],
      b_y: [dy],
    };
    /** @type {*} */
    const sum = Object.fromEntries(
      NAMES.map((n) => [n, after ? add(after.sum[n], share[n]) : share[n]]),
    );
    records[t] = { dy, own, offered, cut, later, dh, da, share, sum };
  }
  return records;
}

/**
 * The gradient of one matrix by central differences: each entry is nudged up and down.
 * @type {(network: Network, word: string, name: WeightName, step?: number) => number[][]}
 */
export function estimateGradient(network, word, name, step = 1e-5) {
  /** @type {(i: number, j: number, moved: number) => number} */
  const lossAt = (i, j, moved) => {
    const matrix = network[name].map((row) => [...row]);
    matrix[i][j] += moved;
    return meanLoss(forward({ ...network, [name]: matrix }, word));
  };
  return network[name].map((row, i) =>
    row.map((_, j) => (lossAt(i, j, step) - lossAt(i, j, -step)) / (2 * step)),
  );
}

/**
 * How far two matrices differ: cosine, ratio of lengths, largest difference of two entries.
 * @type {(truncated: number[][], full: number[][]) => Object<string, number>}
 */
export function compare(truncated, full) {
  const [a, b] = [truncated.flat(), full.flat()];
  const [lengthA, lengthB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  return {
    cosine: dot(a, b) / (lengthA * lengthB),
    ratio: lengthA / lengthB,
    difference: maxAbs(a.map((v, i) => v - b[i])),
  };
}

// ---- Words -------------------------------------------------------------------------------------

/**
 * What is wrong with a word, in a sentence; nothing if it is fine.
 * @type {(word: string, letters: string) => string}
 */
export function findFault(word, letters) {
  const five = `The word needs five letters out of ${[...letters].join(", ")}`;
  return word.length === T + 1 ? "" : `${five}: this has ${word.length}.`;
}

/**
 * What happened at a position: 0 is the start, then forward through the steps, then backward.
 * @type {(position: number, steps: Step[], back: StepBack[]) => string}
 */
export function describe(position, steps, back) {
  const format = (/** @type {number} */ v) => fixed(v, 3);
  if (position === 0)
    return (
      "Start. Nothing is read yet. There are the weights, the word, and the state " +
      `h_0 = (${steps[0].before.map((v) => fixed(v)).join(", ")}), which is not zero, as if the ` +
      "network had read something before."
    );
  const t = position <= T ? position : 2 * T + 1 - position; // counted from 1
  const { letter, p, target, loss } = steps[t - 1];
  if (position <= T) {
    const meanNote =
      t < T
        ? ""
        : ` The loss of the word is the mean of the four: ${format(meanLoss(steps))} nats.`;
    return (
      `Forward, step ${t}. The network reads “${letter}” and turns h_${t - 1} into h_${t}. It ` +
      `gives the right next letter the probability ${format(p[target])}, so this step's loss ` +
      `is −ln ${format(p[target])} = ${format(loss)} nats.${meanNote}`
    );
  }
  const { cut } = back[t - 1];
  const arrives =
    t === T
      ? `no later step sends anything, so that is all of dh_${t}.`
      : cut
        ? `the link from step ${t + 1} is cut: da_${t + 1} W_hh^T counts as 0.`
        : `from step ${t + 1} comes da_${t + 1} W_hh^T. Their sum is dh_${t}.`;
  const gradient = back.some((record) => record.cut) ? "truncated gradient" : "gradient";
  const share =
    t > 1
      ? `x_${t} and h_${t - 1} turn da_${t} into this step's share of dW_xh and dW_hh.`
      : `With x_1 and h_0 all four shares are there; their sum is the ${gradient}.`;
  return (
    `Backward, step ${t}. From its own loss comes dy_${t} W_hy^T; ${arrives} ` +
    `Times 1${NBSP}−${NBSP}h_${t}^2 that is da_${t}. ${share}`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const DEEPEST = 40; // percent of color in the largest entry of a table: its number stays legible
const part = boxes("rc-bptt-");
/** Words for which a phone has no room. @param {string} words */
const hideOnPhone = (words) => make("span", "rc-bptt-wide", words);

/** A power of ten for numbers that are tiny: 3 × 10^−12. @param {number} value */
function formatTiny(value) {
  if (value === 0) return ["0"];
  const [digits, power] = value.toExponential(0).split("e");
  return [`${digits} × 10`, make("sup", {}, String(+power).replace("-", "−"))];
}

class StepperView extends Positions {
  walked = true; // paper shows it at its end
  columns = group("rc-w-stage", "The four steps, side by side");
  tables = box("tables");
  cuts = make("p", "rc-bptt-answer");
  check = make("p", "rc-bptt-proof");
  /** Forward. @type {Step[]} */
  steps = [];
  /** Backward, if nothing is cut. @type {StepBack[]} */
  full = [];
  /** Backward, at most k steps. @type {StepBack[]} */
  gradients = [];

  /** @param {HTMLElement} root @param {{network: Network, word: string, k: number}} facts */
  constructor(root, { network, word, k }) {
    super();
    this.root = root;
    this.network = network;
    this.word = word;
    this.k = k;
    this.name = NAMES[0];
    this.position = BEGIN;
    this.build();
    this.compute();
  }

  build() {
    const id = makeIds();
    this.buildTransport();
    this.observer = markScrollable([this.columns], () => {
      if (this.columns.clientWidth !== this.width) this.scrollToStep(); // a phone was turned
      /** @type {number|undefined} */
      this.width = this.columns.clientWidth;
    });
    dimWhenStale(this.columns, this.message);
    const { row, fault } = this.buildWordField(id);
    const [truncation, names] = this.buildChoices(id);
    const shares = part("settings", this.tables, this.check);
    this.root.classList.add("rc-bptt");
    this.root.replaceChildren(
      this.bar,
      this.message,
      this.columns,
      part("settings", truncation, row, this.buildNotes(fault)),
      part("shares", details("What each step adds to the gradient", names, shares)),
      this.makeWeightTables(),
    );
  }

  buildTransport() {
    const directions = [make("b", {}, "forward →"), make("b", {}, "← backward")];
    const marks = ["start", "1", "2", "3", "4", "4", "3", "2", "1"];
    this.makeTransport(marks, "Start again", directions);
  }

  buildWordField(/** @type {(part: string) => string} */ id) {
    const { letters } = this.network;
    const isKnown = (/** @type {string} */ letter) => letters.includes(letter);
    const label = ["Word", hideOnPhone(`, five of ${[...letters].join(" ")}`)];
    return checkedField(id, "field", label, this.word, {
      size: 7,
      read: (text) => readTyped(text, isKnown, T + 1),
      findFault: (word) => findFault(word, letters),
      isUnfinished: (word) => word !== "",
      shown: () => this.word,
      onValue: (word) => {
        this.word = word;
        this.compute();
      },
    });
  }

  /**
   * How far back it goes, and which gradient is shown.
   * @param {(part: string) => string} id
   */
  buildChoices(id) {
    const truncation = choice(
      [hideOnPhone("Go back at most "), "k steps"],
      id("k"),
      [1, 2, 3, 4].map((k) => [k, `${k}`]),
      this.k,
      (k) => {
        this.k = k;
        this.compute();
      },
    );
    const names = choice(
      "Gradient of the mean loss",
      id("name"),
      NAMES.map((name) => [name, ...setSymbols(`d${name}`)]),
      this.name,
      (name) => {
        this.name = name;
        this.show();
      },
    );
    names.classList.add("rc-bptt-names");
    return [truncation, names];
  }

  buildNotes(/** @type {HTMLElement} */ fault) {
    return box("over", fault, part("notes", this.cuts));
  }

  // -- What the reader sees

  compute() {
    this.steps = forward(this.network, this.word);
    this.full = backward(this.network, this.steps);
    this.gradients = backward(this.network, this.steps, this.k);
    this.show();
  }

  /** The step (from 1) that the position is at, and what is computed by then. */
  get at() {
    return this.position <= T ? this.position : 2 * T + 1 - this.position;
  }
  isRead(/** @type {number} */ t) {
    return t <= this.position;
  }
  isReturned(/** @type {number} */ t) {
    return this.position > T && t >= this.at;
  }

  namePosition(/** @type {number} */ position) {
    return position
      ? `${position <= T ? "Forward" : "Backward"}, step ${this.at} of ${T}`
      : "Start";
  }

  describe(/** @type {number} */ position) {
    return describe(position, this.steps, this.gradients);
  }

  draw(/** @type {boolean} */ moved) {
    const scale = maxAbs(this.full.map(({ own, offered, dh }) => [own, offered, dh]));
    /** @type {(string|Node)[]} */
    const parts = [this.drawFirstState()];
    for (let t = 1; t <= T; t += 1) parts.push(this.drawColumn(t, scale), this.drawLink(t));
    this.columns.replaceChildren(...parts);
    this.columns.classList.toggle("rc-bptt-moved", moved);
    if (moved) this.scrollToStep();
    this.showTables();
    this.showProof();
  }

  /** Where the columns scroll: the active one comes into sight with the one that it hears from. */
  scrollToStep() {
    const first = this.position <= T ? this.at - 1 : this.at;
    const at = Math.max(0, 2 * first - 1);
    const child = /** @type {HTMLElement} */ (this.columns.children[at]);
    this.columns.scrollLeft = child.offsetLeft - 2;
  }

  /** Before step 1: the state that it starts from. */
  drawFirstState() {
    const first = make("span", "rc-bptt-first", ...setSymbols("h_0"));
    const element = box("link", first, make("i", "rc-bptt-onward"));
    element.classList.toggle("rc-bptt-gone", this.isRead(1));
    return element;
  }

  drawColumn(/** @type {number} */ t, /** @type {number} */ scale) {
    const { letter, h, p, target, loss } = this.steps[t - 1];
    const { own, later, cut, dh, da } = this.gradients[t - 1];
    /** @type {(words: string, ...formula: (string|Node)[]) => Node} */
    const label = (words, ...formula) =>
      box("label", make("span", {}, ...setSymbols(words)), make("span", {}, ...formula));
    /** @type {(isComputed: boolean, ...children: Node[]) => Node} */
    const block = (isComputed, ...children) => {
      const element = part("block", ...children);
      if (!isComputed) element.classList.add("rc-bptt-unseen");
      return element;
    };
    /** @type {(values: number[], max?: number, decimals?: number) => Node[]} */
    const bars = (values, max = scale, decimals = 3) =>
      values.map((v) => numberBar(v, { scale: max, decimals }));
    const chances = p.map((v, i) => numberBar(v, { key: this.network.letters[i] }));
    chances[target].classList.add("rc-w-target");
    const [sourceName, source] =
      t === T
        ? ["+ later steps", "none"]
        : [`+ step ${t + 1}`, cut ? "cut: 0" : `da_${t + 1} W_hh^T`];
    const [isRead, isReturned] = [this.isRead(t), this.isReturned(t)];
    const element = group(
      "rc-w-column",
      `Step ${t}`,
      box("head", `Step ${t}`),
      box(
        "reads",
        "reads ",
        make("kbd", {}, letter),
        ", target ",
        make("kbd", {}, this.network.letters[target]),
      ),
      block(isRead, label("state", ...setSymbols(`h_${t}`)), ...bars(h, 1, 2)),
      block(isRead, label("softmax", "loss ", make("b", {}, fixed(loss, 3))), ...chances),
      block(isReturned, label("own loss", ...setSymbols(`dy_${t} W_hy^T`)), ...bars(own)),
      block(isReturned, label(sourceName, ...setSymbols(source)), ...bars(later)),
      block(isReturned, label("= sum", ...setSymbols(`dh_${t}`)), ...bars(dh)),
      block(isReturned, label(`× (1 − h_${t}^2)`, ...setSymbols(`da_${t}`)), ...bars(da)),
    );
    const direction = this.position <= T ? "forth" : "back";
    // At the start, none
    if (t === this.at) element.classList.add("rc-w-now", `rc-bptt-${direction}`);
    return element;
  }

  /**
   * Between step t and the next: the state goes on, a gradient comes back, unless it is cut.
   * @param {number} t
   */
  drawLink(t) {
    if (t === T) return "";
    const { cut } = this.gradients[t - 1];
    const element = silence(
      box(
        "link",
        make("i", "rc-bptt-onward"),
        make("i", "rc-bptt-return", make("b"), make("span", {}, cut ? "cut" : "")),
      ),
    );
    element.classList.toggle("rc-bptt-cut", cut);
    element.classList.toggle("rc-bptt-gone", this.isRead(t + 1));
    element.classList.toggle("rc-bptt-came", this.isReturned(t));
    return element;
  }

  /**
   * A table of a matrix.
   * @param {string} caption
   * @param {WeightName} name
   * @param {number[][]} matrix
   * @param {number} scale The absolute value of the deepest tint.
   * @param {{left?: number[], top?: number[], decimals?: number}} [options] The factors of an
   *   outer product, which stand in the margins.
   */
  makeTable(caption, name, matrix, scale, { left, top, decimals = 3 } = {}) {
    const [letters, units] = [[...this.network.letters], ["1", "2", "3"]];
    /** @type {Partial<Record<WeightName, string[]>>} */
    const rowsByName = { W_hh: units, W_xh: letters, W_hy: units };
    const rows = rowsByName[name] ?? [""];
    const columns = name.endsWith("y") ? letters : units;
    /** @type {(text: string, factor?: string) => string|(string|Node)[]} */
    const margin = (text, factor) =>
      factor === undefined || text === "" ? text : [text, make("span", "rc-bptt-factor", factor)];
    const cell = (/** @type {number} */ v) =>
      make(
        "td",
        {
          className: v < 0 ? "rc-w-below" : "",
          style: `--tint: ${(Math.min(1, Math.abs(v) / scale) * DEEPEST).toFixed(1)}%`,
        },
        fixed(v, decimals),
      );
    const factors = left?.map((v) => fixed(v, name === "W_xh" ? 0 : 2)); // an input is 0 or 1
    return numberTable(
      setSymbols(caption),
      columns.map((c, j) => margin(c, top && fixed(top[j], 3))),
      rows.map((r, i) => margin(r, factors?.[i])),
      (i, j) => cell(matrix[i][j]),
    );
  }

  showTables() {
    const { name } = this;
    const at = Math.max(1, this.at); // its room is kept on the way forth
    const scale = maxAbs(
      [...this.full, ...this.gradients].map(({ share, sum }) => [share[name], sum[name]]),
    );
    const [record, step] = [this.gradients[at - 1], this.steps[at - 1]];
    const [column, top] = name.endsWith("y") ? [`dy_${at}`, record.dy] : [`da_${at}`, record.da];
    /** @type {Partial<Record<WeightName, [string, number[]]>>} */
    const factorsByName = {
      W_hh: [`h_${at - 1}^T `, step.before],
      W_xh: [`x_${at}^T `, step.x],
      W_hy: [`h_${at}^T `, step.h],
    };
    const [row, left] = factorsByName[name] ?? [""];
    const summed = at === T ? "step 4" : `steps ${T} to ${at}`;
    this.tables.replaceChildren(
      this.makeTable(`Share of step ${at}: ${row}${column}`, name, record.share[name], scale, {
        left,
        top,
      }),
      this.makeTable(`d${name} of ${summed}`, name, record.sum[name], scale),
    );
  }

  showProof() {
    const { name, k } = this;
    const full = this.full[0].sum[name];
    const { cosine, ratio, difference } = compare(this.gradients[0].sum[name], full);
    const cuts = this.gradients.filter(({ cut }) => cut).length;
    const noPathNote = name.endsWith("y")
      ? ` No path from ${name} to the loss crosses steps: cuts change nothing.`
      : "";
    const about =
      k === T
        ? `Nothing is cut: this is the full gradient. Its cosine is ${fixed(cosine, 3)}.`
        : `${cuts} of the 3 links ${cuts === 1 ? "is" : "are"} cut. Between this d${name} and ` +
          `the full one the cosine is ${fixed(cosine, 3)}; this has ${fixed(ratio, 3)} times ` +
          `the length.`;
    const each = `Nudge each entry of ${name} by 0.00001 up and down`;
    const proof = `${each}: the loss says the same, to `;
    this.cuts.replaceChildren(make("b", {}, `k = ${k}. `), ...setSymbols(about));
    this.check.replaceChildren(
      make("b", {}, "Check. "),
      ...setSymbols(proof),
      ...formatTiny(compare(estimateGradient(this.network, this.word, name), full).difference),
      ".",
      k === T ? "" : ` The truncated one is off by up to ${fixed(difference, 3)}.${noPathNote}`,
    );
  }

  /** All numbers that the network starts from, to check a line by hand. */
  makeWeightTables() {
    const { network } = this;
    const scale = maxAbs(NAMES.map((name) => network[name].flat()));
    const tables = NAMES.map((name) =>
      this.makeTable(name, name, network[name], scale, { decimals: 2 }),
    );
    return details("The weights", box("tables", ...tables));
  }
}

export default defineWidget(
  "bptt-stepper",
  (root, facts) =>
    new StepperView(root, {
      network: facts.parse("network"),
      word: facts.get("word"),
      k: +facts.get("k"),
    }),
  "Which of the four steps adds most to the gradient, and what is left of it when k is 1?",
);
