// Unfolding a recurrent network, one step at a time: the weights stay, the columns come.
//
// One source for two places. In the book it is a custom element:
//   <unfolding-stepper data-networks="{…}" data-task="echo" data-recurrence="hidden" data-digits="231302">
//   no-script text</unfolding-stepper>
// In a live notebook it is the module of an anywidget with the same four in its state.
//
// First the numbers, which need no page (Node.js tests them against the package), then the interface.

// ---- The network, and what is right ------------------------------------------------------------

export const T = 6; // steps
export const M = 4; // digits: 0 to 3

const add = (a, b) => a.map((v, i) => v + b[i]);
const product = (row, W) => W[0].map((_, j) => row.reduce((sum, v, i) => sum + v * W[i][j], 0)); // row W
const oneHot = (digit) => Array.from({ length: M }, (_, i) => +(i === digit));

/** The right answer of every step: the sum so far modulo 4, or the digit two steps ago, at first 0. */
export function answersOf(task, digits) {
  if (task === "echo") return digits.map((_, t) => (t < 2 ? 0 : digits[t - 2]));
  let sum = 0;
  return digits.map((digit) => (sum = (sum + digit) % M));
}

/**
 * Read the digits: one record a step. What comes back is the state where the weights have a W_hh, else
 * an answer: the network's own (fed is "own") or the right one ("told"); before step 1, zeros or a 0.
 */
export function run(weights, task, digits, fed = "own") {
  const { W_xh, W_hh, W_yh, W_hy, b_h, b_y } = weights;
  const targets = answersOf(task, digits);
  let [h, back] = [b_h.map(() => 0), 0];
  return digits.map((digit, t) => {
    const before = W_hh ? h : back;
    h = add(add(product(oneHot(digit), W_xh), W_hh ? product(h, W_hh) : product(oneHot(back), W_yh)), b_h)
      .map(Math.tanh);
    const logits = add(product(h, W_hy), b_y);
    const powers = logits.map((v) => Math.exp(v - Math.max(...logits)));
    const sum = powers.reduce((a, b) => a + b);
    const answer = logits.indexOf(Math.max(...logits));
    back = fed === "told" ? targets[t] : answer;
    return { digit, before, h, logits, p: powers.map((v) => v / sum), answer, target: targets[t] };
  });
}

/** How many numbers a network has: in its three matrices, and in its two biases. */
export function sizes({ b_h, b_y, ...matrices }) {
  return { matrices: Object.values(matrices).flat(2).length, biases: b_h.length + b_y.length };
}

// ---- Words -------------------------------------------------------------------------------------

/** What is wrong with the digits, in a sentence; nothing if they are fine. */
export function faultOf(text) {
  const strange = [...text].find((letter) => !/[0-3]/.test(letter));
  const wrong = strange
    ? `“${strange}” is none of them`
    : text.length === T ? "" : `this has ${text.length}`;
  return wrong && `The network reads six digits from 0 to ${M - 1}: ${wrong}.`;
}

/** A number with fixed decimals and a true minus sign; never minus zero. */
export function fixed(value, decimals = 2) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && +text !== 0 ? `−${text}` : text;
}

const ordinal = (n) => `${n}${["th", "st", "nd", "rd"][n] ?? "th"}`;
const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);

/** What comes from the column before, in a sentence. */
function source(t, steps, hidden, fed) {
  const past = steps[t - 2];
  if (t === 1) return hidden ? "No state comes back yet: h_0 is all 0." : "No answer comes back yet: a 0 stands in.";
  if (hidden) return `From step ${t - 1} comes its state, h_${t - 1}.`;
  const missed = past.answer !== past.target;
  if (fed === "told")
    return `From step ${t - 1} comes the right answer, ${past.target}${missed ? `, not its own, ${past.answer}` : ""}.`;
  return `From step ${t - 1} comes its answer, ${past.answer}${missed ? ", which was wrong" : ""}.`;
}

/** What happened at a position: 0 is the folded network, then the steps. */
export function sentence(position, steps, task, hidden, fed) {
  if (position === 0) {
    const told = !hidden && fed === "told";
    const back = told ? "the right answer comes in" : `its ${hidden ? "state" : "answer"} comes back`;
    const known = told ? " All right answers are known beforehand, so no step waits for another." : "";
    return `Folded. One network with a loop: ${back}, one step later.${known} ` +
      "Every step will read a digit, with the same three matrices.";
  }
  const { digit, answer, target } = steps[position - 1];
  const sum = steps.slice(0, position).reduce((all, step) => all + step.digit, 0);
  const asked = task === "echo"
    ? position <= 2 ? "Two steps ago there was nothing, so 0 is right" : `Two steps ago it read ${target}`
    : `The sum so far is ${sum}${sum >= M ? `, modulo ${M} that is ${target}` : ""}`;
  const last = position === T ? " Six columns, and still three matrices." : "";
  return `Step ${position} reads ${digit}. ${source(position, steps, hidden, fed)} ${asked}; ` +
    `the network answers ${answer}: ${answer === target ? "right" : "wrong"}.${last}`;
}

// ---- The interface -----------------------------------------------------------------------------

const PAUSE = 2500; // ms between two positions while it plays
let elements = 0; // for ids

