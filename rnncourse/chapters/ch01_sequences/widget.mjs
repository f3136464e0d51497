// The shapes of tasks on sequences: where a network reads, and where it answers. The interface.

import { button, checkbox, choice, labeled, textField } from "../../viz/live/controls.mjs";
import {
  Announcer,
  box,
  boxes,
  defineWidget,
  group,
  make,
  makeIds,
  makeSvg,
  markScrollable,
  percent,
  pluralize,
  setText,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import {
  callWhenNear,
  describeLoadError,
  LoadButton,
  loadsAutomatically,
  showFacts,
  showLoading,
} from "../../viz/live/loading.mjs";
import { argmax, loadWeights, makeRandom } from "../../viz/live/numbers.mjs";
import { makePad } from "../../viz/live/pad.mjs";
import { readTyped } from "../../viz/live/typed.mjs";
import { INK, isName, Layer, Network, solve, spellNumber, tokenize } from "./network.mjs";

/** @import { Column, Diagram, Explored, Field, Task } from "./network.mjs" */

const UNITS = 6; // of a state, where they are shown
const MAX_MOVED = 1; // a mean movement that has the deepest tint
const DEEPEST = 40; // percent of color in it: the number stays legible
const SHAPES = {
  // reads, answers: one digit a step, for the small pictures
  image: { label: "one to one", reads: "1", answers: "1" },
  language: { label: "many to one", reads: "111", answers: "001" },
  name: { label: "one to many", reads: "100", answers: "111" },
  role: { label: "many to many, in step", reads: "111", answers: "111" },
  numeral: { label: "many to many, after the input", reads: "1110", answers: "0011" },
};
const ABOUT = {
  image:
    "A picture of a digit goes in, the digit comes out: one step, so a layer without a state " +
    "will do. Draw, or take a picture that others drew; none was in its training.",
  language:
    "A name of a territory goes in, character by character, and its language comes out: one " +
    "answer, after the last character. None of the five examples was in its training.",
  name:
    "A language goes in, a name comes out, character by character. After the first step no " +
    "input is left: each answer is read back as the next input, until it is the end.",
  role:
    "Tokens of Python go in, and each identifier gets its role at once, before the network " +
    "reads what follows. That may decide: the name of an argument has its equals sign behind it.",
  numeral:
    "Digits go in, words come out. The first may need the last digit, so it reads all of them, " +
    "then the sign to answer, then its own words. No example was in its training.",
};
/** @type {Object<string, Field>} */
const FIELDS = {
  language: {
    label: "A name, for instance of a country",
    maxLength: 40,
    unit: "characters",
    text: "Frankreich",
    examples: ["Frankreich", "Frankrijk", "Ranska", "Szlovákia", "Francja"],
  },
  role: {
    label: "One line of Python",
    maxLength: 120,
    unit: "characters",
    text: "total = model.fit(x, y=1)",
    examples: ["total = model.fit(x, y=1)", "def area(w):", "import numpy as np", "del rows[i]"],
  },
  numeral: {
    label: "Up to five digits",
    maxLength: 5,
    unit: "digits",
    text: "208",
    examples: ["208", "11", "4107", "42022"],
  },
};
/** @type {Object<string, string>} */
const SIGNS = {
  " ": "␣",
  "<end>": "end",
  "<go>": "go",
  "<newline>": "new line",
  "<string>": "string",
  "<number>": "number",
};
const SIDE = 8; // pixels of a picture, 0 to INK, written as digits to the base 17
const PICTURES = {
  3: "00afe4000046dg200003g9000001g6000000ac0000001g4001956g7000ecfb20",
  2: "02fg70000afag20009b5g000000cb000005g200003f8000008f5583003fggga0",
  5: "006eedb000ec542003gg400002bbg30000007a0000001b000037c800007eb100",
  0: "003b600000aeg20003f1bb0004c02g2007c00c8004e01f8002feff10005de500",
  9: "002aea0001f99g1007909c000773ff0002ff7g1000120940005d4890001afg60",
};
const pixelsOf = (/** @type {string} */ inks) => [...inks].map((ink) => parseInt(ink, INK + 1));

const part = boxes("rc-shapes-");

/**
 * A drawing of squares: [x, y, size, class, opacity], and lines: [x1, y1, x2, y2].
 * @type {(width: number, height: number, squares: *[][], lines?: number[][]) => HTMLElement}
 */
function drawSquares(width, height, squares, lines = []) {
  const svg = makeSvg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height },
    ...lines.map(([a, b, c, d]) => makeSvg("path", { d: `M${a} ${b}L${c} ${d}` })),
    ...squares.map(([x, y, size, kind, ink = 1]) =>
      makeSvg("rect", { class: kind, x, y, width: size, height: size, "fill-opacity": ink }),
    ),
  );
  return make("span", { className: "rc-shapes-drawing", "aria-hidden": "true" }, svg);
}

