// A drawn cell: gates, peepholes, tanhs and a coupling that a click takes away or puts back; what
// was measured without them, its equations, its parameters, and a short training.

import { button, fold } from "../../viz/live/controls.mjs";
import {
  Announcer,
  boxes,
  defineWidget,
  fixed,
  group,
  make,
  makeSvg,
  markScrollable,
  marks,
  percent,
  srOnly,
} from "../../viz/live/core.mjs";
import { makeOutcome } from "../../viz/live/dragging.mjs";
import { line, picture, polyline, text } from "../../viz/live/drawing.mjs";
import { setSymbols } from "../../viz/live/symbols.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import {
  compareWithV,
  describeSize,
  describeVariant,
  FULL,
  FULL_CURVE,
  listEquations,
  listSweepResults,
  nameOf,
  PART_NAMES,
  T,
  trackTraining,
  UPDATES,
  UPDATES_PER_POINT,
  unitsForBudget,
} from "./variants.mjs";

/** @import { Part } from "./variants.mjs" */

const part = boxes("rc-cell-");
const mark = marks("rc-cell-");
const X = { old: 6.5, f: 20.5, i: 41, mix: 53.5, g: 66, o: 78.5, now: 93.5 }; // columns, of 100
const [TOP_Y, PEEPHOLE_Y, GATE_Y, BUS_Y, HEIGHT] = [20, 64, 112, 170, 206]; // rows, in pixels
const BETWEEN_F_I = (X.f + X.i) / 2;
/** @type {[Part, string, string, number, number, string, string][]} */
const PARTS = [
  // what can be taken away, from left to right
  ["f", "forget gate", "gate", X.f, GATE_Y, "gate", "f_t"],
  ["peepholes", "peepholes", "pill", BETWEEN_F_I, PEEPHOLE_Y, "cell", "peepholes"],
  ["coupled", "coupled: i = 1 − f", "pill", BETWEEN_F_I, GATE_Y, "gate", "1−f"],
  ["i", "input gate", "gate", X.i, GATE_Y, "gate", "i_t"],
  ["tanhIn", "tanh on what is written", "pill", X.g, GATE_Y, "ink", "tanh"],
  ["o", "output gate", "gate", X.o, GATE_Y, "gate", "o_t"],
  ["tanhOut", "tanh on what is shown", "pill", X.now, PEEPHOLE_Y, "ink", "tanh"],
];
/** @type {[string, number, number, string, string][]} */
const FIXED_NODES = [
  ["box", X.old, TOP_Y, "cell", "c_{t−1}"],
  ["box", X.now, TOP_Y, "cell", "c_t"],
  ["square", X.old, BUS_Y - 19, "input", "x_t"],
  ["box", X.old, BUS_Y + 19, "state", "h_{t−1}"],
  ["box", X.now, BUS_Y, "state", "h_t"],
  ["sign", X.mix, TOP_Y, "ink", "+"],
  ["sign", X.mix, GATE_Y, "ink", "×"],
  ["sign", X.f, TOP_Y, "ink", "×"],
  ["sign", X.now, GATE_Y, "ink", "×"],
  ["word", X.f, 141, "ink", "forget"],
  ["word", X.i, 141, "ink", "input"],
  ["word", X.o, 141, "ink", "output"],
  ["word rc-cell-above", X.g, 88, "ink", "candidate"],
];
const [CURVE_HEIGHT, END_WIDTH] = [65, 46]; // of the curves, and of the names at their ends
const MAX_ROWS = 3; // of the table of trainings, at most
/** @type {[string, (value: number) => string, string][]} */
const TASKS = [
  ["sums", percent, "of the error"],
  ["recall", percent, "of guessing"],
  ["text", fixed, "bits"],
];

/**
 * How a thing of the drawing looks, and where its middle is.
 * @type {(kind: string, x: number, y: number, role: string) => Object<string, string>}
 */
const nodeProperties = (kind, x, y, role) => ({
  className: `rc-cell-node rc-cell-${kind}`,
  style: `left: ${x}%; top: ${y}px; --role: var(--${role})`,
});

/**
 * A wire with a head, from point to point to the right, up or down.
 * @type {(present: boolean, role: string, width: number, ...points: number[][]) => SVGElement}
 */
