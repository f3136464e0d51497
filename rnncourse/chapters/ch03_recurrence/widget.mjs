// Unfolding a recurrent network, one step at a time: the weights stay, the columns come.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { checkbox, choice, details } from "../../viz/live/controls.mjs";
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
  marks,
  srOnly,
} from "../../viz/live/core.mjs";
import { checkedField } from "../../viz/live/fields.mjs";
import { readTyped } from "../../viz/live/input_parsing.mjs";
import { argmax, softmax } from "../../viz/live/numbers.mjs";
import { Positions } from "../../viz/live/positions.mjs";
import { numberBar, setSymbols as symbols } from "../../viz/live/symbols.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import { add, maxAbs, mean, product } from "../../viz/live/vectors.mjs";

/** @typedef {"running sum"|"echo"} Task */
/** @typedef {"hidden"|"output"} Recurrence What comes back. */
/** @typedef {"own"|"told"} Fed The network's own answer, or the right one. */
/** @typedef {"task"|"back"} Setting */
/** @typedef {"W_xh"|"W_hy"|"W_hh"|"W_yh"} MatrixName */
/**
 * @typedef {Record<"W_xh"|"W_hy", number[][]> & Partial<Record<"W_hh"|"W_yh", number[][]>> &
 *   Record<"b_h"|"b_y", number[]>} Weights With one of W_hh and W_yh.
 */
/** @typedef {{weights: Weights, right: Record<Fed, number[]>}} Network And shares, by step. */
/** @typedef {ReturnType<typeof run>[number]} Step */

// ---- The network, and what is right ------------------------------------------------------------

export const T = 6; // steps
const M = 4; // digits: 0 to 3
const BEGIN = 5; // the step that is shown at first

const oneHot = (/** @type {number} */ digit) =>
  Array.from({ length: M }, (_, i) => +(i === digit));

/**
 * The right answer of every step: the sum so far modulo 4, or the digit two steps ago, at first 0.
 * @param {Task} task
 * @param {number[]} digits
 */
function computeTargets(task, digits) {
  if (task === "echo") return digits.map((_, t) => (t < 2 ? 0 : digits[t - 2]));
  let sum = 0;
  return digits.map((digit) => (sum = (sum + digit) % M));
}

/**
 * Read the digits: one record a step. What comes back is the state where the weights have a W_hh,
 * else an answer: the network's own (fed is "own") or the right one ("told"); before step 1, zeros
 * or a 0.
 * @param {Weights} weights
 * @param {Task} task
 * @param {number[]} digits
 * @param {Fed} [fed]
 */
export function run(weights, task, digits, fed = "own") {
  const { W_xh, W_hh, W_yh = [], W_hy, b_h, b_y } = weights;
  const targets = computeTargets(task, digits);
  let [h, back] = [b_h.map(() => 0), 0];
  return digits.map((digit, t) => {
    const before = W_hh ? h : back;
    h = add(
      add(product(oneHot(digit), W_xh), W_hh ? product(h, W_hh) : product(oneHot(back), W_yh)),
      b_h,
    ).map(Math.tanh);
    const logits = add(product(h, W_hy), b_y);
    const answer = argmax(logits);
    back = fed === "told" ? targets[t] : answer;
    return { digit, before, h, logits, p: [...softmax(logits)], answer, target: targets[t] };
  });
}

/**
 * How many numbers a network has: in its three matrices, and in its two biases.
 * @type {(weights: Weights) => {matrices: number, biases: number}}
 */
export function countWeights({ b_h, b_y, ...matrices }) {
  return { matrices: Object.values(matrices).flat(2).length, biases: b_h.length + b_y.length };
}

// ---- Words -------------------------------------------------------------------------------------

/**
 * The digits that it reads, and a note where more is typed than those.
 * @type {(text: string) => {read: string, note: string}}
 */
export const readDigits = (text) =>
  readTyped(text.replace(/[\s,]/g, ""), (c) => c >= "0" && c < String(M), T, "digits");

/**
 * What is missing, in a sentence; nothing if the digits are enough.
 * @type {(read: string) => string}
 */
export const findFault = ({ length }) =>
  length < T ? `The network reads six digits from 0 to ${M - 1}: this has ${length}.` : "";

const formatOrdinal = (/** @type {number} */ n) => `${n}${["th", "st", "nd", "rd"][n] ?? "th"}`;
const countTimes = (/** @type {number} */ n) =>
  n === 1 ? "once" : n === 2 ? "twice" : `${n} times`;