/** Inputs above, states, answers below. @param {Record<"reads"|"answers", string>} shape */
function drawShape({ reads, answers }) {
  /** @type {*[][][]} */
  const [squares, lines] = [[], []];
  [...reads].forEach((read, t) => {
    const x = 13 * t + 1;
    squares.push([x, 14, 8, "state"]);
    if (t) lines.push([x - 5, 18, x, 18]);
    if (+read) {
      squares.push([x + 1, 2, 6, "in"]);
      lines.push([x + 4, 8, x + 4, 14]);
    }
    if (+answers[t]) {
      squares.push([x + 1, 28, 6, "out"]);
      lines.push([x + 4, 22, x + 4, 28]);
    }
  });
  return drawSquares(13 * reads.length - 3, 36, squares, lines);
}

/** A picture of pixels, so large each. @type {(pixels: number[], size: number) => Node} */
const drawPixels = (pixels, size) =>
  drawSquares(
    SIDE * size,
    SIDE * size,
    pixels.map((ink, i) => [
      size * (i % SIDE),
      size * Math.floor(i / SIDE),
      size,
      "ink",
      Math.max(0.06, ink / INK),
    ]),
  );

/** A symbol as it is shown: signs and classes in italics. @param {string} text */
const symbol = (text) =>
  make(
    "span",
    { className: SIGNS[text] && text !== " " ? "rc-shapes-sign" : "" },
    SIGNS[text] ?? text,
  );

const groupExamples = (/** @type {Node[]} */ nodes) => group("rc-w-buttons", "Examples", ...nodes);

class Explorer {
  /** @param {HTMLElement} root @param {Explored} facts */
  constructor(root, { task, networks, tables, load, seed, eager }) {
    this.root = root;
    this.task = task;
    this.networks = networks;
    this.tables = tables;
    this.load = load;
    this.eager = eager;
    this.random = makeRandom(seed);
    this.texts = Object.fromEntries(
      Object.entries(FIELDS).map(([name, { text }]) => [name, text]),
    );
    this.pixels = pixelsOf(Object.values(PICTURES)[0]);
    this.cursor = 0; // the pixel that the keyboard is at
    this.code = Object.keys(tables.languages)[0];
    this.ready = /** @type {*} */ ({}); // the networks that are loaded
    this.isNear = false; // the window
    /** @type {{steps: *[]|null, list: string[], name?: string}} */
    this.writing = { steps: null, list: [] };
    this.build();
    this.choose(task);
    this.observer = callWhenNear(root, () => this.loadWhenNear(true));
  }

