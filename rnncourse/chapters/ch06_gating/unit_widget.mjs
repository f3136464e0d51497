// A gated unit: one memory cell, three gates, and a reader who opens and closes them.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { button, checkbox, choice, details } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  fixed,
  group,
  make,
  makeIds,
  markScrollable,
  marks,
  percent,
  placeWithin,
  silence,
} from "../../viz/live/core.mjs";
import { makeOutcome, onDrag, reachOnly } from "../../viz/live/dragging.mjs";
import { legend, line, polyline, stretchedPicture } from "../../viz/live/drawing.mjs";
import { makeRandom, sigmoid } from "../../viz/live/numbers.mjs";
import { setSymbols } from "../../viz/live/symbols.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import { dot, mean } from "../../viz/live/vectors.mjs";

/** @typedef {"reset"|"mark"|"ask"} Flag */
/** @typedef {Flag|"all"} Task */
/** @typedef {"you"|"rule"|"training"} Setter Who sets the gates. */
/** @typedef {"i"|"f"|"o"|"c"} Removable A gate, or two gates for which one stands. */
/** @typedef {{weights: number[][], errors: number[]}} TrainedUnit */
/** @typedef {ReturnType<typeof evaluate>} Evaluation */

export const STEPS = 12;
// Of the values, and of those without a mark where there are marks
const [LARGEST, NOISE] = [5, 9];
/** @type {Flag[]} */
const FLAGS = ["reset", "mark", "ask"];
const FLAG_COUNTS = { reset: 2, mark: 5, ask: 4 }; // steps with a flag, where a task has it
/** @type {Record<Task, Flag[]>} */
const TASK_FLAGS = { reset: ["reset"], mark: ["mark"], ask: ["ask"], all: FLAGS };
const GATES = ["input", "forget", "output"]; // i f o

// ---- Numbers -----------------------------------------------------------------------------------

/** What a function returns of each step. @type {<V>(makeValue: (t: number) => V) => V[]} */
const mapSteps = (makeValue) => Array.from({ length: STEPS }, (_, t) => makeValue(t));

/**
 * A signal: by step the value, then 1 or 0 for each flag; see `sample_signals` of the package.
 * @type {(task: Task, seed: number) => number[][]}
 */
export function drawSignal(task, seed) {
  const random = makeRandom(seed);
  const flags = FLAGS.map((flag) => {
    if (!TASK_FLAGS[task].includes(flag)) return mapSteps(() => 0);
    const order = mapSteps(
      (t) => random() + +(flag === "reset" && t === 0) - +(flag === "ask" && t === STEPS - 1),
    );
    const last = [...order].sort((a, b) => a - b)[FLAG_COUNTS[flag] - 1];
    return order.map((place) => +(place <= last));
  });
  return mapSteps((t) => {
    const max = TASK_FLAGS[task].includes("mark") && !flags[1][t] ? NOISE : LARGEST;
    const size = 1 + Math.floor(max * random());
    return [random() < 0.5 ? -size : size, ...flags.map((flag) => flag[t])];
  });
}

/**
 * The right answers: the sum of the marked values since the last reset, when asked.
 * @type {(rows: number[][], task: Task) => number[]}
 */
export function computeTargets(rows, task) {
  const [, hasMark, hasAsk] = FLAGS.map((flag) => TASK_FLAGS[task].includes(flag));
  let sum = 0;
  return rows.map(([value, reset, mark, ask]) => {
    sum = (reset ? 0 : sum) + (hasMark ? mark : 1) * value;
    return (hasAsk ? ask : 1) * sum;
  });
}

/**
 * By step the gates i f o that solve a task exactly.
 * @type {(rows: number[][], task: Task) => number[][]}
 */
export function solveGates(rows, task) {
  const [, hasMark, hasAsk] = FLAGS.map((flag) => TASK_FLAGS[task].includes(flag));
  return rows.map(([, reset, mark, ask]) => [hasMark ? mark : 1, 1 - reset, hasAsk ? ask : 1]);
}

/**
 * The gates of a trained unit: W has a row for each gate, for value, flags and bias.
 * @type {(rows: number[][], W: number[][]) => number[][]}
 */