/** Make an element: tag, properties (an attribute where the name has a hyphen), children. */
function make(tag, properties = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.includes("-") || name === "role" || name === "style") e.setAttribute(name, value);
    else e[name] = value;
  e.append(...children);
  return e;
}
const named = (name) => name.split(" ").map((part) => `rc-unf-${part}`).join(" ");
const box = (name, ...children) => make("div", { className: named(name) }, ...children);
const mark = (name, ...children) => make("i", { className: named(name), "aria-hidden": "true" }, ...children);

/** The class that colors a matrix: what reads the input, what comes back, what makes the answer. */
const hue = (name) => ({ W_xh: "in", W_hy: "out", b_h: "bias", b_y: "bias" })[name] ?? "back";

/** Text whose symbols, such as h_2 or W_hh, are set as formulas; a matrix in its color. */
function rich(text) {
  return text.split(/([A-Za-z]+_(?:[a-z0-9]+|\{[^}]+\}))/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [, base, below] = part.match(/(\w+?)_\{?([^}]+)/);
    const symbol = make("span", { className: "rc-unf-m" }, make("i", {}, base), make("sub", {}, below));
    if (base === "W") symbol.classList.add("rc-unf-named", `rc-unf-${hue(part)}`);
    return symbol;
  });
}

/** A bar and its number, which is heard always and seen on demand. */
function entry(value, digit) {
  const kind = digit === undefined ? (value < 0 ? "minus" : "plus") : "chance";
  return box("entry", digit === undefined ? "" : make("kbd", {}, `${digit}`),
    make("span", { className: "rc-unf-track", "aria-hidden": "true" },
      mark(kind)), make("span", { className: "rc-unf-number" }, fixed(value)));
}

export class Unfolding {
  constructor(root, { networks, task, recurrence, digits }) {
    Object.assign(this, { root, networks, task, recurrence, digits, fed: "own", position: 0, playing: null });
    style();
    this.build();
    this.compute();
  }

  build() {
    elements += 1;
    const id = (part) => `rc-unf-${elements}-${part}`;
    const button = (label, onclick) => make("button", { type: "button", onclick }, label);
    const choice = (legend, name, values) =>
      make("fieldset", {}, make("legend", {}, legend), box("options",
        ...values.map(([value, label]) => make("label", {}, make("input", {
          type: "radio", name: id(name), value, checked: value === this[name],
          onchange: () => { this[name] = value; this.compute(); },
        }), make("span", {}, label)))));

    this.field = make("input", {
      id: id("digits"), value: this.digits, size: 8, spellcheck: false, autocomplete: "off", inputMode: "numeric",
      "aria-describedby": id("fault"), oninput: () => this.typed(), onchange: () => this.typed(true),
    });
    this.fault = make("p", { id: id("fault"), className: "rc-unf-fault", role: "status" });
    this.feeding = choice("Fed back", "fed", [["own", "its own answer"], ["told", "the right answer"]]);
    const settings = box("settings",
      box("word", make("label", { htmlFor: id("digits") }, `Six digits, 0 to ${M - 1}`), this.field),
      choice("Task", "task", [["running sum", `sum modulo ${M}`], ["echo", "echo, two steps"]]),
      choice("What comes back", "recurrence", [["hidden", "the state"], ["output", "the output"]]),
      this.feeding);

    this.slider = make("input", { type: "range", min: 0, max: T, step: 1, value: 0,
      "aria-label": "Position", oninput: () => this.go(+this.slider.value) });
    this.marks = ["folded", 1, 2, 3, 4, 5, 6].map((name) => make("span", {}, `${name}`));
    const line = box("line", this.slider, make("div", { className: "rc-unf-marks", "aria-hidden": "true" },
      ...this.marks));
    this.forth = button("Step", () => this.go(this.position + 1));
    this.back = button("Back", () => this.go(this.position - 1));
    this.player = button("Play", () => (this.playing ? this.stop() : this.play()));
    this.again = button("Fold again", () => this.go(0));
    this.forth.className = "rc-unf-main";
    this.said = make("p", { className: "rc-unf-said", role: "status" });
    this.stage = make("div", { className: "rc-unf-stage", role: "group", "aria-label": "The network" });
    this.details = box("tables", ""); // the weights, in numbers
    const watched = [this.stage, this.details]; // what scrolls must be reached by keyboard
    this.watch = new ResizeObserver(() => {
      watched.forEach((e) => { e.tabIndex = e.scrollWidth > e.clientWidth ? 0 : -1; });
      if (this.stage.clientWidth !== this.width) this.reveal(); // a phone was turned
      this.width = this.stage.clientWidth;
    });
    watched.forEach((e) => this.watch.observe(e));
    this.details.setAttribute("role", "group");
    this.details.setAttribute("aria-label", "The weights");
    const numbers = make("input", { type: "checkbox", id: id("numbers"),
      onchange: () => this.root.classList.toggle("rc-unf-counted", numbers.checked) });
    const below = box("below", make("p", { className: "rc-unf-legend" }, "Each matrix is there once; its " +
      "rail leads to every use. A digit picks one row: the framed one. Bars to the right are plus, to the left " +
      "minus. The ring is around the right answer."),
    make("label", { htmlFor: id("numbers") }, numbers, " Show the numbers"));
    this.counter = make("p", { className: "rc-unf-counter" });
    this.measured = box("measured");
    this.root.classList.add("rc-unf");
    this.root.replaceChildren(settings, this.fault,
      box("transport", box("buttons", this.forth, this.back, this.player, this.again), line),
      this.said, this.stage, below, this.counter, this.measured,
      make("details", {}, make("summary", {}, "The weights"), this.details));
  }

