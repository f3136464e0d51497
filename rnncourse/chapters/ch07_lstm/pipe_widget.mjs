// The memory of one cell of an LSTM as a pipe over a text. One of its valves, the forget gates,
// can be set by hand; the whole network reads on with it. Turned over, it carries the gradient of
// the last cell.
//
// First the numbers, which need no page (Node.js tests them against PyTorch), then the interface.

import { makeCharacterRow } from "../../viz/live/character_rows.mjs";
import { nameCharacter, showSigns } from "../../viz/live/characters.mjs";
import { checkbox, choice, slider } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  fixed,
  group,
  make,
  makeIds,
  makeSvg,
  marks,
  NBSP,
  percent,
  placeWithin,
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome, onDrag, onPoint } from "../../viz/live/dragging.mjs";
import { band, stretchedPicture } from "../../viz/live/drawing.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { loadNetwork, softmax } from "../../viz/live/numbers.mjs";
import { Reader } from "../../viz/live/reading.mjs";
import { ClampedLSTM, listLikeliest, readUnit } from "./clamped.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { Unit } from "./clamped.mjs" */

/** @typedef {{cell: number, at: number, f: number}} GateOverride A forget gate at a letter. */
/** @typedef {{along: number[], all: number[]}} Paths What comes back, by characters read. */
/** @typedef {{c: number, p: number}} End The last cell, and the chance of a closing bracket. */
/** @typedef {[character: string, before: number, after: number]} Likely Its chances. */
/**
 * @typedef {{rows: Unit[], next: [string, number][], states: *[], chances?: Float64Array}}
 *   Reading What is shown of the text: `next` before the model is there, then the others.
 */

const FORGOTTEN = 0.1; // of the chance that the closing bracket had: the task
const DECAY = 0.9; // valves that a gradient is compared with

// ---- Numbers -----------------------------------------------------------------------------------

/**
 * The states after each character.
 * @type {(model: ClampedLSTM, start: *, text: number[], valve?: GateOverride|null) => *[]}
 */
export function readStates(model, start, text, gateOverride = null) {
  let state = start;
  return text.map((id, t) => {
    state = model.step(state, id, gateOverride?.at === t ? gateOverride : null);
    return state;
  });
}

/**
 * What comes back from a cell at the end to itself, by how many characters were read: along the
 * cell alone, the product of its forget gates; and by all paths, backpropagation through time. The
 * first state is that before the text.
 * @type {(model: ClampedLSTM, states: *[], cell: number, valve?: GateOverride|null) => Paths}
 */
export function gradientPaths({ H, W_hh }, states, cell, gateOverride = null) {
  /** @type {number[][]} */
  const [along, all] = [[], []];
  let [dh, dc, product] = [new Float64Array(H), new Float64Array(H), 1];
  dc[cell] = 1;
  for (let k = states.length - 1; k >= 0; k -= 1) {
    const { c, gates, past } = states[k];
    const [before, da] = [new Float64Array(H), new Float64Array(4 * H)];
    for (let j = 0; j < H; j += 1) {
      const [i, f, g, o] = [0, 1, 2, 3].map((n) => gates[n * H + j]);
      const shown = Math.tanh(c[j]);
      dc[j] += dh[j] * o * (1 - shown * shown);
      da[j] = dc[j] * g * i * (1 - i);
      da[H + j] = dc[j] * past[j] * f * (1 - f);
      da[2 * H + j] = dc[j] * i * (1 - g * g);
      da[3 * H + j] = dh[j] * shown * o * (1 - o);
    }
    [along[k], all[k]] = [product, dc[cell]];
    if (gateOverride?.at === k - 1) da[H + cell] = 0; // set by hand, it follows nothing
    for (let n = 0; n < 4 * H; n += 1)
      for (let j = 0; j < H; j += 1) before[j] += W_hh[n * H + j] * da[n];
    dc = dc.map((d, j) => d * gates[H + j]);
    product *= gates[H + cell];
    dh = before;
  }
  return { along, all };
}

const NEAR = 0.005;

const describeOpening = (/** @type {number} */ f) =>
  f < NEAR ? "shut" : f > 1 - NEAR ? "open" : `open by ${fixed(f)}`;

/**
 * What is to be seen, in sentences.
 * @type {(text: string, at: number, f: number|null, own: End, now: End) => string}
 */