export const trainedGates = (rows, W) =>
  rows.map(([value, ...flags]) => {
    const inputs = [value / LARGEST, ...flags, 1];
    return W.map((row) => sigmoid(dot(row, inputs)));
  });

/**
 * Gates that are missing stay open; a coupled input gate is 1 - f. `subset`: "ifo", or "-" or "c"
 * in their place.
 * @type {(gates: number[][], subset: string) => number[][]}
 */
export const completeGates = (gates, subset) =>
  gates.map((gate) => {
    const f = subset[1] === "f" ? gate[1] : 1;
    return [{ i: gate[0], c: 1 - f }[subset[0]] ?? 1, f, subset[2] === "o" ? gate[2] : 1];
  });

/**
 * c_t = f_t c_{t-1} + i_t a_t and h_t = o_t c_t, from an empty memory.
 * @type {(values: number[], gates: number[][]) => {memory: number[], answers: number[]}}
 */
export function run(values, gates) {
  let c = 0;
  const memory = gates.map(([i, f], t) => (c = f * c + i * values[t]));
  return { memory, answers: gates.map(([, , o], t) => o * memory[t]) };
}

/**
 * How much of the gradient at the last answer comes back to the memory of a step, and to its
 * value.
 * @param {number[][]} gates
 */
function gradientShares(gates) {
  const memory = mapSteps(() => gates[STEPS - 1][2]);
  for (let t = STEPS - 2; t >= 0; t -= 1) memory[t] = memory[t + 1] * gates[t + 1][1];
  return { memory, value: memory.map((share, t) => gates[t][0] * share) };
}

/** Root mean square. @type {(a: number[], b: number[]) => number} */
const rootMeanSquare = (a, b) => Math.sqrt(mean(a.map((v, t) => (v - b[t]) ** 2)));

/** What there is to see. @param {number[][]} rows @param {Task} task @param {number[][]} gates */
export function evaluate(rows, task, gates) {
  const values = rows.map(([value]) => value);
  const target = computeTargets(rows, task);
  const { memory, answers } = run(values, gates);
  return {
    values,
    target,
    gates,
    memory,
    answers,
    back: gradientShares(gates),
    error: rootMeanSquare(answers, target),
    zero: rootMeanSquare(
      target.map(() => 0),
      target,
    ),
  };
}

/** A number with as many decimals as it needs, two at most. @type {(value: number) => string} */
export const formatShort = (value) => fixed(value).replace(/\.?0+$/, "");

const RIGHT = "Every answer is right.";
const formatShare = (/** @type {number} */ share) => (share === 0 ? "nothing" : percent(share));