  // -- What the reader does

  /** Take the digits if they are six. Fewer are no fault until the reader is done with them. */
  typed(done = false) {
    const text = this.field.value.replace(/[\s,]/g, "");
    const fault = faultOf(text);
    const waiting = !done && text.length < T && faultOf(text.padEnd(T, "0")) === "";
    this.fault.textContent = waiting ? "" : fault;
    this.field.setAttribute("aria-invalid", String(!!fault && !waiting));
    if (fault || text === this.digits) return;
    this.digits = text;
    this.compute();
  }

  go(position) {
    this.stop();
    this.move(position);
  }

  move(position) {
    const next = Math.max(0, Math.min(T, position));
    const moved = next !== this.position;
    this.position = next;
    this.show(moved);
  }

  /** Go on by itself; from the end, once more. */
  play() {
    this.move(this.position === T ? 0 : this.position + 1);
    this.playing = setInterval(() => {
      this.move(this.position + 1);
      if (this.position === T) this.stop();
    }, PAUSE);
    this.player.textContent = "Pause";
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.player.textContent = "Play";
  }

  // -- What the reader sees

  compute() {
    const { networks, task, recurrence } = this;
    this.hidden = recurrence === "hidden";
    this.network = networks[task][recurrence];
    this.name = this.hidden ? "W_hh" : "W_yh"; // the matrix of what comes back
    this.names = ["W_xh", this.name, "W_hy"];
    const { weights } = this.network;
    this.largest = Object.fromEntries(this.names.map((n) => [n, Math.max(...weights[n].flat().map(Math.abs))]));
    this.way = this.hidden ? "state" : this.fed; // what comes back
    this.steps = run(weights, task, [...this.digits].map(Number), this.fed);
    this.feeding.hidden = this.hidden;
    this.show();
    this.showMeasured();
    this.details.replaceChildren(...[...this.names, "b_h", "b_y"].map((n) => this.table(n)));
  }

  show(moved = false) {
    const { position } = this;
    this.slider.value = position;
    this.slider.setAttribute("aria-valuetext", position ? `Step ${position} of ${T}` : "Folded");
    this.marks.forEach((e, i) => e.classList.toggle("rc-unf-here", i === position));
    this.forth.setAttribute("aria-disabled", String(position === T));
    this.back.setAttribute("aria-disabled", String(position === 0));
    const said = sentence(position, this.steps, this.task, this.hidden, this.fed);
    if (this.said.dataset.text !== said) this.said.replaceChildren(...rich(said));
    this.said.dataset.text = said;
    const parts = [this.shared(), this.link(0)];
    if (position === 0) parts.push(this.column(0), this.equations());
    else for (let t = 1; t <= T; t += 1) parts.push(this.column(t), t < T ? this.link(t) : "");
    this.stage.replaceChildren(...parts);
    this.stage.classList.toggle("rc-unf-folded", position === 0);
    this.stage.classList.toggle("rc-unf-moved", moved);
    if (moved) this.reveal();
    this.counter.replaceChildren(...rich(this.count()));
  }

  /** Where the columns scroll: the active one comes into sight with the one before it. */
  reveal() {
    const [frame, first] = [this.stage.children[0], this.stage.children[2 * Math.max(0, this.position - 2) + 1]];
    this.stage.scrollLeft = first.offsetLeft - frame.offsetWidth - 2;
  }

  /** The three matrices, drawn once. The rows that the present step picks are framed. */
  shared() {
    const step = this.steps[this.position - 1];
    const made = box("shared");
    for (const name of this.names) {
      const rows = this.network.weights[name];
      const picked = { W_xh: step?.digit, W_yh: step?.before }[name];
      const map = make("span", { className: `rc-unf-map rc-unf-${hue(name)}`, role: "img",
        "aria-label": `${name}: ${rows.length} by ${rows[0].length} numbers`,
        style: `--columns: ${rows[0].length}` });
      rows.forEach((row, i) => map.append(make("span", { className: i === picked ? "rc-unf-picked" : "" },
        ...row.map((v) => make("i", { className: v < 0 ? "rc-unf-minus" : "",
          style: `--tint: ${((Math.abs(v) / this.largest[name]) * 100).toFixed(0)}%` })))));
      const use = this.position ? `${ordinal(this.position)} use` : "";
      const plug = box(`plug ${hue(name)}`, make("b", {}, ...rich(name)), make("span", {}, use));
      made.append(...(name === "W_xh" ? [map, plug] : [plug, map]));
    }
    return made;
  }

  /** A place where a matrix is used. */
  tap(name) {
    return box(`tap ${hue(name)}`, mark("rail"), make("b", {}, make("span", { className: "rc-unf-heard" }, "times "),
      ...rich(name)));
  }