function drawWire(present, role, width, ...points) {
  const [[a, b], [x, y]] = points.slice(-2);
  const [dx, dy, size] = [Math.sign(x - a), Math.sign(y - b), 2.5 + width];
  const corner = (/** @type {number} */ side) => [
    x - 2 * size * dx + side * size * dy,
    y - 2 * size * dy + side * size * dx,
  ];
  return makeSvg(
    "g",
    { class: present ? "" : "rc-cell-off", style: `--role: var(--${role})` },
    makeSvg("path", {
      "stroke-width": width,
      pathLength: 1,
      d: `M${[...points.slice(0, -1), [x - size * dx, y - size * dy]].join("L")}`,
    }),
    makeSvg("path", {
      class: "rc-cell-head",
      d: `M${[[x, y], corner(1), corner(-1)].join("L")}Z`,
    }),
  );
}

/**
 * The error as a cell trains, on a log scale, over that of the full LSTM in gray; its name is at
 * the end of its newest curve.
 * @type {(width: number, name: string, curves: number[][]) => SVGElement}
 */
function drawCurves(width, name, curves) {
  const xOf = (/** @type {number} */ updates) => ((width - END_WIDTH) * updates) / UPDATES;
  const yOf = (/** @type {number} */ share) =>
    16 + 16 * Math.min(3, Math.max(0, -Math.log10(share)));
  const draw = (/** @type {string} */ className, /** @type {number[]} */ shares) =>
    polyline(
      `rc-cell-${className}`,
      shares.map((share, n) => [xOf(UPDATES_PER_POINT * (n + 1)), yOf(share)]),
    );
  const drawnCurves = curves.filter(({ length }) => length);
  const newest = drawnCurves.at(-1) ?? [];
  const [newestLeft, fullLeft] = [newest, FULL_CURVE].map((curve) => curve.at(-1) ?? 1);
  const fullEnd = yOf(fullLeft);
  const [x, end] = [xOf(UPDATES_PER_POINT * newest.length), yOf(newestLeft)];
  const nearFull = x + END_WIDTH > xOf(UPDATES) && Math.abs(end - fullEnd) < 12;
  const left = newest.length ? `${name}: ${percent(newestLeft, 1)} of the error left` : "";
  return picture(
    `Error left as it trains, on a log scale. ${left && `${left} after `}` +
      `${left && `${UPDATES_PER_POINT * newest.length} updates; `}V, gray: ` +
      `${percent(fullLeft, 1)} after ${UPDATES}.`,
    width,
    CURVE_HEIGHT,
    ...[1, 0.1, 0.01, 0.001].map((share) =>
      line("rc-cell-level", 0, yOf(share), xOf(UPDATES), yOf(share)),
    ),
    text(0, 11, "start", "error: 100 %"),
    text(0, yOf(0.01) - 3, "start", "1 %"),
    text(width, 11, "end", `${UPDATES} updates →`),
    draw("full", FULL_CURVE),
    text(xOf(UPDATES) + 4, fullEnd + 4, "start", "whole"),
    ...drawnCurves.map((curve) => draw(curve === newest ? "newest" : "earlier", curve)),
    // Below the words of the level at the beginning, where all curves meet
    text(
      x + 4,
      Math.max(28, (nearFull ? fullEnd - 12 : end) + 4),
      "start",
      left && name,
      "rc-cell-newest",
    ),
  );
}

class DrawnCell {
  /** Their errors, the newest first. @type {*[][]} */
  trainings = [];
  /** Of the newest training. @type {number[][]} */
  curves = [];
  curveName = "";

  /** @param {HTMLElement} root @param {Object<string, number[][]>} stored */
  constructor(root, stored) {
    this.sweep = stored;
    this.variant = { ...FULL, f: false };
    this.seed = 1;
    this.parts = PARTS.map(([name, label, kind, x, y, role, symbol]) =>
      make(
        "button",
        {
          type: "button",
          ...nodeProperties(`${kind} rc-w-pointer rc-w-printed`, x, y, role),
          onclick: () => this.setPart(name, !this.variant[name]),
        },
        make("span", { "aria-hidden": "true" }, ...setSymbols(symbol)),
        srOnly(label),
      ),
    );
    this.wires = makeSvg("svg", { "aria-hidden": "true" });
    this.stage = group(
      "rc-cell-stage",
      "What the cell has",
      this.wires,
      ...FIXED_NODES.map(([kind, x, y, role, symbol]) =>
        make(
          "span",
          { ...nodeProperties(kind, x, y, role), "aria-hidden": "true" },
          ...setSymbols(symbol),
        ),
      ),
      ...this.parts,
    );
    this.equationLines = part("equations");
    this.message = makeOutcome();
    this.announcer = new Announcer(root);
    this.nameBox = make("p", "rc-cell-name");
    this.results = make("ul");
    this.trainingsBox = group("rc-cell-table", "The errors left");
    this.curveBox = part("curves");
    this.observers = [
      markScrollable([this.trainingsBox]),
      new ResizeObserver(() => this.drawWires()),
      new ResizeObserver(() => this.drawCurves()),
    ];
    this.observers[1].observe(this.stage);
    this.observers[2].observe(this.curveBox);
    this.trainButton = button("Train it on sums", () => this.train(), "rc-w-main");
    this.sides = part("sides");
    root.classList.add("rc-cell");
    root.replaceChildren(
      part("top", this.stage, part("found", this.nameBox, this.sides, this.results)),
      part(
        "low",
        make("div", {}, fold("Its equations", {}, this.equationLines), this.message.row),
        make("div", {}, part("training", this.trainButton, this.curveBox), this.trainingsBox),
      ),
      this.announcer.status,
    );
    this.listTrainings();
    this.show();
  }

