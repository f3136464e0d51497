// A drawn cell: gates, peepholes, tanhs and a coupling that a click takes away or puts back; what
// was measured without them, its equations, its parameters, and a short training.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

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
import { line, picture, polyline, text } from "../../viz/live/drawing.mjs";
import { makeOutcome } from "../../viz/live/moving.mjs";
import { makeRandom, sigmoid } from "../../viz/live/numbers.mjs";
import { setSymbols } from "../../viz/live/symbols.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import { dot, mean, sum, zeros } from "../../viz/live/vectors.mjs";

const [D, T, B, UPDATES, RATE] = [2, 12, 16, 300, 0.05];
const UPDATES_PER_POINT = 10; // updates to a point of the curve
const BUDGET = 129; // parameters of the full LSTM of four units, with its readout
const FULL = {
  i: true,
  f: true,
  o: true,
  coupled: false,
  peepholes: true,
  tanhIn: true,
  tanhOut: true,
};

/** What `trackTraining` yields of the full LSTM, with seed 1: a test trains it anew. */
export const FULL_CURVE = [
  0.84, 0.46, 0.32, 0.22, 0.13, 0.089, 0.058, 0.059, 0.035, 0.039, 0.053, 0.026, 0.022, 0.011,
  0.012, 0.01, 0.026, 0.0083, 0.0074, 0.0065, 0.0054, 0.0058, 0.0044, 0.0053, 0.0053, 0.0043,
  0.0089, 0.006, 0.0028, 0.0027,
];

/** @typedef {typeof FULL} Variant What a cell has. */
/** @typedef {keyof Variant} Part */
/** @typedef {"i"|"f"|"o"} Gate */
/** @typedef {Object<string, number[][]>} Weights By name, as lists of rows. */
/** @typedef {{xs: number[][], targets: number[]}} Example */
/** @typedef {"x"|"hBefore"|"cBefore"|"g"|"c"|"s"|"h"} Vector */
/** @typedef {Record<Gate|Vector, number[]> & {y: number}} Step */

const PART_NAMES = /** @type {Part[]} */ (Object.keys(FULL));
/** @type {Gate[]} */
const GATES = ["i", "f", "o"];

// ---- Numbers -----------------------------------------------------------------------------------

/**
 * The gates that have weights: a coupled input gate has none.
 * @type {(variant: Variant) => Gate[]}
 */
const weightedGates = (variant) =>
  GATES.filter((k) => variant[k] && !(k === "i" && variant.coupled));
const weightedParts = (/** @type {Variant} */ variant) => [...weightedGates(variant), "g"];

/**
 * Shapes of the parameters, with a readout of one number.
 * @type {(variant: Variant, H: number) => Object<string, number[]>}
 */
function listShapes(variant, H) {
  /** @type {Object<string, number[]>} */
  const sizes = {};
  for (const k of weightedParts(variant)) {
    sizes[`W_x${k}`] = [D, H];
    sizes[`W_h${k}`] = [H, H];
    sizes[`b_${k}`] = [1, H];
  }
  if (variant.peepholes) for (const k of weightedGates(variant)) sizes[`p_${k}`] = [1, H];
  return { ...sizes, W_y: [H, 1], b_y: [1, 1] };
}

/**
 * The number of parameters of a cell of H units, and of its readout.
 * @type {(variant: Variant, H: number) => number}
 */
export const countParameters = (variant, H) =>
  sum(Object.values(listShapes(variant, H)).map(([n, m]) => n * m));

/**
 * The number of units with which a cell comes closest to the budget.
 * @type {(variant: Variant) => number}
 */
export function unitsForBudget(variant) {
  const distance = (/** @type {number} */ H) => Math.abs(countParameters(variant, H) - BUDGET);
  let best = 1;
  for (let H = 2; H <= 12; H += 1) if (distance(H) < distance(best)) best = H;
  return best;
}