  build() {
    const id = (this.id = makeIds());
    /** What the reader sets. @type {*} */
    this.field = null;
    this.about = make("p", "rc-shapes-about");
    this.controls = part("controls");
    this.fault = make("p", { id: id("field-fault"), className: "rc-w-fault", role: "status" });
    this.loadButton = new LoadButton(() => this.loadModel(true));
    this.message = make("p", "rc-w-said");
    this.announcer = new Announcer(this.root);
    this.steps = make("div", { className: "rc-shapes-steps", role: "list" });
    this.scroller = group("rc-shapes-scroller", "The steps, from left to right", this.steps);
    this.sizes = markScrollable([this.scroller]);
    this.sizes.observe(this.steps);
    this.legend = make("p", "rc-w-legend");
    this.early = checkbox("early", "What it would say earlier", () => this.show());
    this.units = checkbox("units", `Units 1 to ${UNITS}`, () => this.show());
    this.options = part("options", this.early.row, this.units.row);
    this.answer = part("answer");
    this.facts = make("p", "rc-w-facts");
    this.root.classList.add("rc-shapes");
    this.root.replaceChildren(
      this.buildShapeChoice(),
      this.about,
      this.controls,
      this.fault,
      this.message,
      this.scroller,
      this.legend,
      box("over", this.loadButton.box, this.options),
      this.answer,
      this.facts,
      this.announcer.status,
    );
  }

  buildShapeChoice() {
    const options = Object.entries(SHAPES).map(([value, shape]) => [
      value,
      drawShape(shape),
      make("span", {}, shape.label),
    ]);
    const fieldset = choice(
      "Shape: input to output",
      this.id("task"),
      options,
      this.task,
      (task) => this.choose(task),
    );
    fieldset.className = "rc-shapes-kinds";
    return fieldset;
  }

  // -- What the reader does

  choose(/** @type {Task} */ task) {
    this.task = task;
    this.cutNote = "";
    this.about.textContent = ABOUT[task];
    this.controls.replaceChildren(...this.makeInputs());
    this.loadWhenNear();
    this.show(this.chooseSide());
  }

  /** Whether the network of the task loads without being asked for. */
  get loadsByItself() {
    const { bytes, byHand } = this.networks[this.task] ?? { byHand: true };
    return !byHand && (this.eager || loadsAutomatically(bytes));
  }

  loadWhenNear(near = false) {
    this.isNear ||= near || this.eager;
    if (this.loadsByItself && this.isNear) this.loadModel();
  }

  /** What a task is given: a picture, a language, or a text with examples. */
  makeInputs() {
    if (this.task === "image") return this.makePictureInputs();
    return this.task === "name" ? this.makeLanguageInputs() : this.makeTextInputs();
  }

  makePictureInputs() {
    this.field = this.makeCanvas();
    const examples = Object.entries(PICTURES).map(([digit, inks]) => {
      const example = button("", () => this.takePicture(pixelsOf(inks)), "rc-shapes-try");
      example.append(srOnly(`A picture of a ${digit}`), drawPixels(pixelsOf(inks), 4));
      return example;
    });
    const clear = button("Clear", () => this.takePicture(this.pixels.map(() => 0)));
    return [this.field, box("buttons", groupExamples(examples), clear)];
  }

  makeLanguageInputs() {
    const options = Object.entries(this.tables.languages).map(([code, label]) =>
      make("option", { value: code, selected: code === this.code }, label),
    );
    const onchange = () => {
      this.code = this.field.value;
      this.writing = { steps: null, list: [] };
      this.show("start", true);
    };
    this.field = make("select", { id: this.id("field"), onchange }, ...options);
    const rewrite = (/** @type {boolean} */ isDrawn) => {
      this.writeName(isDrawn);
      this.show("start", true);
    };
    this.drawButton = button("Draw another", () => rewrite(true), "rc-w-main");
    this.writers = box(
      "buttons",
      this.drawButton,
      button("Likeliest", () => rewrite(false)),
    );
    return [labeled("A language", this.field), this.writers];
  }

  makeTextInputs() {
    const { label, examples } = FIELDS[this.task];
    const { field, row } = textField(this.id, "field", label, {
      value: this.texts[this.task],
      inputMode: this.task === "numeral" ? "numeric" : "text",
      oninput: () => this.enterText(this.field.value, true),
    });
    this.field = field;
    const enterExample = (/** @type {string} */ text) => {
      this.field.value = text;
      this.enterText(text);
      this.loadModel();
    };
    const buttons = examples.map((text) =>
      button(text, () => enterExample(text), "rc-shapes-try"),
    );
    return [row, groupExamples(buttons)];
  }

