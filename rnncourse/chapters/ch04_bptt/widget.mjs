// Backpropagation through time on a network of four steps, one position at a time.
//
// One source for two places. In the book it is a custom element:
//   <bptt-stepper data-network="{…}" data-word="hello" data-k="4">no-script text</bptt-stepper>
// In a live notebook it is the module of an anywidget with the same three in its state.
//
// First the numbers, which need no page (Node.js tests them against the package), then the interface.

// ---- Forward, backward, and the proof ----------------------------------------------------------

export const T = 4; // steps: a word of five letters is four inputs and four targets
const NAMES = ["W_hh", "W_xh", "W_hy", "b_h", "b_y"]; // a bias is a matrix of one row

const zeros = (n) => Array(n).fill(0);
const add = (a, b) => (Array.isArray(a) ? a.map((v, i) => add(v, b[i])) : a + b);
const outer = (column, row) => column.map((c) => row.map((r) => c * r));
const product = (row, W) => W[0].map((_, j) => row.reduce((sum, v, i) => sum + v * W[i][j], 0)); // row W
const productT = (row, W) => W.map((w) => w.reduce((sum, v, j) => sum + v * row[j], 0)); // row W^T
const largest = (values) => Math.max(...values.flat(3).map(Math.abs));

/** Read the word letter by letter: one record a step. `network` has letters, h_0 and the weights. */
export function forward(network, word) {
  const { letters, W_xh, W_hh, W_hy, b_h, b_y } = network;
  let h = network.h_0;
  return Array.from({ length: T }, (_, t) => {
    const x = [...letters].map((letter) => +(letter === word[t]));
    const before = h;
    h = add(add(product(x, W_xh), product(before, W_hh)), b_h[0]).map(Math.tanh);
    const powers = add(product(h, W_hy), b_y[0]).map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    const p = powers.map((v) => v / sum);
    const target = letters.indexOf(word[t + 1]);
    return { letter: word[t], x, before, h, p, target, loss: -Math.log(p[target]) };
  });
}

export const meanLoss = (steps) => steps.reduce((sum, { loss }) => sum + loss, 0) / T;

/**
 * Go back from the last step to the first, and at most k steps: between windows of k, counted from
 * step 1, nothing is passed on. One record a step, with the sum of the shares so far.
 */
export function backward(network, steps, k = T) {
  const { W_hh, W_hy } = network;
  const records = [];
  for (let t = T - 1; t >= 0; t -= 1) {
    const { x, before, h, p, target } = steps[t];
    const after = records[t + 1];
    const dy = p.map((v, i) => (v - (i === target)) / T); // the loss is the mean of four
    const own = productT(dy, W_hy);
    const offered = after ? productT(after.da, W_hh) : zeros(h.length);
    const cut = !!after && (t + 1) % k === 0;
    const later = cut ? zeros(h.length) : offered;
    const dh = add(own, later);
    const da = dh.map((d, j) => d * (1 - h[j] ** 2));
    const share = { W_hh: outer(before, da), W_xh: outer(x, da), W_hy: outer(h, dy), b_h: [da], b_y: [dy] };
    const sum = Object.fromEntries(NAMES.map((n) => [n, after ? add(after.sum[n], share[n]) : share[n]]));
    records[t] = { dy, own, offered, cut, later, dh, da, share, sum };
  }
  return records;
}

/** The gradient of one matrix by central differences: each entry is nudged up and down. */
export function nudged(network, word, name, step = 1e-5) {
  const lossAt = (i, j, moved) => {
    const matrix = network[name].map((row) => [...row]);
    matrix[i][j] += moved;
    return meanLoss(forward({ ...network, [name]: matrix }, word));
  };
  return network[name].map((row, i) =>
    row.map((_, j) => (lossAt(i, j, step) - lossAt(i, j, -step)) / (2 * step)));
}

/** How far a matrix is from another: cosine, ratio of lengths, largest difference of two entries. */
export function compare(found, full) {
  const [a, b] = [found.flat(), full.flat()];
  const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);
  const [lengthA, lengthB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  return {
    cosine: dot(a, b) / (lengthA * lengthB),
    ratio: lengthA / lengthB,
    difference: largest(a.map((v, i) => v - b[i])),
  };
}

const NBSP = "\u00a0";

// ---- Words -------------------------------------------------------------------------------------

/** What is wrong with a word, in a sentence; nothing if it is fine. */
export function faultOf(word, letters) {
  const strange = [...word].find((letter) => !letters.includes(letter));
  const wrong = strange
    ? `“${strange}” is none of them`
    : [...word].length === T + 1 ? "" : `this has ${[...word].length}`;
  return wrong && `The word needs five letters out of ${[...letters].join(", ")}: ${wrong}.`;
}

