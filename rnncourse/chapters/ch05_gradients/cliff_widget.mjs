// The loss of one unit after 50 steps, as a map over its two weights, and where descent goes on
// it.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import {
  box,
  boxes,
  choice,
  count,
  drags,
  drawn,
  fixed,
  ids,
  live,
  make,
  marks,
  NBSP,
  slider,
} from "../../viz/live/core.mjs";
import { sigmoid } from "../../viz/live/numbers.mjs";

export const BOX = { w: [4, 6], b: [-3.2, -2] };
const [STEPS, TARGET, MOST] = [50, 0.7, 120]; // steps of the network, its target, updates at most
const SIZE = 120; // cells of the map along a side
const KINDS = [
  ["none", "none"],
  ["value", "value"],
  ["norm", "norm"],
];
const WORDS = {
  none: "without a bound",
  value: "with values bounded",
  norm: "with the norm bounded",
};

// ---- Numbers -----------------------------------------------------------------------------------

/** Loss, and its derivatives by w and b, forward through the steps. */
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

/** A gradient, bounded: each value, or the norm. */
export function bounded(gradient, kind, threshold) {
  if (kind === "value") return gradient.map((g) => Math.min(threshold, Math.max(-threshold, g)));
  const norm = Math.hypot(...gradient);
  return kind === "norm" && norm > threshold
    ? gradient.map((g) => g * (threshold / norm))
    : gradient;
}

/**
 * So many updates: the weights before each and after the last, their losses, and the steps'
 * lengths.
 */
export function descend(start, { rate, kind, threshold, updates }) {
  const [path, losses, lengths] = [[start], [], []];
  for (let u = 0; u < updates; u += 1) {
    const { loss, gradient } = lossAndGradient(...path[u]);
    const step = bounded(gradient, kind, threshold).map((g) => rate * g);
    losses.push(loss);
    lengths.push(Math.hypot(...step));
    path.push(path[u].map((v, i) => v - step[i]));
  }
  losses.push(lossAndGradient(...path[updates]).loss);
  return { path, losses, lengths };
}

/** How far a step is turned: the cosine between the gradient and what the bound makes of it. */
export function cosine(start, kind, threshold) {
  const { gradient } = lossAndGradient(...start);
  const step = bounded(gradient, kind, threshold);
  return (
    (gradient[0] * step[0] + gradient[1] * step[1]) /
    (Math.hypot(...gradient) * Math.hypot(...step))
  );
}

const inside = ([w, b]) => w >= BOX.w[0] && w <= BOX.w[1] && b >= BOX.b[0] && b <= BOX.b[1];

