// Gradient flow: how long a gradient gets on its way back, for a matrix that the reader sets.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { button, choice } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  fixed,
  make,
  makeIds,
  makeSvg,
  pluralize,
} from "../../viz/live/core.mjs";
import { makeSliders } from "../../viz/live/dragging.mjs";
import { legend, line, picture, polyline, text } from "../../viz/live/drawing.mjs";
import { makeRandom } from "../../viz/live/numbers.mjs";
import { dot, mean } from "../../viz/live/vectors.mjs";

const [H, STEPS, BURN] = [16, 100, 50];
const LOWEST = -120; // decades below the largest singular value, from where on they are one

/**
 * What the reader sets: of the sliders; the kind of network, and the seed of its matrix.
 * @typedef {Record<"rho"|"skew"|"strength"|"lag"|"seed", number> & {linear: boolean}} FlowSettings
 */

// ---- Numbers -----------------------------------------------------------------------------------

/** @type {(rows: number, columns: number, entry: (...at: number[]) => number) => number[][]} */
const fillTable = (rows, columns, entry) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => entry(i, j)));
/** @type {(W: number[][], j: number) => number[]} */
const takeColumn = (W, j) => W.map((row) => row[j]);

/**
 * Normal numbers (Box and Muller) and uniform ones, which a seed determines.
 * @type {(seed: number) => {uniform: () => number, normal: () => number}}
 */
export function makeSources(seed) {
  const uniform = makeRandom(seed);
  const normal = () => {
    const [u, v] = [uniform(), uniform()];
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  };
  return { uniform, normal };
}

/**
 * The columns of a matrix of normal numbers, made orthogonal one by one (Gram and Schmidt).
 * @param {() => number} normal
 */
function drawRotation(normal) {
  const G = fillTable(H, H, normal);
  /** @type {number[][]} */
  const columns = [];
  for (let j = 0; j < H; j += 1) {
    let v = takeColumn(G, j);
    for (const q of [...columns, ...columns]) {
      // twice: rounding
      const along = dot(v, q);
      v = v.map((entry, i) => entry - along * q[i]);
    }
    const size = Math.sqrt(dot(v, v));
    columns.push(v.map((entry) => entry / size));
  }
  return columns; // column j of Q
}

/**
 * W = rho Q (D + skew N) Q^T, as `nonnormal_matrix` of the package draws it; see there.
 * @type {(rho: number, skew: number, seed: number) => number[][]}
 */
export function makeMatrix(rho, skew, seed) {
  const { uniform, normal } = makeSources(seed);
  const Q = drawRotation(normal);
  const sizes = Array.from({ length: H / 2 }, () => Math.sqrt(uniform()));
  const angles = Array.from({ length: H / 2 }, () => Math.PI * uniform());
  const noise = fillTable(H, H, normal);
  const largest = Math.max(...sizes);
  const core = fillTable(H, H, (i, j) => (j > i ? (skew * noise[i][j]) / Math.sqrt(H) : 0));
  sizes.forEach((size, b) => {
    const [c, s] = [Math.cos(angles[b]), Math.sin(angles[b])].map((v) => (v * size) / largest);
    const i = 2 * b;
    [core[i][i], core[i][i + 1], core[i + 1][i], core[i + 1][i + 1]] = [c, -s, s, c];
  });
  // Q core
  const rotated = fillTable(H, H, (i, j) => Q.reduce((sum, q, l) => sum + q[i] * core[l][j], 0));
  return fillTable(H, H, (i, j) => rho * Q.reduce((sum, q, l) => sum + rotated[i][l] * q[j], 0));
}

/**
 * The slopes of a tanh network on random inputs, as `run_on_noise` of the package; 1 if linear.
 * @type {(W: number[][], strength: number, linear: boolean, seed: number) => number[][]}
 */