  /** Step t; 0 is the folded network, with symbols for numbers; a later step than the present waits. */
  column(t) {
    const [folded, waits] = [t === 0, t > this.position];
    const { digit, h, p, answer, target } = this.steps[Math.max(0, t - 1)];
    const label = (words, symbol = "") =>
      box("label", make("span", {}, words), make("span", {}, ...rich(symbol)));
    const head = box("head", folded ? "Any step" : `Step ${t}`);
    const reads = box("reads", "reads ", ...(folded ? rich("x_t") : [make("kbd", {}, `${digit}`)]));
    const made = box("column", head, reads);
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", head.textContent);
    made.style.gridColumn = folded ? 3 : 2 * t + 1;
    made.classList.toggle("rc-unf-last", t === this.position);
    made.classList.toggle("rc-unf-now", !folded && t === this.position);
    made.classList.toggle("rc-unf-waits", waits);
    if (waits) return made;
    const state = h.map((v) => this.sized(entry(v), v));
    const chances = p.map((v, i) => this.sized(entry(v, i), v));
    if (folded) [...state, ...chances].forEach((e) => e.classList.add("rc-unf-open"));
    else chances[target].classList.add("rc-unf-target");
    const good = answer === target;
    const line = (words, source, ...children) => box("answer", make("span", {}, words),
      ...(folded ? (this.way === source ? rich("a_t") : []) : children));
    const answers = line("says", "own", make("kbd", {}, `${answer}`), mark("verdict", good ? "✓" : "✗"),
      make("span", { className: "rc-unf-heard" }, good ? " right" : " wrong"));
    if (!folded) answers.classList.add(`rc-unf-${good ? "good" : "bad"}`);
    made.append(this.tap("W_xh"), this.tap(this.name),
      box("block", label("state", folded ? "h_t" : `h_${t}`), ...state), this.tap("W_hy"),
      box("block", label("softmax"), ...chances), answers,
      line("right", "told", make("kbd", {}, `${target}`)));
    return made;
  }

  sized(made, value) {
    made.querySelector(".rc-unf-track > i").style.setProperty("--size", Math.abs(value).toFixed(3));
    return made;
  }

  /** Between two columns: the rails of the weights, and what comes from the column before. */
  link(t) {
    const folded = this.position === 0;
    const made = make("div", { className: "rc-unf-link", "aria-hidden": "true" });
    if (!folded && t >= this.position) return "";
    const symbol = `${this.hidden ? "h" : "a"}_${folded ? "{t−1}" : t}`;
    const badge = this.hidden || folded
      ? make("span", {}, ...rich(symbol)) : make("kbd", {}, `${this.steps[t].before}`);
    const arrow = mark(`arrow ${this.way} ${folded ? "loop" : t === 0 ? "first" : "onward"}`, make("b"), badge);
    made.style.gridColumn = 2 * t + 2;
    made.append(...this.names.map((name) => mark(`rail ${hue(name)}`)), arrow);
    return made;
  }

  /** Beside the folded network: what it computes, and what waits to be read. */
  equations() {
    const line = (text) => make("p", {}, ...rich(text));
    const fed = this.hidden ? "h_{t−1}" : "a_{t−1}";
    const explained = { state: "h_{t−1} is the state of the step before.",
      own: "a_{t−1} is its answer at the step before, as a row of zeros and a one.",
      told: "a_{t−1} is the right answer of the step before, as a row of zeros and a one." }[this.way];
    return box("equations", line(`h_t = tanh(x_t W_xh + ${fed} ${this.name} + b_h)`), line("y_t = h_t W_hy + b_y"),
      line("The answer is the digit with the largest y_t."), line(explained),
      make("p", {}, "Waiting to be read: ", make("kbd", {}, [...this.digits].join(" "))));
  }

  count() {
    const { matrices, biases } = sizes(this.network.weights);
    const all = `Weights: 3 matrices, ${matrices} numbers (and 2 biases, ${biases}). Uses so far: `;
    if (this.position === 0) return `${all}none.`;
    const each = this.names.map((name) => `${name} ${times(this.position)}`).join(", ");
    const end = this.position < T ? "" : ` With a copy for every column, it would be ${matrices * T} numbers.`;
    return `${all}${each}.${end}`;
  }

  /** What the networks do on new sequences: a table of all, and the present one step by step. */
  showMeasured() {
    const mean = (row) => row.reduce((a, b) => a + b) / row.length;
    const ways = [["the state", "hidden", "own"], ["its own answer", "output", "own"],
      ["the right answer", "output", "told"]];
    const tasks = [["running sum", `sum modulo ${M}`], ["echo", "echo"]];
    const cell = (task, kind, fed) => {
      const here = task === this.task && kind === this.recurrence && (kind === "hidden" || fed === this.fed);
      return make("td", { className: here ? "rc-unf-chosen" : "" }, fixed(mean(this.networks[task][kind].right[fed])));
    };
    const th = (scope, text) => make("th", { scope }, text);
    const row = this.network.right[this.hidden ? "own" : this.fed];
    this.measured.replaceChildren(
      make("table", {}, make("caption", {}, "Share of right answers on all 4,096 sequences"),
        make("thead", {}, make("tr", {}, th("col", "what comes back"), ...tasks.map(([, label]) => th("col", label)))),
        make("tbody", {}, ...ways.map(([label, ...way]) => make("tr", {}, th("row", label),
          ...tasks.map(([task]) => cell(task, ...way)))))),
      make("p", {}, `This network, at steps 1 to 6: ${row.map((v) => fixed(v)).join(", ")}. Guessing gives 0.25.`));
  }