  /** Pixels to draw on: with a pointer, or with arrow keys and the space bar. */
  makeCanvas() {
    const dark = (/** @type {number} */ pixel) => this.pixels[pixel] > INK / 2;
    /** @type {(pixel: number, begins: boolean) => void} */
    const touch = (pixel, begins) => {
      if (begins) this.brush = dark(pixel) ? 0 : INK;
      if (pixel < 0 || this.pixels[pixel] === this.brush) return;
      this.cursor = pixel;
      this.takePicture(this.pixels.map((ink, i) => (i === pixel ? this.brush : ink)));
    };
    return makePad(
      this,
      SIDE,
      {
        className: "rc-shapes-canvas",
        "aria-label":
          `A picture, ${SIDE} by ${SIDE} pixels. Arrow keys move, the space bar ` +
          `draws or erases.`,
      },
      { touch, move: () => this.takePicture(this.pixels), hasInk: dark },
    );
  }

  takePicture(/** @type {number[]} */ pixels) {
    this.pixels = pixels;
    this.show();
  }

  enterText(/** @type {string} */ input, typed = false) {
    const { maxLength: max, unit } = FIELDS[this.task];
    const text = [...input].slice(0, max).join("");
    this.cutNote =
      text === input ? "" : `It reads at most ${max} ${unit}: what came after them was left out.`;
    if (this.cutNote) this.field.value = text;
    this.texts[this.task] = text;
    this.show(this.chooseSide(typed));
  }

  /**
   * Where the diagram is to be seen from, if it scrolls: the answer, what is typed, else the
   * start.
   */
  chooseSide(typed = false) {
    return this.task === "language" || (typed && this.task === "role") ? "end" : "start";
  }

  /** Write a name: drawn at random, or the likeliest. @param {boolean} isDrawn */
  writeName(isDrawn) {
    this.writing.steps = solve.name(this.ready.name, this.code, isDrawn ? this.random : null);
    const text = this.writing.steps.map((step) => this.ready.name.vocabulary[step.chosen]);
    this.writing.name = text.filter((symbol) => symbol !== "<end>").join("");
    if (isDrawn) this.writing.list.push(this.writing.name);
  }

  /** Load the network of the task, once. With `focus`, the field has the focus afterwards. */
  async loadModel(focus = false) {
    const { task } = this;
    const network = this.networks[task];
    if (!network || network.loading || this.ready[task]) return;
    delete network.failed;
    network.loading = true;
    this.show();
    let loaded = null;
    try {
      loaded = await this.load(task);
      const { manifest, buffer } = loaded;
      this.ready[task] = new (task === "image" ? Layer : Network)(manifest, buffer);
    } catch (error) {
      if (loaded) console.error(error); // it came: the fault is in what reads it
      Object.assign(network, { failed: describeLoadError(error), byHand: true });
    }
    delete network.loading;
    if (this.task !== task || !this.ready[task]) {
      this.show();
      return;
    }
    const focused = focus && this.loadButton.box.contains(document.activeElement);
    this.show(this.chooseSide(), true);
    if (focused) (task === "name" ? this.drawButton : this.field).focus({ preventScroll: true });
  }

  // -- What the reader sees