export function describe(text, at, f, own, now) {
  if (f === null)
    return (
      `As the network sets its valves: the cell ends at ${fixed(own.c)}, and “)” gets ` +
      `${percent(own.p)}.`
    );
  const done = now.p < FORGOTTEN * own.p;
  return (
    `Letter ${at + 1}, ${nameCharacter(text[at])}: its valve is ${describeOpening(f)}. ` +
    `The cell ends at ${fixed(now.c)} instead of ${fixed(own.c)}, and “)” gets ` +
    `${percent(now.p)} instead of ${percent(own.p)}. ` +
    (done
      ? "Task done. Less than a tenth is left, and no later letter brings it back."
      : `It counts as forgotten below ${percent(FORGOTTEN * own.p)}.`)
  );
}

/**
 * The same of what comes back through a valve.
 * @type {(text: string, at: number, paths: Paths) => string}
 */
const describePaths = (text, at, { along, all }) =>
  `From the end of the pipe back through the valve of letter ${at + 1}, ` +
  `${nameCharacter(text[at])}: ${fixed(along[at])} of a gradient comes along the cell (solid), ` +
  `and ${fixed(all[at])} by all paths (pale). Dashed, if every valve were open by ${DECAY}: ` +
  `${fixed(DECAY ** (text.length - at))}.`;

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-pipe-");
const mark = marks("rc-pipe-");
const ROWS = 5; // likely characters
const FULL = 2; // the |c| that fills the pipe
const [INLET, PIPE] = [30, 90]; // heights above and of the pipe
const MIDDLE = INLET + PIPE / 2;
const NEAREST = 12; // pixels: half of what a finger can hit
const MIN_DRAWN = 0.02; // a smaller difference is not drawn; a pointer this near the end is there

/** @type {(name: string, x: number, y: number, width: number, height: number) => SVGElement} */
const makeRect = (name, x, y, width, height) =>
  makeSvg("rect", { class: `rc-pipe-${name}`, x, y, width, height: Math.max(0, height) });

/**
 * What flows in the pipe, as wide at each place as a value says.
 * @type {(name: string, points: number[][], unit: number) => SVGElement}
 */
const drawFlow = (name, points, unit) =>
  band(
    `rc-pipe-${name}`,
    MIDDLE,
    points.map(([x, v]) => [x, Math.min(PIPE / 2, v * unit)]),
  );

/** The name of a row of the stage. @type {(words: string, symbol: string) => HTMLElement} */
const nameRow = (words, symbol) => part("name", words, make("i", {}, symbol));

class PipeView extends ModelView {
  /** How far the chosen valve is open by hand. @type {number|null} */
  openingByHand = null;
  isBackward = false;
  /** Of the text. @type {number[]} */
  ids = [];
  message = makeOutcome();
  pipe = part("strip pipe");
  gateStrip = part("strip gates");
  windows = part("strip windows");
  knob = mark("knob", "↕\ufe0e");
  cellNames = [nameRow("inlet ", "i g"), nameRow("cell ", "c")];
  gradientNames = [make("span"), nameRow("gradient ", "∂c")];
  names = part("names", ...this.cellNames);
  rows = Array.from({ length: ROWS }, () =>
    makeCharacterRow("rc-pipe-", ["now", "goal", "was"], make("span", "rc-w-number")),
  );
  id = makeIds();
  letterSlider = slider(this.id("letter"), "Letter", {
    min: 0,
    onValue: (at) => this.choose(at),
    words: (at) => `${at + 1}, ${nameCharacter(this.text[at])}`,
  });
  handCheck = checkbox("by-hand", "Set this valve by hand", () =>
    this.setOpening(this.handCheck.input.checked ? this.gateAt(this.at) : null),
  );
  openSlider = slider(this.id("open"), "Valve: how far it is open", {
    min: 0,
    max: 100,
    onValue: (f) => this.setOpening(f / 100),
  });

  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {{before: string, text: string, cell: number, rows: Unit[],
   *   next: [string, number][]}} facts
   */
  constructor(root, model, { before, text, cell, rows, next }) {
    super(root, model);
    this.before = before;
    this.text = text;
    this.cell = cell;
    /** With the valves as the network sets them. @type {Reading} */
    this.own = { rows, next, states: [] };
    this.at = text.indexOf("(") + 2;
    this.letters = silence(
      part("letters", ...[...text].map((c) => make("kbd", {}, showSigns(c)))),
    );
    this.build();
    this.draw();
    this.setUp();
  }

