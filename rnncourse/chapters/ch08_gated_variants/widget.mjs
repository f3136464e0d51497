// A drawn cell: gates, peepholes, tanhs and a coupling that a click takes away or puts back; what
// was measured without them, its equations, its parameters, and a short training.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import {
  Announcer,
  boxes,
  button,
  drawn,
  fixed,
  fold,
  live,
  make,
  marks,
  percent,
  rich,
  scrolls,
  srOnly,
} from "../../viz/live/core.mjs";
import { generator } from "../../viz/live/numbers.mjs";
import { numberTable } from "../../viz/live/table.mjs";

const [D, T, B, UPDATES, RATE] = [2, 12, 16, 300, 0.05];
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

// ---- Numbers -----------------------------------------------------------------------------------

const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const zeros = (n) => new Array(n).fill(0);

/** The gates that have weights: a coupled input gate has none. */
export const own = (v) => ["i", "f", "o"].filter((k) => v[k] && !(k === "i" && v.coupled));
const blocks = (v) => [...own(v), "g"];

/** Shapes of the parameters, with a readout of one number. */
export function shapes(v, H) {
  const sizes = {};
  for (const k of blocks(v)) {
    sizes[`W_x${k}`] = [D, H];
    sizes[`W_h${k}`] = [H, H];
    sizes[`b_${k}`] = [1, H];
  }
  if (v.peepholes) for (const k of own(v)) sizes[`p_${k}`] = [1, H];
  return { ...sizes, W_y: [H, 1], b_y: [1, 1] };
}

export const size = (v, H) => Object.values(shapes(v, H)).reduce((sum, [n, m]) => sum + n * m, 0);

/** The number of units with which a cell comes closest to the budget. */
export function units(v) {
  let best = 1;
  for (let H = 2; H <= 12; H += 1)
    if (Math.abs(size(v, H) - BUDGET) < Math.abs(size(v, best) - BUDGET)) best = H;
  return best;
}