  /** Compute, show, scroll to a side; fresh columns come one by one. @param {string|null} side */
  show(side = null, fresh = false) {
    const { scrollLeft, clientWidth, scrollWidth } = this.scroller;
    // It stays there
    if (scrollLeft + clientWidth > scrollWidth - 2 && this.chooseSide() === "end") side = "end";
    const network = this.ready[this.task];
    const {
      columns,
      message,
      answer = [],
      fault = "",
      middle = "state",
    } = this[this.task](network);
    const loops = columns.some((c) => c.fed);
    const rows = ["step", "reads", middle, "answers"].map((word) => make("span", {}, word));
    const names = make("div", { className: "rc-shapes-rows", "aria-hidden": "true" }, ...rows);
    this.steps.replaceChildren(names, ...columns.map((column, t) => this.makeColumn(column, t)));
    this.steps.classList.toggle("rc-shapes-loops", loops);
    this.steps.classList.toggle("rc-shapes-fresh", fresh);
    if (side) this.scroller.scrollLeft = side === "end" ? this.scroller.scrollWidth : 0;
    this.message.textContent = message;
    this.words = [message, ...answer.map((e) => e.textContent)].join(" ");
    this.speak();
    this.answer.replaceChildren(...answer);
    setText(this.fault, fault || this.cutNote || (this.networks[this.task]?.failed ?? ""));
    this.options.inert = !network;
    this.early.row.hidden = this.task !== "language";
    const legend = loops ? ["Dashed: its own answer."] : [];
    if (network && this.units.input.checked)
      legend.unshift(`Bars: ${UNITS} units, from −1 to 1; below 0 they are gray.`);
    else if (network && this.task !== "image")
      legend.unshift(`Number: how far ${network.H} units, from −1 to 1, moved on average.`);
    this.legend.textContent = legend.join(" ");
    const kind = this.task === "image" ? "Layer" : "GRU";
    if (network)
      showFacts(this.facts, `${kind} of ${network.H} units, ${thousands(network.size)} weights`);
    else showLoading(this.facts, this.loadsByItself && this.networks[this.task].bytes);
    this.showLoadButton();
  }

  speak() {
    this.announcer.later(() => this.words, 1000);
  }

  showLoadButton() {
    const network = this.networks[this.task];
    this.loadButton.box.hidden = !network || !!this.ready[this.task] || this.loadsByItself;
    if (!this.loadButton.box.hidden) this.loadButton.show(network.bytes, network.loading);
  }

  /** One step; what it does not do is left empty. @param {Column} column @param {number} t */
  makeColumn({ input, fed, state, output, early, note }, t) {
    const read = part(fed ? "in fed" : "in", srOnly("reads "), input); // there always is one
    const cell = part("state");
    if (state) {
      const bars = this.units.input.checked;
      const say = (/** @type {string} */ s) => (bars ? srOnly(s) : make("span", {}, s));
      if (state.moved === undefined) cell.append(say(pluralize(state.h.length, "unit")));
      else {
        cell.style.setProperty(
          "--tint",
          `${(DEEPEST * Math.min(1, state.moved / MAX_MOVED)).toFixed(1)}%`,
        );
        cell.append(srOnly("the state moves by "), say(state.moved.toFixed(2)));
      }
      const bar = (/** @type {number} */ v) =>
        make("i", {
          className: `rc-shapes-${v < 0 ? "minus" : "plus"}`,
          style: `--size: ${Math.abs(v).toFixed(3)}`,
        });
      if (bars)
        cell.append(
          make(
            "div",
            { className: "rc-shapes-units", "aria-hidden": "true" },
            ...Array.from(state.h.slice(0, UNITS), bar),
          ),
        );
    }
    const kind = output ? "full" : early ? "early" : "none";
    const words = { full: "answers ", early: "would say ", none: "answers nothing" }[kind];
    const answer = part(
      `out ${kind}`,
      srOnly(words),
      output ? make("b", {}, output) : (early ?? ""),
      note ? make("small", {}, note) : "",
    );
    const makeArrow = (/** @type {boolean} */ on) =>
      make("i", { className: on ? "rc-shapes-down" : "" });
    const column = make(
      "div",
      { className: "rc-shapes-column", role: "listitem", style: `--t: ${t}` },
      make("span", "rc-shapes-number", srOnly("Step "), `${t + 1}`),
      read,
      makeArrow(true),
      cell,
      makeArrow(kind !== "none"),
      answer,
    );
    if (fed) column.append(make("i", "rc-shapes-loop"));
    return column;
  }

  /** The column of a step, as far as it is known. @type {(input: string, step?: *) => Column} */
  static columnOf = (input, step) => ({ input: symbol(input), fed: step?.fed, state: step });

