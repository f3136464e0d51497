// The shapes of tasks on sequences: where a network reads, and where it answers. The interface.
//
// One source for two places. In the book it is a custom element, whose weights load when asked for:
//   <shapes-explorer data-task="language" data-networks="{…}" data-tables="{…}">text</shapes-explorer>
// In a live notebook it is the module of an anywidget, whose state brings the weights along.

import { Network, argmax, generator, isName, numberWords, solve, tokenize } from "./network.mjs";

const NBSP = "\u00a0";
const UNITS = 6; // of a state, where they are shown
const MOST = 1; // a mean movement that has the deepest tint
const DEEPEST = 40; // percent of color in it: the number stays legible
const SHAPES = { // reads, answers: one digit a step, for the small pictures
  single: { label: "one to one", reads: "1", answers: "1" },
  language: { label: "many to one", reads: "111", answers: "001" },
  name: { label: "one to many", reads: "100", answers: "111" },
  role: { label: "many to many, in step", reads: "111", answers: "111" },
  numeral: { label: "many to many, after the input", reads: "1110", answers: "0011" },
};
const ABOUT = {
  single: "A picture of a digit goes in, the digit comes out. There is one step, so there is nothing to remember, " +
    "and nothing recurrent: a layer without a state will do. The other four need one, and have a network here.",
  language: "A name of a territory goes in, character by character, and its language comes out: " +
    "one answer, after the last character. None of the five examples was in its training.",
  name: "A language goes in, a name comes out, character by character. After the first step there is no input left: " +
    "each answer is read back as the next input, until the answer is the end.",
  role: "Tokens of Python go in, and each identifier gets its role at once. The network answers before it reads what " +
    "follows, and that may decide: at the name of an argument it has not seen the equals sign behind it.",
  numeral: "Digits go in, the number in words comes out. The first word may need the last digit, " +
    "so the network reads all of them, and then the sign to answer. From there on it reads its own words. " +
    "None of the four examples was in its training.",
};
const FIELDS = {
  language: { label: "A name, for instance of a country", most: 40, text: "Frankreich",
    examples: ["Frankreich", "Frankrijk", "Ranska", "Szlovákia", "Francja"] },
  role: { label: "One line of Python", most: 120, text: "total = model.fit(x, y=1)",
    examples: ["total = model.fit(x, y=1)", "import numpy as np", "def area(w):", "del rows[i]"] },
  numeral: { label: "Up to five digits", most: 5, text: "208", examples: ["208", "11", "4107", "42022"] },
};
const SIGNS = {
  " ": "␣", "<end>": "end", "<go>": "go", "<newline>": "new line", "<string>": "string", "<number>": "number",
};
const PICTURE = ["01111100", "00000010", "00000010", "00111100", "00000010", "00000010", "00000010", "01111100"];
let elements = 0; // for ids

const percent = (p) =>
  (p >= 0.0995 ? (100 * p).toFixed(0) : p >= 0.0005 ? (100 * p).toFixed(1) : "<0.1") + NBSP + "%";
const count = (n, one) => `${n} ${n === 1 ? one : `${one}s`}`;

/** Make an element: tag, properties (an attribute where the name has a hyphen), children. */
function make(tag, properties = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.includes("-") || name === "role" || name === "style") e.setAttribute(name, value);
    else e[name] = value;
  e.append(...children);
  return e;
}
const box = (name, ...children) => make("div", { className: `rc-shapes-${name}` }, ...children);
const unseen = (words) => make("span", { className: "rc-shapes-sr" }, words);

