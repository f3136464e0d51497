// The loss of one unit after 50 steps, as a map over its two weights, and where descent goes on
// it.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { button, choice } from "../../viz/live/controls.mjs";
import {
  box,
  boxes,
  defineWidget,
  fixed,
  make,
  makeIds,
  marks,
  NBSP,
  placeWithin,
  pluralize,
  silence,
} from "../../viz/live/core.mjs";
import { makeOutcome, makeSliders, onPoint } from "../../viz/live/dragging.mjs";
import { line, polyline, stretchedPicture } from "../../viz/live/drawing.mjs";
import { sigmoid } from "../../viz/live/numbers.mjs";

/** @type {Object<string, number[]>} */
export const BOX = { w: [4, 6], b: [-3.2, -2] };
// Steps of the network, its target, updates at most.
const [STEPS, TARGET, MAX_UPDATES] = [50, 0.7, 120];
const [WIDE, HIGH] = [400, 300]; // cells of the map
const [TERRACES, GRAY] = [20, [116, 126, 136]]; // as far as the root of the loss is 1
const UPDATE_MS = 150; // while it plays
const KINDS = ["none", "value", "norm"].map((kind) => [kind, kind]);
/** @type {Object<string, string>} */
const WORDS = {
  none: "without a bound",
  value: "with values bounded",
  norm: "with the norm bounded",
};

/** @typedef {number[]} Point Weights w and b. */

/**
 * @typedef {object} Descent
 * @property {number} rate
 * @property {string} kind What is bounded: "none", "value" or "norm".
 * @property {number} threshold The bound.
 * @property {number} updates How many.
 */
/**
 * What the sliders say, with powers of ten for rate and threshold; and the kind of bound.
 * @typedef {Descent & {w: number, b: number}} CliffSettings
 */

// ---- Numbers -----------------------------------------------------------------------------------

/**
 * Loss, and its derivatives by w and b, forward through the steps.
 * @type {(...point: Point) => {loss: number, gradient: Point}}
 */
export function lossAndGradient(w, b) {
  let [h, dw, db] = [sigmoid(0.5), 0, 0];
  for (let t = 0; t < STEPS; t += 1) {
    [dw, db] = [h + w * dw, 1 + w * db];
    h = sigmoid(w * h + b);
    [dw, db] = [h * (1 - h) * dw, h * (1 - h) * db];
  }
  const error = h - TARGET;
  return { loss: error ** 2, gradient: [2 * error * dw, 2 * error * db] };
}

/**
 * The loss alone, for many places: a state that has settled needs no more steps.
 * @type {(...point: Point) => number}
 */
function roughLoss(w, b) {
  let [h, before] = [sigmoid(0.5), 2];
  for (let t = 0; t < STEPS && Math.abs(h - before) > 1e-5; t += 1)
    [h, before] = [sigmoid(w * h + b), h];
  return (h - TARGET) ** 2;
}

/**
 * A gradient, bounded: each value, or the norm.
 * @type {(gradient: Point, kind: string, threshold: number) => number[]}
 */
export function clipGradient(gradient, kind, threshold) {
  if (kind === "value") return gradient.map((g) => Math.min(threshold, Math.max(-threshold, g)));
  const norm = Math.hypot(...gradient);
  return kind === "norm" && norm > threshold
    ? gradient.map((g) => g * (threshold / norm))
    : gradient;
}

/**
 * The weights before each update and after the last, their losses, and the steps' lengths.
 * @type {(start: Point, set: Descent) => {path: Point[], losses: number[], lengths: number[]}}
 */
export function descend(start, { rate, kind, threshold, updates }) {
  /** @type {number[][][]} */
  const [path, [losses, lengths]] = [[start], [[], []]];
  for (let u = 0; u < updates; u += 1) {
    const { loss, gradient } = lossAndGradient(...path[u]);
    const step = clipGradient(gradient, kind, threshold).map((g) => rate * g);
    losses.push(loss);
    lengths.push(Math.hypot(...step));
    path.push(path[u].map((v, i) => v - step[i]));
  }
  losses.push(lossAndGradient(...path[updates]).loss);
  return { path, losses, lengths };
}

/**
 * How far a step is turned: the cosine between the gradient and what the bound makes of it.
 * @type {(start: Point, kind: string, threshold: number) => number}
 */
function computeCosine(start, kind, threshold) {
  const { gradient } = lossAndGradient(...start);
  const step = clipGradient(gradient, kind, threshold);
  return (
    (gradient[0] * step[0] + gradient[1] * step[1]) /
    (Math.hypot(...gradient) * Math.hypot(...step))
  );
}

/** @type {(point: Point) => boolean} */
const isInside = ([w, b]) => w >= BOX.w[0] && w <= BOX.w[1] && b >= BOX.b[0] && b <= BOX.b[1];

/**
 * The first update that leaves the map, and where it crosses the edge; nothing if none does.
 * @type {(path: Point[]) => {update: number, at: Point}|null}
 */