  setPart(/** @type {Part} */ name, /** @type {boolean} */ on) {
    this.variant[name] = on;
    if (name === "coupled" && on) Object.assign(this.variant, { i: true, f: true });
    if ((name === "i" || name === "f") && !on) this.variant.coupled = false;
    this.show();
  }

  get stored() {
    return {
      has: [
        PART_NAMES.filter((k) => this.variant[k]).join(" "),
        (/** @type {string} */ present) => {
          for (const k of PART_NAMES) this.variant[k] = present.split(" ").includes(k);
          this.setPart("coupled", this.variant.coupled);
        },
      ],
    };
  }

  show() {
    this.parts.forEach((e, n) => {
      const on = this.variant[PARTS[n][0]];
      e.setAttribute("aria-pressed", String(on));
      e.classList.toggle("rc-cell-off", !on);
    });
    this.drawWires();
    const full = listEquations(FULL);
    this.equationLines.replaceChildren(
      ...listEquations(this.variant).map((line, n) =>
        make("p", { className: line === full[n] ? "" : "rc-cell-changed" }, ...setSymbols(line)),
      ),
    );
    const isSolved = this.sweep[nameOf(this.variant)]?.every(
      (row) => compareWithV(row) === "better",
    );
    this.message.show(describeSize(this.variant) + (isSolved ? " Task done." : ""));
    this.describe();
  }

  /** The wires, as long as there is room for; those of what is missing are cut. */
  drawWires() {
    const { i, f, o, coupled, peepholes } = this.variant;
    const width = this.stage.clientWidth || 302;
    const xOf = (/** @type {keyof typeof X} */ name) => (X[name] * width) / 100;
    /** @type {(present: boolean, role: string, size: number, ...points: *[][]) => SVGElement} */
    const wire = (present, role, size, ...points) =>
      drawWire(
        present,
        role,
        size,
        ...points.map(([name, y, shift = 0]) => [xOf(name) + shift, y]),
      );
    const gateInput = (/** @type {string} */ k, /** @type {boolean} */ present, half = 15) =>
      wire(present, "ink", 1.4, [k, BUS_Y], [k, GATE_Y + half]);
    const middle = (xOf("old") + xOf("f")) / 2;
    const inputs =
      `M${xOf("old")},${BUS_Y - 19}H${middle}V${BUS_Y + 19}H${xOf("old")}M${middle} ${BUS_Y}` +
      `H${xOf("o")}`;
    const cell = ["old", TOP_Y];
    this.wires.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.wires.replaceChildren(
      makeSvg("path", { "stroke-width": 1.4, d: inputs }),
      gateInput("f", f),
      gateInput("i", i && !coupled),
      gateInput("g", true, 12),
      gateInput("o", o),
      wire(peepholes && f, "cell", 1, cell, ["old", GATE_Y], ["f", GATE_Y, -15]),
      wire(
        peepholes && i && !coupled,
        "cell",
        1,
        ["old", PEEPHOLE_Y],
        ["i", PEEPHOLE_Y],
        ["i", GATE_Y - 15],
      ),
      wire(
        peepholes && o,
        "cell",
        1,
        ["now", TOP_Y, -9],
        ["now", 43, -9],
        ["o", 43],
        ["o", GATE_Y - 15],
      ),
      wire(true, "cell", 2.4, cell, ["f", TOP_Y, -9]),
      wire(true, "cell", 2.4, ["f", TOP_Y, 9], ["mix", TOP_Y, -9]),
      wire(true, "cell", 2.4, ["mix", TOP_Y, 9], ["now", TOP_Y, -15]),
      wire(f, "gate", 1.4, ["f", GATE_Y], ["f", TOP_Y + 9]),
      wire(coupled, "gate", 1.4, ["f", GATE_Y, 15], ["i", GATE_Y, -15]),
      wire(i, "gate", 1.4, ["i", GATE_Y], ["mix", GATE_Y, -9]),
      wire(true, "ink", 1.4, ["g", GATE_Y], ["mix", GATE_Y, 9]),
      wire(true, "ink", 1.4, ["mix", GATE_Y - 9], ["mix", TOP_Y + 9]),
      wire(true, "ink", 1.4, ["now", TOP_Y], ["now", GATE_Y - 9]),
      wire(o, "gate", 1.4, ["o", GATE_Y], ["now", GATE_Y, -9]),
      wire(true, "state", 1.4, ["now", GATE_Y + 9], ["now", BUS_Y - 13]),
    );
  }

