// Two eigenvalues to drag, and the angle between their directions: a circle of gradients on its
// way back.
//
// First the numbers, which need no page (Node.js tests them against NumPy), then the interface.

import {
  box,
  boxes,
  count,
  drags,
  drawn,
  fixed,
  ids,
  live,
  make,
  NBSP,
  slider,
  thousands,
} from "../../viz/live/core.mjs";

const STEPS = 60;
const REAL = 0.02; // an imaginary part below this is none
const TIMES = 10; // the task

// ---- Numbers -----------------------------------------------------------------------------------

const product = ([a, b, c, d], [e, f, g, h]) => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];

/**
 * W = V C V^-1: V has (1, 0) and (cos, sin) as its columns; C is diagonal, or turns and stretches.
 */
export function matrix({ re, im, other, angle }) {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const core = im < REAL ? [re, 0, 0, other] : [re, -im, im, re];
  return product(product([1, cos, 0, sin], core), [1, -cos / sin, 0, 1 / sin]);
}

/** Of a pair, the second has the real part of the first. */
export function paired(set) {
  if (set.im >= REAL) set.other = set.re;
  return set;
}

/** The largest singular value of a matrix of two rows. */
export function longest([a, b, c, d]) {
  const [sum, det] = [a * a + b * b + c * c + d * d, a * d - b * c];
  return Math.sqrt((sum + Math.sqrt(Math.max(0, sum * sum - 4 * det * det))) / 2);
}

/** The spectral radius. */
export const radius = ({ re, im, other }) =>
  im < REAL ? Math.max(Math.abs(re), Math.abs(other)) : Math.hypot(re, im);

/** The powers of W from 0 on. */
export function powers(W, steps = STEPS) {
  const found = [[1, 0, 0, 1]];
  while (found.length <= steps) found.push(product(W, found.at(-1)));
  return found;
}

const times = (v) => {
  if (v < 0.005) return "less than 0.01";
  return v < 10 ? fixed(v) : v < 1e6 ? thousands(Math.round(v)) : "over a million";
};

/** What is to be seen, in sentences. */
export function sentence(set, k, lengths) {
  const rho = radius(set);
  const top = Math.max(...lengths);
  const end =
    rho < 0.995
      ? "Both are inside the unit circle: in the end every gradient vanishes."
      : rho > 1.005
        ? "An eigenvalue is outside the unit circle: in the end most gradients explode."
        : "The larger eigenvalue is on the unit circle.";
  const way =
    rho < 0.995 && top > 1.05
      ? ` On the way it is up to ${times(top)} times as long, after ` +
        `${count(lengths.indexOf(top), "step")}.`
      : "";
  const done = rho < 0.995 && top >= TIMES ? " Task done." : "";
  return (
    `After ${count(k, "step")} the longest is ${times(lengths[k])} times as long as at first. ` +
    `${end}${way}${done}`
  );
}