export function findExit(path) {
  const update = path.findIndex((at) => !isInside(at));
  if (update < 1) return null;
  const [from, to] = [path[update - 1], path[update]];
  const shares = [BOX.w, BOX.b].map((ends, i) =>
    to[i] === from[i] ? 1 : (ends[+(to[i] > from[i])] - from[i]) / (to[i] - from[i]),
  );
  return { update, at: from.map((v, i) => v + Math.min(...shares) * (to[i] - v)) };
}

/** What is to be seen, in sentences. @type {(settings: Descent & {start: Point}) => string} */
export function describe(settings) {
  const { start, kind, threshold, updates } = settings;
  const { path, losses, lengths } = descend(start, settings);
  const similarity = computeCosine(start, kind, threshold);
  const end = path[updates];
  const lengthWords = (/** @type {number} */ v) =>
    v >= 100 ? v.toFixed(0) : fixed(v, v < 0.1 ? 4 : 2);
  const endWords = isInside(end)
    ? `w${NBSP}=${NBSP}${fixed(end[0])}, b${NBSP}=${NBSP}${fixed(end[1])}`
    : "outside the map";
  const leaving = findExit(path);
  return (
    `From w${NBSP}=${NBSP}${fixed(start[0])}, b${NBSP}=${NBSP}${fixed(start[1])}, ` +
    `${WORDS[kind]}: the first step is ${lengthWords(lengths[0])} long, its cosine with the ` +
    `gradient ${fixed(similarity)}. The longest of ${pluralize(updates, "step")} is ` +
    `${lengthWords(Math.max(...lengths))}. The loss goes from ${fixed(losses[0], 3)} to ` +
    `${fixed(losses[updates], 3)}, ${endWords}.` +
    (leaving ? ` Update ${leaving.update} leaves the map.` : "")
  );
}

/**
 * Which of the two questions is answered: when it leaves, or that a bound keeps it; "" for none.
 * @type {(settings: Descent & {start: Point}) => string}
 */