  /** A table of one matrix, in numbers; a bias has one row. */
  table(name) {
    const rows = [this.network.weights[name]].flat(name.startsWith("b") ? 0 : 1);
    const [start, width] = [(n) => +(n === 8), rows[0].length]; // units count from 1, digits from 0
    const tint = (v) => ((Math.abs(v) / Math.max(...rows.flat().map(Math.abs))) * 45).toFixed(0);
    return make("table", { className: `rc-unf-${hue(name)}` }, make("caption", {}, ...rich(name)),
      make("thead", {}, make("tr", {}, make("td"),
        ...rows[0].map((_, j) => make("th", { scope: "col" }, `${j + start(width)}`)))),
      make("tbody", {}, ...rows.map((row, i) => make("tr", {},
        rows.length === 1 ? make("td") : make("th", { scope: "row" }, `${i + start(rows.length)}`),
        ...row.map((v) => make("td", { className: v < 0 ? "rc-unf-minus" : "", style: `--tint: ${tint(v)}%` },
          fixed(v)))))));
  }

  close() { this.stop(); this.watch.disconnect(); }
}

// ---- Looks: the book's colors, else the notebook's, else the browser's -------------------------

const STYLE = `
.rc-unf {
  --ink: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText));
  --muted: var(--pst-color-text-muted, var(--jp-content-font-color2, color-mix(in srgb, CanvasText 72%, Canvas)));
  --paper: var(--pst-color-on-background, var(--jp-layout-color1, Canvas));
  --ground: var(--pst-color-surface, var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas)));
  --line: var(--pst-color-border, var(--jp-border-color1, color-mix(in srgb, CanvasText 22%, Canvas)));
  --plus: var(--pst-color-primary, var(--jp-brand-color1, LinkText));
  --on-plus: var(--pst-color-background, var(--jp-layout-color1, Canvas));
  --minus: #d9730d;
  --in: #3b82c4;
  --back: #d97706;
  --out: #c2569b;
  --mono: var(--rc-mono, ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 0.6rem;
  box-sizing: border-box;
  color: var(--ink);
  container-type: inline-size;
  display: block;
  font: 0.92rem/1.5 var(--rc-sans, var(--jp-ui-font-family, system-ui, sans-serif));
  font-size-adjust: none;
  font-variant-numeric: tabular-nums;
  margin: 0.4rem 0;
  padding: 1rem 1.15rem;
}
.rc-unf *, .rc-unf ::before, .rc-unf ::after { box-sizing: border-box; }
.rc-unf :is(p, fieldset, legend) {
  border: 0; font-size: inherit; line-height: inherit; margin: 0; min-width: 0; padding: 0;
}
.rc-unf sub { font-size: 0.72em; line-height: 0; }
.rc-unf-m { white-space: nowrap; }
.rc-unf-m i { font-family: var(--rc-serif, serif); font-size: 1.06em; }
.rc-unf :is(button, input, summary, .rc-unf-stage, .rc-unf-tables):focus-visible {
  outline: 2px solid var(--plus); outline-offset: 2px;
}
.rc-unf kbd { background: none; border: 0; box-shadow: none; color: inherit; font: 600 1em var(--mono); padding: 0; }

.rc-unf-settings { align-items: end; display: flex; flex-wrap: wrap; gap: 0.6rem 2rem; }
.rc-unf :is(label, legend) { margin: 0; }
.rc-unf :is(legend, .rc-unf-word label) {
  color: var(--muted); display: block; float: none; font-size: 0.85rem; width: auto;
}
.rc-unf-word input {
  background: var(--ground); border: 1px solid color-mix(in srgb, var(--muted) 70%, transparent);
  border-radius: 0.35rem; color: var(--ink); font: 600 1rem/1.5 var(--mono); padding: 0.2rem 0.6rem;
}
.rc-unf-options { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.rc-unf-options label { cursor: pointer; position: relative; }
.rc-unf-options input { height: 100%; inset: 0; margin: 0; opacity: 0; position: absolute; width: 100%; }
.rc-unf-options label > span:last-child {
  border: 1px solid var(--line); border-radius: 0.35rem; display: block; min-width: 2.3rem;
  padding: 0.2rem 0.6rem; text-align: center;
}
.rc-unf-options label:hover > span:last-child { border-color: var(--plus); }
.rc-unf-options input:checked + span {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 650;
}
.rc-unf-options input:focus-visible + span { outline: 2px solid var(--plus); outline-offset: 2px; }
.rc-unf .rc-unf-fault:not(:empty) { border-left: 3px solid var(--minus); margin-top: 0.6rem; padding-left: 0.6rem; }

/* The transport stays in sight while the page scrolls through the element */
.rc-unf-transport {
  align-items: center; background: var(--paper); border-bottom: 1px solid var(--line); display: flex;
  flex-wrap: wrap; gap: 0.4rem 1rem; margin: 0.8rem -0.4rem 0; padding: 0.4rem; position: sticky;
  top: var(--rc-unf-top, 0); z-index: 4;
}
.rc-unf-line { flex: 1 1 16rem; }
.rc-unf-line input { accent-color: var(--plus); display: block; margin: 0 auto; width: calc(100% * 6 / 7 + 1rem); }
.rc-unf-marks {
  color: var(--muted); display: grid; font-size: 0.8rem; grid-template-columns: repeat(7, 1fr);
  line-height: 1.25; text-align: center;
}
.rc-unf-marks .rc-unf-here {
  color: var(--ink); font-weight: 700; text-decoration: underline 2px var(--plus); text-underline-offset: 0.2em;
}
.rc-unf-buttons { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.rc-unf-buttons button {
  background: none; border: 1px solid var(--line); border-radius: 0.35rem; color: inherit; cursor: pointer;
  font: inherit; min-width: 3.8rem; padding: 0.25rem 0.6rem;
}
.rc-unf-buttons button:hover { border-color: var(--plus); }
.rc-unf-buttons .rc-unf-main {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 600;
}
.rc-unf-buttons [aria-disabled="true"] {
  background: none; border-style: dashed; color: var(--muted); cursor: default;
}
.rc-unf .rc-unf-said { margin: 0.7rem 0; min-height: 3em; }


/* Nine rows in common: head, input, two uses, state, a use, softmax, answer, right answer */
.rc-unf-stage {
  display: grid; font-size: 0.76rem; grid-template-columns: 5.1rem repeat(6, 1.15rem minmax(4.45rem, 1fr));
  grid-template-rows: repeat(9, auto); line-height: 1.35; overflow-x: auto; padding: 2px; position: relative;
}
.rc-unf-folded { grid-template-columns: 5.1rem 3.4rem 8rem 1fr; }
.rc-unf :is(.rc-unf-column, .rc-unf-link, .rc-unf-shared) {
  display: grid; grid-row: 1 / 10; grid-template-columns: minmax(0, 1fr); grid-template-rows: subgrid;
  position: relative;
}
.rc-unf-in { --hue: var(--in); }
.rc-unf-back { --hue: var(--back); }
.rc-unf-out { --hue: var(--out); }
.rc-unf-bias { --hue: var(--plus); }
.rc-unf :is(.rc-unf-named, .rc-unf-plug b, .rc-unf-tap b) {
  --deep: color-mix(in srgb, var(--hue) 66%, var(--ink)); color: var(--deep);
}

/* The shared weights stand still while the columns scroll */
.rc-unf .rc-unf-shared {
  background: var(--paper); grid-column: 1 / -1; justify-self: start; left: -2px; margin-left: -2px; padding-left: 2px;
  position: sticky; width: calc(5.1rem + 2px); z-index: 2;
}
.rc-unf-map { align-self: end; display: block; grid-row: 1 / 3; padding: 0.15rem 0; }
.rc-unf-map:nth-child(4) { align-self: start; grid-row: 5; padding: 0.3rem 0; }
.rc-unf-map:nth-child(6) { align-self: start; grid-row: 7 / 10; padding: 0.3rem 0; }
.rc-unf-map > span {
  border: 1px solid transparent; display: grid; grid-template-columns: repeat(var(--columns), 0.56rem);
  height: 0.56rem; width: max-content;
}
.rc-unf-map > .rc-unf-picked {
  border-color: var(--ink); box-shadow: 0 0 0 1px var(--ink); position: relative; z-index: 1;
}
.rc-unf-map i { background: color-mix(in srgb, var(--hue) var(--tint), var(--paper)); }
.rc-unf-map .rc-unf-minus { --hue: var(--ink); }
.rc-unf-plug {
  align-items: center; display: flex; gap: 0.2rem; height: 1.3rem; position: relative; white-space: nowrap;
}
.rc-unf-plug:nth-child(2) { grid-row: 3; }
.rc-unf-plug:nth-child(3) { grid-row: 4; }
.rc-unf-plug:nth-child(5) { grid-row: 6; }
.rc-unf-plug b {
  background: var(--paper); border: 2px solid var(--hue); border-radius: 0.3rem; padding: 0 0.2rem; z-index: 1;
}
.rc-unf-plug > span {
  background: var(--paper); font-size: 0.68rem; color: var(--muted); padding: 0 0.15rem; z-index: 1;
}
.rc-unf-plug b .rc-unf-m { padding: 0; }
.rc-unf-plug::before {
  background: var(--hue); content: ""; height: 3px; left: 0; position: absolute; right: 0;
  top: calc(50% - 1.5px);
}
.rc-unf-folded .rc-unf-plug > span { display: none; }

/* A use: the rail of its weights passes above, the tap hangs from it */
.rc-unf-rail {
  background: var(--hue); height: 3px; left: 0; position: absolute; right: 0; top: calc(0.65rem - 1.5px);
}
.rc-unf-tap { margin: 0 calc(-0.2rem - 1px); padding: 1.05rem 0.45rem 0.15rem; position: relative; }
.rc-unf-tap b {
  background: var(--paper); border: 1.5px solid var(--hue); border-radius: 0.3rem; display: block; line-height: 1.15rem;
  position: relative; text-align: center;
}
.rc-unf-tap b::before {
  background: var(--hue); bottom: 100%; content: ""; height: 0.45rem; left: calc(50% - 1.5px); position: absolute;
  width: 3px;
}
.rc-unf-last .rc-unf-rail { right: 50%; }
.rc-unf-now .rc-unf-tap b, .rc-unf-now .rc-unf-tap .rc-unf-m { background: var(--deep); color: var(--paper); }
.rc-unf-now .rc-unf-tap b { border-color: var(--deep); }

.rc-unf-column { border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.25rem 0.2rem 0.35rem; }
.rc-unf-now { border-color: var(--plus); box-shadow: inset 0 0 0 1px var(--plus); }
.rc-unf-waits { background: none; border-style: dashed; color: var(--muted); }
.rc-unf-head { font-size: 0.85rem; font-weight: 650; padding: 0 0.15rem; white-space: nowrap; }
.rc-unf-now .rc-unf-head { color: var(--plus); }
.rc-unf-reads { padding: 0 0.15rem; }
.rc-unf-reads kbd { font-size: 1.15em; }
.rc-unf-block { padding: 0.25rem 0 0.1rem; }
.rc-unf-label {
  color: var(--muted); display: flex; gap: 0.3rem; justify-content: space-between; padding: 0 0.15rem;
  white-space: nowrap;
}
.rc-unf-entry {
  align-items: center; display: grid; gap: 0.2rem; grid-template-columns: minmax(0, 1fr); line-height: 0.8rem;
  min-height: 0.8rem; padding: 0 0.15rem;
}
.rc-unf-entry:has(kbd) { border-radius: 0.25rem; grid-template-columns: 0.7em minmax(0, 1fr); min-height: 1.1rem; }
.rc-unf-number { font-size: 0.68rem; text-align: right; }
.rc-unf-counted .rc-unf-entry { grid-template-columns: minmax(0, 1fr) 2.6em; line-height: 0.95rem; }
.rc-unf-counted .rc-unf-entry:has(kbd) { grid-template-columns: 0.7em minmax(0, 1fr) 2.1em; }
.rc-unf-heard, .rc-unf:not(.rc-unf-counted) .rc-unf-number, .rc-unf-open .rc-unf-number {
  clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px;
}
.rc-unf-target { outline: 2px solid var(--ink); outline-offset: -1px; }
.rc-unf-track { --zero: 50%; display: block; height: 0.55rem; position: relative; }
.rc-unf-track::before {
  background: var(--muted); bottom: -0.12rem; content: ""; left: calc(var(--zero) - 0.5px); opacity: 0.5;
  position: absolute; top: -0.12rem; width: 1px;
}
.rc-unf-track > i {
  bottom: 0; min-width: 1px; position: absolute; top: 0; width: calc(var(--size) * (100% - var(--zero)));
}
.rc-unf-track > .rc-unf-plus { background: var(--plus); left: var(--zero); transform-origin: left; }
.rc-unf-track > .rc-unf-minus {
  background: color-mix(in srgb, var(--plus) 45%, var(--paper)); right: var(--zero); transform-origin: right;
}
.rc-unf-entry:has(kbd) .rc-unf-track { --zero: 0%; }
.rc-unf-track > .rc-unf-chance {
  background: color-mix(in srgb, var(--plus) 60%, var(--paper)); left: 0; transform-origin: left;
}
.rc-unf-open .rc-unf-track > i { background: var(--line); left: 0; right: 0; width: auto; }
.rc-unf-answer {
  align-items: center; border-radius: 0.25rem; display: grid;
  grid-template-columns: minmax(0, 1fr) auto 0.75rem; line-height: 1.25rem; padding: 0 0.05rem 0 0.15rem;
  position: relative; white-space: nowrap;
}
.rc-unf-answer kbd { font-size: 1.08em; }
.rc-unf-verdict { font-style: normal; font-weight: 700; text-align: right; }
.rc-unf-good { background: color-mix(in srgb, var(--plus) 14%, var(--paper)); }
.rc-unf-bad { background: color-mix(in srgb, var(--minus) 30%, var(--paper)); }
.rc-unf-link > .rc-unf-rail { grid-column: 1; left: 0; position: relative; top: calc(0.65rem - 1.5px); }
.rc-unf-link > :nth-child(1) { grid-row: 3; }
.rc-unf-link > :nth-child(2) { grid-row: 4; }
.rc-unf-link > :nth-child(3) { grid-row: 6; }

/* What comes back: from the state, the answer, or the right answer, up to the tap of its weights */
.rc-unf-arrow { --end: 3rem; bottom: 0; left: 0; position: absolute; right: 0; top: 0; }
.rc-unf .rc-unf-arrow { grid-column: 1; grid-row: 4 / 6; position: relative; }
.rc-unf .rc-unf-own { --end: 0.6rem; grid-row: 4 / 9; }
.rc-unf .rc-unf-told { --end: 0.95rem; grid-row: 4 / 10; }
.rc-unf-arrow::before, .rc-unf-arrow b { border: 0 solid var(--ink); content: ""; position: absolute; top: 1.65rem; }
.rc-unf-arrow::before { border-width: 0 2px 2px 0; bottom: var(--end); left: 0; right: calc(50% - 1px); }
.rc-unf-arrow b { border-top-width: 2px; left: 50%; right: -0.15rem; z-index: 1; }
.rc-unf-arrow::after {
  border: solid var(--ink); border-width: 2px 2px 0 0; content: ""; height: 0.45rem; position: absolute; right: -0.1rem;
  top: calc(1.65rem - 0.16rem); transform: rotate(45deg); width: 0.45rem; z-index: 1;
}
.rc-unf-first::before { display: none; }
.rc-unf-first b { left: 0; }
.rc-unf-loop::before { border-width: 2px 0 2px 2px; left: 50%; right: -1px; }
.rc-unf-loop b { display: none; }
.rc-unf-told::before { border-style: dashed; }
.rc-unf-arrow > :is(span, kbd) {
  background: var(--paper); border: 1px solid var(--ink); border-radius: 0.3rem; font-style: normal; left: 50%;
  line-height: 1.1rem; padding: 0 0.18rem; position: absolute; top: calc((100% + 1.65rem - var(--end)) / 2);
  transform: translate(-50%, -50%); white-space: nowrap; z-index: 1;
}
.rc-unf-first > :is(span, kbd) { left: auto; right: -0.1rem; top: 2.7rem; transform: translateY(-50%); }
.rc-unf-equations { align-self: center; grid-row: 1 / 10; padding: 0 0.5rem 0 1.4rem; font-size: 0.92rem; }
.rc-unf-equations p + p { margin-top: 0.45rem; }

.rc-unf-below { align-items: start; display: flex; flex-wrap: wrap; gap: 0.2rem 1.5rem; margin: 0.4rem 0 0.7rem; }
.rc-unf-below label { cursor: pointer; font-size: 0.85rem; white-space: nowrap; }
.rc-unf-below input { accent-color: var(--plus); }
.rc-unf .rc-unf-legend { color: var(--muted); flex: 1 1 18rem; font-size: 0.82rem; }
.rc-unf .rc-unf-counter { min-height: 3em; }
.rc-unf-measured { align-items: end; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin-top: 0.8rem; }
.rc-unf-measured p { flex: 1 1 14rem; }

/* Tables: the class thrice outdoes the book's rules for tables */
.rc-unf-tables {
  display: flex; flex-wrap: wrap; gap: 0.7rem 1.2rem; margin: 0.6rem 0 0; overflow-x: auto; padding: 2px;
}
.rc-unf.rc-unf.rc-unf table {
  border: 0; border-collapse: separate; border-spacing: 2px; display: table; font-size: 0.85rem;
  line-height: 1.35; margin: 0; width: auto;
}
.rc-unf.rc-unf.rc-unf :is(caption, tr, td, th) {
  background: none; border: 0; color: var(--muted); font: inherit; padding: 0.1rem 0.3rem; text-align: right;
  vertical-align: middle; white-space: nowrap;
}
.rc-unf.rc-unf.rc-unf caption { caption-side: top; padding: 0 0 0.2rem; text-align: left; }
.rc-unf.rc-unf.rc-unf td[class] { border-radius: 0.2rem; color: var(--ink); }
.rc-unf.rc-unf.rc-unf td[style] {
  background: color-mix(in srgb, var(--hue) var(--tint), var(--paper)); min-width: 2.9rem;
}
.rc-unf.rc-unf.rc-unf td.rc-unf-minus { --hue: var(--muted); }
.rc-unf.rc-unf.rc-unf th[scope="row"] { text-align: left; }
.rc-unf.rc-unf.rc-unf .rc-unf-chosen { font-weight: 700; outline: 2px solid var(--plus); }
.rc-unf details { margin-top: 0.8rem; }
.rc-unf summary { cursor: pointer; }

@container (max-width: 26rem) {
  .rc-unf-buttons button { font-size: 0.86rem; min-width: 0; padding: 0.25rem 0.5rem; }
  .rc-unf-stage {
    --two: calc((100cqi - 7.4rem - 5px) / 2); grid-template-columns: 5.1rem repeat(6, 1.15rem var(--two));
  }
  .rc-unf-folded { grid-template-columns: 5.1rem 3.4rem minmax(0, 1fr); }
  .rc-unf-equations { grid-column: 1 / -1; grid-row: 10; padding: 0.8rem 0 0; }
  .rc-unf-options label > span:last-child { font-size: 0.86rem; padding: 0.2rem 0.45rem; }
  .rc-unf.rc-unf.rc-unf table { font-size: 0.76rem; }
  .rc-unf.rc-unf.rc-unf caption { white-space: normal; }
}
@media (prefers-reduced-motion: no-preference) {
  .rc-unf-moved .rc-unf-now .rc-unf-track > i { animation: rc-unf-grow 0.5s ease-out; }
  .rc-unf-moved .rc-unf-now .rc-unf-tap b { animation: rc-unf-light 0.7s ease-out; }
}
@keyframes rc-unf-grow { from { transform: scaleX(0); } }
@keyframes rc-unf-light { from { box-shadow: 0 0 0 0.5rem var(--hue); } }
@media (forced-colors: active) {
  .rc-unf :is(.rc-unf-track > i, .rc-unf-rail, .rc-unf-map i, .rc-unf-arrow) { forced-color-adjust: none; }
  .rc-unf-options input:checked + span { outline: 2px solid Highlight; }
}
`;

/** Put the style into the page, once. */
function style() {
  if (document.getElementById("rc-unf-style")) return;
  document.head.append(make("style", { id: "rc-unf-style", textContent: STYLE }));
}

// ---- The two doors -----------------------------------------------------------------------------

// The book: a custom element.
if (globalThis.customElements && !customElements.get("unfolding-stepper"))
  customElements.define("unfolding-stepper", class extends HTMLElement {
    connectedCallback() {
      const { networks, task, recurrence, digits } = this.dataset;
      this.view ??= new Unfolding(this, { networks: JSON.parse(networks), task, recurrence, digits });
    }
    disconnectedCallback() { this.view.close(); }
  });

// A notebook: an anywidget, with `networks` (JSON), `task`, `recurrence` and `digits` in its state.
export default {
  render({ model, el }) {
    const root = el.appendChild(document.createElement("div"));
    const [task, recurrence, digits] = ["task", "recurrence", "digits"].map((name) => model.get(name));
    const view = new Unfolding(root, { networks: JSON.parse(model.get("networks")), task, recurrence, digits });
    return () => view.close();
  },
};
