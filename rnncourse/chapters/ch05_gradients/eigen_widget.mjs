// Two eigenvalues to drag, and the angle between their directions: a circle of gradients on its
// way back.
//
// First the numbers, which need no page (Node.js tests them against NumPy), then the interface.

import { button } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  fixed,
  make,
  makeIds,
  makeSvg,
  NBSP,
  placeWithin,
  pluralize,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome, makeSliders, onDrag, onPoint } from "../../viz/live/dragging.mjs";
import { picture, polyline, text } from "../../viz/live/drawing.mjs";

const STEPS = 60;
const MIN_IMAGINARY = 0.02; // an imaginary part below this is none
const GOAL = 10; // the task

/**
 * @typedef {object} Eigenvalues
 * @property {number} re The real part of the first.
 * @property {number} im Its imaginary part, where the second is its conjugate.
 * @property {number} other The second.
 * @property {number} angle Between their directions, in degrees.
 */
/** @typedef {Eigenvalues & {k: number}} EigenSettings The steps back, too. */

// ---- Numbers -----------------------------------------------------------------------------------

/** @type {(A: number[], B: number[]) => number[]} */
const multiply = ([a, b, c, d], [e, f, g, h]) => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];

/**
 * W = V C V^-1 with columns (1, 0) and (cos, sin) in V; C is diagonal, or turns and stretches.
 * @type {(settings: Eigenvalues) => number[]}
 */
export function makeMatrix({ re, im, other, angle }) {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const core = im < MIN_IMAGINARY ? [re, 0, 0, other] : [re, -im, im, re];
  return multiply(multiply([1, cos, 0, sin], core), [1, -cos / sin, 0, 1 / sin]);
}

/** Of a pair, the second has the real part of the first. @param {EigenSettings} settings */
function pairUp(settings) {
  if (settings.im >= MIN_IMAGINARY) settings.other = settings.re;
  return settings;
}

/** The largest singular value of a matrix of two rows. @type {(W: number[]) => number} */
export function spectralNorm([a, b, c, d]) {
  const [squares, det] = [a * a + b * b + c * c + d * d, a * d - b * c];
  return Math.sqrt((squares + Math.sqrt(Math.max(0, squares * squares - 4 * det * det))) / 2);
}

/** The spectral radius. @type {(settings: Eigenvalues) => number} */
const spectralRadius = ({ re, im, other }) =>
  im < MIN_IMAGINARY ? Math.max(Math.abs(re), Math.abs(other)) : Math.hypot(re, im);

/** The powers of W from 0 on. @type {(W: number[], steps?: number) => number[][]} */
export function listPowers(W, steps = STEPS) {
  const matrices = [[1, 0, 0, 1]];
  for (let k = 0; k < steps; k += 1) matrices.push(multiply(W, matrices[k]));
  return matrices;
}

const formatTimes = (/** @type {number} */ v) => {
  if (v < 0.005) return "less than 0.01";
  return v < 10 ? fixed(v) : v < 1e6 ? thousands(Math.round(v)) : "over a million";
};

/**
 * What is to be seen, in sentences.
 * @type {(settings: Eigenvalues, k: number, lengths: number[]) => string}
 */
export function describe(settings, k, lengths) {
  const rho = spectralRadius(settings);
  const peak = Math.max(...lengths);
  const end =
    rho < 0.995
      ? "Both are inside the unit circle: in the end every gradient vanishes."
      : rho > 1.005
        ? "At least one eigenvalue is outside the unit circle: in the end most gradients explode."
        : "The larger eigenvalue is on the unit circle.";
  const peakWords =
    rho < 0.995 && peak > 1.05
      ? ` On the way it is up to ${formatTimes(peak)} times as long, after ` +
        `${pluralize(lengths.indexOf(peak), "step")}.`
      : "";
  const done =
    rho < 0.995 && peak >= GOAL
      ? " Task done. Eigenvalues say how a gradient ends, not how long it gets on its way."
      : "";
  return (
    `After ${pluralize(k, "step")} the longest is ${formatTimes(lengths[k])} times as long as ` +
    `at first. ${end}${peakWords}${done}`
  );
}

/**
 * How far the picture of gradients reaches: 2, 5, 10, 20, …, the least that holds a length.
 * @type {(length: number) => number}
 */