/**
 * First weights: uniform, biases 0, but that of the forget gate, which is 1.
 * @type {(variant: Variant, H: number, random: () => number) => Weights}
 */
export function initialWeights(variant, H, random) {
  return Object.fromEntries(
    Object.entries(listShapes(variant, H)).map(([name, [n, m]]) => [
      name,
      Array.from({ length: n }, () =>
        Array.from({ length: m }, () => {
          if (name === "b_f") return 1;
          return name.startsWith("b_") ? 0 : (2 * random() - 1) / Math.sqrt(H);
        }),
      ),
    ]),
  );
}

/** Zeros in the shapes of weights. @type {(weights: Weights) => Weights} */
const zerosLike = (weights) =>
  Object.fromEntries(
    Object.entries(weights).map(([name, rows]) => [name, rows.map((row) => row.map(() => 0))]),
  );

/**
 * Read a sequence from a zero state; keep what the way back needs.
 * @type {(xs: number[][], w: Weights, variant: Variant) => Step[]}
 */
export function forward(xs, w, variant) {
  const H = w.W_y.length;
  /** @type {number[][]} */
  let [h, c] = [Array(H).fill(0), Array(H).fill(0)];
  return xs.map((x) => {
    const preactivation = (/** @type {string} */ k, /** @type {number} */ j) =>
      w[`b_${k}`][0][j] +
      x.reduce((sum, e, n) => sum + e * w[`W_x${k}`][n][j], 0) +
      h.reduce((sum, e, n) => sum + e * w[`W_h${k}`][n][j], 0);
    /** @type {(k: Gate, j: number, cell: number) => number} */
    const gate = (k, j, cell) =>
      variant[k]
        ? sigmoid(preactivation(k, j) + (variant.peepholes ? w[`p_${k}`][0][j] * cell : 0))
        : 1;
    /** @type {Record<Gate|Vector, number[]>} */
    const step = { x, hBefore: h, cBefore: c, i: [], f: [], o: [], g: [], c: [], s: [], h: [] };
    for (let j = 0; j < H; j += 1) {
      step.f[j] = gate("f", j, c[j]);
      step.i[j] = variant.coupled ? 1 - step.f[j] : gate("i", j, c[j]);
      step.g[j] = variant.tanhIn ? Math.tanh(preactivation("g", j)) : preactivation("g", j);
      step.c[j] = step.f[j] * c[j] + step.i[j] * step.g[j];
      step.o[j] = gate("o", j, step.c[j]);
      step.s[j] = variant.tanhOut ? Math.tanh(step.c[j]) : step.c[j];
      step.h[j] = step.o[j] * step.s[j];
    }
    [h, c] = [step.h, step.c];
    return { ...step, y: w.b_y[0][0] + h.reduce((sum, e, n) => sum + e * w.W_y[n][0], 0) };
  });
}

/**
 * The mean squared error of a batch, and its gradient.
 * @type {(batch: Example[], w: Weights, variant: Variant) => {loss: number, d: Weights}}
 */