  /** @param {Layer|undefined} network @returns {Diagram} */
  image(network) {
    const { pixels } = this;
    this.field.replaceChildren(
      ...pixels.map((ink, i) =>
        make("i", {
          "aria-hidden": "true",
          className: i === this.cursor ? "rc-shapes-here" : "",
          style: `--ink-share: ${((100 * ink) / INK).toFixed(0)}%`,
        }),
      ),
    );
    if (!pixels.some(Boolean)) return { columns: [], message: "Draw a digit." };
    const column = { input: drawPixels(pixels, 3.5), output: "?" };
    const shown = {
      columns: [column],
      middle: "layer",
      message: "One picture to read, one answer to give.",
    };
    if (!network) return shown;
    const [step] = solve.image(network, pixels);
    const best = argmax(step.p);
    Object.assign(column, { state: step, output: `${best}`, note: percent(step.p[best]) });
    return {
      ...shown,
      message: `One picture, one step, one answer: ${best}.`,
      answer: this.listLikeliest(step.p, network.vocabulary, "digits"),
    };
  }

  /** With bars. @type {(p: Float64Array, labels: string[], what: string) => HTMLElement[]} */
  listLikeliest(p, labels, what) {
    const best = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, 3);
    const track = (/** @type {number} */ size) =>
      make(
        "span",
        { className: "rc-shapes-track", "aria-hidden": "true" },
        make("i", { style: `--size: ${size.toFixed(4)}` }),
      );
    const bars = best.map((i) =>
      make("li", {}, make("span", {}, labels[i]), track(p[i]), make("span", {}, percent(p[i]))),
    );
    return [
      make("p", {}, `The three likeliest of ${labels.length} ${what}`),
      make("ol", {}, ...bars),
    ];
  }

  /** @param {Network|undefined} network @returns {Diagram} */
  language(network) {
    const letters = [...this.texts.language.normalize("NFC")];
    const codes = Object.keys(this.tables.languages);
    const labels = Object.values(this.tables.languages);
    if (!letters.length) return { columns: [], message: "Type a name." };
    const read = pluralize(letters.length, "character");
    const columns = letters.map((letter) => Explorer.columnOf(letter));
    if (!network) {
      columns.at(-1).output = "?";
      return { columns, message: `${read} to read, one answer to give, after the last.` };
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
    const unknown = [...new Set(letters.filter((c) => !network.vocabulary.includes(c)))].join(" ");
    const fault =
      unknown && `The network has one sign for all characters that it does not know: ${unknown}`;
    return {
      columns,
      fault,
      message: `After ${read} it answers once: ${labels[argmax(p)]}.`,
      answer: this.listLikeliest(p, labels, "languages"),
    };
  }

  /** @param {Network|undefined} network @returns {Diagram} */
  name(network) {
    const label = this.tables.languages[this.code];
    const start = { input: make("span", {}, label) };
    this.writers.inert = !network;
    if (!network) {
      const open = Array.from({ length: 4 }, (_, t) => ({
        input: "?",
        fed: t > 0,
        output: "?",
        ...(t ? {} : start),
      }));
      return {
        columns: open,
        message: "One input to read; how many answers there are, the network decides.",
      };
    }
    if (!this.writing.steps) this.writeName(true);
    const { steps, name, list } = this.writing;
    const columns = steps.map((step, t) => ({
      ...this.describeStep(network, step),
      ...(t ? {} : start),
    }));
    const end = network.vocabulary[steps.at(-1).chosen] === "<end>" ? "the end" : "no end yet";
    const drawn = make("p", {}, make("b", {}, `Drawn for ${label}: `), list.slice(-8).join(" · "));
    return {
      columns,
      message: `One input, ${pluralize(steps.length, "answer")}: “${name}”, and ${end}.`,
      answer: list.length > 1 ? [drawn] : [],
    };
  }

  /** A step that reads and writes symbols. @type {(network: Network, step: *) => Column} */
  describeStep(network, step) {
    const { ids, chosen, p } = step;
    const answer =
      chosen === undefined
        ? {}
        : { output: symbol(network.vocabulary[chosen]), note: percent(p[chosen]) };
    return { ...Explorer.columnOf(network.vocabulary[ids], step), ...answer };
  }

  /** @param {Network|undefined} network @returns {Diagram} */
  role(network) {
    const { symbols, roles } = this.tables;
    const { tokens, fault } = tokenize(this.texts.role, symbols);
    if (!tokens.length) return { columns: [], fault, message: "Type a line of Python." };
    // So that a line begins
    const inputs = ["<newline>", ...tokens.filter((token) => token !== "<newline>")];
    const steps = network ? solve.role(network, inputs, this.tables) : [];
    const names = Object.keys(roles);
    const columns = inputs.map((token, t) => {
      const best = network && argmax(steps[t].p);
      const answer = network
        ? { output: names[best], note: percent(steps[t].p[best]) }
        : { output: "?" };
      return { ...Explorer.columnOf(token, steps[t]), ...(isName(token, symbols) ? answer : {}) };
    });
    const answers = columns.filter((c) => c.output !== undefined).length;
    const shown = [...new Set(columns.map((c) => c.output))].filter((name) => roles[name]);
    const meanings = shown.map((name) =>
      make("span", {}, make("b", {}, name), `: ${roles[name]}`),
    );
    return {
      columns,
      fault,
      message:
        `A new line and ${pluralize(inputs.length - 1, "token")} to read, ` +
        `${pluralize(answers, "answer")}: one at each identifier.`,
      answer: shown.length ? [make("p", "rc-shapes-meanings", ...meanings)] : [],
    };
  }

  /** @param {Network|undefined} network @returns {Diagram} */
  numeral(network) {
    const { read: digits, note: fault } = readTyped(this.texts.numeral, (c) => /\d/.test(c));
    if (!digits) return { columns: [], fault, message: "Type up to five digits." };
    const read = pluralize(digits.length, "digit");
    if (!network) {
      const columns = [...digits, "<go>"].map((sign) => Explorer.columnOf(sign));
      columns.at(-1).output = "?";
      columns.push({ input: "?", fed: true, output: "?" });
      const message = `${read} and the sign to answer to read; then the answers.`;
      return { columns, fault, message };
    }
    const steps = solve.numeral(network, digits);
    const columns = steps.map((step) => this.describeStep(network, step));
    const chosen = steps.slice(digits.length).map((step) => network.vocabulary[step.chosen]);
    const words = chosen.filter((word) => word !== "<end>").join(" ");
    const truth = spellNumber(+digits).join(" ");
    const verdict = /^0./.test(digits)
      ? [
          "odd",
          "No number that it learned from starts with 0, so there is no right answer to " +
            "compare with.",
        ]
      : words === truth && chosen.at(-1) === "<end>"
        ? ["right", "✓ Right."]
        : ["wrong", `✗ Wrong. The right answer: ${truth}.`];
    return {
      columns,
      fault,
      message: `${read} read, then ${pluralize(chosen.length, "answer")}: ${words || "none"}.`,
      answer: [make("p", `rc-shapes-${verdict[0]}`, verdict[1])],
    };
  }

  get stored() {
    const inks = this.pixels.map((ink) => ink.toString(INK + 1)).join("");
    return {
      picture: [
        inks,
        (/** @type {string} */ list) => {
          if (/^[0-9a-g]{64}$/.test(list)) this.takePicture(pixelsOf(list));
        },
      ],
    };
  }

  close() {
    this.announcer.cancel();
    this.observer.disconnect();
    this.sizes.disconnect();
  }
}

export default defineWidget(
  "shapes-explorer",
  (root, facts) =>
    new Explorer(root, {
      task: facts.get("task"),
      networks: facts.parse("networks"),
      tables: facts.parse("tables"),
      load: (name) => loadWeights(name, facts),
      eager: facts.eager,
      seed: +(facts.get("seed") ?? 17), // any: it makes a lecture repeatable
    }),
  "Let it say what it thinks after each character: at which letter of a name does it make up " +
    "its mind?",
);