/** A number with fixed decimals and a true minus sign; never minus zero. */
export function fixed(value, decimals = 3) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && +text !== 0 ? `−${text}` : text;
}

/** What happened at a position: 0 is the start, then forward through the steps, then backward. */
export function sentence(position, steps, back) {
  const vector = (values, decimals) => `(${values.map((v) => fixed(v, decimals)).join(", ")})`;
  if (position === 0)
    return "Start. Nothing is read yet. There are the weights, the word, and the state " +
      `h_0 = ${vector(steps[0].before, 2)}, which is not zero, as if the network had read something before.`;
  const t = position <= T ? position : 2 * T + 1 - position; // counted from 1
  const { letter, p, target, loss } = steps[t - 1];
  if (position <= T) {
    const mean = t < T ? "" : ` The loss of the word is the mean of the four: ${fixed(meanLoss(steps))} nats.`;
    return `Forward, step ${t}. The network reads “${letter}” and turns h_${t - 1} into h_${t}. It gives the ` +
      `right next letter the probability ${fixed(p[target])}, so this step's loss is ` +
      `−ln ${fixed(p[target])} = ${fixed(loss)} nats.${mean}`;
  }
  const { own, offered, cut, later } = back[t - 1];
  const arrives = t === T
    ? `no later step sends anything, so that is all of dh_${t}.`
    : cut
      ? `the link from step ${t + 1} is cut: ${vector(offered)} would have come, and counts as 0.`
      : `from step ${t + 1} comes ${vector(later)}. Their sum is dh_${t}.`;
  const whole = back.some((record) => record.cut) ? "truncated gradient" : "gradient";
  const end = t > 1 ? "" : ` Now all four shares are added: the ${whole} is complete.`;
  return `Backward, step ${t}. From its own loss comes ${vector(own)}; ${arrives} Times ` +
    `1${NBSP}−${NBSP}h_${t}^2 that is da_${t}. x_${t} and h_${t - 1} turn da_${t} into this step's share of dW_xh ` +
    `and dW_hh.${end}`;
}

// ---- The interface -----------------------------------------------------------------------------

const PAUSE = 2500; // ms between two positions while it plays
const DEEPEST = 40; // percent of color in the largest entry of a table: its number stays legible
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
const box = (name, ...children) => make("div", { className: `rc-bptt-${name}` }, ...children);

/** Text whose symbols, such as h_2, dW_hh, W_hy^T or h_1^2, are set as formulas. */
function rich(text) {
  return text.split(/(d?[A-Za-z]_[a-z0-9]+(?:\^[T2])?)/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [, base, below, above] = part.match(/(\w+)_(\w+)\^?(.?)/);
    const symbol = make("span", { className: "rc-bptt-m" }, make("i", {}, base), make("sub", {}, below));
    if (above) symbol.append(make("sup", {}, above));
    return symbol;
  });
}

/** A bar and its number: to the right for plus and to the left for minus. Numbers never go without. */
function entry(value, scale, decimals, letter) {
  const kind = letter ? "chance" : value < 0 ? "minus" : "plus";
  const bar = make("i", { className: `rc-bptt-${kind}`, style: `--size: ${(Math.abs(value) / scale).toFixed(3)}` });
  return box("entry", letter ? make("kbd", {}, letter) : "",
    make("span", { className: "rc-bptt-track", "aria-hidden": "true" }, bar), make("span", {}, fixed(value, decimals)));
}

/** A power of ten for numbers that are tiny: 3 × 10^−12. */
function tiny(value) {
  if (value === 0) return ["0"];
  const [digits, power] = value.toExponential(0).split("e");
  return [`${digits} × 10`, make("sup", {}, String(+power).replace("-", "−"))];
}

export class Stepper {
  constructor(root, { network, word, k }) {
    Object.assign(this, { root, network, word, k, position: 0, name: NAMES[0], playing: null });
    style();
    this.build();
    this.compute();
  }