export function computeGradient(batch, w, variant) {
  const H = w.W_y.length;
  const d = zerosLike(w);
  let loss = 0;
  for (const { xs, targets } of batch) {
    const steps = forward(xs, w, variant);
    let [dh, dc] = [zeros(H), zeros(H)];
    for (let t = steps.length - 1; t >= 0; t -= 1) {
      const step = steps[t];
      const nOutputs = batch.length * steps.length;
      const error = step.y - targets[t];
      loss += (error * error) / nOutputs;
      const dy = (2 * error) / nOutputs;
      d.b_y[0][0] += dy;
      const da = Object.fromEntries(weightedParts(variant).map((k) => [k, zeros(H)]));
      for (let j = 0; j < H; j += 1) {
        d.W_y[j][0] += dy * step.h[j];
        const dhj = dh[j] + dy * w.W_y[j][0];
        if (variant.o) da.o[j] = dhj * step.s[j] * step.o[j] * (1 - step.o[j]);
        let dcj = dc[j] + dhj * step.o[j] * (variant.tanhOut ? 1 - step.s[j] ** 2 : 1);
        if (variant.o && variant.peepholes) dcj += da.o[j] * w.p_o[0][j];
        const df = dcj * (step.cBefore[j] - (variant.coupled ? step.g[j] : 0));
        if (variant.f) da.f[j] = df * step.f[j] * (1 - step.f[j]);
        if (da.i) da.i[j] = dcj * step.g[j] * step.i[j] * (1 - step.i[j]);
        da.g[j] = dcj * step.i[j] * (variant.tanhIn ? 1 - step.g[j] ** 2 : 1);
        dc[j] = dcj * step.f[j];
        if (variant.peepholes)
          for (const k of weightedGates(variant)) {
            d[`p_${k}`][0][j] += da[k][j] * (k === "o" ? step.c[j] : step.cBefore[j]);
            if (k !== "o") dc[j] += da[k][j] * w[`p_${k}`][0][j];
          }
      }
      dh = zeros(H);
      for (const [k, a] of Object.entries(da))
        for (let j = 0; j < H; j += 1) {
          d[`b_${k}`][0][j] += a[j];
          step.x.forEach((e, n) => {
            d[`W_x${k}`][n][j] += e * a[j];
          });
          for (let n = 0; n < H; n += 1) {
            d[`W_h${k}`][n][j] += step.hBefore[n] * a[j];
            dh[n] += w[`W_h${k}`][n][j] * a[j];
          }
        }
    }
  }
  return { loss, d };
}

/**
 * Values between -1 and 1, and resets; the target is the sum since the last reset.
 * @type {(n: number, random: () => number) => Example[]}
 */
export function makeSequences(n, random) {
  return Array.from({ length: n }, () => {
    let sum = 0;
    /** @type {Example} */
    const { xs, targets } = { xs: [], targets: [] };
    for (let t = 0; t < T; t += 1) {
      const [value, reset] = [2 * random() - 1, random() < 0.2 ? 1 : 0];
      sum = (reset ? 0 : sum) + value;
      xs.push([value, reset]);
      targets.push(sum);
    }
    return { xs, targets };
  });
}

/**
 * Train with Adam; yield the share of the error of a constant answer that is left, a mean of each
 * ten updates; return it for new sequences.
 * @type {(variant: Variant, seed: number, updates?: number) => Generator<number, number>}
 */
export function* trackTraining(variant, seed, updates = UPDATES) {
  const random = makeRandom(seed);
  const w = initialWeights(variant, unitsForBudget(variant), random);
  const [m, s] = [zerosLike(w), zerosLike(w)];
  const testSequences = makeSequences(200, makeRandom(7));
  const targets = testSequences.flatMap((example) => example.targets);
  const constant = mean(targets);
  const constantLoss = mean(targets.map((target) => (target - constant) ** 2));
  let losses = [];
  for (let n = 1; n <= updates; n += 1) {
    const { loss, d } = computeGradient(makeSequences(B, random), w, variant);
    const all = Object.values(d).flat(2);
    const norm = Math.sqrt(dot(all, all));
    const rate = RATE * Math.min(1, 3 * (1 - (n - 1) / updates));
    for (const k of Object.keys(w))
      w[k].forEach((row, i) =>
        row.forEach((_, j) => {
          const g = d[k][i][j] * Math.min(1, 1 / (norm + 1e-6));
          m[k][i][j] += 0.1 * (g - m[k][i][j]);
          s[k][i][j] += 0.001 * (g * g - s[k][i][j]);
          row[j] -=
            (rate * (m[k][i][j] / (1 - 0.9 ** n))) /
            (Math.sqrt(s[k][i][j] / (1 - 0.999 ** n)) + 1e-8);
        }),
      );
    losses.push(loss);
    if (losses.length < UPDATES_PER_POINT) continue;
    yield mean(losses) / constantLoss;
    losses = [];
  }
  return computeGradient(testSequences, w, variant).loss / constantLoss;
}