export function computeSlopes(W, strength, linear, seed) {
  if (linear) return fillTable(STEPS, H, () => 1);
  const { normal } = makeSources(seed);
  let h = Array.from({ length: H }, () => 0.1 * normal());
  const rows = [];
  for (let t = 0; t < BURN + STEPS; t += 1) {
    const noise = Array.from({ length: H }, normal);
    h = noise.map((e, j) =>
      Math.tanh(strength * e + h.reduce((sum, v, i) => sum + v * W[i][j], 0)),
    );
    rows.push(h.map((v) => 1 - v * v));
  }
  return rows.slice(BURN);
}

/**
 * Turn pairs of columns to right angles (Jacobi, one-sided), so that small ones stay exact.
 * @param {number[][]} columns
 */
function orthogonalize(columns) {
  for (let sweep = 0; sweep < 30; sweep += 1) {
    let turned = false;
    for (let p = 0; p < columns.length; p += 1)
      for (let q = p + 1; q < columns.length; q += 1) {
        const [a, b] = [columns[p], columns[q]];
        let [aa, bb, ab] = [0, 0, 0];
        for (let i = 0; i < a.length; i += 1) {
          aa += a[i] * a[i];
          bb += b[i] * b[i];
          ab += a[i] * b[i];
        }
        if (Math.abs(ab) <= 1e-14 * Math.sqrt(aa * bb)) continue;
        turned = true;
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        for (let i = 0; i < a.length; i += 1)
          [a[i], b[i]] = [c * (a[i] - t * b[i]), c * (t * a[i] + b[i])];
      }
    if (!turned) return;
  }
}

/**
 * The singular values of the product of Jacobians, as powers of ten, for every lag from 0 on.
 *
 * P_k = P_(k-1) diag(s) W^T. With P_(k-1) = U S V^T, the columns of W diag(s) V S, made
 * orthogonal, are those of the next V times the next S. No product of many matrices is ever
 * formed, so small values do not drown.
 * @type {(W: number[][], slopeRows: number[][]) => number[][]}
 */
export function computeSpectra(W, slopeRows) {
  let V = fillTable(H, H, (i, j) => +(i === j)); // a list of columns
  let logs = Array(H).fill(0);
  const rows = [[...logs]];
  for (const s of [...slopeRows].reverse()) {
    const top = Math.max(...logs);
    const columns = V.map((v, n) => {
      const scale = 10 ** Math.max(logs[n] - top, LOWEST);
      const scaled = v.map((entry, j) => s[j] * entry);
      return W.map((row) => scale * dot(row, scaled));
    });
    orthogonalize(columns);
    const sizes = columns.map((v) => Math.sqrt(dot(v, v)));
    const order = sizes.map((_, n) => n).sort((m, n) => sizes[n] - sizes[m]);
    V = order.map((n) => (sizes[n] > 0 ? columns[n].map((v) => v / sizes[n]) : V[n]));
    logs = order.map((n) => top + (sizes[n] > 0 ? Math.log10(sizes[n]) : LOWEST));
    rows.push([...logs]);
  }
  return rows;
}

/**
 * The length of a gradient, root mean square over all directions, as a power of ten.
 * @type {(logs: number[]) => number}
 */
export function meanLength(logs) {
  const top = Math.max(...logs);
  return top + Math.log10(mean(logs.map((log) => 10 ** (2 * (log - top))))) / 2;
}

/**
 * Singular values and lengths by lag, as powers of ten, and the largest singular value of W.
 * @type {(settings: FlowSettings) => {rows: number[][], lengths: number[], sigma: number}}
 */
export function computeFlow({ rho, skew, strength, linear, seed }) {
  const W = makeMatrix(rho, skew, seed);
  const rows = computeSpectra(W, computeSlopes(W, strength, linear, seed + 1));
  const [, oneStep] = computeSpectra(W, [Array(H).fill(1)]);
  return { rows, lengths: rows.map(meanLength), sigma: 10 ** oneStep[0] };
}