/** A drawing of squares: [x, y, size, class], and lines: [x1, y1, x2, y2]. */
function drawing(width, height, squares, lines = []) {
  const e = make("span", { className: "rc-shapes-drawing", "aria-hidden": "true" });
  e.innerHTML = `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
    lines.map(([a, b, c, d]) => `<path d="M${a} ${b}L${c} ${d}"/>`).join("") +
    squares.map(([x, y, size, kind]) =>
      `<rect class="${kind}" x="${x}" y="${y}" width="${size}" height="${size}"/>`).join("") + "</svg>";
  return e;
}

/** A shape as a small picture: inputs above, the chain of states, answers below. */
function picture({ reads, answers }) {
  const [squares, lines] = [[], []];
  [...reads].forEach((read, t) => {
    const x = 13 * t + 1;
    squares.push([x, 14, 8, "state"]);
    if (t) lines.push([x - 5, 18, x, 18]);
    if (+read) { squares.push([x + 1, 2, 6, "in"]); lines.push([x + 4, 8, x + 4, 14]); }
    if (+answers[t]) { squares.push([x + 1, 28, 6, "out"]); lines.push([x + 4, 22, x + 4, 28]); }
  });
  return drawing(13 * reads.length - 3, 36, squares, lines);
}

/** A symbol as it is shown: signs and classes in italics. */
const symbol = (text) =>
  make("span", { className: SIGNS[text] && text !== " " ? "rc-shapes-sign" : "" }, SIGNS[text] ?? text);

export class Explorer {
  /** tables: languages, roles, symbols, buckets, slots; load(task, progress): manifest and buffer. */
  constructor(root, { task, networks, tables, load, seed = 17, eager = false }) {
    Object.assign(this, { root, task, networks, tables, load, eager });
    this.random = generator(seed);
    this.texts = Object.fromEntries(Object.entries(FIELDS).map(([name, { text }]) => [name, text]));
    this.code = Object.keys(tables.languages)[0];
    this.ready = {}; // the networks that are loaded
    this.written = { steps: null, list: [] };
    style();
    this.build();
    this.choose(task);
  }

  build() {
    elements += 1;
    const id = (part) => `rc-shapes-${elements}-${part}`;
    const check = (label, name) => {
      const input = make("input", { type: "checkbox", onchange: () => this.show() });
      this[name] = { input, row: make("label", { className: "rc-shapes-check" }, input, ` ${label}`) };
      return this[name].row;
    };
    this.id = id;
    const options = Object.entries(SHAPES).map(([value, shape]) => make("label", {},
      make("input", { type: "radio", name: id("task"), value, checked: value === this.task,
        onchange: () => this.choose(value) }),
      make("span", {}, picture(shape), make("span", {}, shape.label))));
    this.about = make("p", { className: "rc-shapes-about" });
    this.controls = box("controls");
    this.fault = make("p", { id: id("fault"), className: "rc-shapes-fault", role: "status" });
    this.loader = make("button", { type: "button", className: "rc-shapes-main", onclick: () => this.wake(true) });
    this.gate = box("gate", this.loader, make("p", {}, "It runs in your browser. Nothing you type leaves this page."));
    this.said = make("p", { className: "rc-shapes-said" });
    this.spoken = make("p", { className: "rc-shapes-sr", role: "status" });
    this.steps = make("div", { className: "rc-shapes-steps", role: "list" });
    this.scroller = make("div", { className: "rc-shapes-scroller", role: "group",
      "aria-label": "The steps, from left to right" }, this.steps);
    this.sizes = new ResizeObserver(() => { // what scrolls must be reached by keyboard
      this.scroller.tabIndex = this.scroller.scrollWidth > this.scroller.clientWidth ? 0 : -1;
    });
    this.sizes.observe(this.scroller);
    this.sizes.observe(this.steps);
    this.legend = make("p", { className: "rc-shapes-legend" });
    this.options = box("options", check("What it would say after each character", "early"),
      check(`Units 1 to ${UNITS} of the state`, "units"));
    this.answer = box("answer");
    this.facts = make("p", { className: "rc-shapes-facts" });
    this.root.classList.add("rc-shapes");
    this.root.replaceChildren(
      make("fieldset", {}, make("legend", {}, "Shape: input to output"), box("kinds", ...options)),
      this.about, this.controls, this.fault, this.gate, this.said, this.scroller, this.legend, this.options,
      this.answer, this.facts, this.spoken);
  }

  // -- What the reader does

  choose(task) {
    this.task = task;
    this.about.textContent = ABOUT[task];
    this.controls.replaceChildren(...this.inputs());
    if (this.eager) this.wake();
    this.show(this.side());
  }

  /** What a task is given: a text with examples, or a language. */
  inputs() {
    const { task, id } = this;
    const button = (label, onclick, className = "") =>
      make("button", { type: "button", className, onclick }, label);
    const named = (label) => box("field", make("label", { htmlFor: id("field") }, label), this.field);
    if (task === "single") return [];
    if (task === "name") {
      const options = Object.entries(this.tables.languages).map(([code, label]) =>
        make("option", { value: code, selected: code === this.code }, label));
      this.field = make("select", { id: id("field"), onchange: () => {
        this.code = this.field.value;
        this.written = { steps: null, list: [] };
        this.show("start", true);
      } }, ...options);
      const again = (drawn) => { this.write(drawn); this.show("start", true); };
      this.writers = box("buttons", button("Draw another", () => again(true), "rc-shapes-main"),
        button("Likeliest", () => again(false)));
      return [named("A language"), this.writers];
    }
    const { label, most, examples } = FIELDS[task];
    this.field = make("input", {
      id: id("field"), value: this.texts[task], maxLength: most, spellcheck: false, autocomplete: "off",
      autocapitalize: "off", inputMode: task === "numeral" ? "numeric" : "text", "aria-describedby": id("fault"),
      oninput: () => this.type(this.field.value, true),
    });
    const tries = examples.map((text) =>
      button(text, () => { this.field.value = text; this.type(text); }, "rc-shapes-try"));
    return [named(label),
      make("div", { className: "rc-shapes-buttons", role: "group", "aria-label": "Examples" }, ...tries)];
  }

  type(text, typed) {
    this.texts[this.task] = text;
    this.show(this.side(typed));
  }

  /** Where the diagram is to be seen from, if it scrolls: the answer, what is typed, else the start. */
  side(typed) { return this.task === "language" || (typed && this.task === "role") ? "end" : "start"; }

  /** Write a name: drawn at random, or the likeliest. */
  write(drawn) {
    this.written.steps = solve.name(this.ready.name, this.code, drawn ? this.random : null);
    const text = this.written.steps.map((step) => this.ready.name.vocabulary[step.chosen]);
    this.written.name = text.filter((symbol) => symbol !== "<end>").join("");
    if (drawn) this.written.list.push(this.written.name);
  }

  /** Load the network of the task, once. With `focus`, the field has the focus afterwards. */
  async wake(focus = false) {
    const { task } = this;
    const network = this.networks[task];
    if (!network || network.share !== undefined || this.ready[task]) return;
    const tell = (share) => { network.share = share; this.showGate(); };
    delete network.failed;
    tell(0);
    this.show();
    try {
      const { manifest, buffer } = await this.load(task, tell);
      this.ready[task] = new Network(manifest, buffer);
    } catch (error) {
      network.failed = `The model could not be loaded: ${error.message} Try again, or reload the page.`;
    }
    delete network.share;
    if (this.task !== task || !this.ready[task]) { this.show(); return; }
    const focused = focus && this.gate.contains(document.activeElement);
    this.show(this.side(), true);
    if (focused) (task === "name" ? this.writers.firstChild : this.field).focus({ preventScroll: true });
  }

  // -- What the reader sees

  /** Compute and show; then scroll to the `side`; columns come one by one if they are `fresh`. */
  show(side = null, fresh = false) {
    const { scrollLeft, clientWidth, scrollWidth } = this.scroller;
    if (scrollLeft + clientWidth > scrollWidth - 2 && this.side() === "end") side = "end"; // it stays there
    const { columns, said, answer = [], fault = "", middle = "state" } = this[this.task](this.ready[this.task]);
    const loops = columns.some((c) => c.fed);
    const rows = ["step", "reads", middle, "answers"].map((word) => make("span", {}, word));
    const names = make("div", { className: "rc-shapes-rows", "aria-hidden": "true" }, ...rows);
    this.steps.replaceChildren(names, ...columns.map((column, t) => this.column(column, t)));
    this.steps.hidden = !columns.length;
    this.steps.classList.toggle("rc-shapes-loops", loops);
    this.steps.classList.toggle("rc-shapes-fresh", fresh);
    this.steps.classList.toggle("rc-shapes-tall", this.task === "single");
    if (side) this.scroller.scrollLeft = side === "end" ? this.scroller.scrollWidth : 0;
    this.said.textContent = said;
    this.speak([said, ...answer].map((e) => e.textContent ?? e).join(" "));
    this.answer.replaceChildren(...answer);
    const network = this.ready[this.task];
    const trouble = fault || (this.networks[this.task]?.failed ?? "");
    if (this.fault.textContent !== trouble) this.fault.textContent = trouble;
    this.options.hidden = !network;
    this.early.row.hidden = this.task !== "language";
    const legend = loops ? ["Dashed: its own answer, read back."] : [];
    if (network && this.units.input.checked) legend.unshift("Bars to the right are plus, to the left minus.");
    if (network) legend.unshift(`The number in a state: how far its ${network.H} units moved at this step, ` +
      "on average; each lies between −1 and 1.");
    this.legend.textContent = legend.join(" ");
    this.facts.textContent = network ? `GRU of ${network.H} units, ${network.size.toLocaleString("en-US")} ` +
      "weights, in your browser. Nothing you type leaves this page." : "";
    this.showGate();
  }

  showGate() {
    const network = this.networks[this.task];
    this.gate.hidden = !network || !!this.ready[this.task];
    if (this.gate.hidden) return;
    const waits = network.share !== undefined;
    this.loader.textContent = waits ? `Loading … ${Math.round(100 * network.share)}${NBSP}%`
      : `Load the model (${Math.round(network.bytes / 1000)}${NBSP}KB)`;
    this.loader.setAttribute("aria-disabled", String(waits));
  }

  /** Tell a screen reader, once the typing rests. */
  speak(words) {
    clearTimeout(this.speaking);
    const heard = () => this.root.contains(document.activeElement);
    this.speaking = setTimeout(() => { if (heard()) this.spoken.textContent = words; }, 1000);
  }

  /** One step: what is read, the state, the answer. Where there is none, the place is empty. */
  column({ input, fed, state, output, early, note }, t) {
    const read = box(fed ? "in rc-shapes-fed" : "in", unseen("reads "), input); // there always is one
    const cell = box("state");
    if (state) {
      cell.style.setProperty("--tint", `${(DEEPEST * Math.min(1, state.moved / MOST)).toFixed(1)}%`);
      cell.append(unseen("the state moves by "), make("span", {}, state.moved.toFixed(2)));
      const bar = (v) => make("i", { className: `rc-shapes-${v < 0 ? "minus" : "plus"}`,
        style: `--size: ${Math.abs(v).toFixed(3)}` });
      if (this.units.input.checked) cell.append(make("div", { className: "rc-shapes-units", "aria-hidden": "true" },
        ...Array.from(state.h.slice(0, UNITS), bar)));
    }
    const kind = output ? "full" : early ? "early" : "none";
    const words = { full: "answers ", early: "would say ", none: "answers nothing" }[kind];
    const said = box(`out rc-shapes-${kind}`, unseen(words), output ? make("b", {}, output) : early ?? "",
      note ? make("small", {}, note) : "");
    const down = (on) => make("i", { className: on ? "rc-shapes-down" : "" });
    const column = make("div", { className: "rc-shapes-column", role: "listitem", style: `--t: ${t}` },
      make("span", { className: "rc-shapes-number" }, unseen("Step "), `${t + 1}`),
      read, down(true), cell, down(kind !== "none"), said);
    if (fed) column.append(make("i", { className: "rc-shapes-loop" }));
    return column;
  }

  /** A step with its state, as far as it is known. */
  static base = (input, step) => ({ input: symbol(input), fed: step?.fed, state: step });

  single() {
    const squares = PICTURE.flatMap((row, y) => [...row].map((c, x) => [6 * x, 6 * y, 6, +c ? "ink" : "blank"]));
    return { columns: [{ input: drawing(48, 48, squares), output: "3" }], middle: "layer",
      said: "One input, one step, one answer. Here it is only drawn." };
  }

  language(network) {
    const letters = [...this.texts.language.normalize("NFC")];
    const [codes, labels] = [Object.keys(this.tables.languages), Object.values(this.tables.languages)];
    if (!letters.length) return { columns: [], said: "Type a name." };
    const read = count(letters.length, "character");
    const columns = letters.map((letter) => Explorer.base(letter));
    if (!network) {
      columns.at(-1).output = "?";
      return { columns, said: `${read} to read, one answer to give, after the last.` };
    }
    const steps = solve.language(network, letters.join(""));
    steps.forEach((step, t) => {
      const best = argmax(step.p);
      columns[t].state = step;
      if (t === steps.length - 1) columns[t].output = labels[best];
      else if (this.early.input.checked) columns[t].early = codes[best];
      columns[t].note = columns[t].output || columns[t].early ? percent(step.p[best]) : "";
    });
    const { p } = steps.at(-1);
    const best = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, 3);
    const track = (size) => make("span", { className: "rc-shapes-track", "aria-hidden": "true" },
      make("i", { style: `--size: ${size.toFixed(4)}` }));
    const bars = best.map((i) =>
      make("li", {}, make("span", {}, labels[i]), track(p[i]), make("span", {}, percent(p[i]))));
    const strange = [...new Set(letters.filter((c) => !network.vocabulary.includes(c)))].join(" ");
    const fault = strange && `The network has one sign for all characters that it does not know: ${strange}`;
    return { columns, fault, said: `After ${read} it answers once: ${labels[best[0]]}.`,
      answer: [make("p", {}, `The three likeliest of ${labels.length} languages`), make("ol", {}, ...bars)] };
  }

  name(network) {
    const label = this.tables.languages[this.code];
    const start = { input: make("span", {}, label) };
    this.writers.hidden = !network;
    if (!network) {
      const open = Array.from({ length: 4 }, (_, t) => ({ input: "?", fed: t > 0, output: "?", ...(t ? {} : start) }));
      return { columns: open, said: "One input to read; how many answers there are, the network decides." };
    }
    if (!this.written.steps) this.write(true);
    const { steps, name, list } = this.written;
    const columns = steps.map((step, t) => ({ ...this.told(network, step), ...(t ? {} : start) }));
    const end = network.vocabulary[steps.at(-1).chosen] === "<end>" ? "the end" : "no end yet";
    const drawn = make("p", {}, make("b", {}, `Drawn for ${label}: `), list.slice(-12).join(" · "));
    return { columns, said: `One input, ${count(steps.length, "answer")}: “${name}”, and ${end}.`,
      answer: list.length > 1 ? [drawn] : [] };
  }

  /** A step of a network that reads and writes the same symbols. */
  told(network, step) {
    const { ids, chosen, p } = step;
    const answer = chosen === undefined ? {} : { output: symbol(network.vocabulary[chosen]), note: percent(p[chosen]) };
    return { ...Explorer.base(network.vocabulary[ids], step), ...answer };
  }

  role(network) {
    const { symbols, roles } = this.tables;
    const { tokens: found, fault } = tokenize(this.texts.role, symbols);
    if (!found.length) return { columns: [], fault, said: "Type a line of Python." };
    const tokens = ["<newline>", ...found.filter((token) => token !== "<newline>")]; // so that a line begins
    const steps = network ? solve.role(network, tokens, this.tables) : [];
    const names = Object.keys(roles);
    const columns = tokens.map((token, t) => {
      const best = network && argmax(steps[t].p);
      const told = network ? { output: names[best], note: percent(steps[t].p[best]) } : { output: "?" };
      return { ...Explorer.base(token, steps[t]), ...(isName(token, symbols) ? told : {}) };
    });
    const answers = columns.filter((c) => c.output !== undefined).length;
    const shown = [...new Set(columns.map((c) => c.output))].filter((name) => roles[name]);
    const meanings = shown.map((name) => make("span", {}, make("b", {}, name), `: ${roles[name]}`));
    return { columns, fault, said: `A new line and ${count(tokens.length - 1, "token")} to read, ` +
      `${count(answers, "answer")}: one at each identifier.`,
      answer: shown.length ? [make("p", { className: "rc-shapes-meanings" }, ...meanings)] : [] };
  }

  numeral(network) {
    const digits = this.texts.numeral.trim();
    if (!digits) return { columns: [], said: "Type up to five digits." };
    if (!/^\d{1,5}$/.test(digits))
      return { columns: [], said: "", fault: "Only the digits 0 to 9 can be read, five at most." };
    const read = count(digits.length, "digit");
    if (!network) {
      const given = [...digits, "<go>"].map((sign) => Explorer.base(sign));
      given.at(-1).output = "?";
      const columns = [...given, { input: "?", fed: true, output: "?" }];
      return { columns, said: `${read} and the sign to answer to read; then the answers.` };
    }
    const steps = solve.numeral(network, digits);
    const columns = steps.map((step) => this.told(network, step));
    const chosen = steps.slice(digits.length).map((step) => network.vocabulary[step.chosen]);
    const words = chosen.filter((word) => word !== "<end>").join(" ");
    const right = numberWords(+digits).join(" ");
    const verdict = digits.length > 1 && digits[0] === "0"
      ? ["odd", "No number that it learned from starts with 0, so there is no right answer to compare with."]
      : words === right && chosen.at(-1) === "<end>" ? ["right", "✓ Right."]
        : ["wrong", `✗ Wrong. The right answer: ${right}.`];
    return { columns, said: `${read} read, then ${count(chosen.length, "answer")}: ${words || "none"}.`,
      answer: [make("p", { className: `rc-shapes-${verdict[0]}` }, verdict[1])] };
  }

  close() {
    clearTimeout(this.speaking);
    this.sizes.disconnect();
  }
}

// ---- Looks: the book's colors, else the notebook's, else the browser's -----------------------

const STYLE = `
.rc-shapes {
  --ink: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText));
  --muted: var(--pst-color-text-muted, var(--jp-content-font-color2, color-mix(in srgb, CanvasText 72%, Canvas)));
  --paper: var(--pst-color-on-background, var(--jp-layout-color1, Canvas));
  --ground: var(--pst-color-surface, var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas)));
  --line: var(--pst-color-border, var(--jp-border-color1, color-mix(in srgb, CanvasText 22%, Canvas)));
  --plus: var(--pst-color-primary, var(--jp-brand-color1, LinkText));
  --on-plus: var(--pst-color-background, var(--jp-layout-color1, Canvas));
  --minus: #d9730d;
  --mono: var(--rc-mono, ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace);
  background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; box-sizing: border-box;
  color: var(--ink); container-type: inline-size; display: block;
  font: 0.92rem/1.5 var(--rc-sans, var(--jp-ui-font-family, system-ui, sans-serif)); font-size-adjust: none;
  font-variant-numeric: tabular-nums; margin: 0.4rem 0; padding: 1rem 1.15rem;
}
.rc-shapes *, .rc-shapes ::before, .rc-shapes ::after { box-sizing: border-box; }
.rc-shapes [hidden] { display: none !important; }
.rc-shapes :is(p, ol, li, fieldset, legend, label) {
  border: 0; font-size: inherit; line-height: inherit; list-style: none; margin: 0; min-width: 0; padding: 0;
}
.rc-shapes :is(button, input, select, .rc-shapes-scroller):focus-visible {
  outline: 2px solid var(--plus); outline-offset: 2px;
}
.rc-shapes .rc-shapes-sr {
  clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px;
}
.rc-shapes :is(legend, .rc-shapes-field label) {
  color: var(--muted); display: block; float: none; font-size: 0.85rem; width: auto;
}