  build() {
    elements += 1;
    const id = (part) => `rc-bptt-${elements}-${part}`;
    const button = (label, onclick) => make("button", { type: "button", onclick }, label);
    const choice = (legend, name, values, chosen, choose) =>
      make("fieldset", { className: "rc-bptt-choice" }, make("legend", {}, legend), box("options",
        ...values.map(([value, label]) => make("label", {}, make("input", {
          type: "radio", name: id(name), value, checked: value === chosen, onchange: () => choose(value),
        }), make("span", {}, ...rich(label))))));

    const { letters } = this.network;
    this.field = make("input", {
      id: id("word"), value: this.word, size: 7, spellcheck: false, autocomplete: "off", autocapitalize: "off",
      "aria-describedby": id("fault"), oninput: () => this.typed(), onchange: () => this.typed(true),
    });
    this.fault = make("p", { id: id("fault"), className: "rc-bptt-fault", role: "status" });
    const settings = box("settings",
      box("word", make("label", { htmlFor: id("word") }, `Word, five of ${[...letters].join(" ")}`), this.field),
      choice("Gradients go back at most k steps", "k", [1, 2, 3, 4].map((k) => [k, `${k}`]), this.k,
        (k) => { this.k = k; this.compute(); }));

    this.slider = make("input", { type: "range", min: 0, max: 2 * T, step: 1, value: 0,
      "aria-label": "Position", oninput: () => this.go(+this.slider.value) });
    const marks = ["start", "1", "2", "3", "4", "4", "3", "2", "1"];
    this.marks = marks.map((mark) => make("span", {}, mark));
    const line = box("line", this.slider, make("div", { className: "rc-bptt-marks", "aria-hidden": "true" },
      ...this.marks, make("b", {}, "forward →"), make("b", {}, "← backward")));
    this.forth = button("Step", () => this.go(this.position + 1));
    this.back_ = button("Back", () => this.go(this.position - 1));
    this.player = button("Play", () => (this.playing ? this.stop() : this.play()));
    this.again = button("Start again", () => this.go(0));
    this.forth.className = "rc-bptt-main";
    this.said = make("p", { className: "rc-bptt-said", role: "status" });
    this.columns = make("div", { className: "rc-bptt-columns", role: "group",
      "aria-label": "The four steps, side by side" });
    const scrolls = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
    this.sizes = new ResizeObserver(() => { this.columns.tabIndex = scrolls(this.columns) ? 0 : -1; });
    this.sizes.observe(this.columns); // what scrolls must be reached by keyboard
    this.losses = make("p", { className: "rc-bptt-losses" });
    const legend = make("p", { className: "rc-bptt-legend" }, "Bars to the right are plus, to the left minus. " +
      "The ring is around the target. All bars of the backward pass have one scale.");
    this.tables = box("tables");
    this.proof = box("proof");
    this.root.classList.add("rc-bptt");
    const transport = box("transport", box("buttons", this.forth, this.back_, this.player, this.again), line);
    this.root.replaceChildren(settings, this.fault, transport, this.said, this.columns, legend, this.losses,
      choice("Gradient of the mean loss", "name", NAMES.map((name) => [name, `d${name}`]), this.name,
        (name) => { this.name = name; this.show(); }),
      this.tables, this.proof, this.weights());
  }

  // -- What the reader does

  /** Take the word if it is one. Half a word is no fault until the reader is done with it. */
  typed(done = false) {
    const word = this.field.value.trim().toLowerCase();
    const fault = faultOf(word, this.network.letters);
    const waiting = !done && word.length <= T && [...word].every((letter) => this.network.letters.includes(letter));
    this.fault.textContent = waiting ? "" : fault;
    this.field.setAttribute("aria-invalid", String(!!fault && !waiting));
    if (fault || word === this.word) return;
    this.word = word;
    this.compute();
  }

  go(position) {
    this.stop();
    this.move(position);
  }

  move(position) {
    const next = Math.max(0, Math.min(2 * T, position));
    const moved = next !== this.position;
    this.position = next;
    this.show(moved);
  }