/** What is to be seen, in sentences. @type {(evaluation: Evaluation) => string} */
export function describe({ target, answers, gates, back, error, zero }) {
  const gaps = answers.map((answer, t) => Math.abs(answer - target[t]));
  const [wrong, maxError] = [gaps.findIndex((gap) => gap >= 0.5), Math.max(...gaps)];
  const close =
    maxError < 0.005
      ? RIGHT
      : `Every answer is within ${fixed(Math.ceil(100 * maxError) / 100)} of the target.`;
  const first =
    wrong < 0
      ? close
      : `The first wrong answer is at step ${wrong + 1}: ${formatShort(answers[wrong])} instead ` +
        `of ${formatShort(target[wrong])}.`;
  const all =
    maxError < 0.005
      ? ""
      : ` Over all steps the root mean square error is ${fixed(error)} (always answering 0: ` +
        `${fixed(zero)}).`;
  const gradient =
    gates[STEPS - 1][2] === 0
      ? "In the last step the output gate is closed, so no gradient comes back."
      : `Of the gradient at the last answer, ${formatShare(back.memory[0])} comes back to the ` +
        `memory of step 1, and ${formatShare(back.value[0])} to its value.`;
  return `${first}${all} ${gradient}`;
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-unit-");
const mark = marks("rc-unit-");
const NAMES = { reset: "reset", mark: "mark", ask: "question" };
const LETTERS = { reset: "R", mark: "M", ask: "?" };
const TASKS = [
  ["reset", "sum since a reset"],
  ["mark", "sum of the marked"],
  ["ask", "sum when asked"],
  ["all", "all three"],
];
const LEARNED = {
  reset: "A forget gate that closes makes room for a new sum.",
  mark: "An input gate that closes keeps noise out of the memory.",
  ask: "An output gate that closes hides the memory, which goes on.",
  all: "Three gates decide what is kept, what is written and what is shown.",
};
const TASK_TEXTS = {
  reset:
    "Answer the sum of the values since the last reset (R). A value that comes with the reset " +
    "is the first of the new sum.",
  mark: "Answer the sum of the marked (M) values. The others are noise, and larger.",
  ask: "Answer the sum of all values where there is a question (?), and 0 elsewhere.",
  all:
    "Where there is a question (?), answer the sum of the marked (M) values since the last " +
    "reset (R). Elsewhere answer 0.",
};
const LEGEND = [
  ["memory", "memory"],
  ["answer", "answer"],
  ["target", "target"],
  ["error", "error"],
  ["reaches", "gradient at the memory"],
  ["through", "at the value"],
];
const RULES = { reset: "f_t is 1 − reset", mark: "i_t is the mark", ask: "o_t is the question" };
const HINT = " Click a gate to open or close it.";
const HELP =
  "Drag a gate up and down for values between. By keyboard: left and right go to another step, " +
  "up and down change the gate by a tenth, Enter opens or closes it.";
/** @type {[Removable, string][]} */
const REMOVABLE = [
  ["f", "no forget gate (f is 1)"],
  ["i", "no input gate (i is 1)"],
  ["c", "one gate for two (i is 1 − f)"],
  ["o", "no output gate (o is 1)"],
];
const clampGate = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

class Unit {
  missing = { i: false, f: false, o: false, c: false };
  own = this.openGates(); // the reader's, by step
  isDragged = false;
  id = makeIds();
  words = make("p", "rc-unit-words");
  note = make("p", { className: "rc-w-legend rc-unit-note", role: "status" });
  message = makeOutcome();
  table = group("rc-unit-table", "The numbers");
  signals = part("signals");
  gates = GATES.map((name, g) => this.makeGateRow(name, g));
  range = make("span", "rc-unit-range");
  lines = stretchedPicture("Memory, answer and target by step", 1200, 200);
  shares = part("shares");
  /** A box for each gate that can be taken away. */
  removed = REMOVABLE.map(([name, label]) => {
    const { input, row } = checkbox(`no-${name}`, label, () =>
      this.removeGate(name, input.checked),
    );
    return { name, input, row };
  });

  /**
   * @param {HTMLElement} root
   * @param {{task: Task, seed: number, setter: Setter,
   *   units: Record<Task, Object<string, TrainedUnit>>}} facts Units by task and by their gates.
   */
  constructor(root, { task, seed, setter, units }) {
    this.task = task;
    this.seed = seed;
    this.setter = setter;
    this.units = units;
    this.rows = drawSignal(task, seed);
    this.now = this.runUnit();
    this.setterChoice = this.makeSetterChoice();
    this.build(root);
    this.observer = markScrollable([this.table]);
    this.restart();
  }

  makeSetterChoice() {
    return choice(
      "Who sets the gates?",
      this.id("by"),
      [
        ["you", "you"],
        ["rule", "a rule"],
        ["training", "training"],
      ],
      this.setter,
      (who) => {
        this.setter = who;
        this.show();
      },
    );
  }

  build(/** @type {HTMLElement} */ root) {
    const buttons = part(
      "buttons",
      button("Open all gates", () => {
        this.own = this.openGates();
        this.chooseSetter("you");
      }),
      button("Another signal", () => {
        this.seed += 1;
        this.restart();
      }),
    );
    root.classList.add("rc-unit");
    root.replaceChildren(
      choice("Task", this.id("task"), TASKS, this.task, (chosen) => {
        this.task = chosen;
        this.restart();
      }),
      this.words,
      this.buildStrip(),
      legend("rc-unit-", LEGEND),
      this.message.row,
      part("setting", this.setterChoice, buttons),
      this.note,
      details(
        "More to try",
        make("p", { id: this.id("help"), className: "rc-w-legend rc-w-screen" }, HELP),
        make(
          "fieldset",
          "rc-unit-taken",
          make("legend", {}, "Take a gate away"),
          ...this.removed.map(({ row }) => row),
        ),
        details("The numbers, step by step", this.table),
      ),
    );
  }

  /** The signal, the gates, the lines below them, and what comes back of the gradient. */
  buildStrip() {
    const range = part("label", "memory, answer, target ", this.range);
    return part(
      "strip",
      this.signals,
      ...this.gates.map((gate) => gate.row),
      part("line chart", range, part("plot", this.lines)),
      silence(part("line", part("label", "gradient back"), this.shares)),
    );
  }

  /**
   * Twelve sliders of which the Tab key reaches one: arrows go to the others.
   * @param {string} name
   * @param {number} g
   */
  makeGateRow(name, g) {
    const cells = mapSteps((t) =>
      make(
        "button",
        {
          type: "button",
          className: "rc-unit-gate rc-w-pointer rc-w-printed",
          role: "slider",
          "aria-orientation": "vertical",
          "aria-valuemin": 0,
          "aria-valuemax": 1,
          onclick: () => {
            if (!this.isDragged) this.setGate(g, t, this.now.gates[t][g] < 0.5 ? 1 : 0);
            this.isDragged = false;
          },
          onkeydown: (/** @type {KeyboardEvent} */ event) => this.handleKey(event, g, t),
          onfocus: () => this.setReachable(g, t),
        },
        mark("fill"),
        make("span", {}),
      ),
    );
    cells.forEach((cell, t) =>
      onDrag(cell, ({ clientY: from }) => {
        if (cell.disabled) return null;
        this.isDragged = false;
        return (moved) => {
          this.isDragged ||= Math.abs(moved.clientY - from) >= 5;
          const height = clampGate(1 - placeWithin(cell, moved)[1]);
          if (this.isDragged) this.setGate(g, t, Math.round(20 * height) / 20);
        };
      }),
    );
    const label = part("label", `${name} gate `, ...setSymbols(`${"ifo"[g]}_t`));
    const row = group("rc-unit-line", `${name} gate`, label, ...cells);
    row.setAttribute("aria-describedby", this.id("help"));
    return { row, cells, at: 0 };
  }

  setReachable(/** @type {number} */ g, /** @type {number} */ at) {
    this.gates[g].at = at;
    reachOnly(this.gates[g].cells, this.gates[g].cells[at]);
  }

  /** @type {(event: KeyboardEvent, g: number, t: number) => void} */
  handleKey(event, g, t) {
    const gate = this.now.gates[t][g];
    /** @type {Object<string, number>} */
    const stepByKey = { ArrowLeft: t - 1, ArrowRight: t + 1, Home: 0, End: STEPS - 1 };
    /** @type {Object<string, number>} */
    const gateByKey = { ArrowUp: gate + 0.1, ArrowDown: gate - 0.1, PageUp: 1, PageDown: 0 };
    const [step, value] = [stepByKey[event.key], gateByKey[event.key]];
    this.isDragged = false; // a key is no end of a drag
    if (step === undefined && value === undefined) return;
    event.preventDefault();
    if (step !== undefined) this.gates[g].cells[Math.min(STEPS - 1, Math.max(0, step))].focus();
    else this.setGate(g, t, Math.round(100 * clampGate(value)) / 100);
  }

  /**
   * The reader sets a gate, and goes on from the gates that are shown.
   * @type {(g: number, t: number, value: number) => void}
   */
  setGate(g, t, value) {
    if (this.setter !== "you") this.own = this.now.gates.map((gate) => [...gate]);
    this.own[t][g] = value;
    this.chooseSetter("you");
  }

  chooseSetter(/** @type {Setter} */ setter) {
    this.setter = setter;
    for (const input of this.setterChoice.querySelectorAll("input"))
      input.checked = input.value === setter;
    this.show();
  }

  removeGate(/** @type {Removable} */ name, /** @type {boolean} */ missing) {
    this.missing[name] = missing;
    // There is one input gate, and one thing in its place
    if (missing && name === "i") this.missing.c = false;
    if (missing && name === "c") this.missing.i = false;
    for (const removable of this.removed) removable.input.checked = this.missing[removable.name];
    this.show();
  }

  openGates() {
    return mapSteps(() => [1, 1, 1]);
  }

  /** Another task, or another signal: all gates of the reader are open. */
  restart() {
    this.rows = drawSignal(this.task, this.seed);
    this.own = this.openGates();
    this.gates.forEach((_, g) => this.setReachable(g, this.gates[g].at));
    this.show();
  }

  /** The gates that it has, as `completeGates` says. */
  get subset() {
    const { i, f, o, c } = this.missing;
    return (c ? "c" : i ? "-" : "i") + (f ? "-" : "f") + (o ? "-" : "o");
  }

  /** What the gates do, whoever sets them. */
  runUnit() {
    const gates = {
      you: () => this.own,
      rule: () => solveGates(this.rows, this.task),
      training: () => trainedGates(this.rows, this.units[this.task][this.subset].weights),
    }[this.setter]();
    return evaluate(this.rows, this.task, completeGates(gates, this.subset));
  }

  show() {
    const { errors } = this.units[this.task][this.subset];
    this.now = this.runUnit();
    this.words.replaceChildren(TASK_TEXTS[this.task], make("span", "rc-w-screen", HINT));
    const rule = TASK_FLAGS[this.task].map((flag) => RULES[flag]).join(", ");
    const open = TASK_FLAGS[this.task].length < 3 ? "; the other gates are open" : "";
    this.note.replaceChildren(
      ...setSymbols(
        {
          you: "Your gates stay while you look at a rule or at training.",
          rule: `The rule: ${rule}${open}.`,
          training:
            `Five such units were trained; this is the first. On new signals their errors are ` +
            `${fixed(errors[0])} to ${fixed(errors[1])}.`,
        }[this.setter],
      ),
    );
    this.drawStrip();
    this.drawLines();
    this.drawTable();
    const message = describe(this.now);
    const done = this.setter === "you" && message.startsWith(RIGHT);
    this.message.show(done ? `${message} Task done. ${LEARNED[this.task]}` : message);
  }

  /** Whether a step has a flag. @type {(flag: Flag, t: number) => boolean} */
  hasFlag(flag, t) {
    return this.rows[t][1 + FLAGS.indexOf(flag)] === 1;
  }

  /** The signal, and the gates below it. */
  drawStrip() {
    // Every gate says its step's signal, and the table has all
    /** @type {(name: string, label: (string|Node)[], makeCell: (t: number) => Node) => Element} */
    const row = (name, label, makeCell) =>
      silence(part(`line ${name}`, part("label", ...label), ...mapSteps(makeCell)));
    const makeValue = (/** @type {number} */ t) => {
      const value = this.now.values[t];
      const className = value < 0 ? "rc-w-below" : "";
      const style = `--size: ${Math.abs(value) / NOISE}`;
      return make("b", { className, style }, formatShort(value));
    };
    const flags = TASK_FLAGS[this.task];
    const makeFlags = (/** @type {number} */ t) => {
      const letters = flags.map((flag) => (this.hasFlag(flag, t) ? LETTERS[flag] : "")).join("");
      return make("span", letters ? "rc-unit-flag" : {}, letters);
    };
    this.signals.replaceChildren(
      row("steps", ["step"], (t) => make("small", {}, String(t + 1))),
      row("values", ["value ", ...setSymbols("a_t")], makeValue),
      row("flags", [flags.map((flag) => NAMES[flag]).join(", ")], makeFlags),
    );
    this.gates.forEach(({ cells }, g) => cells.forEach((cell, t) => this.drawGate(cell, g, t)));
  }

  /** @type {(cell: HTMLButtonElement, g: number, t: number) => void} */
  drawGate(cell, g, t) {
    const { values, gates, memory, answers, target } = this.now;
    const value = gates[t][g];
    const flags = TASK_FLAGS[this.task].filter((flag) => this.hasFlag(flag, t));
    const inputs = [`value ${formatShort(values[t])}`, ...flags.map((flag) => NAMES[flag])];
    const isBetween = value > 0.005 && value < 0.995;
    cell.disabled = this.subset[g] !== "ifo"[g];
    cell.style.setProperty("--open", String(value));
    cell.children[1].textContent = isBetween ? value.toFixed(2).slice(1) : value.toFixed(0);
    cell.ariaLabel = `${GATES[g]} gate, step ${t + 1}: ${inputs.join(", ")}`;
    cell.ariaValueNow = String(+value.toFixed(3));
    cell.ariaValueText =
      `${formatShort(value)}; memory ${formatShort(memory[t])}, ` +
      `answer ${formatShort(answers[t])}, target ${formatShort(target[t])}`;
  }

  drawLines() {
    const { memory, answers, target, back } = this.now;
    const all = [...memory, ...answers, ...target];
    const [low, high] = [
      5 * Math.floor(Math.min(0, ...all) / 5),
      5 * Math.ceil(Math.max(5, ...all) / 5),
    ];
    const x = (/** @type {number} */ t) => 100 * t + 50;
    const y = (/** @type {number} */ value) => 8 + (184 * (high - value)) / (high - low);
    /** @type {typeof line} */
    const draw = (name, ...ends) => line(`rc-unit-${name}`, ...ends);
    this.range.textContent = `(${formatShort(low)} to ${formatShort(high)})`;
    this.lines.replaceChildren(
      draw("zero", 0, y(0), 1200, y(0)),
      polyline(
        "rc-unit-memory",
        memory.map((c, t) => [x(t), y(c)]),
      ),
      ...mapSteps((t) => draw("error", x(t), y(answers[t]), x(t), y(target[t]))),
      ...mapSteps((t) => draw("target", x(t) - 34, y(target[t]), x(t) + 34, y(target[t]))),
      ...mapSteps((t) => draw("answer", x(t), y(answers[t]), x(t), y(answers[t]))),
    );
    this.shares.replaceChildren(
      ...mapSteps((t) => {
        const bar = make("span", {}, mark("reaches"), mark("through"));
        bar.style.setProperty("--memory", String(back.memory[t]));
        bar.style.setProperty("--value", String(back.value[t]));
        return bar;
      }),
    );
  }

  drawTable() {
    const { values, gates, memory, answers, target, back } = this.now;
    const flags = TASK_FLAGS[this.task];
    /** @type {*[][]} */
    const columns = [
      [setSymbols("a_t"), values],
      ...flags.map((flag) => [NAMES[flag], mapSteps((t) => +this.hasFlag(flag, t))]),
      ...[0, 1, 2].map((g) => [setSymbols(`${"ifo"[g]}_t`), gates.map((gate) => gate[g])]),
      [setSymbols("c_t"), memory],
      [setSymbols("h_t"), answers],
      ["target", target],
      ["gradient to c", back.memory],
      ["to a", back.value],
    ];
    this.table.replaceChildren(
      numberTable(
        ["Signal, gates, answer and gradient"],
        columns.map(([head]) => head),
        mapSteps((t) => String(t + 1)),
        (t, j) => make("td", {}, formatShort(columns[j][1][t])),
        "step",
      ),
    );
  }

  get stored() {
    const restoreGates = (/** @type {string} */ list) => {
      const gates = list.split(" ").map(Number);
      this.own = mapSteps((t) => [0, 1, 2].map((g) => clampGate(gates[3 * t + g] || 0)));
      this.show();
    };
    return {
      signal: [
        this.seed,
        (/** @type {string} */ seed) => {
          this.seed = +seed || 0;
          this.restart();
        },
      ],
      gates: [this.own.flat().join(" "), restoreGates],
    };
  }

  close() {
    this.observer.disconnect();
  }
}

export default defineWidget(
  "gated-unit",
  (root, facts) =>
    new Unit(root, {
      task: facts.get("task"),
      seed: +facts.get("seed"),
      setter: facts.get("by"),
      units: facts.parse("units"),
    }),
  "Which gates have to close, and at which steps, for every answer to be right?",
);