  build() {
    const controls = this.buildControls();
    this.onceReady = [controls];
    this.root.classList.add("rc-pipe");
    this.root.replaceChildren(
      make(
        "p",
        "rc-pipe-before",
        make("span", {}, `${this.before} `),
        make("b", {}, this.text.trim()),
      ),
      this.buildStage(),
      this.message.row,
      this.loadError,
      this.loadButton.box,
      controls,
      this.facts,
      this.announcer.status,
    );
  }

  /** The letters, and below them the pipe, its valves and windows; what comes next beside them. */
  buildStage() {
    for (const strip of [this.letters, this.pipe])
      onPoint(strip, (event) => this.choose(this.locate(event)[0]));
    onDrag(this.gateStrip, (event) => this.dragGate(event));
    return part(
      "stage",
      nameRow("reads", ""),
      this.letters,
      this.names,
      this.pipe,
      nameRow("valve ", "f"),
      this.gateStrip,
      nameRow("window ", "o"),
      this.windows,
      this.buildNextLetters(),
    );
  }

  buildNextLetters() {
    return group(
      "rc-pipe-next",
      "Next letter",
      make(
        "p",
        { className: "rc-pipe-title", "aria-hidden": "true" },
        "Next letter",
        make("span", {}, mark("goal"), "a tenth"),
      ),
      make("ol", {}, ...this.rows.map(({ parts }) => make("li", {}, ...parts))),
    );
  }