  /** Go on by itself; from the end, once more. */
  play() {
    this.move(this.position === 2 * T ? 0 : this.position + 1);
    this.playing = setInterval(() => {
      this.move(this.position + 1);
      if (this.position === 2 * T) this.stop();
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
    this.steps = forward(this.network, this.word);
    this.full = backward(this.network, this.steps);
    this.back = backward(this.network, this.steps, this.k);
    this.show();
  }

  /** The step (from 1) that the position is at, and what is computed by then. */
  get at() { return this.position <= T ? this.position : 2 * T + 1 - this.position; }
  read(t) { return t <= this.position; }
  returned(t) { return this.position > T && t >= this.at; }

  show(moved = false) {
    const { position, at } = this;
    this.slider.value = position;
    const way = position <= T ? "Forward" : "Backward";
    this.slider.setAttribute("aria-valuetext", position ? `${way}, step ${at} of ${T}` : "Start");
    this.marks.forEach((mark, i) => mark.classList.toggle("rc-bptt-here", i === position));
    this.forth.setAttribute("aria-disabled", String(position === 2 * T));
    this.back_.setAttribute("aria-disabled", String(position === 0));
    const said = sentence(position, this.steps, this.back);
    if (this.said.dataset.text !== said) this.said.replaceChildren(...rich(said));
    this.said.dataset.text = said;
    const scale = largest(this.full.map(({ own, offered, dh }) => [own, offered, dh]));
    const parts = [this.lead()];
    for (let t = 1; t <= T; t += 1) parts.push(this.column(t, scale), this.link(t));
    this.columns.replaceChildren(...parts);
    this.columns.classList.toggle("rc-bptt-moved", moved);
    if (moved) this.reveal();
    this.losses.replaceChildren(...rich(this.lossLine()));
    this.showTables();
    this.showProof();
  }

  /** Where the columns scroll: the active one comes into sight with the one that it hears from. */
  reveal() {
    const first = this.position <= T ? this.at - 1 : this.at;
    const { offsetLeft } = this.columns.children[Math.max(0, 2 * first - 1)];
    this.columns.scrollLeft = offsetLeft - 2;
  }

  /** Before step 1: the state that it starts from. */
  lead() {
    const first = make("span", { className: "rc-bptt-first" }, ...rich("h_0"));
    const made = box("link", first, make("i", { className: "rc-bptt-onward" }));
    made.classList.toggle("rc-bptt-gone", this.read(1));
    return made;
  }

  column(t, scale) {
    const { letter, h, p, target, loss } = this.steps[t - 1];
    const { own, later, cut, dh, da } = this.back[t - 1];
    const label = (words, formula = "") =>
      box("label", make("span", {}, ...rich(words)), formula.nodeType ? formula : make("span", {}, ...rich(formula)));
    const block = (seen, ...children) => {
      const made = box("block", ...children);
      if (!seen) made.classList.add("rc-bptt-unseen");
      return made;
    };
    const bars = (values, most = scale, decimals = 3) => values.map((v) => entry(v, most, decimals));
    const chances = p.map((v, i) => entry(v, 1, 2, this.network.letters[i]));
    chances[target].classList.add("rc-bptt-target");
    const source = t === T ? ["+ later steps", "none"] : [`+ step ${t + 1}`, cut ? "cut: 0" : `da_${t + 1} W_hh^T`];
    const [there, back] = [this.read(t), this.returned(t)];
    const made = make("div", { className: "rc-bptt-column", role: "group", "aria-label": `Step ${t}` },
      box("head", `Step ${t}`),
      box("input", "reads ", make("kbd", {}, letter), ", target ", make("kbd", {}, this.network.letters[target])),
      block(there, label("state", `h_${t}`), ...bars(h, 1, 2)),
      block(there, label("softmax"), ...chances),
      block(there, label("loss", make("b", {}, fixed(loss)))),
      block(back, label("own loss", `dy_${t} W_hy^T`), ...bars(own)),
      block(back, label(...source), ...bars(later)),
      block(back, label("= sum", `dh_${t}`), ...bars(dh)),
      block(back, label(`× (1 − h_${t}^2)`, `da_${t}`), ...bars(da)));
    const way = this.position <= T ? "forth" : "back";
    if (t === this.at) made.classList.add("rc-bptt-now", `rc-bptt-${way}`); // at the start, none
    return made;
  }

  /** Between step t and the next: the state goes on, a gradient comes back, unless it is cut. */
  link(t) {
    if (t === T) return "";
    const { cut } = this.back[t - 1];
    const made = box("link", make("i", { className: "rc-bptt-onward" }), make("i", { className: "rc-bptt-return" },
      make("b"), make("span", {}, cut ? "cut" : "")));
    made.setAttribute("aria-hidden", "true");
    made.classList.toggle("rc-bptt-cut", cut);
    made.classList.toggle("rc-bptt-gone", this.read(t + 1));
    made.classList.toggle("rc-bptt-came", this.returned(t));
    return made;
  }

  lossLine() {
    const known = this.steps.slice(0, this.position).map(({ loss }) => fixed(loss));
    if (known.length === 0) return "The loss is the mean over the four steps, in nats.";
    const sum = known.join(" + ");
    if (known.length < T) return `Losses so far: ${sum}. The loss is the mean over the four steps.`;
    return `Mean loss: (${sum}) / 4 = ${fixed(meanLoss(this.steps))} nats.`;
  }

  /** A table of one matrix. `left` and `top` are the factors of an outer product, in the margins. */
  table(caption, name, matrix, scale, { left, top, decimals = 3 } = {}) {
    const [letters, units] = [[...this.network.letters], ["1", "2", "3"]];
    const rows = { W_hh: units, W_xh: letters, W_hy: units }[name] ?? [""];
    const columns = name.endsWith("y") ? letters : units;
    const margin = (scope, text, factor) => make("th", { scope }, text,
      factor === undefined ? "" : make("span", { className: "rc-bptt-factor" }, factor));
    const cell = (v) => (v === undefined ? make("td", { style: "" }, NBSP) : make("td", {
      className: v < 0 ? "rc-bptt-minus" : "rc-bptt-plus",
      style: `--tint: ${(Math.min(1, Math.abs(v) / scale) * DEEPEST).toFixed(1)}%` }, fixed(v, decimals)));
    const factors = left?.map((v) => fixed(v, name === "W_xh" ? 0 : 2)); // an input is 0 or 1
    return make("table", {}, make("caption", {}, ...rich(caption)),
      make("thead", {}, make("tr", {}, make("td"), ...columns.map((c, j) => margin("col", c, top && fixed(top[j]))))),
      make("tbody", {}, ...rows.map((r, i) => make("tr", {}, r ? margin("row", r, factors?.[i]) : make("td"),
        ...columns.map((_, j) => cell(matrix?.[i][j]))))));
  }

  showTables() {
    const { name, at } = this;
    const scale = largest([...this.full, ...this.back].map(({ share, sum }) => [share[name], sum[name]]));
    if (this.position <= T) {
      this.tables.replaceChildren(this.table("Share of a step", name), this.table(`d${name} so far`, name));
      return;
    }
    const [record, step] = [this.back[at - 1], this.steps[at - 1]];
    const [column, top] = name.endsWith("y") ? [`dy_${at}`, record.dy] : [`da_${at}`, record.da];
    const [row, left] = { W_hh: [`h_${at - 1}^T `, step.before], W_xh: [`x_${at}^T `, step.x],
      W_hy: [`h_${at}^T `, step.h] }[name] ?? [""];
    const summed = at === T ? "step 4 alone" : `the sum of steps ${T} to ${at}`;
    this.tables.replaceChildren(
      this.table(`Share of step ${at}: ${row}${column}`, name, record.share[name], scale, { left, top }),
      this.table(`d${name} so far, ${summed}`, name, record.sum[name], scale));
  }

  showProof() {
    const { name, k } = this;
    const full = this.full[0].sum[name];
    const { cosine, ratio, difference } = compare(this.back[0].sum[name], full);
    const cuts = this.back.filter(({ cut }) => cut).length;
    const alike = name.endsWith("y") ? ` No path from ${name} to the loss crosses steps: cuts change nothing.` : "";
    const about = k === T
      ? "Nothing is cut: this is the full gradient. " +
        `Its cosine with itself is ${fixed(cosine)}, and so is the ratio of lengths.`
      : `${cuts} of the 3 links ${cuts === 1 ? "is" : "are"} cut. Between the truncated and the full d${name} the ` +
        `cosine is ${fixed(cosine)}; the truncated one has ${fixed(ratio)} times the length.${alike}`;
    const proof = `Each entry of ${name} was nudged by 0.00001 up and down, and the loss computed anew. The largest ` +
      "difference from the full gradient is ";
    this.proof.replaceChildren(
      make("p", {}, make("b", {}, `k = ${k}. `), ...rich(about)),
      make("p", {}, make("b", {}, "Proof. "), ...rich(proof),
        ...tiny(compare(nudged(this.network, this.word, name), full).difference), ".",
        k === T ? "" : ` The truncated one is off by up to ${fixed(difference)}.`));
  }

  /** All numbers that the network starts from, to check a line by hand. */
  weights() {
    const { network } = this;
    const scale = largest(NAMES.map((name) => network[name].flat()));
    const tables = NAMES.map((name) => this.table(name, name, network[name], scale, { decimals: 2 }));
    return make("details", {}, make("summary", {}, "The weights"), box("tables", ...tables));
  }

  close() { this.stop(); this.sizes.disconnect(); }
}

// ---- Looks: the book's colors, else the notebook's, else the browser's -------------------------

const STYLE = `
.rc-bptt {
  --ink: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText));
  --muted: var(--pst-color-text-muted, var(--jp-content-font-color2, color-mix(in srgb, CanvasText 72%, Canvas)));
  --paper: var(--pst-color-on-background, var(--jp-layout-color1, Canvas));
  --ground: var(--pst-color-surface, var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas)));
  --line: var(--pst-color-border, var(--jp-border-color1, color-mix(in srgb, CanvasText 22%, Canvas)));
  --plus: var(--pst-color-primary, var(--jp-brand-color1, LinkText));
  --on-plus: var(--pst-color-background, var(--jp-layout-color1, Canvas));
  --minus: #d9730d;
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
.rc-bptt *, .rc-bptt ::before, .rc-bptt ::after { box-sizing: border-box; }
.rc-bptt :is(p, fieldset, legend) {
  border: 0; font-size: inherit; line-height: inherit; margin: 0; min-width: 0; padding: 0;
}
.rc-bptt :is(sub, sup) { font-size: 0.72em; line-height: 0; }
.rc-bptt-m { white-space: nowrap; }
.rc-bptt-m i { font-family: var(--rc-serif, serif); font-size: 1.06em; }
.rc-bptt :is(button, input, summary, .rc-bptt-columns):focus-visible {
  outline: 2px solid var(--plus); outline-offset: 2px;
}
.rc-bptt kbd { background: none; border: 0; box-shadow: none; color: inherit; font: 600 1em var(--mono); padding: 0; }

.rc-bptt-settings { align-items: end; display: flex; flex-wrap: wrap; gap: 0.6rem 2rem; }
.rc-bptt :is(label, legend) { margin: 0; }
.rc-bptt :is(legend, .rc-bptt-word label) {
  color: var(--muted); display: block; float: none; font-size: 0.85rem; width: auto;
}
.rc-bptt-word input {
  background: var(--ground); border: 1px solid color-mix(in srgb, var(--muted) 70%, transparent);
  border-radius: 0.35rem; color: var(--ink); font: 600 1rem/1.5 var(--mono); padding: 0.2rem 0.6rem;
}
.rc-bptt-options { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.rc-bptt-options label { cursor: pointer; position: relative; }
.rc-bptt-options input { height: 100%; inset: 0; margin: 0; opacity: 0; position: absolute; width: 100%; }
.rc-bptt-options label > span:last-child {
  border: 1px solid var(--line); border-radius: 0.35rem; display: block; min-width: 2.3rem;
  padding: 0.2rem 0.6rem; text-align: center;
}
.rc-bptt-options label:hover > span:last-child { border-color: var(--plus); }
.rc-bptt-options input:checked + span {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 650;
}
.rc-bptt-options input:focus-visible + span { outline: 2px solid var(--plus); outline-offset: 2px; }
.rc-bptt .rc-bptt-fault:not(:empty) { border-left: 3px solid var(--minus); margin-top: 0.6rem; padding-left: 0.6rem; }

/* The transport stays in sight while the page scrolls through the element */
.rc-bptt-transport {
  align-items: center; background: var(--paper); border-bottom: 1px solid var(--line); display: flex;
  flex-wrap: wrap; gap: 0.4rem 1rem; margin: 0.8rem -0.4rem 0; padding: 0.4rem; position: sticky;
  top: var(--rc-bptt-top, 0); z-index: 2;
}
.rc-bptt-line { flex: 1 1 16rem; }
.rc-bptt-line input { accent-color: var(--plus); display: block; margin: 0 auto; width: calc(100% * 8 / 9 + 1rem); }
.rc-bptt-marks {
  color: var(--muted); display: grid; font-size: 0.8rem; grid-template-columns: repeat(9, 1fr);
  line-height: 1.25; text-align: center;
}
.rc-bptt-marks b { font-weight: 400; grid-row: 2; }
.rc-bptt-marks b:nth-last-child(2) { grid-column: 2 / 6; }
.rc-bptt-marks b:last-child { grid-column: 6 / 10; }
.rc-bptt-marks .rc-bptt-here {
  color: var(--ink); font-weight: 700; text-decoration: underline 2px var(--plus); text-underline-offset: 0.2em;
}
.rc-bptt-buttons { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.rc-bptt-buttons button {
  background: none; border: 1px solid var(--line); border-radius: 0.35rem; color: inherit; cursor: pointer;
  font: inherit; min-width: 3.8rem; padding: 0.25rem 0.6rem;
}
.rc-bptt-buttons button:hover { border-color: var(--plus); }
.rc-bptt-buttons .rc-bptt-main {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 600;
}
.rc-bptt-buttons [aria-disabled="true"] {
  background: none; border-style: dashed; color: var(--muted); cursor: default;
}
.rc-bptt .rc-bptt-said { margin: 0.7rem 0; min-height: 4.5em; }

/* Nine rows in common: head, input, state, softmax, loss; own, later, sum, da */
.rc-bptt-columns {
  display: grid; font-size: 0.76rem;
  grid-template-columns: 1.35rem repeat(3, minmax(7.9rem, 1fr) 1.35rem) minmax(7.9rem, 1fr);
  grid-template-rows: repeat(9, auto); line-height: 1.35; overflow-x: auto; padding: 2px; position: relative;
}
.rc-bptt :is(.rc-bptt-column, .rc-bptt-link) {
  display: grid; grid-row: 1 / -1; grid-template-columns: minmax(0, 1fr); grid-template-rows: subgrid;
  position: relative;
}
.rc-bptt-column { border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.25rem 0.3rem 0.35rem; }
.rc-bptt-now { border-color: var(--plus); box-shadow: inset 0 0 0 1px var(--plus); }
.rc-bptt-head { font-size: 0.85rem; font-weight: 650; padding: 0 0.15rem; }
.rc-bptt-now .rc-bptt-head { color: var(--plus); }
.rc-bptt-input { padding: 0 0.15rem; }
.rc-bptt-input kbd { font-size: 1.15em; }
.rc-bptt-block { padding-top: 0.35rem; }
.rc-bptt-block:nth-child(6) { border-top: 1px dashed var(--line); margin-top: 0.4rem; }
.rc-bptt-unseen > * { visibility: hidden; }
.rc-bptt-label {
  color: var(--muted); display: flex; gap: 0.3rem; justify-content: space-between; padding: 0 0.15rem;
  white-space: nowrap;
}
.rc-bptt-entry {
  align-items: center; display: grid; gap: 0.3rem; grid-template-columns: minmax(0, 1fr) 3.8em;
  line-height: 1.15rem; padding: 0 0.15rem; text-align: right;
}
.rc-bptt-entry:has(kbd) { border-radius: 0.25rem; grid-template-columns: 0.7em minmax(0, 1fr) 2.3em; }
.rc-bptt-target { outline: 2px solid var(--ink); outline-offset: -1px; }
.rc-bptt-track { --zero: 50%; display: block; height: 0.7rem; position: relative; }
.rc-bptt-track::before {
  background: var(--muted); bottom: -0.12rem; content: ""; left: calc(var(--zero) - 0.5px); opacity: 0.5;
  position: absolute; top: -0.12rem; width: 1px;
}
.rc-bptt-track > i {
  bottom: 0; min-width: 1px; position: absolute; top: 0; width: calc(var(--size) * (100% - var(--zero)));
}
.rc-bptt-track > .rc-bptt-plus { background: var(--plus); left: var(--zero); transform-origin: left; }
.rc-bptt-track > .rc-bptt-minus { background: var(--minus); right: var(--zero); transform-origin: right; }
.rc-bptt-entry:has(kbd) .rc-bptt-track { --zero: 0%; }
.rc-bptt-track > .rc-bptt-chance {
  background: color-mix(in srgb, var(--plus) 60%, var(--paper)); left: 0; transform-origin: left;
}
.rc-bptt-label b { color: var(--ink); font-size: 1.1em; }

/* Between the columns: the state goes on, a gradient comes back; where it is cut, a dashed line */
.rc-bptt-link > * { display: none; position: relative; }
.rc-bptt-gone > .rc-bptt-onward, .rc-bptt-came > .rc-bptt-return, .rc-bptt-link > .rc-bptt-first { display: block; }
.rc-bptt-first { align-self: end; grid-row: 2; white-space: nowrap; }
.rc-bptt-onward { grid-row: 3; }
.rc-bptt-return { grid-row: 7 / 10; }
.rc-bptt-onward::before {
  border-top: 2px solid var(--ink); content: ""; left: 0.1rem; position: absolute; right: 0.15rem; top: 60%;
}
.rc-bptt-onward::after, .rc-bptt-return::after {
  border: solid var(--ink); border-width: 2px 2px 0 0; content: ""; height: 0.5rem; position: absolute;
  right: 0.15rem; top: calc(60% - 0.19rem); transform: rotate(45deg); width: 0.5rem;
}
.rc-bptt-return::before, .rc-bptt-return b {
  border: 0 solid var(--ink); bottom: 13%; content: ""; position: absolute;
}
.rc-bptt-return::before { border-width: 2px 2px 0 0; left: 0.2rem; right: 50%; top: 20%; }
.rc-bptt-return b { border-bottom-width: 2px; left: 50%; right: 0.1rem; }
.rc-bptt-return::after { left: 0.15rem; right: auto; top: calc(20% - 0.19rem); transform: rotate(-135deg); }
.rc-bptt-cut::before {
  border-left: 2px dashed var(--minus); bottom: 0; content: ""; left: calc(50% - 1px); position: absolute;
  top: 0;
}
.rc-bptt-cut > .rc-bptt-return::before, .rc-bptt-cut > .rc-bptt-return::after { display: none; }
.rc-bptt-return span:not(:empty) {
  background: var(--paper); font-style: normal; font-weight: 650; left: calc(50% - 0.7em); position: absolute;
  top: 45%; writing-mode: vertical-rl;
}
.rc-bptt .rc-bptt-legend { color: var(--muted); font-size: 0.82rem; margin: 0.3rem 0 0.6rem; }
.rc-bptt .rc-bptt-losses { margin: 0 0 1rem; min-height: 1.5em; }

/* The tables: numbers, tinted by sign and size. The class thrice outdoes the book's rules for tables */
.rc-bptt-tables { align-items: end; display: flex; flex-wrap: wrap; gap: 0.7rem 1.2rem; margin: 0.6rem 0 0.9rem; }
.rc-bptt.rc-bptt.rc-bptt table {
  border: 0; border-collapse: separate; border-spacing: 2px; display: table; font-size: 0.85rem;
  line-height: 1.35; margin: 0; width: auto;
}
.rc-bptt.rc-bptt.rc-bptt :is(caption, tr, td, th) {
  background: none; border: 0; color: var(--muted); font: inherit; padding: 0.1rem 0.3rem; text-align: right;
  vertical-align: middle; white-space: nowrap;
}
.rc-bptt.rc-bptt.rc-bptt caption { caption-side: top; padding: 0 0 0.2rem; text-align: left; }
.rc-bptt.rc-bptt.rc-bptt td[style] {
  background: color-mix(in srgb, var(--hue, transparent) var(--tint, 0%), var(--ground)); border-radius: 0.2rem;
  color: var(--ink); min-width: 3.5rem; padding: 0.1rem 0.3rem;
}
.rc-bptt-tables .rc-bptt-plus { --hue: var(--plus); }
.rc-bptt-tables .rc-bptt-minus { --hue: var(--minus); }
.rc-bptt-factor { color: var(--ink); display: block; font-weight: 600; }
.rc-bptt tbody .rc-bptt-factor { display: inline; margin-left: 0.5rem; }
.rc-bptt-proof p + p { margin-top: 0.4rem; }
.rc-bptt details { margin-top: 0.8rem; }
.rc-bptt summary { cursor: pointer; }

@container (max-width: 26rem) {
  .rc-bptt-buttons button { font-size: 0.86rem; min-width: 0; padding: 0.25rem 0.5rem; }
  .rc-bptt.rc-bptt.rc-bptt table { font-size: 0.74rem; }
  .rc-bptt.rc-bptt.rc-bptt td[style] { min-width: 3rem; padding: 0.1rem 0.12rem; }
  .rc-bptt.rc-bptt.rc-bptt th { padding: 0.1rem 0.12rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .rc-bptt-moved .rc-bptt-forth .rc-bptt-block:nth-child(-n + 5) .rc-bptt-track > i,
  .rc-bptt-moved .rc-bptt-back .rc-bptt-block:nth-child(n + 6) .rc-bptt-track > i {
    animation: rc-bptt-grow 0.5s ease-out;
  }
}
@keyframes rc-bptt-grow { from { transform: scaleX(0); } }
@media (forced-colors: active) {
  .rc-bptt-track > i { forced-color-adjust: none; }
  .rc-bptt-options input:checked + span { outline: 2px solid Highlight; }
}
`;

/** Put the style into the page, once. */
function style() {
  if (document.getElementById("rc-bptt-style")) return;
  document.head.append(make("style", { id: "rc-bptt-style", textContent: STYLE }));
}

// ---- The two doors -----------------------------------------------------------------------------

// The book: a custom element.
if (globalThis.customElements && !customElements.get("bptt-stepper"))
  customElements.define("bptt-stepper", class extends HTMLElement {
    connectedCallback() {
      const { network, word, k } = this.dataset;
      this.view ??= new Stepper(this, { network: JSON.parse(network), word, k: +k });
    }
    disconnectedCallback() { this.view.close(); }
  });

// A notebook: an anywidget, with `network` (JSON), `word` and `k` in its state.
export default {
  render({ model, el }) {
    const root = el.appendChild(document.createElement("div"));
    const network = JSON.parse(model.get("network"));
    const view = new Stepper(root, { network, word: model.get("word"), k: model.get("k") });
    return () => view.close();
  },
};
