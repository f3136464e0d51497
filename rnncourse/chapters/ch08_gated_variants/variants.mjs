// A cell with or without gates, peepholes, tanhs and a coupling: its parameters, steps, gradient
// and training, its equations and names. Node.js tests it against the package.

import { makeRandom, sigmoid } from "../../viz/live/numbers.mjs";
import { dot, mean, sum, zeros } from "../../viz/live/vectors.mjs";

const [D, B, RATE] = [2, 16, 0.05];
export const T = 12; // steps of a sequence
export const UPDATES = 300;
export const UPDATES_PER_POINT = 10; // updates to a point of the curve
const BUDGET = 129; // parameters of the full LSTM of four units, with its readout
export const FULL = {
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

export const PART_NAMES = /** @type {Part[]} */ (Object.keys(FULL));
/** @type {Gate[]} */
const GATES = ["i", "f", "o"];

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
export function describeSize(variant) {
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