/** @type {Object<string, string>} */
const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((s, n) => [n, s])) };
const formatSuperscript = (/** @type {number} */ n) =>
  [...String(n)].map((sign) => RAISED[sign]).join("");

/** A power of ten as a number: 0.031, 5.2, 4.1 × 10⁻⁹. @type {(log: number) => string} */
export function formatPowerOfTen(log) {
  if (log > -2.0005 && log < 2.9995) return fixed(10 ** log, log < 0 ? 3 : log < 1 ? 2 : 0);
  let [exponent, mantissa] = [Math.floor(log), (10 ** (log - Math.floor(log))).toFixed(1)];
  if (mantissa === "10.0") [exponent, mantissa] = [exponent + 1, "1.0"];
  return `${mantissa} × 10${formatSuperscript(exponent)}`;
}

/**
 * What is to be seen, in sentences.
 * @type {(flow: ReturnType<typeof computeFlow>, lag: number, rho: number) => string}
 */
export function describe({ rows, lengths, sigma }, lag, rho) {
  const arriving = rows[lag].filter((log) => log >= rows[lag][0] - 2).length;
  return (
    `${pluralize(lag, "step")} back a gradient is ${formatPowerOfTen(lengths[lag])} times as ` +
    `long, on average over its directions. The spectral radius is ${fixed(rho)}, the largest ` +
    `singular value of W ${fixed(sigma)}. Of the product, ${arriving} of ${H} singular values ` +
    `are at least a hundredth of the largest.`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-flow-");
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [340, 220, 44, 8, 8, 34];

/**
 * Lines over the lag, on a logarithmic scale.
 * @param {string} label
 * @param {number} lag
 * @param {{name: string, logs: number[]}[]} lines Of each: its class, and its powers of ten.
 * @param {number[]} range The lowest power, and the highest.
 */
function drawPanel(label, lag, lines, [low, high]) {
  const toX = (/** @type {number} */ k) => LEFT + ((WIDTH - LEFT - RIGHT) * k) / lag;
  const toY = (/** @type {number} */ log) =>
    TOP + ((HEIGHT - TOP - BOTTOM) * (high - log)) / (high - low);
  const clampLog = (/** @type {number} */ log) => Math.min(high + 9, Math.max(low - 9, log));
  const step = [1, 2, 5, 10, 20, 50].find((n) => (high - low) / n <= 6) ?? 100;
  const svg = picture(label, WIDTH, HEIGHT);

  for (let n = Math.ceil(low / step) * step; n <= high; n += step)
    svg.append(
      line(n ? "rc-flow-grid" : "rc-flow-one", LEFT, toY(n), WIDTH - RIGHT, toY(n)),
      text(LEFT - 5, toY(n) + 4, "end", `10${formatSuperscript(n)}`),
    );
  const tickStep = lag > 50 ? 20 : lag > 20 ? 10 : lag > 8 ? 5 : 1;
  for (let k = 0; k <= lag; k += tickStep)
    svg.append(text(toX(k), HEIGHT - BOTTOM + 15, "middle", String(k)));
  svg.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "steps back"));
  const frame = makeSvg("svg", {
    "aria-hidden": "true",
    x: 0,
    y: TOP,
    width: WIDTH,
    height: HEIGHT - TOP - BOTTOM,
    viewBox: `0 ${TOP} ${WIDTH} ${HEIGHT - TOP - BOTTOM}`,
  });
  for (const { name, logs } of lines) {
    const points = logs.slice(0, lag + 1).map((log, k) => [toX(k), toY(clampLog(log))]);
    frame.append(polyline(`rc-flow-${name}`, points));
  }
  svg.append(frame);
  return svg;
}

/** Whole decades that hold what is shown, 16 below and above 1 at most. @param {number[]} logs */
function findDecades(logs) {
  const low = Math.floor(Math.min(...logs, -1) - 0.2);
  const high = Math.ceil(Math.max(...logs, 1) + 0.2);
  return [Math.max(low, -16), Math.min(high, 16)];
}