/** First weights: uniform, biases 0, but that of the forget gate, which is 1. */
export function begin(v, H, random) {
  return Object.fromEntries(
    Object.entries(shapes(v, H)).map(([name, [n, m]]) => [
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

/** Read a sequence from a zero state; keep what the way back needs. */
export function forward(xs, w, v) {
  const H = w.W_y.length;
  let [h, c] = [zeros(H), zeros(H)];
  return xs.map((x) => {
    const into = (k, j) =>
      w[`b_${k}`][0][j] +
      x.reduce((sum, e, n) => sum + e * w[`W_x${k}`][n][j], 0) +
      h.reduce((sum, e, n) => sum + e * w[`W_h${k}`][n][j], 0);
    const gate = (k, j, cell) =>
      v[k] ? sigmoid(into(k, j) + (v.peepholes ? w[`p_${k}`][0][j] * cell : 0)) : 1;
    const one = { x, before: h, old: c, i: [], f: [], o: [], g: [], c: [], s: [], h: [] };
    for (let j = 0; j < H; j += 1) {
      one.f[j] = gate("f", j, c[j]);
      one.i[j] = v.coupled ? 1 - one.f[j] : gate("i", j, c[j]);
      one.g[j] = v.tanhIn ? Math.tanh(into("g", j)) : into("g", j);
      one.c[j] = one.f[j] * c[j] + one.i[j] * one.g[j];
      one.o[j] = gate("o", j, one.c[j]);
      one.s[j] = v.tanhOut ? Math.tanh(one.c[j]) : one.c[j];
      one.h[j] = one.o[j] * one.s[j];
    }
    one.y = w.b_y[0][0] + one.h.reduce((sum, e, n) => sum + e * w.W_y[n][0], 0);
    [h, c] = [one.h, one.c];
    return one;
  });
}

/** The mean squared error of a batch, and its gradient. */
export function gradient(batch, w, v) {
  const H = w.W_y.length;
  const d = Object.fromEntries(
    Object.entries(w).map(([name, rows]) => [name, rows.map((row) => row.map(() => 0))]),
  );
  let loss = 0;
  for (const { xs, goals } of batch) {
    const steps = forward(xs, w, v);
    let [dh, dc] = [zeros(H), zeros(H)];
    for (let t = steps.length - 1; t >= 0; t -= 1) {
      const s = steps[t];
      const count = batch.length * steps.length;
      const miss = s.y - goals[t];
      loss += (miss * miss) / count;
      const dy = (2 * miss) / count;
      d.b_y[0][0] += dy;
      const da = Object.fromEntries(blocks(v).map((k) => [k, zeros(H)]));
      for (let j = 0; j < H; j += 1) {
        d.W_y[j][0] += dy * s.h[j];
        const dhj = dh[j] + dy * w.W_y[j][0];
        if (v.o) da.o[j] = dhj * s.s[j] * s.o[j] * (1 - s.o[j]);
        let dcj = dc[j] + dhj * s.o[j] * (v.tanhOut ? 1 - s.s[j] ** 2 : 1);
        if (v.o && v.peepholes) dcj += da.o[j] * w.p_o[0][j];
        const df = dcj * (s.old[j] - (v.coupled ? s.g[j] : 0));
        if (v.f) da.f[j] = df * s.f[j] * (1 - s.f[j]);
        if (da.i) da.i[j] = dcj * s.g[j] * s.i[j] * (1 - s.i[j]);
        da.g[j] = dcj * s.i[j] * (v.tanhIn ? 1 - s.g[j] ** 2 : 1);
        dc[j] = dcj * s.f[j];
        if (v.peepholes)
          for (const k of own(v)) {
            d[`p_${k}`][0][j] += da[k][j] * (k === "o" ? s.c[j] : s.old[j]);
            if (k !== "o") dc[j] += da[k][j] * w[`p_${k}`][0][j];
          }
      }
      dh = zeros(H);
      for (const [k, a] of Object.entries(da))
        for (let j = 0; j < H; j += 1) {
          d[`b_${k}`][0][j] += a[j];
          s.x.forEach((e, n) => {
            d[`W_x${k}`][n][j] += e * a[j];
          });
          for (let n = 0; n < H; n += 1) {
            d[`W_h${k}`][n][j] += s.before[n] * a[j];
            dh[n] += w[`W_h${k}`][n][j] * a[j];
          }
        }
    }
  }
  return { loss, d };
}

/** Values between -1 and 1, and resets; the goal is the sum since the last reset. */
export function sequences(n, random) {
  return Array.from({ length: n }, () => {
    let sum = 0;
    const [xs, goals] = [[], []];
    for (let t = 0; t < T; t += 1) {
      const [value, reset] = [2 * random() - 1, random() < 0.2 ? 1 : 0];
      sum = (reset ? 0 : sum) + value;
      xs.push([value, reset]);
      goals.push(sum);
    }
    return { xs, goals };
  });
}

/**
 * Train with Adam; return the share of the error of a constant answer that is left on new
 * sequences.
 */
export function train(v, seed, updates = UPDATES) {
  const random = generator(seed);
  const w = begin(v, units(v), random);
  const [m, s] = [0, 1].map(() =>
    Object.fromEntries(
      Object.entries(w).map(([k, rows]) => [k, rows.map((row) => row.map(() => 0))]),
    ),
  );
  for (let n = 1; n <= updates; n += 1) {
    const { d } = gradient(sequences(B, random), w, v);
    const norm = Math.sqrt(
      Object.values(d)
        .flat(2)
        .reduce((sum, e) => sum + e * e, 0),
    );
    const rate = RATE * Math.min(1, 3 * (1 - (n - 1) / updates));
    for (const k of Object.keys(w))
      w[k].forEach((row, i) =>
        row.forEach((_, j) => {
          const e = d[k][i][j] * Math.min(1, 1 / (norm + 1e-6));
          m[k][i][j] += 0.1 * (e - m[k][i][j]);
          s[k][i][j] += 0.001 * (e * e - s[k][i][j]);
          row[j] -=
            (rate * (m[k][i][j] / (1 - 0.9 ** n))) /
            (Math.sqrt(s[k][i][j] / (1 - 0.999 ** n)) + 1e-8);
        }),
      );
  }
  const test = sequences(200, generator(7));
  const goals = test.flatMap((one) => one.goals);
  const mean = goals.reduce((a, b) => a + b) / goals.length;
  const constant = goals.reduce((sum, goal) => sum + (goal - mean) ** 2, 0) / goals.length;
  return gradient(test, w, v).loss / constant;
}

/** The equations, line by line. */
export function equations(v) {
  const gate = (k, at) =>
    v[k]
      ? `${k}_t = σ(x_t W_x${k} + h_{t−1} W_h${k} + ` +
        `b_${k}${v.peepholes ? ` + p_${k} ⊙ c_${at}` : ""})`
      : `${k}_t = 1`;
  const inner = "x_t W_xg + h_{t−1} W_hg + b_g";
  return [
    v.coupled ? "i_t = 1 − f_t" : gate("i", "{t−1}"),
    gate("f", "{t−1}"),
    v.tanhIn ? `g_t = tanh(${inner})` : `g_t = ${inner}`,
    "c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t",
    gate("o", "t"),
    v.tanhOut ? "h_t = o_t ⊙ tanh(c_t)" : "h_t = o_t ⊙ c_t",
  ];
}

const SWITCHED = {
  // what is said of a cell that differs from V, and its name in the paper where nothing else does
  i: ["no input gate", "NIG"],
  f: ["no forget gate", "NFG"],
  o: ["no output gate", "NOG"],
  coupled: ["coupled gates", "CIFG"],
  peepholes: ["no peepholes", "NP"],
  tanhIn: ["no input tanh", "NIAF"],
  tanhOut: ["no output tanh", "NOAF"],
};
const switched = (v) => Object.keys(FULL).filter((k) => v[k] !== FULL[k]);

/** Its name in the paper, if it has one. */
export function nameOf(v) {
  const [first, more] = switched(v);
  if (!more) return first ? SWITCHED[first][1] : "V";
}

/** What distinguishes a cell from V, after its name if it has one. */
export function short(v) {
  const words = switched(v).map((k) => SWITCHED[k][0]);
  return [nameOf(v), words.join(", ") || "the full LSTM"].filter(Boolean).join(": ");
}

/** How large a cell is, in a sentence: trained are as many units as come near V's weights. */
function weighed(v) {
  const [weights, H] = [size(v, 4), units(v)];
  if (weights === BUDGET) return `Four units, two numbers in and one out: ${weights} parameters.`;
  const trained = H === 4 ? "" : ` Trained here are ${H} units, with ${size(v, H)}.`;
  return `Its four units have ${weights} parameters, those of V ${BUDGET}.${trained}`;
}

/**
 * What the sweep has found, for each task: what V leaves; of a cell that was run its row; where
 * the scale ends.
 */
export const sweepResults = (name, stored) =>
  stored.V.map(([, , , baseline], task) => ({
    baseline,
    row: stored[name]?.[task],
    scale: Math.max(
      ...Object.values(stored).flatMap((rows) => rows[task].slice(0, 3).map(Math.abs)),
    ),
  }));

/** Whether a cell is better than V: only where the whole interval is on one side of it. */
export const verdict = ([, low, high]) => (high < 0 ? "better" : low > 0 ? "worse" : "unclear");

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-cell-");
const mark = marks("rc-cell-");
const X = { old: 6.5, f: 20.5, i: 41, mix: 53.5, g: 66, o: 78.5, now: 93.5 }; // columns, of 100
const [TOP, SEEN, GATE, BUS, HIGH] = [20, 64, 112, 170, 206]; // rows, in pixels
const F_I = (X.f + X.i) / 2;
const PARTS = [
  // what can be taken away, from left to right
  ["f", "forget gate", "gate", X.f, GATE, "gate", "f_t"],
  ["peepholes", "peepholes", "pill", F_I, SEEN, "cell", "peepholes"],
  ["coupled", "coupled: i = 1 − f", "pill", F_I, GATE, "gate", "1−f"],
  ["i", "input gate", "gate", X.i, GATE, "gate", "i_t"],
  ["tanhIn", "tanh on what is written", "pill", X.g, GATE, "ink", "tanh"],
  ["o", "output gate", "gate", X.o, GATE, "gate", "o_t"],
  ["tanhOut", "tanh on what is shown", "pill", X.now, SEEN, "ink", "tanh"],
];
const FIXED = [
  ["box", X.old, TOP, "cell", "c_{t−1}"],
  ["box", X.now, TOP, "cell", "c_t"],
  ["square", X.old, BUS - 19, "input", "x_t"],
  ["box", X.old, BUS + 19, "state", "h_{t−1}"],
  ["box", X.now, BUS, "state", "h_t"],
  ["sign", X.mix, TOP, "ink", "+"],
  ["sign", X.mix, GATE, "ink", "×"],
  ["sign", X.f, TOP, "ink", "×"],
  ["sign", X.now, GATE, "ink", "×"],
  ["word", X.f, 141, "ink", "forget"],
  ["word", X.i, 141, "ink", "input"],
  ["word", X.o, 141, "ink", "output"],
];
const ROWS = 3; // of the table of trainings, at most
const TASKS = [
  ["sums", percent, "of the error"],
  ["recall", percent, "of guessing"],
  ["text", fixed, "bits"],
];

/** How a thing of the drawing looks, and where its middle is. */
const placed = (kind, x, y, role) => ({
  className: `rc-cell-node rc-cell-${kind}`,
  style: `left: ${x}%; top: ${y}px; --role: var(--${role})`,
});

/** A wire with a head, from point to point to the right, up or down. */
function wire(there, role, width, ...points) {
  const [[a, b], [x, y]] = points.slice(-2);
  const [dx, dy, size] = [Math.sign(x - a), Math.sign(y - b), 2.5 + width];
  const corner = (side) => [
    x - 2 * size * dx + side * size * dy,
    y - 2 * size * dy + side * size * dx,
  ];
  return drawn(
    "g",
    { class: there ? "" : "rc-cell-off", style: `--role: var(--${role})` },
    drawn("path", {
      "stroke-width": width,
      pathLength: 1,
      d: `M${[...points.slice(0, -1), [x - size * dx, y - size * dy]].join("L")}`,
    }),
    drawn("path", { class: "rc-cell-head", d: `M${[[x, y], corner(1), corner(-1)].join("L")}Z` }),
  );
}

class DrawnCell {
  constructor(root, stored) {
    Object.assign(this, { swept: stored, v: { ...FULL }, seed: 1 });
    this.parts = PARTS.map(([name, label, kind, x, y, role, shown]) =>
      make(
        "button",
        {
          type: "button",
          ...placed(`${kind} rc-w-pointer rc-w-printed`, x, y, role),
          onclick: () => this.toggle(name, !this.v[name]),
        },
        make("span", { "aria-hidden": "true" }, ...rich(shown)),
        srOnly(label),
      ),
    );
    this.wires = drawn("svg", { "aria-hidden": "true" });
    this.stage = part(
      "stage",
      this.wires,
      ...FIXED.map(([kind, x, y, role, shown]) =>
        make("span", { ...placed(kind, x, y, role), "aria-hidden": "true" }, ...rich(shown)),
      ),
      ...this.parts,
    );
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", "What the cell has");
    this.lines = part("equations");
    this.about = make("p", { role: "status" });
    this.voice = new Announcer(root);
    this.key = make("p", { className: "rc-cell-name" });
    [this.results, this.runs, this.trained] = [make("ul"), part("table"), []];
    this.watch = [scrolls([this.runs]), new ResizeObserver(() => this.draw())];
    this.watch[1].observe(this.stage);
    this.run = button("Train it on sums", () => this.train(), "rc-w-main");
    const sides = part(
      "sides",
      ...["better ←", "V", "→ worse (root scale)"].map((s) => make("span", {}, s)),
    );
    root.classList.add("rc-cell");
    root.replaceChildren(
      part("top", this.stage, part("found", this.key, sides, this.results)),
      part(
        "low",
        make("div", {}, fold("Its equations", {}, this.lines), this.about),
        make("div", {}, this.run, this.runs),
      ),
      this.voice.status,
    );
    this.list();
    this.show();
  }

  toggle(name, on) {
    this.v[name] = on;
    if (name === "coupled" && on) Object.assign(this.v, { i: true, f: true });
    if ((name === "i" || name === "f") && !on) this.v.coupled = false;
    this.show();
  }

  get stored() {
    const names = Object.keys(FULL);
    return {
      has: [
        names.filter((k) => this.v[k]).join(" "),
        (has) => {
          for (const k of names) this.v[k] = has.split(" ").includes(k);
          this.toggle("coupled", this.v.coupled);
        },
      ],
    };
  }

  show() {
    this.parts.forEach((e, n) => {
      const on = this.v[PARTS[n][0]];
      e.setAttribute("aria-pressed", String(on));
      e.classList.toggle("rc-cell-off", !on);
    });
    this.draw();
    const full = equations(FULL);
    this.lines.replaceChildren(
      ...equations(this.v).map((line, n) =>
        make("p", { className: line === full[n] ? "" : "rc-cell-changed" }, ...rich(line)),
      ),
    );
    this.about.textContent = weighed(this.v);
    this.describe();
  }

  /** The wires, as long as there is room for; those of what is missing are cut. */
  draw() {
    const { i, f, o, coupled, peepholes } = this.v;
    const wide = this.stage.clientWidth || 302;
    const at = (name, shift, y) => [(X[name] * wide) / 100 + shift, y];
    const fed = (k, there, half = 15) =>
      wire(there, "ink", 1.4, at(k, 0, BUS), at(k, 0, GATE + half));
    const turn = (wide * (X.old + X.f)) / 200;
    this.wires.setAttribute("viewBox", `0 0 ${wide} ${HIGH}`);
    this.wires.replaceChildren(
      drawn("path", {
        "stroke-width": 1.4,
        d:
          `M${at("old", 0, BUS - 19)}H${turn}V${BUS + 19}H${at("old", 0)[0]}M${turn} ` +
          `${BUS}H${at("o", 0)[0]}`,
      }),
      fed("f", f),
      fed("i", i && !coupled),
      fed("g", true, 12),
      fed("o", o),
      wire(peepholes && f, "cell", 1, at("old", 0, TOP), at("old", 0, GATE), at("f", -15, GATE)),
      wire(
        peepholes && i && !coupled,
        "cell",
        1,
        at("old", 0, SEEN),
        at("i", 0, SEEN),
        at("i", 0, GATE - 15),
      ),
      wire(
        peepholes && o,
        "cell",
        1,
        at("now", -9, TOP),
        at("now", -9, 43),
        at("o", 0, 43),
        at("o", 0, GATE - 15),
      ),
      wire(true, "cell", 2.4, at("old", 0, TOP), at("f", -9, TOP)),
      wire(true, "cell", 2.4, at("f", 9, TOP), at("mix", -9, TOP)),
      wire(true, "cell", 2.4, at("mix", 9, TOP), at("now", -15, TOP)),
      wire(f, "gate", 1.4, at("f", 0, GATE), at("f", 0, TOP + 9)),
      wire(coupled, "gate", 1.4, at("f", 15, GATE), at("i", -15, GATE)),
      wire(i, "gate", 1.4, at("i", 0, GATE), at("mix", -9, GATE)),
      wire(true, "ink", 1.4, at("g", 0, GATE), at("mix", 9, GATE)),
      wire(true, "ink", 1.4, at("mix", 0, GATE - 9), at("mix", 0, TOP + 9)),
      wire(true, "ink", 1.4, at("now", 0, TOP), at("now", 0, GATE - 9)),
      wire(o, "gate", 1.4, at("o", 0, GATE), at("now", -9, GATE)),
      wire(true, "state", 1.4, at("now", 0, GATE + 9), at("now", 0, BUS - 13)),
    );
  }

  /**
   * What the sweep has stored, for each task: what V leaves, and the cell, on a line where V is
   * the zero.
   */
  describe() {
    const kind = nameOf(this.v);
    this.key.textContent = short(this.v);
    this.results.replaceChildren(
      ...sweepResults(kind, this.swept).map(({ baseline, row, scale }, task) => {
        const [name, shown, left] = TASKS[task];
        const known = row && kind !== "V";
        const [loss, low, high, leaves] = known ? row : [0, 0, 0];
        const bar = kind === "V" ? "own" : `bar ${loss < 0 ? "better" : "worse"}`;
        const track = part("zero", mark(bar), mark("interval"));
        track.setAttribute(
          "style",
          [
            ["loss", loss],
            ["low", low],
            ["high", high],
          ]
            .map(([end, v]) => `--${end}: ${Math.sign(v) * Math.sqrt(Math.abs(v) / scale)}`)
            .join("; "),
        );
        const judged = { better: "better", worse: "worse", unclear: "no clear difference" };
        const words = known
          ? `${judged[verdict(row)]} (${shown(leaves)} against ${shown(baseline)})`
          : `${kind ? "" : "not recorded; "}V leaves ${shown(baseline)} ${left}`;
        const like = kind ? {} : { className: "rc-cell-unknown" };
        return make("li", like, make("b", {}, `${name}:`), ` ${words}`, track);
      }),
    );
  }

  /** Three trainings, one after the other, so that the page answers between them. */
  async train() {
    if (this.run.ariaDisabled === "true") return; // it would be the second at once
    this.run.ariaDisabled = "true";
    const row = [short(this.v), units(this.v)];
    const cell = { ...this.v };
    this.trained = [row, ...this.trained].slice(0, ROWS);
    const rest = () => new Promise((resolve) => setTimeout(resolve));
    for (let n = 0; n < 3; n += 1) {
      this.list();
      await rest();
      row.push(train(cell, this.seed));
      this.seed += 1;
    }
    this.list();
    await rest(); // what was pressed meanwhile comes first
    this.run.ariaDisabled = "false";
    this.voice.announce(
      `${row[0]}: three networks of ${row[1]} units, ${UPDATES} updates each, leave ` +
        `${row
          .slice(2)
          .map((e) => percent(e, 1))
          .join(", ")} of the error of a constant answer, on sums of ${T} steps.`,
    );
  }

  list() {
    const rows = this.trained;
    if (!rows.length) {
      this.runs.textContent = `On sums shorter than the record's: ${T} steps, ${UPDATES} updates.`;
      return;
    }
    this.runs.replaceChildren(
      numberTable(
        [`Error left, ${T} steps, newest first`],
        ["units", "first", "second", "third"],
        rows.map(([name]) => name),
        (i, j) => {
          const v = rows[i][j + 1];
          return make("td", {}, v === undefined ? "" : j ? percent(v, 1) : String(v));
        },
        "cell",
      ),
    );
  }

  close() {
    for (const each of this.watch) each.disconnect();
  }
}

export default live(
  "drawn-cell",
  (root, facts) => new DrawnCell(root, JSON.parse(facts.get("stored"))),
  "Take one part away: without which is the cell better on all three stored tasks?",
);