  buildControls() {
    this.letterSlider.input.max = String(this.text.length - 1);
    this.handCheck.input.id = this.id("hand");
    const flows = [
      ["cell", "memory, forward"],
      ["gradient", "gradient, back"],
    ];
    const flowChoice = choice("In the pipe", this.id("side"), flows, "cell", (flow) => {
      this.isBackward = flow === "gradient";
      this.draw();
    });
    return part(
      "controls",
      make("div", {}, this.handCheck.row, this.openSlider.row),
      make("div", {}, flowChoice, this.letterSlider.row),
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new ClampedLSTM(manifest, buffer);
    const reader = new Reader(this.model);
    this.start = reader.read(this.model.encode(this.before));
    this.ids = this.model.encode(this.text);
    this.own = this.compute(null);
    return `LSTM of ${this.model.H} cells, ${thousands(this.model.size)} weights`;
  }

  focus() {
    this.openSlider.input.focus({ preventScroll: true });
  }

  // -- What the reader does

  choose(/** @type {number} */ at) {
    this.at = at;
    this.draw();
  }

  setOpening(/** @type {number|null} */ f) {
    this.openingByHand = f;
    this.draw();
  }

  /**
   * The column of a pointer, and its height from 0 below to 1 above.
   * @param {PointerEvent & {currentTarget: *}} event
   */
  locate(event) {
    const [right, down] = placeWithin(event.currentTarget, event);
    const [n, height] = [this.text.length, 1 - down];
    return [
      Math.max(0, Math.min(n - 1, Math.floor(right * n))),
      height < MIN_DRAWN ? 0 : height > 1 - MIN_DRAWN ? 1 : Math.round(100 * height) / 100,
    ];
  }

  /**
   * Drag a valve, the chosen one from near its middle; the first touch loads the model.
   * @param {PointerEvent} event
   */
  dragGate(event) {
    const { left, width } = this.gateStrip.getBoundingClientRect();
    const middle = left + (width * (this.at + 0.5)) / this.text.length;
    if (Math.abs(event.clientX - middle) > NEAREST) [this.at] = this.locate(event);
    const move = (/** @type {PointerEvent} */ moved) => {
      this.setOpening(this.locate(moved)[1]);
    };
    move(event);
    this.loadModel();
    return move;
  }

  // -- What the reader sees

  gateAt(/** @type {number} */ at) {
    return this.own.rows[at].f;
  }

  get letterName() {
    return nameCharacter(this.text[this.at]);
  }

  get heldGate() {
    return this.openingByHand === null
      ? null
      : { cell: this.cell, at: this.at, f: this.openingByHand };
  }

  /**
   * All that is shown with a valve set by hand, or with none. Until the model is there, what goes
   * along the cell.
   * @param {GateOverride|null} gateOverride
   * @returns {Reading}
   */
  compute(gateOverride) {
    if (!this.model) {
      let [{ before }] = this.own.rows;
      const rows = this.own.rows.map((row, t) => {
        const f = t === gateOverride?.at ? gateOverride.f : row.f;
        const changed = { ...row, f, before, c: f * before + row.i * row.g };
        before = changed.c;
        return changed;
      });
      return { ...this.own, rows };
    }
    const states = readStates(this.model, this.start, this.ids, gateOverride);
    return {
      states,
      rows: states.map((state) => readUnit(state, this.cell)),
      next: [],
      chances: softmax(states[states.length - 1].logits),
    };
  }

  /**
   * The likeliest characters: each with its chance as it was, and as it is.
   * @param {Reading} now
   * @returns {Likely[]}
   */
  listLikely({ chances }) {
    const own = this.own.chances;
    if (!own || !chances) return this.own.next.map(([character, p]) => [character, p, p]);
    const { characters } = this.model;
    return listLikeliest(own, chances, ROWS).map((v) => [characters[v], own[v], chances[v]]);
  }

  draw() {
    const { own, heldGate } = this;
    const now = heldGate ? this.compute(heldGate) : own;
    const f = heldGate && this.model ? this.openingByHand : null;
    const paths =
      this.isBackward &&
      gradientPaths(this.model, [this.start, ...now.states], this.cell, heldGate);
    this.names.replaceChildren(...(paths ? this.gradientNames : this.cellNames));
    this.root.classList.toggle("rc-pipe-backward", Boolean(paths));
    [...this.letters.children].forEach((e, t) =>
      e.classList.toggle("rc-pipe-here", t === this.at),
    );
    this.pipe.replaceChildren(paths ? this.drawThread(paths) : this.drawPipe(now.rows));
    this.gateStrip.replaceChildren(this.drawGates(now.rows), this.knob);
    this.knob.style =
      `left: ${(100 * (this.at + 0.5)) / this.text.length}%; top: ` +
      `${100 - 100 * now.rows[this.at].f}%`;
    this.windows.replaceChildren(this.drawWindows(now.rows));
    const likely = this.listLikely(now);
    this.drawNextLetters(likely);
    this.showControls(now.rows[this.at].f);
    const [, before, after] = likely[likely.findIndex(([character]) => character === ")")];
    const last = this.text.length - 1;
    this.message.show(
      paths
        ? describePaths(this.text, this.at, paths)
        : describe(
            this.text,
            this.at,
            f,
            { c: own.rows[last].c, p: before },
            { c: now.rows[last].c, p: after },
          ),
    );
  }

  drawNextLetters(/** @type {Likely[]} */ likely) {
    likely.forEach(([character, before, after], n) => {
      const { bars, values, show } = this.rows[n];
      const [nowBar, goalBar, wasBar] = bars;
      show(showSigns(character), nameCharacter(character), ": ");
      goalBar.hidden = character !== ")";
      goalBar.style.left = `${100 * FORGOTTEN * before}%`;
      nowBar.style.width = `${100 * after}%`;
      wasBar.hidden = this.openingByHand === null;
      wasBar.style.left = `${100 * before}%`;
      values[0].textContent = percent(after);
    });
  }

  showControls(/** @type {number} */ f) {
    this.letterSlider.show(this.at);
    this.openSlider.show(Math.round(100 * f), describeOpening(f));
    this.handCheck.input.checked = this.openingByHand !== null;
  }

  /** @type {(label: string, height: number, ...children: Node[]) => SVGElement} */
  makeStrip(label, height, ...children) {
    const column = makeRect("here", this.at, 0, 1, height);
    return stretchedPicture(label, this.text.length, height, column, ...children);
  }

  /**
   * Places and values along the pipe: as it comes, behind the valve, with what the inlet adds.
   * @param {Unit[]} rows
   */
  listPoints(rows) {
    return rows.flatMap(({ f, before, c }, t) => [
      [t + 0.1, before],
      [t + 0.25, f * before],
      [t + 0.5, f * before],
      [t + 0.8, c],
    ]);
  }

  drawPipe(/** @type {Unit[]} */ rows) {
    const n = rows.length;
    const unit = PIPE / 2 / FULL;
    const extend = (/** @type {Unit[]} */ states) => {
      const points = this.listPoints(states);
      return [[0, points[0][1]], ...points, [n, states[n - 1].c]];
    };
    const signed = (/** @type {number} */ sign) =>
      extend(rows).map(([x, v]) => [x, Math.max(0, sign * v)]);
    const free = extend(this.own.rows).map(([x, v]) => [x, Math.abs(v)]);
    const inlets = rows.flatMap(({ i, g }, t) => {
      const width = 0.7 * Math.min(1, Math.abs(i * g));
      const name = i * g > 0 ? "plus" : "minus";
      return width > MIN_DRAWN ? [makeRect(name, t + 0.65 - width / 2, 0, width, MIDDLE)] : [];
    });
    const plates = rows.flatMap(({ f, before }, t) => {
      const [whole, rest] = [Math.abs(before) * unit, Math.abs(f * before) * unit];
      const tops = whole - rest > 1 ? [MIDDLE - whole - 2, MIDDLE + rest] : [];
      return tops.map((y) => makeRect("plate", t + 0.1, y, 0.18, whole - rest + 2));
    });
    return this.makeStrip(
      `The cell as a pipe: after ${this.letterName} it holds ${fixed(rows[this.at].c)}`,
      INLET + PIPE,
      makeRect("wall", 0, INLET, n, PIPE),
      ...inlets,
      drawFlow("minus", signed(-1), unit),
      drawFlow("plus", signed(1), unit),
      ...(this.openingByHand === null ? [] : [drawFlow("free", free, unit)]),
      ...plates,
    );
  }

  drawThread(/** @type {Paths} */ { along, all }) {
    const [n, unit] = [this.text.length, PIPE / 4];
    const decay = along.map((_, t) => [t, DECAY ** (n - t)]);
    const plates = along.slice(1).flatMap((whole, t) => {
      const height = (whole - along[t]) * unit;
      const tops = height > 1 ? [MIDDLE - whole * unit, MIDDLE + along[t] * unit] : [];
      return tops.map((y) => makeRect("plate", t + 0.1, y, 0.18, height));
    });
    const steps = (/** @type {number[]} */ values) => [
      [0, values[0]],
      ...values.slice(1).flatMap((v, t) => [
        [t + 0.15, values[t]],
        [t + 0.25, v],
      ]),
      [n, 1],
    ];
    return this.makeStrip(
      `The gradient of the last cell, back through the valve at ${this.letterName}: ` +
        `${fixed(along[this.at])} along the cell, ${fixed(all[this.at])} by all paths`,
      INLET + PIPE,
      makeRect("wall", 0, INLET, n, PIPE),
      drawFlow("all", steps(all.map(Math.abs)), unit),
      drawFlow("along", steps(along), unit),
      drawFlow("free rc-pipe-decay", decay, unit),
      ...plates,
    );
  }

  drawGates(/** @type {Unit[]} */ rows) {
    const own = this.own.rows;
    return this.makeStrip(
      `Valves: how far each forget gate is open; at ${this.letterName} ` +
        `${describeOpening(rows[this.at].f)}`,
      1,
      ...rows.flatMap(({ f }, t) => [
        makeRect("frame", t + 0.2, 0, 0.6, 1),
        makeRect("open", t + 0.2, 1 - f, 0.6, f),
        makeRect("grip", t + 0.12, Math.min(0.92, Math.max(0, 1 - f - 0.04)), 0.76, 0.08),
        ...(Math.abs(f - own[t].f) > MIN_DRAWN
          ? [makeRect("was", t + 0.2, Math.min(0.97, 1 - own[t].f), 0.6, 0.03)]
          : []),
      ]),
    );
  }

  drawWindows(/** @type {Unit[]} */ rows) {
    const own = this.own.rows;
    return this.makeStrip(
      `Windows: how far each output gate is open, and what is shown; at ` +
        `${this.letterName} ${fixed(rows[this.at].o)}, and ${fixed(rows[this.at].h)} ` +
        `is shown`,
      1,
      ...rows.flatMap(({ o, h }, t) => [
        makeRect("frame", t + 0.2, 0, 0.6, 1),
        makeRect("window", t + 0.2, 1 - o, 0.6, o),
        makeRect(h < 0 ? "minus" : "shown", t + 0.35, 1 - Math.abs(h), 0.3, Math.abs(h)),
        ...(Math.abs(o - own[t].o) > MIN_DRAWN
          ? [makeRect("was", t + 0.2, Math.min(0.95, 1 - own[t].o), 0.6, 0.05)]
          : []),
      ]),
    );
  }
}

export default defineWidget(
  "memory-pipe",
  (root, facts) => {
    const rows = facts
      .parse("rows")
      .map((/** @type {number[]} */ [i, f, g, o, before, c, h]) => ({ i, f, g, o, before, c, h }));
    return new PipeView(root, loadNetwork(facts), {
      before: facts.get("before"),
      text: facts.get("text"),
      cell: +facts.get("cell"),
      rows,
      next: facts.parse("next"),
    });
  },
  `Make it forget the bracket with one valve: bring the chance of “)” below a tenth${NBSP}of ` +
    `what it is.`,
);