export function chooseReach(length) {
  let reach = 2;
  while (reach < length) reach *= `${reach}`.startsWith("2") ? 2.5 : 2;
  return reach;
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-eigen-");
const [SIZE, EDGE] = [220, 1.35]; // of a panel, and of the complex plane in it
const [HALF, EXTENT] = [SIZE / 2, SIZE / 2 - 8];
const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [330, 220, 48, 8, 44];
const CROSS = `M0 ${HALF}H${SIZE}M${HALF} 0V${SIZE}`; // two axes
const RAISED = ["⁻³", "⁻²", "⁻¹", "⁰", "¹", "²", "³"];
const toPixel = (/** @type {number} */ v) => HALF + (v / EDGE) * EXTENT;
const toValue = (/** @type {number} */ share) => ((share * SIZE - HALF) / EXTENT) * EDGE;
const clip = (/** @type {number} */ v, /** @type {number} */ limit) =>
  Math.min(limit, Math.max(-limit, v));
const clipLog = (/** @type {number} */ v) => clip(v, 3.2); // powers of ten that the curve shows
const log = (/** @type {number} */ length) => Math.log10(Math.max(length, 1e-9));
const PLOT = { x: LEFT, y: TOP, width: WIDTH - LEFT - 8, height: HEIGHT - TOP - BOTTOM };
const toX = (/** @type {number} */ k) => LEFT + (PLOT.width * k) / STEPS;
const toY = (/** @type {number} */ power) => TOP + (PLOT.height * (3.2 - power)) / 6.4;
const GOAL_Y = toY(log(GOAL));
const snap = (/** @type {number} */ v) => Math.round(clip(v, 1.3) * 100) / 100;

export const SLIDERS = [
  // name, label, min, max, step, words
  ["re", "First eigenvalue", -1.3, 1.3, 0.01, fixed],
  ["im", "Its imaginary part", 0, 1.3, 0.01, fixed],
  ["other", "Second eigenvalue", -1.3, 1.3, 0.01, fixed],
  ["angle", "Directions apart", 8, 90, 1, (/** @type {number} */ v) => `${v}°`],
  ["k", "Steps back", 0, STEPS, 1, String],
];

/** @type {(title: string, e: HTMLElement) => HTMLElement} */
const makePanel = (title, e) => make("div", {}, make("p", "rc-eigen-title", title), e);

class EigenView {
  /** How far the picture of gradients reaches at least. */
  widest = 0;

  /** @param {HTMLElement} root @param {EigenSettings} settings */
  constructor(root, settings) {
    this.settings = pairUp(settings);
    const first = { ...settings };
    this.message = makeOutcome();
    this.plane = part("panel");
    this.circle = part("panel");
    this.curve = part("curve");
    const [controls, fields] = makeSliders(makeIds(), SLIDERS, (values) => this.change(values));
    this.fields = fields;
    root.classList.add("rc-eigen");
    for (const done of ["change", "pointerup"])
      root.addEventListener(done, () => this.resetReach());
    root.replaceChildren(
      part(
        "panels",
        makePanel("Eigenvalues: drag them", this.plane),
        makePanel("Unit gradients, sent back", this.circle),
        makePanel("The longest of them, by steps back", this.curve),
      ),
      this.message.row,
      controls,
    );
    const restart = () => {
      this.change(first);
      this.resetReach();
    };
    controls.append(button("Start again", restart));
    onDrag(this.plane, (event) => this.dragEigenvalue(event));
    onPoint(this.curve, (event) => this.moveAlong(event));
    this.resetReach();
  }

  change(/** @type {Partial<EigenSettings>} */ values) {
    const { settings } = this;
    Object.assign(settings, values);
    // One slider sets both
    if (settings.im >= MIN_IMAGINARY && "other" in values) settings.re = settings.other;
    pairUp(settings);
    this.show();
  }

  /** Between two drags the picture may come nearer; in one it only moves away. */
  resetReach() {
    this.widest = 0;
    this.show();
  }

  /** Drag the nearer of the two points; above or below the axis it has a mate. */
  dragEigenvalue(/** @type {PointerEvent} */ event) {
    const pointAt = (/** @type {PointerEvent} */ event) =>
      placeWithin(this.plane, event).map(toValue);
    const [x, y] = pointAt(event);
    const { re, other } = this.settings;
    const isSecond = Math.hypot(x - re, y) > Math.hypot(x - other, y);
    const move = (/** @type {PointerEvent} */ event) => {
      const [u, v] = pointAt(event).map(snap);
      if (Math.abs(v) > 0.1) this.change({ re: u, im: Math.abs(v) });
      else this.change(isSecond ? { im: 0, other: u } : { im: 0, re: u });
    };
    move(event);
    return move;
  }

  /** Steps back, as far as the pointer is along the curve. */
  moveAlong(/** @type {PointerEvent} */ event) {
    const [x] = placeWithin(this.curve, event);
    const k = Math.round((STEPS * (x * WIDTH - LEFT)) / (WIDTH - LEFT - 8));
    this.change({ k: Math.min(STEPS, Math.max(0, k)) });
  }

  show() {
    const { settings } = this;
    const isPair = settings.im >= MIN_IMAGINARY;
    for (const [name, field] of Object.entries(this.fields))
      field.show(settings[/** @type {keyof EigenSettings} */ (name)]);
    const { other } = this.fields;
    other.row.children[0].textContent = isPair ? "Conjugate" : "Second eigenvalue";
    if (isPair) other.show(settings.re, `${fixed(settings.re)} − ${fixed(settings.im)}i`);
    const matrices = listPowers(makeMatrix(settings));
    const lengths = matrices.map(spectralNorm);
    this.plane.replaceChildren(this.drawPlane(isPair));
    this.circle.replaceChildren(
      this.drawCircle(matrices[settings.k], lengths[settings.k], isPair),
    );
    this.curve.replaceChildren(this.drawCurve(lengths));
    this.message.show(describe(settings, settings.k, lengths));
  }

  drawPlane(/** @type {boolean} */ isPair) {
    const { re, im, other } = this.settings;
    const y = isPair ? im : 0;
    const sides = [Math.min(toPixel(-y) + 5, HALF - 8), Math.max(toPixel(y) + 5, HALF + 20)];
    const heights = isPair ? sides : [HALF - 10, HALF + 22];
    const both = isPair ? `${fixed(re)} ± ${fixed(im)}i` : `${fixed(re)} and ${fixed(other)}`;
    return picture(
      `Eigenvalues ${both}, and the unit circle`,
      SIZE,
      SIZE,
      makeSvg("path", { class: "rc-eigen-axis", d: CROSS }),
      makeSvg("circle", { class: "rc-eigen-unit", cx: HALF, cy: HALF, r: toPixel(1) - HALF }),
      text(4, SIZE - 6, "start", both),
      ...[
        [re, -y],
        [other, y],
      ].flatMap(([x, down], n) => [
        makeSvg("circle", {
          class: n && isPair ? "rc-eigen-mate" : "rc-eigen-point",
          cx: toPixel(x),
          cy: toPixel(down),
          r: 7,
        }),
        text(
          toPixel(x) + (x > 0 ? -10 : 10),
          heights[n],
          x > 0 ? "end" : "start",
          n ? "λ₂" : "λ₁",
        ),
      ]),
    );
  }

  /**
   * The directions, too: eigenvectors, or the two parts of one.
   * @type {(W: number[], size: number, isPair: boolean) => SVGElement}
   */
  drawCircle([a, b, c, d], size, isPair) {
    const reach = (this.widest = Math.max(this.widest, chooseReach(size)));
    const scale = EXTENT / reach;
    const point = (/** @type {number} */ x, /** @type {number} */ y) =>
      `${(HALF + x).toFixed(1)},${(HALF - y).toFixed(1)}`;
    const { angle } = this.settings;
    const [cos, sin] = [Math.cos, Math.sin].map((f) => EXTENT * f((angle * Math.PI) / 180));
    const [first, second] = isPair ? ["Re v", "Im v"] : ["v₁", "v₂"];
    const className = isPair ? "way rc-eigen-turned" : "way";
    return picture(
      `The circle of gradients after these steps, beside the first one; ${first} lies flat, ` +
        `${second} at ${angle}°`,
      SIZE,
      SIZE,
      makeSvg("path", {
        class: "rc-eigen-axis",
        d: `M${HALF} 0V${SIZE}M${SIZE - 8} ${HALF - 4}v8M${HALF - 4} 8h8`,
      }),
      text(
        SIZE - 4,
        SIZE - 6,
        "end",
        `edge: ${reach < 1e6 ? thousands(reach) : "over a million"}`,
      ),
      makeSvg("polygon", {
        class: "rc-eigen-now",
        points: Array.from({ length: 121 }, (_, i) => {
          const [x, y] = [Math.cos, Math.sin].map((f) => scale * f((i * Math.PI) / 60));
          return point(a * x + b * y, c * x + d * y);
        }).join(" "),
      }),
      makeSvg("circle", {
        class: "rc-eigen-unit",
        cx: HALF,
        cy: HALF,
        r: Math.max(2, scale), // it stays in sight
        style: `stroke-dasharray: ${scale < 20 ? "3 1.5; stroke-width: 2" : 4}`,
      }),
      makeSvg("path", {
        class: `rc-eigen-${className}`,
        d: `M${point(-EXTENT, 0)}L${point(EXTENT, 0)}M${point(-cos, -sin)}L${point(cos, sin)}`,
      }),
      text(4, HALF - 7, "start", first, "rc-eigen-name"),
      angle < 60
        ? text(HALF + cos, HALF - sin - 7, "end", second, "rc-eigen-name")
        : text(HALF + cos + 7, HALF - sin + 12, "start", second, "rc-eigen-name"),
    );
  }

  drawCurve(/** @type {number[]} */ lengths) {
    const rho = spectralRadius(this.settings);
    const powersOfRho = lengths.map((_, k) => rho ** k);
    return picture(
      "Length of the longest gradient against the steps back",
      WIDTH,
      HEIGHT,
      ...drawAxes(),
      makeSvg(
        "svg",
        { ...PLOT, viewBox: Object.values(PLOT).join(" "), "aria-hidden": "true" },
        drawLengths("rho", powersOfRho),
        drawLengths("long", lengths),
      ),
      ...noteOffChart(lengths),
      ...this.markStep(lengths[this.settings.k], rho),
    );
  }

  /**
   * The point of the curve at the chosen step, and its length in words.
   * @type {(length: number, rho: number) => SVGElement[]}
   */
  markStep(length, rho) {
    const { k } = this.settings;
    const [x, y] = [toX(k), toY(clipLog(log(length)))];
    // Where the curve is not: to the right below what explodes, to the left above it
    const toRight = k < (rho > 1 ? 30 : 40);
    const isBelow = rho > 1 === toRight && y < HEIGHT - BOTTOM - 30;
    const nearY = isBelow ? y + 26 : y - 13 < TOP + 14 ? y + 34 : y - 13;
    const crossesGoal = nearY > GOAL_Y - 6 && nearY < GOAL_Y + 17;
    const labelY = crossesGoal ? GOAL_Y + (nearY > y ? 18 : -7) : nearY;
    return [
      makeSvg("circle", { class: "rc-eigen-at", cx: x, cy: y, r: 6 }),
      text(
        x + (toRight ? 4 : -4),
        labelY,
        toRight ? "start" : "end",
        length < 0.005
          ? "× <0.01"
          : length < 1e6
            ? `× ${formatTimes(length)}`
            : "over × 1,000,000",
        "rc-eigen-times",
      ),
    ];
  }
}

const drawAxes = () => [
  ...[-3, -2, -1, 0, 1, 2, 3].flatMap((n) => [
    makeSvg("path", {
      class: n ? "rc-eigen-grid" : "rc-eigen-axis",
      d: `M${LEFT} ${toY(n)}H${WIDTH - 8}`,
    }),
    10 ** n === GOAL
      ? text(LEFT - 6, toY(n) + 5, "end", "goal", "rc-eigen-tick")
      : text(LEFT - 6, toY(n) + 5, "end", `10${RAISED[n + 3]}`, n % 2 ? "rc-eigen-odd" : ""),
  ]),
  ...[0, 20, 40, 60].map((k) =>
    text(toX(k), HEIGHT - BOTTOM + 18, k < STEPS ? "middle" : "end", String(k)),
  ),
  text((LEFT + WIDTH) / 2, HEIGHT - 4, "middle", "steps back"),
  makeSvg("path", { class: "rc-eigen-goal", d: `M${LEFT} ${GOAL_Y}H${WIDTH - 8}` }),
];

/** @type {(name: string, lengths: number[]) => SVGElement} */
const drawLengths = (name, lengths) =>
  polyline(
    `rc-eigen-${name}`,
    lengths.map((v, k) => [toX(k), toY(log(v))]),
  );

/**
 * After which step the curve is off the chart: in the corner that it cannot reach then.
 * @param {number[]} lengths
 */
function noteOffChart(lengths) {
  const k = lengths.findIndex((v) => log(v) !== clipLog(log(v)));
  if (k < 0) return [];
  const isAbove = lengths[k] > 1;
  const words = `${isAbove ? "↑" : "↓"} off the chart after ${pluralize(k, "step")}`;
  return [text(WIDTH - 8, isAbove ? HEIGHT - BOTTOM - 13 : TOP + 22, "end", words)];
}

export default defineWidget(
  "eigen-hands",
  (root, facts) =>
    new EigenView(
      root,
      Object.fromEntries(SLIDERS.map(([name]) => [name, +facts.get(String(name))])),
    ),
  `Keep both eigenvalues inside the unit circle, and make a gradient ten${NBSP}times as long ` +
    `on its way.`,
);
