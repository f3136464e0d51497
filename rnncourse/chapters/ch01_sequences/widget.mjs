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
import { readTyped } from "../../viz/live/input_parsing.mjs";
import {
  callWhenNear,
  describeLoadError,
  LoadButton,
  loadsAutomatically,
  showFacts,
  showLoading,
} from "../../viz/live/loading.mjs";
import { argmax, loadWeights, makeRandom } from "../../viz/live/numbers.mjs";
import { makePad } from "../../viz/live/pixel_pad.mjs";
import { INK, isName, Layer, Network, solve, spellNumber, tokenize } from "./network.mjs";
import { ABOUT, FIELDS, PICTURES, pixelsOf, SHAPES, SIDE, SIGNS } from "./tasks.mjs";

/** @import { Column, Diagram, Explored, Task } from "./network.mjs" */
/** @typedef {Exclude<Task, "image">} Texts Tasks that read or write symbols. */

const UNITS = 6; // of a state, where they are shown
const MAX_MOVED = 1; // a mean movement that has the deepest tint
const DEEPEST = 40; // percent of color in it: the number stays legible
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
  id = makeIds();
  cursor = 0; // the pixel that the keyboard is at
  brush = 0; // the ink that a pointer leaves
  isNear = false; // the window
  cutNote = "";
  words = "";
  pixels = pixelsOf(Object.values(PICTURES)[0]);
  texts = Object.fromEntries(Object.entries(FIELDS).map(([name, { text }]) => [name, text]));
  /** The networks that are loaded. @type {{image?: Layer} & Partial<Record<Texts, Network>>} */
  ready = {};
  /** @type {{steps: *[]|null, list: string[], name?: string}} */
  writing = { steps: null, list: [] };
  /** What the reader sets. @type {HTMLElement} */
  field = make("div");
  about = make("p", "rc-shapes-about");
  controls = part("controls");
  fault = make("p", { id: this.id("field-fault"), className: "rc-w-fault", role: "status" });
  loadButton = new LoadButton(() => this.loadModel(true));
  message = make("p", "rc-w-said");
  steps = make("div", { className: "rc-shapes-steps", role: "list" });
  scroller = group("rc-shapes-scroller", "The steps, from left to right", this.steps);
  sizes = markScrollable([this.scroller]);
  legend = make("p", "rc-w-legend");
  early = checkbox("early", "What it would say earlier", () => this.show());
  units = checkbox("units", `Units 1 to ${UNITS}`, () => this.show());
  options = part("options", this.early.row, this.units.row);
  answer = part("answer");
  facts = make("p", "rc-w-facts");
  drawButton = button("Draw another", () => this.rewrite(true), "rc-w-main");
  likeliestButton = button("Likeliest", () => this.rewrite(false));
  writers = box("buttons", this.drawButton, this.likeliestButton);

  /** @param {HTMLElement} root @param {Explored} facts */
  constructor(root, { task, networks, tables, load, seed, eager }) {
    this.root = root;
    this.task = task;
    this.networks = networks;
    this.tables = tables;
    this.load = load;
    this.eager = eager;
    this.random = makeRandom(seed);
    this.announcer = new Announcer(root);
    this.code = Object.keys(tables.languages)[0];
    this.build();
    this.choose(task);
    this.observer = callWhenNear(root, () => this.loadWhenNear(true));
  }

  build() {
    this.sizes.observe(this.steps);
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
      this.code = field.value;
      this.writing = { steps: null, list: [] };
      this.show("start", true);
    };
    const field = make("select", { id: this.id("field"), onchange }, ...options);
    this.field = field;
    return [labeled("A language", field), this.writers];
  }

  /** Write another name. @param {boolean} isDrawn */
  rewrite(isDrawn) {
    if (this.ready.name) this.writeName(this.ready.name, isDrawn);
    this.show("start", true);
  }

  makeTextInputs() {
    const { label, examples } = FIELDS[this.task];
    const { field, row } = textField(this.id, "field", label, {
      value: this.texts[this.task],
      inputMode: this.task === "numeral" ? "numeric" : "text",
      oninput: () => this.enterText(field.value, true),
    });
    this.field = field;
    const enterExample = (/** @type {string} */ text) => {
      field.value = text;
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
    if (this.cutNote && "value" in this.field) this.field.value = text;
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

  /**
   * Write a name: drawn at random, or the likeliest.
   * @param {Network} network
   * @param {boolean} isDrawn
   */
  writeName(network, isDrawn) {
    const steps = solve.name(network, this.code, isDrawn ? this.random : null);
    const text = steps.map((step) => network.vocabulary[step.chosen]);
    const name = text.filter((symbol) => symbol !== "<end>").join("");
    Object.assign(this.writing, { steps, name });
    if (isDrawn) this.writing.list.push(name);
    return steps;
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
      const made = new (task === "image" ? Layer : Network)(manifest, buffer);
      Object.assign(this.ready, { [task]: made });
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
    const { task, ready } = this;
    const network = ready[task];
    const {
      columns,
      message,
      answer = [],
      fault = "",
      middle = "state",
    } = task === "image" ? this.image(ready.image) : this[task](ready[task]);
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
      legend.unshift(`Bars: ${UNITS} units, from −1 to 1; below 0 they are hollow.`);
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
      columns[letters.length - 1].output = "?";
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
    const steps = this.writing.steps ?? this.writeName(network, true);
    const { name, list } = this.writing;
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
      const best = network ? argmax(steps[t].p) : -1;
      const answer = network
        ? { output: names[best], note: percent(steps[t].p[best]) }
        : { output: "?" };
      return { ...Explorer.columnOf(token, steps[t]), ...(isName(token, symbols) ? answer : {}) };
    });
    const answers = columns.filter((c) => c.output !== undefined).length;
    const shown = [...new Set(columns.map((c) => String(c.output)))].filter((name) => roles[name]);
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
      columns[digits.length].output = "?";
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