/** What is to be seen, in sentences. */
export function sentence(settings) {
  const { start, kind, threshold, updates } = settings;
  const { path, losses, lengths } = descend(start, settings);
  const turned = cosine(start, kind, threshold);
  const end = path[updates];
  const size = (v) => (v >= 100 ? v.toFixed(0) : fixed(v, 3));
  const where = inside(end)
    ? `w${NBSP}=${NBSP}${fixed(end[0])}, b${NBSP}=${NBSP}${fixed(end[1])}`
    : "outside the map";
  return (
    `From w${NBSP}=${NBSP}${fixed(start[0], 3)}, b${NBSP}=${NBSP}${fixed(start[1], 3)}, ` +
    `${WORDS[kind]}: the first step is ${size(lengths[0])} long, its cosine with the ` +
    `gradient ${fixed(turned, 3)}. The longest of ${count(updates, "step")} is ` +
    `${size(Math.max(...lengths))}. The loss goes from ${fixed(losses[0], 4)} to ` +
    `${fixed(losses[updates], 4)}, ${where}.`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-cliff-");
const mark = marks("rc-cliff-");
const share = (value, [low, high]) => (value - low) / (high - low);

class Cliff {
  constructor(root, settings) {
    this.settings = settings;
    const id = ids();
    this.said = make("p", { id: id("said"), className: "rc-w-said", role: "status" });
    this.inputs = {};
    const set = (name, label, min, max, step, value, words, take) => {
      this.inputs[name] = slider(id(name), label, {
        min,
        max,
        step,
        value,
        words,
        take: (v) => {
          take(v);
          this.draw();
        },
      });
      return this.inputs[name].row;
    };
    const power = (v) => String(+(10 ** v).toPrecision(2));
    const { start, rate, threshold, updates } = settings;
    const sliders = box(
      "sliders",
      set(
        "w",
        "start: w",
        BOX.w[0],
        BOX.w[1],
        0.01,
        start[0],
        (v) => fixed(v),
        (v) => {
          start[0] = v;
        },
      ),
      set(
        "b",
        "start: b",
        BOX.b[0],
        BOX.b[1],
        0.0005,
        start[1],
        (v) => fixed(v, 4),
        (v) => {
          start[1] = v;
        },
      ),
      set("rate", "learning rate", -2, 1, 0.25, Math.log10(rate), power, (v) => {
        settings.rate = 10 ** v;
      }),
      set("threshold", "threshold", -2, 1, 0.25, Math.log10(threshold), power, (v) => {
        settings.threshold = 10 ** v;
      }),
      set("updates", "updates", 1, MOST, 1, updates, String, (v) => {
        settings.updates = v;
      }),
    );
    this.canvas = make("canvas", { width: SIZE, height: SIZE });
    this.lines = drawn("svg", {
      viewBox: "0 0 100 100",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    this.map = part("map", this.canvas, this.lines);
    this.map.setAttribute("aria-hidden", "true"); // the sliders and the sentence say it all
    drags(this.map, (event) => {
      this.take(event);
      return (moved) => this.take(moved);
    });
    const axes = part(
      "axes",
      make("span", {}, `w from ${BOX.w[0]} to ${BOX.w[1]} →`),
      make("span", {}, `↑ b from ${fixed(BOX.b[0], 1)} to ${fixed(BOX.b[1], 1)}`),
    );
    const legend = make(
      "p",
      { className: "rc-w-legend" },
      mark("dark"),
      "high loss ",
      mark("start"),
      "start ",
      mark("path"),
      "updates. Drag on the map, or use the sliders.",
    );
    root.classList.add("rc-cliff");
    root.replaceChildren(
      box(
        "settings",
        choice("Bound", id("kind"), KINDS, settings.kind, (kind) => {
          this.settings.kind = kind;
          this.draw();
        }),
      ),
      part("both", make("div", {}, this.map, axes, legend), sliders),
      this.said,
    );
    this.shade();
    this.draw();
  }

  /** The map: the higher the loss, the darker, in terraces; the page shows through. */
  shade() {
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(SIZE, SIZE);
    for (let i = 0; i < SIZE; i += 1)
      for (let j = 0; j < SIZE; j += 1) {
        const w = BOX.w[0] + (BOX.w[1] - BOX.w[0]) * ((j + 0.5) / SIZE);
        const b = BOX.b[1] - (BOX.b[1] - BOX.b[0]) * ((i + 0.5) / SIZE);
        picture.data.set(
          [128, 138, 148, 255 * 0.08 * Math.min(10, Math.ceil(24 * lossAndGradient(w, b).loss))],
          4 * (i * SIZE + j),
        );
      }
    context.putImageData(picture, 0, 0);
  }

  /** A place of the map becomes the start. */
  take(event) {
    const area = this.map.getBoundingClientRect();
    const at = (share_, [low, high]) => Math.min(high, Math.max(low, low + share_ * (high - low)));
    const start = [
      at((event.clientX - area.left) / area.width, BOX.w),
      at((area.bottom - event.clientY) / area.height, BOX.b),
    ];
    ["w", "b"].forEach((name, i) => {
      this.inputs[name].show(start[i]);
      this.settings.start[i] = +this.inputs[name].input.value;
    });
    this.draw();
  }

  draw() {
    const { path } = descend(this.settings.start, this.settings);
    const far = (v) => Math.min(400, Math.max(-300, v)); // what leaves the map is cut at its edge
    const points = path.map(([w, b]) => [
      far(100 * share(w, BOX.w)),
      far(100 - 100 * share(b, BOX.b)),
    ]);
    const dots = points
      .slice(1)
      .map(([x, y]) => drawn("line", { x1: x, y1: y, x2: x, y2: y, class: "rc-cliff-dot" }));
    this.lines.replaceChildren(
      drawn("polyline", {
        points: points.map((p) => p.map((v) => v.toFixed(2)).join(",")).join(" "),
        class: "rc-cliff-line",
      }),
      ...dots,
      drawn("line", {
        x1: points[0][0],
        y1: points[0][1],
        x2: points[0][0],
        y2: points[0][1],
        class: "rc-cliff-begin",
      }),
    );
    this.inputs.threshold.input.disabled = this.settings.kind === "none";
    this.said.textContent = sentence(this.settings);
  }

  close() {}
}

export default live(
  "gradient-cliff",
  (root, facts) =>
    new Cliff(root, {
      start: [+facts.get("w"), +facts.get("b")],
      rate: +facts.get("rate"),
      kind: facts.get("kind"),
      threshold: +facts.get("threshold"),
      updates: +facts.get("updates"),
    }),
  "With no bound, from which start is it thrown off the map? Which bound keeps it there?",
);