/* Five shapes to choose from, each with its picture */
.rc-shapes-kinds { display: grid; gap: 0.35rem; grid-template-columns: repeat(5, minmax(0, 1fr)); margin-top: 0.15rem; }
.rc-shapes-kinds label { cursor: pointer; position: relative; }
.rc-shapes-kinds input { height: 100%; inset: 0; margin: 0; opacity: 0; position: absolute; width: 100%; }
.rc-shapes-kinds label > span {
  align-items: center; border: 1px solid var(--line); border-radius: 0.4rem; display: flex; flex-direction: column;
  font-size: 0.82rem; gap: 0.3rem; height: 100%; line-height: 1.25; padding: 0.5rem 0.3rem 0.45rem; text-align: center;
}
.rc-shapes-kinds label:hover > span { border-color: var(--plus); }
.rc-shapes-kinds input:checked + span {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 650;
}
.rc-shapes-kinds input:focus-visible + span { outline: 2px solid var(--plus); outline-offset: 2px; }
.rc-shapes-drawing { display: flex; }
.rc-shapes-drawing svg { display: block; fill: currentColor; overflow: visible; stroke: currentColor; stroke-width: 0; }
.rc-shapes-drawing path { stroke-width: 1.5px; }
.rc-shapes-kinds .state { fill: none; stroke-width: 1.5px; }
.rc-shapes-drawing .blank { opacity: 0.08; }