/**
 * Train to the end; return the share that is left on new sequences.
 * @type {(variant: Variant, seed: number, updates?: number) => number}
 */
export function train(variant, seed, updates = UPDATES) {
  const training = trackTraining(variant, seed, updates);
  let step = training.next();
  while (!step.done) step = training.next();
  return step.value;
}

/** The equations, line by line. @type {(variant: Variant) => string[]} */
export function listEquations(variant) {
  const gate = (/** @type {Gate} */ k, /** @type {string} */ time) =>
    variant[k]
      ? `${k}_t = σ(x_t W_x${k} + h_{t−1} W_h${k} + ` +
        `b_${k}${variant.peepholes ? ` + p_${k} ⊙ c_${time}` : ""})`
      : `${k}_t = 1`;
  const candidate = "x_t W_xg + h_{t−1} W_hg + b_g";
  return [
    variant.coupled ? "i_t = 1 − f_t" : gate("i", "{t−1}"),
    gate("f", "{t−1}"),
    variant.tanhIn ? `g_t = tanh(${candidate})` : `g_t = ${candidate}`,
    "c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t",
    gate("o", "t"),
    variant.tanhOut ? "h_t = o_t ⊙ tanh(c_t)" : "h_t = o_t ⊙ c_t",
  ];
}

const DIFFERENCES = {
  // what is said of a cell that differs from V, and its name in the paper where nothing else does
  i: ["no input gate", "NIG"],
  f: ["no forget gate", "NFG"],
  o: ["no output gate", "NOG"],
  coupled: ["coupled gates", "CIFG"],
  peepholes: ["no peepholes", "NP"],
  tanhIn: ["no input tanh", "NIAF"],
  tanhOut: ["no output tanh", "NOAF"],
};
const listDifferences = (/** @type {Variant} */ variant) =>
  PART_NAMES.filter((k) => variant[k] !== FULL[k]);

/** Its name in the paper, "" for none. @type {(variant: Variant) => string} */
export function nameOf(variant) {
  const [first, second] = listDifferences(variant);
  return second ? "" : first ? DIFFERENCES[first][1] : "V";
}

/**
 * What distinguishes a cell from V, and its name if it has one.
 * @type {(variant: Variant) => string}
 */
export function describeVariant(variant) {
  const name = nameOf(variant);
  const words = listDifferences(variant).map((k) => DIFFERENCES[k][0]);
  return (words.join(", ") || "the whole cell") + (name ? ` (${name})` : "");
}

/** How large a cell is, and one that is trained, in a sentence. @param {Variant} variant */
function describeSize(variant) {
  const [weights, H] = [countParameters(variant, 4), unitsForBudget(variant)];
  if (weights === BUDGET) return `Four units, two numbers in and one out: ${weights} parameters.`;
  const note = H === 4 ? "" : ` Trained here are ${H} units, with ${countParameters(variant, H)}.`;
  return `Its four units have ${weights} parameters, those of V ${BUDGET}.${note}`;
}

/**
 * What the sweep has found, for each task: what V leaves; of a cell that was run its row; where
 * the scale ends.
 * @type {(name: string, stored: Object<string, number[][]>) => *[]}
 */
export const listSweepResults = (name, stored) =>
  stored.V.map(([, , , baseline], task) => ({
    baseline,
    row: stored[name]?.[task],
    scale: Math.max(
      ...Object.values(stored).flatMap((rows) => rows[task].slice(0, 3).map(Math.abs)),
    ),
  }));

/**
 * Whether a cell is better than V: only where the whole interval is on one side of it.
 * @type {(row: number[]) => "better"|"worse"|"unclear"}
 */
export const compareWithV = ([, low, high]) =>
  high < 0 ? "better" : low > 0 ? "worse" : "unclear";

// ---- The interface -----------------------------------------------------------------------------

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