export function findAnswer(settings) {
  const { start, kind, updates } = settings;
  const leaves = findExit(descend(start, settings).path);
  if (kind === "none") return leaves ? "leaves" : "";
  return !leaves && updates === MAX_UPDATES ? "stays" : "";
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-cliff-");
const mark = marks("rc-cliff-");
/** @type {(value: number, ends: number[]) => number} */
const shareOf = (value, [low, high]) => (value - low) / (high - low);
const formatBias = (/** @type {number} */ v) => fixed(v, 4).replace(/0{1,2}$/, "");
const formatPower = (/** @type {number} */ v) => String(+(10 ** v).toPrecision(2));
const SLIDERS = [
  // name, label, min, max, step, words
  ["w", "start: w", ...BOX.w, 0.01, fixed],
  ["b", "start: b", ...BOX.b, 0.0005, formatBias],
  ["rate", "learning rate", -2, 1, 0.25, formatPower],
  ["threshold", "threshold", -2, 1, 0.25, formatPower],
  ["updates", "updates", 1, MAX_UPDATES, 1, String],
];

class Cliff {
  playing = 0; // the timer of the updates, if one runs
  /** @param {HTMLElement} root @param {CliffSettings} settings */
  constructor(root, settings) {
    this.settings = settings;
    /** @type {Set<string>} */
    this.answers = new Set();
    const id = makeIds();
    this.message = makeOutcome();
    const [controls, fields] = makeSliders(id, SLIDERS, (values) => this.change(values), settings);
    this.fields = fields;
    this.playButton = button("Play", () => (this.playing ? this.stop() : this.play()));
    this.canvas = make("canvas", { width: WIDE, height: HIGH });
    this.lines = stretchedPicture("", 100, 100);
    this.exitMark = mark("out");
    // The sliders and the sentence say it all
    this.map = silence(part("map", this.canvas, this.lines, this.exitMark));
    onPoint(this.map, (event) => this.setStart(event));
    const axes = part(
      "axes",
      make("span", {}, `w from ${BOX.w[0]} to ${BOX.w[1]} →`),
      make("span", {}, `↑ b from ${fixed(BOX.b[0], 1)} to ${fixed(BOX.b[1], 1)}`),
    );
    this.exitLegend = make("span", {}, mark("out"), `off${NBSP}the${NBSP}map`);
    const legend = make(
      "p",
      "rc-w-legend",
      mark("dark"),
      "high loss ",
      mark("start"),
      "start ",
      mark("path"),
      "updates ",
      this.exitLegend,
    );
    root.classList.add("rc-cliff");
    root.replaceChildren(
      box(
        "settings",
        choice("Bound", id("kind"), KINDS, settings.kind, (kind) => this.change({ kind })),
        this.playButton,
      ),
      part("both", make("div", {}, this.map, axes, legend), controls),
      this.message.row,
    );
    this.drawLoss();
    this.draw();
  }

  change(/** @type {Partial<CliffSettings>} */ values) {
    this.stop();
    Object.assign(this.settings, values);
    this.draw();
  }

  /** One update after the other, up to the one that leaves the map. */
  play() {
    const { settings } = this;
    if (this.exitPoint || settings.updates === MAX_UPDATES) settings.updates = 0;
    const next = () => {
      this.fields.updates.show((settings.updates += 1));
      this.draw();
      if (this.exitPoint || settings.updates === MAX_UPDATES) this.stop();
    };
    this.playing = setInterval(next, UPDATE_MS);
    this.playButton.textContent = "Pause";
    this.message.row.ariaBusy = "true"; // the last sentence is heard
    next();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    this.playButton.textContent = "Play";
    this.message.row.ariaBusy = "false";
  }

  /**
   * The map: the higher the loss, the darker, in terraces by its root, with a line around each.
   * Where many lines lie upon each other is the wall. The page shows through.
   */
  drawLoss() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const picture = context.createImageData(WIDE, HIGH);
    /** @type {number[]} */
    const terraces = [];
    for (let i = 0; i < HIGH; i += 1)
      for (let j = 0; j < WIDE; j += 1) {
        const w = BOX.w[0] + (BOX.w[1] - BOX.w[0]) * ((j + 0.5) / WIDE);
        const b = BOX.b[1] - (BOX.b[1] - BOX.b[0]) * ((i + 0.5) / HIGH);
        const terrace = Math.floor(TERRACES * Math.sqrt(roughLoss(w, b)));
        const above = i > 1 ? terraces[(i - 2) * WIDE + j] : terrace;
        const before = j > 1 ? terraces[i * WIDE + j - 2] : terrace;
        const drop = Math.max(Math.abs(terrace - above), Math.abs(terrace - before));
        const shade = Math.min(1, 0.035 * terrace + 0.12 * drop);
        terraces.push(terrace);
        picture.data.set([...GRAY, 255 * shade], 4 * (i * WIDE + j));
      }
    context.putImageData(picture, 0, 0);
  }

  /** A place of the map becomes the start. */
  setStart(/** @type {PointerEvent} */ event) {
    const [right, down] = placeWithin(this.map, event);
    for (const [name, fraction] of Object.entries({ w: right, b: 1 - down })) {
      const [low, high] = BOX[name];
      this.fields[name].show(low + fraction * (high - low)); // as the slider can have it
      this.settings[/** @type {"w"|"b"} */ (name)] = +this.fields[name].input.value;
    }
    this.change({});
  }

  draw() {
    const { settings } = this;
    const descent = {
      ...settings,
      start: [settings.w, settings.b],
      rate: 10 ** settings.rate,
      threshold: 10 ** settings.threshold,
    };
    const { path } = descend(descent.start, descent);
    /** @type {(point: Point) => number[]} */
    const toPercents = ([w, b]) => [100 * shareOf(w, BOX.w), 100 - 100 * shareOf(b, BOX.b)];
    // What leaves the map is cut at its edge
    const clamp = (/** @type {number} */ v) => Math.min(400, Math.max(-300, v));
    const points = path.map((at) => toPercents(at).map(clamp));
    /** @type {(point: Point, name: string) => Node} */
    const drawDot = ([x, y], name) => line(`rc-cliff-${name}`, x, y, x, y);
    this.lines.replaceChildren(
      polyline("rc-cliff-line", points),
      ...points.slice(1).map((point) => drawDot(point, "dot")),
      drawDot(points[0], "ring"),
      drawDot(points[0], "begin"),
    );
    this.exitPoint = findExit(path);
    this.exitMark.hidden = !this.exitPoint;
    this.exitLegend.style.visibility = this.exitPoint ? "" : "hidden"; // its room is kept
    if (this.exitPoint) {
      const [x, y] = toPercents(this.exitPoint.at);
      this.exitMark.setAttribute("style", `left: ${x.toFixed(1)}%; top: ${y.toFixed(1)}%`);
    }
    const unused = settings.kind === "none" ? ", not used" : "";
    this.fields.threshold.show(settings.threshold, formatPower(settings.threshold) + unused);
    const answer = findAnswer(descent);
    if (answer) this.answers.add(answer);
    const stays = answer === "stays" ? ` All ${settings.updates} updates stay on the map.` : "";
    const progress =
      this.answers.size > 1 ? " Task done." : " One of the two questions is answered.";
    this.message.show(`${describe(descent)}${stays}${answer && progress}`);
  }

  close() {
    this.stop();
  }
}

export default defineWidget(
  "gradient-cliff",
  (root, facts) =>
    new Cliff(root, {
      w: +facts.get("w"),
      b: +facts.get("b"),
      rate: Math.log10(facts.get("rate")),
      kind: facts.get("kind"),
      threshold: Math.log10(facts.get("threshold")),
      updates: +facts.get("updates"),
    }),
  "Without a bound it is thrown off the map. At which update? And which bound keeps it there?",
);
