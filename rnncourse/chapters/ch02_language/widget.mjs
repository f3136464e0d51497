// A recurrent language model that completes and writes as the reader types.
//
// One source for two places. In the book it is a custom element, whose weights load when asked for:
//   <live-language-model data-manifest="x.json" data-weights="x.bin">no-script text</live-language-model>
// In a live notebook it is the module of an anywidget, whose state brings manifest and weights.
//
// First the numbers, which need no page (Node.js tests them against PyTorch), then the interface.

// ---- The model -----------------------------------------------------------------------------

/** The value of an IEEE half, given as its 16 bits. */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const GATES = { lstm: 4, gru: 3 }; // i f g o; r z n
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** out = b + W x, W stored row by row. Four sums at a time: the processor need not wait for one. */
function affine(W, x, b, out) {
  const n = x.length;
  for (let row = 0, at = 0; row < out.length; row += 1, at += n) {
    let s0 = b[row], s1 = 0, s2 = 0, s3 = 0, j = 0;
    for (; j + 3 < n; j += 4) {
      s0 += W[at + j] * x[j];
      s1 += W[at + j + 1] * x[j + 1];
      s2 += W[at + j + 2] * x[j + 2];
      s3 += W[at + j + 3] * x[j + 3];
    }
    for (; j < n; j += 1) s0 += W[at + j] * x[j];
    out[row] = s0 + s1 + (s2 + s3);
  }
  return out;
}

/** Embedding, one LSTM or GRU layer, logits: `LanguageModel` of rnncourse.models.language. */
export class LanguageModel {
  /** manifest: see rnncourse.models.weights; buffer: the float16 arrays, one after the other. */
  constructor(manifest, buffer) {
    const { cell, vocabulary } = manifest.about;
    if (!(cell in GATES)) throw new Error(`There is no live cell "${cell}".`);
    const bits = new Uint16Array(buffer);
    const array = (name) => {
      const { shape, offset } = manifest.arrays[name];
      const size = shape.reduce((product, n) => product * n, 1);
      return Float32Array.from(bits.subarray(offset / 2, offset / 2 + size), half);
    };
    this.cell = cell;
    this.characters = [...vocabulary];
    this.places = new Map(this.characters.map((c, i) => [c, i]));
    this.size = bits.length;
    const V = (this.V = this.characters.length);
    const H = (this.H = manifest.arrays["recurrent.weight_hh_l0"].shape[1]);
    const rows = GATES[cell] * H;
    this.W_hh = array("recurrent.weight_hh_l0");
    this.W_hy = array("logits.weight");
    this.b_y = array("logits.bias");
    // A character's share of the gates depends on the character only: one row of a table, made once.
    const [embedding, W_xh] = [array("embedding.weight"), array("recurrent.weight_ih_l0")];
    const [b_x, b_h] = [array("recurrent.bias_ih_l0"), array("recurrent.bias_hh_l0")];
    const E = embedding.length / V;
    this.inputs = [];
    for (let v = 0; v < V; v += 1)
      this.inputs.push(affine(W_xh, embedding.subarray(v * E, v * E + E), b_x, new Float32Array(rows)));
    this.b_h = b_h;
    this.gates = new Float32Array(rows);
  }

  /** The state before anything was read. */
  start() {
    return { h: new Float32Array(this.H), c: new Float32Array(this.H) };
  }

  /** Read one character: a new state, with the logits of the next. The old state stays as it was. */
  step(state, id) {
    const { H, V, gates: g } = this;
    const x = this.inputs[id];
    const [h, c] = [new Float32Array(H), new Float32Array(H)];
    affine(this.W_hh, state.h, this.b_h, g);
    for (let j = 0; j < H; j += 1) {
      if (this.cell === "lstm") {
        const i = sigmoid(x[j] + g[j]);
        const f = sigmoid(x[H + j] + g[H + j]);
        const o = sigmoid(x[3 * H + j] + g[3 * H + j]);
        c[j] = f * state.c[j] + i * Math.tanh(x[2 * H + j] + g[2 * H + j]);
        h[j] = o * Math.tanh(c[j]);
      } else {
        const r = sigmoid(x[j] + g[j]); // applied after the matrix product, as in torch.nn.GRU
        const z = sigmoid(x[H + j] + g[H + j]);
        const n = Math.tanh(x[2 * H + j] + r * g[2 * H + j]);
        h[j] = (1 - z) * n + z * state.h[j];
      }
    }
    return { h, c, logits: affine(this.W_hy, h, this.b_y, new Float32Array(V)) };
  }