/**
 * What comes from the column before, in a sentence.
 * @type {(t: number, steps: Step[], hidden: boolean, fed: Fed) => string}
 */
function describeSource(t, steps, hidden, fed) {
  const past = steps[t - 2];
  if (t === 1)
    return hidden
      ? "No state comes back yet: h_0 is all 0."
      : "No answer comes back yet: a 0 stands in.";
  if (hidden) return `From step ${t - 1} comes its state, h_${t - 1}.`;
  const missed = past.answer !== past.target;
  if (fed === "told")
    return (
      `From step ${t - 1} comes the right answer, ` +
      `${past.target}${missed ? `, not its own, ${past.answer}` : ""}.`
    );
  const was = missed ? ", which was wrong" : "";
  return `From step ${t - 1} comes its answer, ${past.answer}${was}.`;
}

/**
 * What happened at a position: 0 is the folded network, then the steps.
 * @type {(position: number, steps: Step[], task: Task, hidden: boolean, fed: Fed) => string}
 */
export function describe(position, steps, task, hidden, fed) {
  if (position === 0) {
    const teacherForced = !hidden && fed === "told";
    const back = teacherForced
      ? "the right answer comes in"
      : `its ${hidden ? "state" : "answer"} comes back`;
    const known = teacherForced
      ? " All right answers are known beforehand, so no step waits for another."
      : "";
    return (
      `Folded. One network with a loop: ${back}, one step later.${known} ` +
      "Every step will read a digit, with the same three matrices."
    );
  }
  const { digit, answer, target } = steps[position - 1];
  const sum = steps.slice(0, position).reduce((all, step) => all + step.digit, 0);
  const reason =
    task === "echo"
      ? position <= 2
        ? "Two steps ago there was nothing, so 0 is right"
        : `Two steps ago it read ${target}`
      : `The sum so far is ${sum}${sum >= M ? `, modulo ${M} that is ${target}` : ""}`;
  const last = position === T ? " Six columns, and still three matrices." : "";
  return (
    `Step ${position} reads ${digit}. ${describeSource(position, steps, hidden, fed)} ` +
    `${reason}; the network answers ${answer}: ${answer === target ? "right" : "wrong"}.${last}`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const [part, mark] = [boxes("rc-unf-"), marks("rc-unf-")];

/**
 * The class that colors a matrix: what reads the input, what comes back, what makes the answer.
 * @param {string} name
 */
const roleOf = (name) => (name === "W_xh" ? "in" : name === "W_hy" ? "out" : "back");

const setSymbols = (/** @type {string} */ text) =>
  symbols(text, (name) => (name.startsWith("W") ? `rc-unf-named rc-unf-${roleOf(name)}` : ""));

class Unfolding extends Positions {
  position = BEGIN;
  id = makeIds();
  stage = group("rc-w-stage", "The network");
  stageWidths = ""; // of the stage, and of what is in it, in pixels
  weightTables = group("rc-w-tables", "The weights");
  counter = make("p", "rc-unf-counter");
  measured = part("measured");

  /**
   * @param {HTMLElement} root
   * @param {{networks: Record<Task, Record<Recurrence, Network>>, task: Task,
   *   recurrence: Recurrence, digits: string}} facts
   */
  constructor(root, { networks, task, recurrence, digits }) {
    super();
    this.root = root;
    this.networks = networks;
    this.task = task;
    this.back = recurrence === "hidden" ? "hidden" : "own";
    this.digits = digits;
    this.steps = this.run();
    this.build();
    this.compute();
  }

  build() {
    const { row, fault } = this.buildDigitField();
    this.makeTransport(["folded", "1", "2", "3", "4", "5", "6"], "Fold again", [], setSymbols);
    dimWhenStale(this.message, this.stage);
    this.observer = markScrollable([this.stage, this.weightTables], () => {
      const widths = `${this.stage.clientWidth} ${this.stage.scrollWidth}`;
      // A phone was turned, or the styles have come
      if (widths !== this.stageWidths) this.scrollToStep();
      this.stageWidths = widths;
    });
    this.root.classList.add("rc-unf");
    this.root.replaceChildren(
      this.buildSettings(row, fault),
      this.bar,
      this.message,
      this.stage,
      this.buildNotes(),
    );
  }

  buildDigitField() {
    return checkedField(this.id, "field", `Six digits, 0 to ${M - 1}`, this.digits, {
      size: 8,
      inputMode: "numeric",
      read: readDigits,
      findFault,
      isUnfinished: (text) => text !== "",
      shown: () => this.digits,
      onValue: (digits) => {
        this.digits = digits;
        this.compute();
      },
    });
  }

  /** @type {(legend: string, name: Setting, values: string[][]) => HTMLElement} */
  makeChoice(legend, name, values) {
    return choice(legend, this.id(name), values, this[name], (value) => {
      /** @type {Record<Setting, string>} */ (this)[name] = value;
      this.compute();
    });
  }

  /**
   * What is fed in, which task it is, and what comes back.
   * @type {(digitField: Node, fault: Node) => HTMLElement}
   */
  buildSettings(digitField, fault) {
    return box(
      "settings",
      digitField,
      this.makeChoice("Task", "task", [
        ["running sum", `sum modulo ${M}`],
        ["echo", "echo, two steps"],
      ]),
      box(
        "over",
        fault,
        this.makeChoice("What comes back", "back", [
          ["hidden", "the state"],
          ["own", "its own answer"],
          ["told", "the right answer"],
        ]),
      ),
    );
  }

  /** How the picture is read, what stands behind it, and whether numbers stand in it. */
  buildNotes() {
    const legend =
      "Each matrix is there once; its rail leads to every use. A digit picks one row: the " +
      "framed one. Below 0 only the foot is filled. The ring is around the right answer.";
    const numbers = checkbox("numbers", "Show the numbers", () =>
      this.root.classList.toggle("rc-unf-counted", numbers.input.checked),
    );
    return part(
      "below",
      details("How to read it", make("p", "rc-w-legend", legend)),
      numbers.row,
      details(
        "Weights, and how often it is right",
        this.counter,
        this.measured,
        this.weightTables,
      ),
    );
  }

  // -- What the reader sees

  get hidden() {
    return this.back === "hidden";
  }
  /** @returns {Fed} */
  get fed() {
    return this.back === "told" ? "told" : "own";
  }
  /** @returns {Recurrence} */
  get recurrence() {
    return this.hidden ? "hidden" : "output";
  }
  get network() {
    return this.networks[this.task][this.recurrence];
  }
  /** The matrix of what comes back. @returns {MatrixName} */
  get name() {
    return this.hidden ? "W_hh" : "W_yh";
  }
  /** @returns {MatrixName[]} */
  get names() {
    return ["W_xh", this.name, "W_hy"];
  }
  /** What comes back. */
  get feedback() {
    return this.hidden ? "state" : this.fed;
  }

  run() {
    return run(this.network.weights, this.task, [...this.digits].map(Number), this.fed);
  }

  compute() {
    this.steps = this.run();
    this.root.classList.toggle("rc-unf-answers", !this.hidden); // ink, as answers are
    this.show();
    this.showMeasured();
    /** @type {(keyof Weights)[]} */
    const tables = [...this.names, "b_h", "b_y"];
    this.weightTables.replaceChildren(...tables.map((name) => this.makeTable(name)));
  }

  namePosition(/** @type {number} */ position) {
    return position ? `Step ${position} of ${T}` : "Folded";
  }

  describe(/** @type {number} */ position) {
    return describe(position, this.steps, this.task, this.hidden, this.fed);
  }

  draw(/** @type {boolean} */ moved) {
    const { position } = this;
    const parts = [this.drawMatrices(), this.drawLink(0)];
    if (position === 0) parts.push(this.drawColumn(0), this.drawEquations());
    else
      for (let t = 1; t <= T; t += 1)
        parts.push(this.drawColumn(t), t < T ? this.drawLink(t) : "");
    this.stage.replaceChildren(...parts);
    this.stage.classList.toggle("rc-unf-folded", position === 0);
    this.stage.classList.toggle("rc-unf-moved", moved);
    if (moved) this.scrollToStep();
    this.counter.replaceChildren(...setSymbols(this.describeUses()));
  }

  /** Where the columns scroll: no further than to show the active one and the one before it. */
  scrollToStep() {
    /** @type {*} */
    const { children } = this.stage;
    const now = children[2 * Math.max(1, this.position)];
    const firstLink = children[2 * Math.max(0, this.position - 2) + 1];
    const before = firstLink.offsetLeft - children[0].offsetWidth - 2;
    this.stage.scrollLeft = Math.min(
      before,
      now.offsetLeft + now.offsetWidth + 2 - this.stage.clientWidth,
    );
  }

  /** The three matrices, drawn once. The rows that the present step picks are framed. */
  drawMatrices() {
    const step = this.steps[this.position - 1];
    const matrices = part("shared");
    for (const name of this.names) {
      const rows = this.network.weights[name] ?? [];
      const largest = maxAbs(rows);
      const picked = name === "W_xh" ? step?.digit : name === "W_yh" ? step?.before : undefined;
      const map = make("span", {
        className: `rc-unf-map rc-unf-${roleOf(name)}`,
        role: "img",
        "aria-label": `${name}: ${rows.length} by ${rows[0].length} numbers`,
        style: `--columns: ${rows[0].length}`,
      });
      rows.forEach((row, i) =>
        map.append(
          make(
            "span",
            { className: i === picked ? "rc-unf-picked" : "" },
            ...row.map((v) =>
              make("i", {
                className: v < 0 ? "rc-w-below" : "",
                style: `--tint: ${((Math.abs(v) / largest) * 100).toFixed(0)}%`,
              }),
            ),
          ),
        ),
      );
      const use = this.position ? `${formatOrdinal(this.position)} use` : "";
      const plug = part(
        `plug ${roleOf(name)}`,
        make("b", {}, ...setSymbols(name)),
        make("span", {}, use),
      );
      matrices.append(...(name === "W_xh" ? [map, plug] : [plug, map]));
    }
    const [plus, minus] = ["", "rc-w-below"].map((sign) => make("i", sign));
    matrices.append(part("key", plus, "weight > 0", make("br"), minus, "weight < 0"));
    return matrices;
  }

  /** A place where a matrix is used. @param {MatrixName} name */
  drawUse(name) {
    return part(
      `tap ${roleOf(name)}`,
      mark("rail"),
      make("b", {}, srOnly("times "), ...setSymbols(name)),
    );
  }

  /**
   * Step t; 0 is the folded network, with symbols for numbers; a later step than the present
   * waits.
   * @param {number} t
   */
  drawColumn(t) {
    const [folded, waits] = [t === 0, t > this.position];
    const { digit, h, p, answer, target } = this.steps[Math.max(0, t - 1)];
    const label = (/** @type {string} */ words, symbol = "") =>
      box("label", make("span", {}, words), make("span", {}, ...setSymbols(symbol)));
    const head = box("head", folded ? "Any step" : `Step ${t}`);
    const reads = box(
      "reads",
      "reads ",
      ...(folded ? setSymbols("x_t") : [make("kbd", {}, `${digit}`)]),
    );
    const column = box("column", head, reads);
    column.setAttribute("role", "group");
    column.setAttribute("aria-label", head.textContent);
    column.style.gridColumn = String(folded ? 3 : 2 * t + 1);
    column.classList.toggle("rc-unf-last", t === this.position);
    column.classList.toggle("rc-w-now", !folded && t === this.position);
    column.classList.toggle("rc-unf-waits", waits);
    if (waits) return column;
    const state = h.map((v) => numberBar(v));
    const chances = p.map((v, i) => numberBar(v, { key: `${i}` }));
    if (folded) [...state, ...chances].forEach((e) => e.classList.add("rc-unf-open"));
    else chances[target].classList.add("rc-w-target");
    const isRight = answer === target;
    /** @type {(words: string, feedback: Fed, ...children: (string|Node)[]) => HTMLElement} */
    const line = (words, feedback, ...children) =>
      part(
        "answer",
        make("span", {}, words),
        ...(folded ? (this.feedback === feedback ? setSymbols("a_t") : []) : children),
      );
    const answers = line(
      "says",
      "own",
      make("kbd", {}, `${answer}`),
      mark("verdict", isRight ? "✓" : "✗"),
      srOnly(isRight ? " right" : " wrong"),
    );
    if (!folded) answers.classList.add(`rc-unf-${isRight ? "good" : "bad"}`);
    column.append(
      this.drawUse("W_xh"),
      this.drawUse(this.name),
      part("block", label("state", folded ? "h_t" : `h_${t}`), ...state),
      this.drawUse("W_hy"),
      part("block", label("softmax"), ...chances),
      answers,
      line("right", "told", make("kbd", {}, `${target}`)),
    );
    return column;
  }

  /**
   * Between two columns: the rails of the weights, and what comes from the column before.
   * @param {number} t
   */
  drawLink(t) {
    const folded = this.position === 0;
    const link = make("div", { className: "rc-w-link", "aria-hidden": "true" });
    if (!folded && t >= this.position) return "";
    const symbol = `${this.hidden ? "h" : "a"}_${folded ? "{t−1}" : t}`;
    const badge =
      this.hidden || folded
        ? make("span", {}, ...setSymbols(symbol))
        : make("kbd", {}, `${this.steps[t].before}`);
    const arrow = mark(
      `arrow ${this.feedback} ${folded ? "loop" : t === 0 ? "first" : "onward"}`,
      make("b"),
      badge,
    );
    link.style.gridColumn = String(2 * t + 2);
    link.append(...this.names.map((name) => mark(`rail ${roleOf(name)}`)), arrow);
    return link;
  }

  /** Beside the folded network: what it computes, and what waits to be read. */
  drawEquations() {
    const line = (/** @type {string} */ text) => make("p", {}, ...setSymbols(text));
    const fed = this.hidden ? "h_{t−1}" : "a_{t−1}";
    const explained = {
      state: "h_{t−1} is the state of the step before.",
      own: "a_{t−1} is its answer at the step before, as a row of zeros and a one.",
      told: "a_{t−1} is the right answer of the step before, as a row of zeros and a one.",
    }[this.feedback];
    return part(
      "equations",
      line(`h_t = tanh(x_t W_xh + ${fed} ${this.name} + b_h)`),
      line("y_t = h_t W_hy + b_y"),
      line("The answer is the digit with the largest y_t."),
      line(explained),
      make("p", {}, "Waiting to be read: ", make("kbd", {}, [...this.digits].join(" "))),
    );
  }

  describeUses() {
    const { matrices, biases } = countWeights(this.network.weights);
    const all =
      `Weights: 3 matrices, ${matrices} numbers (and 2 biases, ${biases}). ` + "Uses so far: ";
    if (this.position === 0) return `${all}none.`;
    const each = this.names.map((name) => `${name} ${countTimes(this.position)}`).join(", ");
    const end =
      this.position < T
        ? ""
        : ` With a copy for every column, it would be ${matrices * T} numbers.`;
    return `${all}${each}.${end}`;
  }

  /** What the networks do on new sequences: a table of all, and the present one step by step. */
  showMeasured() {
    /** @type {[string, Recurrence, Fed][]} */
    const feedbacks = [
      ["the state", "hidden", "own"],
      ["its own answer", "output", "own"],
      ["the right answer", "output", "told"],
    ];
    /** @type {[Task, string][]} */
    const tasks = [
      ["running sum", `sum modulo ${M}`],
      ["echo", "echo"],
    ];
    /** @type {(task: Task, kind: Recurrence, fed: Fed) => HTMLElement} */
    const cell = (task, kind, fed) => {
      const isChosen =
        task === this.task && kind === this.recurrence && (kind === "hidden" || fed === this.fed);
      return make(
        "td",
        { className: isChosen ? "rc-unf-chosen" : "" },
        fixed(mean(this.networks[task][kind].right[fed])),
      );
    };
    const row = this.network.right[this.hidden ? "own" : this.fed];
    this.measured.replaceChildren(
      numberTable(
        ["Share of right answers on all 4,096 sequences"],
        tasks.map(([, label]) => label),
        feedbacks.map(([label]) => label),
        (i, j) => cell(tasks[j][0], feedbacks[i][1], feedbacks[i][2]),
        "what comes back",
      ),
      make(
        "p",
        {},
        `This network, at steps 1 to 6: ${row.map((v) => fixed(v)).join(", ")}. Guessing gives ` +
          `0.25.`,
      ),
    );
  }

  /**
   * A table of one matrix, in numbers; a bias has one row.
   * @param {keyof Weights} name
   */
  makeTable(name) {
    /** @type {*} */
    const rows = [this.network.weights[name]].flat(name.startsWith("b") ? 0 : 1);
    const start = (/** @type {number} */ n) => +(n === 8); // units count from 1, digits from 0
    const tint = (/** @type {number} */ v) => ((Math.abs(v) / maxAbs(rows)) * 45).toFixed(0);
    const heads = (/** @type {*[]} */ list) =>
      list.map((_, n) => (list.length === 1 ? "" : `${n + start(list.length)}`));
    return numberTable(setSymbols(name), heads(rows[0]), heads(rows), (i, j) =>
      make(
        "td",
        { className: rows[i][j] < 0 ? "rc-w-below" : "", style: `--tint: ${tint(rows[i][j])}%` },
        fixed(rows[i][j]),
      ),
    );
  }
}

export default defineWidget(
  "unfolding-stepper",
  (root, facts) =>
    new Unfolding(root, {
      networks: facts.parse("networks"),
      task: facts.get("task"),
      recurrence: facts.get("recurrence"),
      digits: facts.get("digits"),
    }),
  "One of these sums is wrong. Is it right if its own answer comes back instead of the state?",
);