const SLIDERS = [
  // name, label, min, max, step, words, help
  [
    "rho",
    "Spectral radius",
    0.1,
    3,
    0.05,
    fixed,
    "The largest absolute value of an eigenvalue of W.",
  ],
  [
    "skew",
    "Skew",
    0,
    8,
    0.5,
    (/** @type {number} */ v) => fixed(v, 1),
    "At 0 the singular values of W are the absolute values of its eigenvalues.",
  ],
  [
    "strength",
    "Input strength",
    0,
    3,
    0.1,
    (/** @type {number} */ v) => fixed(v, 1),
    "How far random inputs push each unit; only tanh feels it.",
  ],
  ["lag", "Steps back", 5, STEPS, 5, String, "How far the gradient goes."],
];

class Flow {
  /** @param {HTMLElement} root @param {FlowSettings} settings */
  constructor(root, settings) {
    this.settings = settings;
    this.id = makeIds();
    this.message = make("p", { id: this.id("said"), className: "rc-w-said", role: "status" });
    this.panels = part("panels");
    const activations = choice(
      "Activation",
      this.id("kind"),
      [
        [false, "tanh"],
        [true, "linear"],
      ],
      settings.linear,
      (linear) => this.change({ linear }),
    );
    const [controls] = makeSliders(this.id, SLIDERS, (values) => this.change(values), settings);
    const key = legend("rc-flow-", [
      ["length", "gradient"],
      ["values", "singular values"],
      ["radius", "spectral radius to the power of the steps"],
    ]);
    const anotherButton = button("Another matrix", () =>
      this.change({ seed: this.settings.seed + 2 }),
    );
    root.classList.add("rc-flow");
    root.replaceChildren(
      controls,
      part("row", activations, anotherButton),
      this.panels,
      key,
      this.message,
    );
    this.show();
  }

  change(/** @type {Partial<FlowSettings>} */ values) {
    Object.assign(this.settings, values);
    this.show();
  }

  show() {
    const { lag, rho } = this.settings;
    const result = computeFlow(this.settings);
    const radius = result.lengths.map((_, k) => k * Math.log10(rho));
    const shownLengths = [...result.lengths.slice(0, lag + 1), radius[lag]];
    const values = Array.from({ length: H }, (_, n) => ({
      name: "values",
      logs: takeColumn(result.rows, n),
    }));
    const lengths = [
      { name: "radius", logs: radius },
      { name: "length", logs: result.lengths },
    ];
    const shownLogs = result.rows.slice(0, lag + 1).flat();
    this.panels.replaceChildren(
      ...[
        { title: "Length of the gradient", of: "", lines: lengths, logs: shownLengths },
        {
          title: "Singular values of the product",
          of: " of Jacobians",
          lines: values,
          logs: shownLogs,
        },
      ].map(({ title, of, lines, logs }) => {
        const label = `${title}${of} against the steps back`;
        const drawing = drawPanel(label, lag, lines, findDecades(logs));
        return make("div", {}, make("p", "rc-flow-title", title), drawing);
      }),
    );
    this.message.textContent = describe(result, lag, rho);
  }

  get stored() {
    const setSeed = (/** @type {string} */ seed) => this.change({ seed: +seed || 0 });
    return { matrix: [this.settings.seed, setSeed] };
  }
}

export default defineWidget(
  "gradient-flow",
  (root, facts) => {
    /** @type {*} */
    const numbers = Object.fromEntries(
      ["rho", "skew", "strength", "lag", "seed"].map((name) => [name, +facts.get(name)]),
    );
    return new Flow(root, { ...numbers, linear: facts.get("linear") === "yes" });
  },
  "The spectral radius is below 1, and yet the gradient grows. Which slider is to blame?",
);