  /** What the sweep has stored for each task: what V leaves, and the cell on a line around V. */
  describe() {
    const variantName = nameOf(this.variant);
    this.nameBox.textContent = describeVariant(this.variant);
    const sides = variantName
      ? ["better ←", "V, the whole", "→ worse"]
      : ["Not recorded: only V and single changes are."];
    this.sides.replaceChildren(...sides.map((words) => make("span", {}, words)));
    this.results.replaceChildren(
      ...listSweepResults(variantName, this.sweep).map(({ baseline, row, scale }, task) => {
        const [name, format, unit] = TASKS[task];
        const isRecorded = row && variantName !== "V";
        const [loss, low, high, leaves] = isRecorded ? row : [0, 0, 0];
        const bar = variantName === "V" ? "own" : `bar ${loss < 0 ? "better" : "worse"}`;
        const track = part("zero", mark(bar), mark("interval"));
        for (const [name, v] of Object.entries({ loss, low, high }))
          track.style.setProperty(`--${name}`, `${Math.sign(v) * Math.sqrt(Math.abs(v) / scale)}`);
        const verdicts = { better: "better", worse: "worse", unclear: "no clear difference" };
        const words = isRecorded
          ? `${verdicts[compareWithV(row)]} (${format(leaves)} against ${format(baseline)})`
          : `V leaves ${format(baseline)} ${unit}`;
        const properties = variantName ? {} : { className: "rc-cell-unknown" };
        return make("li", properties, make("b", {}, `${name}:`), ` ${words}`, track);
      }),
    );
  }

  drawCurves() {
    this.curveBox.replaceChildren(
      drawCurves(this.curveBox.clientWidth || 171, this.curveName, this.curves),
    );
  }

  /** Three trainings, one after the other; every ten updates the page draws, and answers. */
  async train() {
    if (this.trainButton.ariaDisabled === "true") return; // it would be the second at once
    this.trainButton.ariaDisabled = "true";
    /** @type {*[]} */
    const row = [describeVariant(this.variant), unitsForBudget(this.variant)];
    const cell = { ...this.variant };
    const name = nameOf(cell);
    this.curveName = name && name !== "V" ? name : "trained";
    this.trainings = [row, ...this.trainings].slice(0, MAX_ROWS);
    this.curves = [];
    const nextTask = () => new Promise((resolve) => setTimeout(resolve));
    for (let n = 0; n < 3; n += 1) {
      this.listTrainings();
      /** @type {number[]} */
      const curve = [];
      this.curves.push(curve);
      const training = trackTraining(cell, this.seed);
      let step = training.next();
      for (; !step.done; step = training.next()) {
        curve.push(step.value);
        this.drawCurves();
        await nextTask();
      }
      row.push(step.value);
      this.seed += 1;
    }
    this.listTrainings();
    await nextTask(); // what was pressed meanwhile comes first
    this.trainButton.ariaDisabled = "false";
    const left = row.slice(2).map((e) => percent(e, 1));
    this.announcer.announce(
      `${row[0]}: three networks of ${row[1]} units, ${UPDATES} updates each, leave ` +
        `${left.join(", ")} of the error of a constant answer, on sums of ${T} steps.`,
    );
  }

  listTrainings() {
    const rows = this.trainings;
    if (!rows.length) {
      this.trainingsBox.textContent =
        `On sums shorter than the record's: ${T} steps, ${UPDATES} ` + "updates.";
      return;
    }
    this.trainingsBox.replaceChildren(
      numberTable(
        [`Error left, ${T} steps`],
        ["units", "first", "second", "third"],
        rows.map(([name]) => name),
        (i, j) => {
          const v = rows[i][j + 1];
          return make("td", {}, v === undefined ? "" : j ? percent(v, 1) : String(v));
        },
        "newest first",
      ),
    );
  }

  close() {
    for (const observer of this.observers) observer.disconnect();
  }
}

export default defineWidget(
  "drawn-cell",
  (root, facts) => new DrawnCell(root, facts.parse("stored")),
  "Take one part away: without which is the cell better on all three stored tasks?",
);