  /** The index of each character (UTF-16 unit) of a text; -1 for one that the model does not know. */
  encode(text) {
    return text.split("").map((c) => this.places.get(c) ?? -1);
  }
}

// ---- Reading: a state for each prefix --------------------------------------------------------

/** Reads texts, and keeps the state after each prefix, so that only what is new costs a step. */
export class Reader {
  constructor(model) {
    this.model = model;
    this.known = []; // the characters behind the states
    this.states = [model.step(model.start(), 0)]; // a newline stands before the beginning
    this.steps = 1; // taken so far, for tests
  }

  /** The state after a text. The states of a longer text with this beginning are kept. */
  read(ids) {
    let same = 0;
    while (same < ids.length && ids[same] === this.known[same]) same += 1;
    if (same < ids.length) {
      this.known.length = same;
      this.states.length = same + 1;
      for (let t = same; t < ids.length; t += 1) {
        const before = this.states[t];
        this.known.push(ids[t]);
        this.states.push(ids[t] < 0 ? before : this.model.step(before, ids[t]));
        if (ids[t] >= 0) this.steps += 1;
      }
    }
    return this.states[ids.length];
  }

  /** The surprise of each character in bits, given all before it; null where it is unknown. */
  surprises(ids) {
    this.read(ids);
    return ids.map((id, t) => (id < 0 ? null : bitsOf(this.states[t], id)));
  }

  /**
   * Append the likeliest character until a word ends: at a stop that follows another character, or
   * before a newline. Returns the characters, and whether it got there before the deadline; what it
   * found out by then is kept, so that another call goes on from there.
   */
  complete(ids, stops, limit = 24, deadline = Infinity) {
    const text = [...ids];
    for (let inside = false; text.length < ids.length + limit; ) {
      if (performance.now() > deadline) return { ids: text.slice(ids.length), done: false };
      const best = argmax(this.read(text).logits);
      const stop = stops.has(best);
      if (best === 0 || (stop && inside)) break;
      inside ||= !stop;
      text.push(best);
    }
    return { ids: text.slice(ids.length), done: true };
  }
}

/** -log2 of the probability of a character. Kept with the state: it is asked for at every key. */
function bitsOf(state, id) {
  state.bits ??= new Map();
  if (!state.bits.has(id)) state.bits.set(id, -Math.log2(softmax(state.logits)[id]));
  return state.bits.get(id);
}

// ---- Writing: from logits to a character -----------------------------------------------------

/** The place of the largest entry, the first of equals. */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}