.rc-shapes .rc-shapes-about { margin: 0.9rem 0 0.8rem; }
.rc-shapes-controls { align-items: end; display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; }
.rc-shapes-field { flex: 1 1 15rem; }
.rc-shapes-field:has(select) { flex: 0 1 15rem; }
.rc-shapes-field :is(input, select) {
  background: var(--ground); border: 1px solid color-mix(in srgb, var(--muted) 70%, transparent);
  border-radius: 0.35rem;
  color: var(--ink); font: 600 1rem/1.5 var(--mono); padding: 0.25rem 0.6rem; width: 100%;
}
.rc-shapes-field select { font: inherit; height: 2.15rem; }
.rc-shapes-buttons { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.rc-shapes button {
  background: none; border: 1px solid var(--line); border-radius: 0.35rem; color: inherit; cursor: pointer;
  font: inherit;
  margin: 0; padding: 0.25rem 0.7rem;
}
.rc-shapes button:hover { border-color: var(--plus); }
.rc-shapes .rc-shapes-try { font: 0.82rem/1.5 var(--mono); padding: 0.1rem 0.5rem; }
.rc-shapes .rc-shapes-main {
  background: var(--plus); border-color: var(--plus); color: var(--on-plus); font-weight: 600;
}
.rc-shapes [aria-disabled="true"] { cursor: progress; }
.rc-shapes .rc-shapes-fault:not(:empty) {
  border-left: 3px solid var(--minus); margin-top: 0.6rem; padding-left: 0.6rem;
}
.rc-shapes-gate {
  align-items: center; color: var(--muted); display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; margin-top: 0.8rem;
}
.rc-shapes-gate button { min-width: 13rem; }
.rc-shapes .rc-shapes-said { font-weight: 650; margin: 0.8rem 0 0.5rem; }

/* The unrolled network: six rows in common. A column is a step; long inputs scroll in their own box */
.rc-shapes-scroller { overflow-x: auto; padding: 2px 2px 0.4rem; }
.rc-shapes-steps {
  --gap: 0.78rem; column-gap: var(--gap); display: grid; grid-auto-columns: max-content; grid-auto-flow: column;
  grid-template-rows: 1.3rem 2.1rem 0.85rem auto 0.85rem 2.75rem; width: max-content;
}
.rc-shapes-loops { --gap: 1.5rem; }
.rc-shapes-tall { grid-template-rows: 1.3rem 3.9rem 0.85rem auto 0.85rem 2.75rem; }
.rc-shapes-column, .rc-shapes-rows {
  display: grid; grid-row: 1 / -1; grid-template-columns: minmax(2.3rem, max-content); grid-template-rows: subgrid;
  position: relative;
}
.rc-shapes-rows {
  background: var(--paper); color: var(--muted); font-size: 0.78rem; grid-template-columns: auto; left: -2px;
  margin-right: calc(0.2rem - var(--gap)); padding-right: 0.35rem; position: sticky; z-index: 1;
}
.rc-shapes-rows span { align-self: center; }
.rc-shapes-rows :nth-child(3) { grid-row: 4; }
.rc-shapes-rows :nth-child(4) { grid-row: 6; }
.rc-shapes-number { color: var(--muted); font-size: 0.74rem; text-align: center; }
.rc-shapes :is(.rc-shapes-in, .rc-shapes-state, .rc-shapes-out) {
  align-content: center; border: 1px solid var(--line); border-radius: 0.35rem; line-height: 1.2;
  padding: 0.15rem 0.25rem;
  position: relative; text-align: center; white-space: nowrap;
}
.rc-shapes .rc-shapes-in {
  background: var(--ground); border-color: color-mix(in srgb, var(--muted) 70%, transparent);
  font: 600 1rem/1.2 var(--mono);
}
.rc-shapes .rc-shapes-fed { background: none; border-style: dashed; color: var(--muted); }
.rc-shapes-sign { font: italic 0.85rem/1.2 var(--rc-sans, system-ui, sans-serif); }
.rc-shapes .rc-shapes-state {
  background: color-mix(in srgb, var(--plus) var(--tint, 0%), var(--paper)); border: 1.5px solid var(--plus);
  font-size: 0.76rem;
  min-height: 2.1rem; padding: 0.2rem 0.3rem;
}
.rc-shapes .rc-shapes-out { font-size: 0.92rem; }
.rc-shapes .rc-shapes-out.rc-shapes-full { border: 1.5px solid var(--ink); }
.rc-shapes .rc-shapes-out small { color: var(--muted); display: block; font-size: 0.7rem; }
.rc-shapes .rc-shapes-out.rc-shapes-early { border: 1px dashed var(--muted); color: var(--muted); font-style: italic; }
.rc-shapes .rc-shapes-none { border: 1.5px dotted color-mix(in srgb, var(--muted) 55%, transparent); }
.rc-shapes-column:not(:nth-child(2)) > .rc-shapes-state::before {
  border-top: 2px solid var(--plus); content: ""; left: calc(-1 * var(--gap) + 1px); position: absolute;
  top: calc(1.05rem - 1px);
  width: calc(var(--gap) - 3px);
}
.rc-shapes-column:not(:nth-child(2)) > .rc-shapes-state::after {
  border: solid var(--plus); border-width: 2px 2px 0 0; content: ""; height: 0.42rem; left: -0.55rem;
  position: absolute;
  top: calc(1.05rem - 0.21rem); transform: rotate(45deg); width: 0.42rem;
}
.rc-shapes-column > i:not(.rc-shapes-loop) { position: relative; }
.rc-shapes-down::before {
  border-left: 2px solid var(--muted); content: ""; inset: 0 auto 3px calc(50% - 1px); position: absolute;
}
.rc-shapes-down::after {
  border: solid var(--muted); border-width: 0 2px 2px 0; bottom: 3px; content: ""; height: 0.4rem;
  left: calc(50% - 0.2rem);
  position: absolute; transform: rotate(45deg); width: 0.4rem;
}
.rc-shapes-loop { /* from an answer up to the next input */
  border: 0 dashed var(--muted); border-width: 1.5px 0 0 1.5px; bottom: 1.37rem; left: calc(-0.62 * var(--gap));
  position: absolute;
  top: 2.3rem; width: calc(0.62 * var(--gap));
}
.rc-shapes-loop::before {
  border-bottom: 1.5px dashed var(--muted); bottom: 0; content: ""; position: absolute; right: 100%;
  width: calc(0.38 * var(--gap));
}
.rc-shapes-loop::after {
  border: solid var(--muted); border-width: 1.5px 1.5px 0 0; content: ""; height: 0.4rem; position: absolute;
  right: 1px;
  top: calc(-0.2rem - 1px); transform: rotate(45deg); width: 0.4rem;
}
.rc-shapes-units { display: grid; gap: 2px; margin: 0.25rem auto 0.1rem; position: relative; width: 1.9rem; }
.rc-shapes-units::before {
  background: var(--muted); content: ""; inset: -1px auto -1px calc(50% - 0.5px); position: absolute; width: 1px;
}
.rc-shapes-units i { height: 0.3rem; width: calc(var(--size) * 50%); }
.rc-shapes-units .rc-shapes-plus { background: var(--plus); margin-left: 50%; }
.rc-shapes-units .rc-shapes-minus { background: var(--minus); justify-self: end; margin-right: 50%; }

.rc-shapes :is(.rc-shapes-legend, .rc-shapes-facts) { color: var(--muted); font-size: 0.82rem; }
.rc-shapes .rc-shapes-legend:not(:empty) { margin: 0.3rem 0 0.5rem; }
.rc-shapes .rc-shapes-facts:not(:empty) { margin-top: 0.7rem; }
.rc-shapes-options { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; }
.rc-shapes-check { align-items: center; cursor: pointer; display: flex; gap: 0.4rem; }
.rc-shapes-check input { accent-color: var(--plus); flex: none; height: 1rem; margin: 0; width: 1rem; }
.rc-shapes-answer:not(:empty) { border-top: 1px solid var(--line); margin-top: 0.7rem; padding-top: 0.6rem; }
.rc-shapes-answer ol { margin-top: 0.2rem; }
.rc-shapes-answer li {
  align-items: center; display: grid; gap: 0.6rem; grid-template-columns: 6.2rem minmax(0, 1fr) 3.6rem;
}
.rc-shapes-answer li > :last-child { text-align: right; }
.rc-shapes-track i {
  background: var(--plus); border-radius: 0.1rem; display: block; height: 0.8rem; min-width: 1px;
  width: calc(100% * var(--size));
}
.rc-shapes-meanings { display: flex; flex-wrap: wrap; font-size: 0.86rem; gap: 0.1rem 1.2rem; }
.rc-shapes .rc-shapes-right { color: var(--plus); font-weight: 650; }
.rc-shapes .rc-shapes-wrong { border-left: 3px solid var(--minus); padding-left: 0.6rem; }

@container (max-width: 32rem) {
  .rc-shapes-kinds { grid-template-columns: minmax(0, 1fr); }
  .rc-shapes-kinds label > span { flex-direction: row; gap: 0.5rem; padding: 0.25rem 0.45rem; text-align: left; }
  .rc-shapes-kinds .rc-shapes-drawing { justify-content: center; width: 2.5rem; }
  .rc-shapes-kinds svg { height: 28px; margin: 0 auto; width: auto; }
  .rc-shapes-rows { font-size: 0.72rem; }
  .rc-shapes-steps { --gap: 0.8rem; }
  .rc-shapes-loops { --gap: 1.2rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .rc-shapes-fresh > .rc-shapes-column { animation: rc-shapes-come 0.3s ease-out calc(var(--t) * 70ms) backwards; }
}
@keyframes rc-shapes-come { from { opacity: 0; } }
@media (forced-colors: active) {
  .rc-shapes :is(.rc-shapes-track, .rc-shapes-units) i { forced-color-adjust: none; }
  .rc-shapes-kinds input:checked + span { outline: 2px solid Highlight; }
}
`;

/** Put the style into the page, once. */
function style() {
  if (document.getElementById("rc-shapes-style")) return;
  document.head.append(make("style", { id: "rc-shapes-style", textContent: STYLE }));
}

// ---- The two doors ---------------------------------------------------------------------------

/** Load manifest and weights, and check that they belong together. */
async function fetchNetwork({ manifest, weights, sha256 }, progress) {
  const get = async (address) => {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) throw new Error(`${address} ${answer ? `answered ${answer.status}` : "did not come"}.`);
    return answer;
  };
  const described = await (await get(manifest)).json();
  progress(0.1);
  const buffer = await (await get(weights)).arrayBuffer();
  const hash = globalThis.crypto?.subtle && (await crypto.subtle.digest("SHA-256", buffer)); // not on plain http
  const found = hash && Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, "0")).join("");
  if (described.sha256 !== sha256 || buffer.byteLength !== described.bytes || (found && found !== sha256))
    throw new Error("the weights are not those that this page describes.");
  return { manifest: described, buffer };
}

// The book: a custom element.
if (globalThis.customElements && !customElements.get("shapes-explorer"))
  customElements.define("shapes-explorer", class extends HTMLElement {
    connectedCallback() {
      const { task, seed = 17 } = this.dataset; // any seed: it makes a lecture repeatable
      const [networks, tables] = [this.dataset.networks, this.dataset.tables].map((text) => JSON.parse(text));
      const load = (name, progress) => fetchNetwork(networks[name], progress);
      this.view ??= new Explorer(this, { task, networks, tables, load, seed: +seed });
    }
    disconnectedCallback() { this.view.close(); }
  });

// A notebook: an anywidget, with the same and the manifests as JSON, and the weights as bytes.
export default {
  render({ model, el }) {
    const [tables, manifests] = ["tables", "manifests"].map((name) => JSON.parse(model.get(name)));
    const load = async (name) => {
      const weights = model.get(name); // a view into a longer buffer
      const buffer = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength);
      return { manifest: manifests[name], buffer };
    };
    const root = el.appendChild(document.createElement("div"));
    const view = new Explorer(root, { task: model.get("task"), networks: manifests, tables, load, eager: true });
    return () => view.close();
  },
};