/** How far the picture of gradients reaches: 2, 5, 10, 20, …, the least that holds a length. */
export function frame(length) {
  let reach = 2;
  while (reach < length) reach *= `${reach}`.startsWith("2") ? 2.5 : 2;
  return reach;
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-eigen-");
const [SIZE, EDGE] = [220, 1.35]; // of a panel, and of the complex plane in it
const [WIDE, HIGH, LEFT, TOP, LOW] = [400, 268, 48, 8, 44];
const CROSS = `M0 ${SIZE / 2}H${SIZE}M${SIZE / 2} 0V${SIZE}`; // two axes
const RAISED = ["⁻³", "⁻²", "⁻¹", "⁰", "¹", "²", "³"];
const place = (v) => SIZE / 2 + (v / EDGE) * (SIZE / 2 - 8);
const value = (pixels) => ((pixels - SIZE / 2) / (SIZE / 2 - 8)) * EDGE;
const within = (v) => Math.min(3.2, Math.max(-3.2, v)); // powers of ten that the curve shows
const near = (v) => Math.round(Math.min(1.3, Math.max(-1.3, v)) * 100) / 100;

const SLIDERS = [
  // name, label, least, most, step, decimals
  ["re", "First eigenvalue", -1.3, 1.3, 0.01, 2],
  ["im", "Its imaginary part", 0, 1.3, 0.01, 2],
  ["other", "Second eigenvalue", -1.3, 1.3, 0.01, 2],
  ["angle", "Angle between the directions", 2, 90, 1, 0],
  ["k", "Steps back", 0, STEPS, 1, 0],
];

class Eigen {
  constructor(root, set) {
    Object.assign(this, { set: paired(set), id: ids(), fields: {} });
    this.said = make("p", { className: "rc-w-said", role: "status" });
    this.plane = part("panel");
    this.circle = part("panel");
    this.curve = part("curve");
    const sliders = box(
      "sliders",
      ...SLIDERS.map(([name, label, min, max, step, decimals]) => {
        this.fields[name] = slider(this.id(name), label, {
          min,
          max,
          step,
          take: (v) => this.change({ [name]: v }),
          words: (v) => fixed(v, decimals) + (name === "angle" ? "°" : ""),
        });
        return this.fields[name].row;
      }),
    );
    root.classList.add("rc-eigen");
    for (const done of ["change", "pointerup"]) root.addEventListener(done, () => this.frame());
    root.replaceChildren(
      part(
        "panels",
        make(
          "div",
          {},
          make(
            "p",
            { className: "rc-eigen-title" },
            "Eigenvalues in the complex plane: drag them",
          ),
          this.plane,
        ),
        make(
          "div",
          {},
          make("p", { className: "rc-eigen-title" }, "All gradients of length 1, on their way"),
          this.circle,
        ),
        make(
          "div",
          {},
          make("p", { className: "rc-eigen-title" }, "The longest of them, by steps back"),
          this.curve,
        ),
      ),
      this.said,
      sliders,
    );
    drags(this.plane, (event) => this.grab(event));
    drags(this.curve, (event) => {
      this.reach(event);
      return (moved) => this.reach(moved);
    });
    this.frame();
  }

  change(some) {
    const { set } = this;
    Object.assign(set, some);
    if (set.im >= REAL && "other" in some) set.re = set.other; // one real part, from either slider
    paired(set);
    this.show();
  }

  /** Between two drags the picture may come nearer; in one it only moves away. */
  frame() {
    this.far = 0;
    this.show();
  }

  /** Drag the nearer of the two points; above or below the axis it has a mate. */
  grab(event) {
    const box = this.plane.getBoundingClientRect();
    const at = ({ clientX, clientY }) => [
      value(((clientX - box.left) / box.width) * SIZE),
      -value(((clientY - box.top) / box.height) * SIZE),
    ];
    const [x, y] = at(event);
    const { re, other } = this.set;
    const second = Math.hypot(x - re, y) > Math.hypot(x - other, y);
    const move = (moved) => {
      const [u, v] = at(moved).map(near);
      if (Math.abs(v) > 0.1) this.change({ re: u, im: Math.abs(v) });
      else this.change(second ? { im: 0, other: u } : { im: 0, re: u });
    };
    move(event);
    return move;
  }

  /** Steps back, as far as the pointer is along the curve. */
  reach(event) {
    const { left, width } = this.curve.getBoundingClientRect();
    const k = Math.round(
      (STEPS * (((event.clientX - left) / width) * WIDE - LEFT)) / (WIDE - LEFT - 8),
    );
    this.change({ k: Math.min(STEPS, Math.max(0, k)) });
  }

  show() {
    const { set } = this;
    const pair = set.im >= REAL;
    for (const [name, field] of Object.entries(this.fields)) field.show(set[name]);
    const all = powers(matrix(set));
    const lengths = all.map(longest);
    this.plane.replaceChildren(this.drawPlane(pair));
    this.circle.replaceChildren(this.drawCircle(all[set.k], lengths[set.k]));
    this.curve.replaceChildren(this.drawCurve(lengths));
    this.said.textContent = sentence(set, set.k, lengths);
  }

  drawPlane(pair) {
    const { re, im, other } = this.set;
    const points = pair
      ? [
          [re, im],
          [re, -im],
        ]
      : [
          [re, 0],
          [other, 0],
        ];
    const both = pair
      ? `${fixed(re)} plus and minus ${fixed(im)} i`
      : `${fixed(re)} and ${fixed(other)}`;
    return drawn(
      "svg",
      {
        viewBox: `0 0 ${SIZE} ${SIZE}`,
        role: "img",
        "aria-label": `Eigenvalues ${both}, and the unit circle`,
      },
      drawn("path", { class: "rc-eigen-axis", d: CROSS }),
      drawn("circle", {
        class: "rc-eigen-unit",
        cx: place(0),
        cy: place(0),
        r: place(1) - place(0),
      }),
      ...points.map(([x, y], n) =>
        drawn("circle", {
          class: n && pair ? "rc-eigen-mate" : "rc-eigen-point",
          cx: place(x),
          cy: place(-y),
          r: 7,
        }),
      ),
    );
  }

  drawCircle([a, b, c, d], size) {
    const reach = (this.far = Math.max(this.far, frame(size)));
    const scale = (SIZE / 2 - 8) / reach;
    const turn = Array.from({ length: 121 }, (_, i) => (i * Math.PI) / 60);
    const to = turn.map((w) => [
      a * Math.cos(w) + b * Math.sin(w),
      c * Math.cos(w) + d * Math.sin(w),
    ]);
    const points = to
      .map(([x, y]) => `${(SIZE / 2 + scale * x).toFixed(1)},${(SIZE / 2 - scale * y).toFixed(1)}`)
      .join(" ");
    return drawn(
      "svg",
      {
        viewBox: `0 0 ${SIZE} ${SIZE}`,
        role: "img",
        "aria-label": "The circle of gradients after these steps, beside the first one",
      },
      drawn("path", {
        class: "rc-eigen-axis",
        d: `${CROSS}M${SIZE - 8} ${SIZE / 2 - 4}v8M${SIZE / 2 - 4} 8h8`,
      }),
      drawn("text", { x: SIZE - 4, y: SIZE / 2 + 20, "text-anchor": "end" }, thousands(reach)),
      drawn("circle", { class: "rc-eigen-unit", cx: SIZE / 2, cy: SIZE / 2, r: scale }),
      drawn("polygon", { class: "rc-eigen-now", points }),
    );
  }

  drawCurve(lengths) {
    const x = (k) => LEFT + ((WIDE - LEFT - 8) * k) / STEPS;
    const log = (v) => Math.log10(Math.max(v, 1e-9));
    const height = (power) => TOP + ((HIGH - TOP - LOW) * (3.2 - power)) / 6.4;
    const y = (v) => height(log(v));
    const [rho, at] = [radius(this.set), this.set.k];
    const seen = height(within(log(lengths[at])));
    const out = lengths.findIndex((v) => log(v) !== within(log(v)));
    const above = lengths[out] > 1;
    const room = { x: LEFT, y: TOP, width: WIDE - LEFT - 8, height: HIGH - TOP - LOW };
    const line = (name, values) =>
      drawn("polyline", {
        class: `rc-eigen-${name}`,
        points: values.map((v, k) => `${x(k).toFixed(1)},${y(v).toFixed(1)}`).join(" "),
      });
    return drawn(
      "svg",
      {
        viewBox: `0 0 ${WIDE} ${HIGH}`,
        role: "img",
        "aria-label": "Length of the longest gradient against the steps back",
      },
      ...[-3, -2, -1, 0, 1, 2, 3].flatMap((n) => [
        drawn("line", {
          class: n ? "rc-eigen-grid" : "rc-eigen-axis",
          x1: LEFT,
          x2: WIDE - 8,
          y1: y(10 ** n),
          y2: y(10 ** n),
        }),
        drawn(
          "text",
          {
            class: n % 2 ? "rc-eigen-odd" : "",
            x: LEFT - 6,
            y: y(10 ** n) + 5,
            "text-anchor": "end",
          },
          `10${RAISED[n + 3]}`,
        ),
      ]),
      ...[0, 20, 40, 60].map((k) =>
        drawn(
          "text",
          { x: x(k), y: HIGH - LOW + 18, "text-anchor": k < STEPS ? "middle" : "end" },
          String(k),
        ),
      ),
      drawn("text", { x: (LEFT + WIDE) / 2, y: HIGH - 4, "text-anchor": "middle" }, "steps back"),
      drawn(
        "svg",
        { ...room, viewBox: Object.values(room).join(" "), "aria-hidden": "true" }, // no further
        line(
          "rho",
          lengths.map((_, k) => rho ** k),
        ),
        line("long", lengths),
      ),
      ...(out < 0
        ? []
        : [
            drawn(
              "text",
              {
                class: "rc-eigen-out",
                x: x(out) + (out < 25 ? 8 : -8),
                y: above ? TOP + 14 : HIGH - LOW - 6,
                "text-anchor": out < 25 ? "start" : "end",
              },
              `${above ? "↑" : "↓"} off the chart`,
            ),
          ]),
      drawn("circle", { class: "rc-eigen-at", cx: x(at), cy: seen, r: 6 }),
      drawn(
        "text",
        {
          class: "rc-eigen-times",
          x: x(at) + (at < 40 ? 4 : -4),
          y: Math.max(seen - 13, TOP + 34),
          "text-anchor": at < 40 ? "start" : "end",
        },
        `× ${times(lengths[at])}`,
      ),
    );
  }

  close() {}
}

export default live(
  "eigen-hands",
  (root, facts) =>
    new Eigen(root, Object.fromEntries(SLIDERS.map(([name]) => [name, +facts.get(name)]))),
  `Keep both eigenvalues inside the unit circle, and make a gradient ten${NBSP}times as long ` +
    `on its way.`,
);