/** exp(y / temperature), scaled to sum to 1. */
export function softmax(logits, temperature = 1) {
  const top = logits[argmax(logits)];
  const weights = Float64Array.from(logits, (y) => Math.exp((y - top) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** Indices from the likeliest to the least likely, equals in their order. */
export function ranking(values) {
  return Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
}

/**
 * The probabilities to draw from: the temperature first, then only the k likeliest, then of these
 * only the fewest that make up p together.
 */
export function distribution(logits, { temperature = 1, k = logits.length, p = 1 } = {}) {
  const probs = softmax(logits, temperature);
  if (k >= probs.length && p >= 1) return probs;
  let kept = ranking(probs).slice(0, k);
  if (p < 1) {
    const enough = p * (1 - 1e-12) * kept.reduce((sum, i) => sum + probs[i], 0); // but for rounding
    let [count, mass] = [0, 0];
    while (count < kept.length && mass < enough) mass += probs[kept[count++]];
    kept = kept.slice(0, count);
  }
  const mass = kept.reduce((sum, i) => sum + probs[i], 0);
  const cut = new Float64Array(probs.length);
  for (const i of kept) cut[i] = probs[i] / mass;
  return cut;
}

/** Random numbers in [0, 1) that a seed determines (the 32-bit generator "mulberry32"). */
export function generator(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draw an index: each as often as its probability says. */
export function draw(probs, random) {
  let rest = random();
  let last = 0;
  for (let i = 0; i < probs.length; i += 1) {
    if (probs[i] === 0) continue;
    last = i; // rounding may leave a crumb behind the last one
    rest -= probs[i];
    if (rest < 0) break;
  }
  return last;
}

// ---- The interface ---------------------------------------------------------------------------

const BARS = 8;
const LONGEST = 2000; // characters of text
const WRITES = 120; // characters that "Write on" adds
const PAUSE = 40; // ms between two of them
const STOPS = " .,\n"; // ends of a word, as in chapter 2
const TOP_K = [1, 2, 3, 4, 5, 8, 12, 20, 40, Infinity];
const LEVELS = [1, 2, 4, 6, 8]; // bits at which the shade of a character deepens
const SIGNS = { " ": "␣", "\n": "↵" };
const NAMES = {
  " ": "space", "\n": "new line", ".": "full stop", ",": "comma", ":": "colon", ";": "semicolon",
  "-": "hyphen", _: "underscore", "'": "apostrophe", '"': "quotation mark", "`": "backtick",
  "(": "open bracket", ")": "close bracket", "[": "open square bracket", "]": "close square bracket",
};
// What phones and word processors type instead of ASCII.
const PLAIN = { "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\t": " " };
const NBSP = "\u00a0";

const signs = (text) => text.replace(/[ \n]/g, (c) => SIGNS[c]);
const percent = (p) =>
  (p >= 0.0995 ? (100 * p).toFixed(0) : p >= 0.0005 ? (100 * p).toFixed(1) : "<0.1") + NBSP + "%";
const number = (n) => n.toLocaleString("en-US");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let elements = 0; // for ids

/** Make an element: tag, properties (an attribute where the name has a hyphen), children. */
function make(tag, properties = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.includes("-") || name === "role") e.setAttribute(name, value);
    else e[name] = value;
  e.append(...children);
  return e;
}

/** The interface within an element. `load(progress)` resolves to a manifest and a buffer. */
export class LiveView {
  constructor(root, load, { text = "", bytes = 0, seed = crypto.getRandomValues(new Uint32Array(1))[0] } = {}) {
    Object.assign(this, { root, load, bytes });
    this.random = generator(seed);
    this.offer = "";
    this.writing = null; // a token while the model writes
    style();
    this.build(text);
    this.state = "idle";
    this.paint();
  }

  build(text) {
    const id = (part) => `rc-live-${elements}-${part}`;
    elements += 1;
    const button = (className, label, onclick) =>
      make("button", { type: "button", className: `rc-live-${className}`, onclick }, label);
    const sr = (words) => make("span", { className: "rc-live-sr" }, words);

    // The text: what is typed lies over a mirror, which has the shades and the gray letters.
    this.area = make("textarea", {
      id: id("text"), value: text, rows: 3, maxLength: LONGEST, spellcheck: false, autocomplete: "off",
      autocapitalize: "off", "aria-describedby": id("hint"), oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
    });
    this.area.setAttribute("autocorrect", "off");
    this.mirror = make("div", { className: "rc-live-mirror", "aria-hidden": "true" });
    this.paper = make("div", { className: "rc-live-paper" },
      make("div", { className: "rc-live-editor" }, this.mirror, this.area));
    this.bits = make("span", { className: "rc-live-bits" });

    this.taking = button("take", "", () => { this.take(); this.area.focus(); });
    this.hint = make("span", { id: id("hint") });
    this.writer = button("main", "Write on", () => (this.writing ? this.stop() : this.write()));
    this.again = button("quiet", "Start again", () => this.restart());
    this.shade = make("input", { type: "checkbox", onchange: () => this.paint() });
    this.scale = make("span", { className: "rc-live-scale" }, "0" + NBSP,
      ...LEVELS.map((_, i) => make("i", { className: `rc-live-s${i + 1}` })), NBSP + `${LEVELS.at(-1)} bits or more`);
    this.note = make("p", { className: "rc-live-note", role: "status" });

    // The next character.
    this.rows = Array.from({ length: BARS + 1 }, (_, i) => {
      const [own, drawn] = [make("i", { className: "rc-live-own" }), make("i", { className: "rc-live-drawn" })];
      const row = { own, drawn, key: make("kbd"), name: sr(""), value: make("span", { className: "rc-live-value" }) };
      const parts = [row.key, row.name, make("span", { className: "rc-live-track" }, own, drawn), row.value];
      // A pointer may choose a character here; a keyboard has the character itself.
      row.box = make("div", { className: "rc-live-bar" });
      if (i < BARS) {
        row.box = button("bar", "", () => this.append(row.character));
        row.box.tabIndex = -1;
        row.box.onpointerdown = (event) => event.preventDefault(); // the focus stays where it is
      }
      row.box.append(...parts);
      return row;
    });
    this.rest = make("span", {});
    const legend = make("p", { className: "rc-live-legend" },
      make("span", {}, make("i", { className: "rc-live-own" }), " the model"),
      make("span", {}, make("i", { className: "rc-live-drawn" }), " your settings"), this.rest);
    const next = make("div", { className: "rc-live-next", role: "group", "aria-labelledby": id("next") },
      make("p", { className: "rc-live-title", id: id("next") }, "Next character"),
      make("ol", {}, ...this.rows.map((row) => make("li", {}, row.box))), legend);

    // How it is chosen.
    const slider = (name, label, help, min, max, step, value) => {
      const input = make("input", { id: id(name), type: "range", min, max, step, value,
        "aria-describedby": id(`${name}-help`), oninput: () => { this.set(); this.showBars(); } });
      const shown = make("span", { className: "rc-live-set", "aria-hidden": "true" });
      this[name] = { input, shown };
      return make("div", { className: "rc-live-slider" },
        make("label", { htmlFor: id(name) }, label), shown, input,
        make("p", { id: id(`${name}-help`) }, help));
    };
    const settings = make("div", { className: "rc-live-settings", role: "group", "aria-labelledby": id("how") },
      make("p", { className: "rc-live-title", id: id("how") }, "How “Write on” draws it"),
      slider("temperature", "Temperature", "Below 1 safer, above 1 bolder.", 0.1, 2, 0.1, 0.8),
      slider("topK", "Top-k", "Only the k likeliest characters.", 0, TOP_K.length - 1, 1, TOP_K.length - 1),
      slider("topP", "Top-p (nucleus)", "Only the fewest that make up p together.", 0.1, 1, 0.05, 1));

    const size = this.bytes ? ` (${(this.bytes / 1e6).toFixed(1)} MB)` : "";
    this.loader = button("main", `Load the model${size}`, () => this.wake(true));
    this.gate = make("div", { className: "rc-live-gate" }, this.loader,
      make("p", {}, "It runs in your browser. Nothing you type leaves this page."));
    this.lower = make("div", { className: "rc-live-lower" }, next, settings);
    this.facts = make("p", { className: "rc-live-facts" });
    this.actions = make("div", { className: "rc-live-actions" }, this.writer, this.again,
      make("label", { className: "rc-live-check" }, this.shade, " Shade by surprise"), this.scale);
    this.status = make("p", { className: "rc-live-sr", role: "status" });

    this.root.classList.add("rc-live");
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stop(); });
    this.root.replaceChildren(
      make("div", { className: "rc-live-head" },
        make("label", { className: "rc-live-title", htmlFor: id("text") }, "Type, and the model goes on"), this.bits),
      this.paper, make("div", { className: "rc-live-offer" }, this.taking, this.hint), this.note,
      this.actions, this.gate, this.lower, this.facts, this.status);
  }

  // -- Loading

  get state() { return this.root.dataset.state; }
  set state(name) {
    this.root.dataset.state = name;
    const ready = name === "ready";
    for (const e of [this.lower, this.facts, this.actions]) e.hidden = !ready;
    this.gate.hidden = ready;
    this.hint.textContent = ready ? "The right arrow key takes the gray letters." : "";
  }

  /** Load the model once. With `focus`, the text field has the focus afterwards. */
  async wake(focus = false) {
    if (this.state === "loading" || this.state === "ready") return;
    const label = this.loader.textContent;
    this.state = "loading";
    this.loader.setAttribute("aria-disabled", "true");
    this.note.textContent = "";
    try {
      const { manifest, buffer } = await this.load((share) => {
        this.loader.textContent = `Loading … ${Math.round(100 * share)}${NBSP}%`;
      });
      this.model = new LanguageModel(manifest, buffer);
    } catch (error) {
      this.note.textContent = `The model could not be loaded: ${error.message} Try again, or reload the page.`;
      this.loader.textContent = label;
      this.loader.removeAttribute("aria-disabled");
      this.state = "idle";
      return;
    }
    this.reader = new Reader(this.model);
    this.stops = new Set(this.model.encode(STOPS));
    this.facts.textContent = `${this.model.cell.toUpperCase()} of ${this.model.H} units, ` +
      `${number(this.model.size)} weights, in your browser. Nothing you type leaves this page.`;
    const focused = this.gate.contains(document.activeElement);
    this.state = "ready";
    this.set();
    this.update();
    if (focus || focused) this.focusEnd();
  }

  focusEnd() {
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
  }

  // -- What the reader does

  typed() {
    this.stop();
    if (this.state === "ready") this.update();
    else { this.paint(); this.wake(); }
  }

  key(event) {
    const { selectionStart, selectionEnd, value } = this.area;
    const atEnd = selectionStart === value.length && selectionEnd === value.length;
    const plain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
    if (event.key === "ArrowRight" && plain && atEnd && this.offer) {
      event.preventDefault();
      this.take();
    }
  }

  /** Accept the gray letters. */
  take() {
    if (!this.offer) return;
    this.status.textContent = `Added ${this.offer.trim()}.`;
    this.append(this.offer);
  }

  /** Add characters at the end. */
  append(text) {
    this.stop();
    this.area.value = (this.area.value + text).slice(0, LONGEST);
    this.update();
  }

  restart() {
    this.stop();
    this.area.value = "";
    this.update();
    this.focusEnd();
  }

  /** Draw characters from the model and add them, one by one where motion is welcome. */
  async write() {
    const token = (this.writing = {});
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = this.area.value.length;
    this.offer = "";
    this.writer.textContent = "Stop";
    this.root.classList.add("rc-live-writing");
    const ids = this.encode();
    for (let n = 0; n < WRITES && ids.length < LONGEST; n += 1) {
      const probs = distribution(this.reader.read(ids).logits, this.settings);
      ids.push(draw(probs, this.random));
      this.area.value += this.model.characters[ids.at(-1)];
      if (still) continue;
      this.showBars(ids);
      this.paint(ids);
      await pause(PAUSE);
      if (this.writing !== token) return;
    }
    this.stop();
    this.say(`The model wrote: ${this.area.value.slice(from)}`);
  }

  /** Stop writing, if the model does. */
  stop() {
    if (!this.writing) return;
    this.writing = null;
    this.writer.textContent = "Write on";
    this.root.classList.remove("rc-live-writing");
    this.update();
  }

  // -- What the reader sees

  /** The settings of the sliders, and their words. */
  set() {
    const k = TOP_K[this.topK.input.value];
    this.settings = { temperature: +this.temperature.input.value, k, p: +this.topP.input.value };
    const show = ({ input, shown }, words) => {
      shown.textContent = words;
      input.setAttribute("aria-valuetext", words);
    };
    show(this.temperature, this.settings.temperature.toFixed(1));
    show(this.topK, k === Infinity ? `all ${this.model.V}` : String(k));
    show(this.topP, this.settings.p === 1 ? "all" : this.settings.p.toFixed(2));
  }

  /** The text as indices, after replacing what has a plain form. */
  encode() {
    const plain = this.area.value.replace(/[‘’“”–—\u00a0\t]/g, (c) => PLAIN[c]);
    if (plain !== this.area.value) {
      const at = this.area.selectionStart;
      this.area.value = plain;
      this.area.setSelectionRange(at, at);
    }
    return this.model.encode(plain);
  }

  /** Everything that follows from a change of the text. */
  update() {
    const text = this.area.value;
    this.offer = this.shownText + this.offer[0] === text ? this.offer.slice(1) : "";
    const ids = this.encode();
    this.showBars(ids);
    this.complete(ids);
    this.remark(ids);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.speak(), 1500);
  }

  /** Look for the end of the word: for a few milliseconds, and then again after other events. */
  complete(ids) {
    clearTimeout(this.thinking);
    const found = this.reader.complete(ids, this.stops, 24, performance.now() + 5);
    if (found.done) this.offer = found.ids.map((i) => this.model.characters[i]).join("");
    else this.thinking = setTimeout(() => this.complete(ids));
    this.paint(ids);
  }

  /** Say what is out of the ordinary about the text. */
  remark(ids) {
    const strange = [...new Set([...this.area.value].filter((c) => !this.model.places.has(c)))].join(" ");
    const words = strange
      ? `The model knows ${this.model.V} characters. It skips: ${strange}`
      : ids.length >= LONGEST ? `The page is full: ${number(LONGEST)} characters.` : "";
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  showBars(ids = this.encode()) {
    const { logits } = this.reader.read(ids);
    const [own, drawn] = [softmax(logits), distribution(logits, this.settings)];
    const order = ranking(own);
    this.rows.forEach((row, i) => {
      const places = i < BARS ? [order[i]] : order.slice(BARS);
      const total = (probs) => places.reduce((sum, j) => sum + probs[j], 0);
      const [p, q] = [total(own), total(drawn)];
      row.character = this.model.characters[places[0]];
      const name = i < BARS ? NAMES[row.character] : "all others";
      row.key.textContent = i < BARS ? signs(row.character) : "…";
      row.key.setAttribute("aria-hidden", String(!!name));
      row.name.textContent = name ?? "";
      row.own.style.width = `${100 * p}%`;
      row.drawn.style.width = `${100 * q}%`;
      row.value.textContent = q > 0 ? percent(q) : "cut";
      row.box.classList.toggle("rc-live-cut", q === 0);
      if (i === BARS) this.rest.textContent = `… ${places.length} others`;
      row.words = `${NAMES[row.character] ?? row.character} ${percent(q)}`;
    });
  }

  /** The mirror behind the text: shades of surprise, then the gray letters. */
  paint(ids = []) {
    const text = this.area.value;
    const bits = this.reader ? this.reader.surprises(ids) : [];
    const level = (b) => (b === null ? 0 : LEVELS.filter((edge) => b >= edge).length);
    const parts = [];
    for (let t = 0; t < text.length; t += 1) {
      const deep = this.shade.checked && t < bits.length ? level(bits[t]) : 0;
      if (parts.length && parts.at(-1).deep === deep) parts.at(-1).text += text[t];
      else parts.push({ deep, text: text[t] });
    }
    this.mirror.replaceChildren(
      ...parts.map(({ deep, text }) => make("span", { className: deep ? `rc-live-s${deep}` : "" }, text)),
      make("span", { className: "rc-live-ghost" }, this.offer),
      text.endsWith("\n") && !this.offer ? "\u200b" : ""); // holds a last, empty line
    this.shownText = text;
    this.scale.hidden = !this.shade.checked;
    const known = bits.filter((b) => b !== null);
    const mean = known.reduce((sum, b) => sum + b, 0) / known.length;
    this.bits.textContent = known.length ? `${mean.toFixed(2)} bits per character` : "";
    this.taking.hidden = !this.offer;
    this.taking.replaceChildren(make("span", { "aria-hidden": "true" }, "→ "),
      make("span", { className: "rc-live-sr" }, "Add "), signs(this.offer));
    if (this.writing || this.area.selectionEnd === text.length) this.paper.scrollTop = this.paper.scrollHeight;
  }

  /** Tell a screen reader where things stand, once the typing rests. */
  speak() {
    if (this.writing || !this.root.contains(document.activeElement)) return;
    const likeliest = this.rows.slice(0, 3).map((row) => row.words).join(", ");
    this.say(`${this.offer ? `Offer: ${this.offer.trim()}. ` : ""}Next: ${likeliest}.`);
  }

  say(words) {
    clearTimeout(this.speaking);
    this.status.textContent = words;
  }

  /** Leave nothing running behind. */
  close() {
    this.writing = null;
    clearTimeout(this.speaking);
    clearTimeout(this.thinking);
  }
}

// ---- Looks: the book's colors, else the notebook's, else the browser's ---------------------------

const STYLE = `
.rc-live {
  --ink: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText));
  --muted: var(--pst-color-text-muted, var(--jp-content-font-color2, color-mix(in srgb, CanvasText 72%, Canvas)));
  --paper: var(--pst-color-on-background, var(--jp-layout-color1, Canvas));
  --ground: var(--pst-color-surface, var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas)));
  --line: var(--pst-color-border, var(--jp-border-color1, color-mix(in srgb, CanvasText 22%, Canvas)));
  --accent: var(--pst-color-primary, var(--jp-brand-color1, LinkText));
  --on-accent: var(--pst-color-background, var(--jp-layout-color1, Canvas));
  --hot: #e07b16;
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
  margin: 0.4rem 0;
  padding: 1.15rem 1.25rem 1rem;
}
.rc-live *, .rc-live ::before { box-sizing: border-box; }
.rc-live [hidden] { display: none !important; }
.rc-live :is(p, ol, li) { font-size: inherit; line-height: inherit; list-style: none; margin: 0; padding: 0; }
.rc-live button { background: none; border: 0; color: inherit; cursor: pointer; font: inherit; margin: 0; padding: 0; }
.rc-live :is(button, input):focus-visible, .rc-live-paper:focus-within {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.rc-live-paper:focus-within { outline-offset: 0; }
.rc-live .rc-live-sr {
  clip-path: inset(50%);
  height: 1px;
  overflow: hidden;
  position: absolute;
  white-space: nowrap;
  width: 1px;
}
.rc-live .rc-live-title { font-weight: 650; margin: 0; }
.rc-live-head { align-items: baseline; display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
.rc-live-bits { color: var(--muted); font-variant-numeric: tabular-nums; }

/* The text, and behind it the same text with shades and gray letters */
.rc-live-paper {
  background: var(--ground);
  border: 1px solid color-mix(in srgb, var(--muted) 70%, transparent);
  border-radius: 0.4rem;
  margin-top: 0.5rem;
  max-height: 15rem;
  overflow: hidden auto;
}
.rc-live-editor { display: grid; }
.rc-live-editor > * {
  background: none;
  border: 0;
  border-radius: 0;
  font: 1.08rem/1.75 var(--mono);
  font-variant-ligatures: none;
  grid-area: 1 / 1;
  hanging-punctuation: none;
  letter-spacing: 0;
  margin: 0;
  min-height: calc(3 * 1.75em + 1.4rem);
  min-width: 0;
  overflow: hidden;
  overflow-wrap: anywhere;
  padding: 0.7rem 0.95rem;
  text-wrap: wrap; /* both break lines alike */
  white-space: pre-wrap;
  width: 100%;
  word-break: normal;
}
.rc-live-mirror { color: transparent; }
.rc-live-ghost { color: var(--muted); }
.rc-live-editor > textarea {
  caret-color: var(--accent);
  color: var(--ink);
  display: block;
  outline: 0;
  resize: none;
}
.rc-live-s1 { background: color-mix(in srgb, var(--hot) 12%, transparent); }
.rc-live-s2 { background: color-mix(in srgb, var(--hot) 24%, transparent); }
.rc-live-s3 { background: color-mix(in srgb, var(--hot) 36%, transparent); }
.rc-live-s4 { background: color-mix(in srgb, var(--hot) 48%, transparent); }
.rc-live-s5 { background: color-mix(in srgb, var(--hot) 60%, transparent); }

.rc-live-offer {
  align-items: center;
  color: var(--muted);
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 0.7rem;
  min-height: 2.9rem;
  padding: 0.5rem 0;
}
.rc-live:not([data-state="ready"]) .rc-live-offer { min-height: 0.9rem; padding: 0; }
.rc-live .rc-live-take {
  border: 1px solid var(--line);
  border-radius: 0.35rem;
  color: var(--ink);
  font-family: var(--mono);
  padding: 0.15rem 0.6rem;
}
.rc-live .rc-live-take:hover { border-color: var(--accent); }
.rc-live-take:not([hidden]) ~ span { visibility: visible; }
.rc-live-take ~ span { font-size: 0.85rem; visibility: hidden; }
.rc-live .rc-live-note:not(:empty) { border-left: 3px solid var(--hot); margin: 0 0 0.7rem; padding-left: 0.6rem; }

.rc-live-actions { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem 0.8rem; }
.rc-live .rc-live-main, .rc-live .rc-live-quiet {
  border: 1px solid var(--accent);
  border-radius: 0.35rem;
  font-weight: 600;
  min-width: 6.2rem;
  padding: 0.3rem 0.9rem;
}
.rc-live .rc-live-main { background: var(--accent); color: var(--on-accent); }
.rc-live .rc-live-quiet { border-color: var(--line); font-weight: 400; }
.rc-live .rc-live-main:hover { filter: brightness(1.1); }
.rc-live .rc-live-quiet:hover { border-color: var(--accent); }
.rc-live [aria-disabled="true"] { cursor: progress; }
.rc-live-check { align-items: center; cursor: pointer; display: flex; gap: 0.4rem; margin: 0 0 0 auto; }
.rc-live input { accent-color: var(--accent); }
.rc-live-check input { height: 1rem; margin: 0; width: 1rem; }
.rc-live-scale { color: var(--muted); display: flex; font-size: 0.82rem; justify-content: flex-end; width: 100%; }
.rc-live-scale i { height: 1.2em; width: 1.3rem; }

.rc-live-gate { align-items: center; color: var(--muted); display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; }
.rc-live .rc-live-gate button { min-width: 14rem; padding: 0.45rem 1.2rem; }

/* What comes next, and how it is chosen */
.rc-live-lower {
  border-top: 1px solid var(--line);
  display: grid;
  gap: 1.2rem 2.2rem;
  grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr);
  margin-top: 1rem;
  padding-top: 0.9rem;
}
@container (max-width: 34rem) {
  .rc-live-lower { grid-template-columns: minmax(0, 1fr); }
  .rc-live-check { margin-left: 0; }
}
.rc-live ol { margin: 0.35rem 0 0.4rem; }
.rc-live .rc-live-bar {
  align-items: center;
  border-radius: 0.3rem;
  display: grid;
  gap: 0.6rem;
  grid-template-columns: 1.9rem minmax(0, 1fr) 3.4rem;
  padding: 0.13rem 0.2rem 0.13rem 0;
  text-align: left;
  width: 100%;
}
.rc-live button.rc-live-bar:hover { background: var(--ground); }
.rc-live kbd {
  background: none;
  border: 1px solid var(--line);
  border-radius: 0.3rem;
  box-shadow: none;
  color: var(--ink);
  font: 0.95rem/1.35rem var(--mono);
  padding: 0;
  text-align: center;
}
.rc-live div.rc-live-bar kbd { border-color: transparent; color: var(--muted); text-decoration: none; }
.rc-live-track { display: block; height: 1.05rem; position: relative; }
.rc-live :is(.rc-live-own, .rc-live-drawn) { display: block; height: 100%; transition: width 0.12s ease-out; }
.rc-live-own { background: color-mix(in srgb, var(--accent) 24%, transparent); border-radius: 0.15rem; }
.rc-live-drawn { background: var(--accent); border-radius: 0.1rem; }
.rc-live-track > i { left: 0; position: absolute; top: 0; }
.rc-live .rc-live-track > .rc-live-drawn { height: 0.45rem; min-width: 1px; top: 0.3rem; }
.rc-live-value { font-variant-numeric: tabular-nums; text-align: right; }
.rc-live-cut :is(kbd, .rc-live-value) { color: var(--muted); }
.rc-live-cut kbd { border-style: dashed; text-decoration: line-through; }
.rc-live .rc-live-cut .rc-live-drawn { min-width: 0; }
.rc-live-writing .rc-live-track > i { transition: none; }
.rc-live .rc-live-legend { color: var(--muted); display: flex; flex-wrap: wrap; font-size: 0.82rem; gap: 0 1rem; }
.rc-live .rc-live-legend i { display: inline-block; height: 0.75em; vertical-align: -0.02em; width: 1.4em; }
.rc-live .rc-live-legend .rc-live-drawn { height: 0.4em; vertical-align: 0.14em; }

.rc-live-slider { display: grid; grid-template-columns: 1fr auto; margin-top: 0.5rem; }
.rc-live-slider label { margin: 0; }
.rc-live-set { font-variant-numeric: tabular-nums; font-weight: 650; }
.rc-live-slider input { grid-column: 1 / -1; margin: 0.25rem 0; width: 100%; }
.rc-live .rc-live-slider p { color: var(--muted); font-size: 0.82rem; grid-column: 1 / -1; line-height: 1.35; }
.rc-live .rc-live-facts { color: var(--muted); font-size: 0.82rem; margin-top: 0.9rem; }

@media (hover: none) { .rc-live-take ~ span { display: none; } } /* no arrow keys */
@media (prefers-reduced-motion: reduce) { .rc-live-track > i { transition: none !important; } }
@media (forced-colors: active) {
  .rc-live :is(.rc-live-own, .rc-live-drawn) { forced-color-adjust: none; }
  .rc-live-own { background: GrayText; }
  .rc-live-drawn { background: Highlight; }
}
`;

/** Put the style into the page, once. */
function style() {
  if (document.getElementById("rc-live-style")) return;
  document.head.append(make("style", { id: "rc-live-style", textContent: STYLE }));
}

// ---- The two doors -----------------------------------------------------------------------------

/** Load manifest and weights, and check that they belong together. */
async function fetchModel({ manifest, weights, sha256 }, progress) {
  const get = async (address) => {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) throw new Error(`${address} ${answer ? `answered ${answer.status}` : "did not come"}.`);
    return answer;
  };
  const described = await (await get(manifest)).json();
  const data = new Uint8Array(described.bytes);
  let size = 0;
  for await (const chunk of chunks((await get(weights)).body)) {
    if (size + chunk.length <= data.length) data.set(chunk, size);
    size += chunk.length;
    progress(size / data.length);
  }
  const hash = globalThis.crypto?.subtle && (await crypto.subtle.digest("SHA-256", data)); // not on plain http
  const found = hash && Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, "0")).join("");
  const right = described.sha256 === (sha256 ?? described.sha256) && (!found || found === described.sha256);
  if (size !== data.length || !right) throw new Error("the weights are not those that this page describes.");
  return { manifest: described, buffer: data.buffer };
}

async function* chunks(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

// The book: a custom element.
if (globalThis.customElements && !customElements.get("live-language-model"))
  customElements.define("live-language-model", class extends HTMLElement {
    connectedCallback() {
      const { text, bytes, seed } = this.dataset;
      const options = { text, bytes: +(bytes ?? 0), ...(seed && { seed: +seed }) };
      this.view ??= new LiveView(this, (progress) => fetchModel(this.dataset, progress), options);
    }
    disconnectedCallback() { this.view.close(); }
  });

// A notebook: an anywidget, with `manifest` (JSON), `weights` (bytes) and `text` in its state.
export default {
  render({ model, el }) {
    const weights = model.get("weights"); // a view into a longer buffer
    const buffer = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength);
    const root = el.appendChild(document.createElement("div"));
    const manifest = JSON.parse(model.get("manifest"));
    const view = new LiveView(root, async () => ({ manifest, buffer }), { text: model.get("text") });
    view.wake();
    return () => view.close();
  },
};
