// The gradient of one letter's loss on its way back through a plain network: a ribbon, as wide as
// the logarithm of its length. It can be cut between two letters, and W_hh can be scaled; below it
// the parts of dL/dW_hh, by steps back.
//
// First the numbers, which need no page (Node.js tests them against PyTorch), then the interface.

import { labeled, slider } from "../../viz/live/controls.mjs";
import {
  box,
  boxes,
  defineWidget,
  dimWhenStale,
  fixed,
  make,
  makeIds,
  marks,
  NBSP,
  placeWithin,
  pluralize,
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome, onDrag, onPoint } from "../../viz/live/dragging.mjs";
import { band, line, stretchedPicture } from "../../viz/live/drawing.mjs";
import { checkedField } from "../../viz/live/fields.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { loadNetwork } from "../../viz/live/numbers.mjs";
import { dot, sum } from "../../viz/live/vectors.mjs";
import { NameModel } from "../ch01_sequences/names_model.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @typedef {{nats: number, lengths: number[], shares: number[]}} Gradient */
/** @typedef {{name: string, kind: string, at: number, scale: number}} RibbonSettings */

const MIN_SHARE = 0.9; // of the gradient: the task

// ---- Numbers and words -------------------------------------------------------------------------

/**
 * Backpropagation through time of -ln p of one letter, with W_hh times a scale. Letters count from
 * 1; the one after the last is the end of the name, and state 0 has read the language only.
 *
 * Returns the loss in nats; and from the loss back, for each state, the length of dL/dh, and the
 * share of dL/dW_hh that its step adds: its component along the sum, so that all are 1 together.
 * @type {(model: NameModel, settings: RibbonSettings) => Gradient}
 */
export function gradientPaths(model, { name, kind, at, scale }) {
  const {
    H,
    W,
    answer: [W_hy],
    letters,
    kinds,
  } = model;
  const ids = [letters.length + kinds.indexOf(kind), ...model.encode(name)];
  const hs = [new Float32Array(H)];
  const states = ids.map((id, t) => {
    const scaled = hs[t].map((v) => scale * v);
    const state = model.step(scaled, id);
    hs.push(state.h);
    return state;
  });
  const [target, { chances }] = [at > name.length ? 0 : ids[at], states[at - 1]];
  let dh = new Float64Array(H);
  chances.forEach((p, v) => {
    for (let j = 0; j < H; j += 1) dh[j] += (p - +(v === target)) * W_hy[v * H + j];
  });
  /** @type {{length: number, da: Float64Array, h: Float32Array}[]} */
  const steps = [];
  for (let t = at; t > 0; t -= 1) {
    const [da, before] = [dh.map((d, j) => d * (1 - hs[t][j] * hs[t][j])), new Float64Array(H)];
    steps.push({ length: Math.hypot(...dh), da, h: hs[t - 1] });
    for (let n = 0; n < H; n += 1)
      for (let j = 0; j < H; j += 1) before[j] += scale * W[n * H + j] * da[n];
    dh = before;
  }
  // The part of a step is the outer product of da and h: two of them have the product of two
  // products in common.
  const along = steps.map((a) => sum(steps.map((b) => dot(a.da, b.da) * dot(a.h, b.h))));
  const total = sum(along);
  return {
    nats: -Math.log(chances[target]),
    lengths: steps.map(({ length }) => length),
    shares: along.map((v) => v / total),
  };
}

/**
 * What is kept of the gradient if so many steps are: of none, of one, ….
 * @type {(shares: number[]) => number[]}
 */
export function accumulateShares(shares) {
  const sums = [0];
  shares.forEach((share, i) => sums.push(sums[i] + share));
  return sums;
}

const formatLength = (/** @type {number} */ v) =>
  v < 1e-4 ? "less than 0.0001" : v >= 9.95 ? thousands(Math.round(v)) : `${+v.toPrecision(2)}`;
const formatPercent = (/** @type {number} */ share) => `${fixed(100 * share, 1)}${NBSP}%`;
/** @type {(name: string, at: number) => string} */
const nameLetter = (name, at) => (at > name.length ? "the end" : `“${name[at - 1]}”`);

/**
 * What is to be seen, in sentences.
 * @type {(set: {name: string, at: number, k: number}, gradient: Gradient) => string}
 */
export function describe({ name, at, k }, { nats, lengths, shares }) {
  const sums = accumulateShares(shares);
  const far =
    k > 1
      ? `; ${pluralize(k - 1, "step")} further back it is ${formatLength(lengths[k - 1])}`
      : "";
  const begun =
    `The loss at ${nameLetter(name, at)}, ${fixed(nats)}${NBSP}nats, sends back a gradient of ` +
    `length ${formatLength(lengths[0])}${far}. `;
  if (k === at) return `${begun}Nothing is cut.`;
  const cut =
    `${begun}Cut after ${k} of ${pluralize(at, "step")}: ${formatPercent(sums[k])} of the ` +
    `gradient of W is kept`;
  if (sums[k] < MIN_SHARE) return `${cut}, less than nine tenths.`;
  if (k > sums.findIndex((sum) => sum >= MIN_SHARE)) return `${cut}. You may cut nearer.`;
  return (
    `${cut}, with one step less ${formatPercent(sums[k - 1])}. ` +
    "Task done. What is cut off adds a tenth at most."
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-ribbon-");
const mark = marks("rc-ribbon-");
// No ribbon below; each factor of ten makes it wider by as much
const [MIN_LENGTH, DECADES] = [1e-2, 4];
const HIGH = 100;
const FIRST = 2; // columns of a letter that the language is wide

/** Half the ribbon's width at a length, of the height. @param {number} length */
const computeHalfWidth = (length) =>
  (HIGH / 2) * Math.min(1, Math.max(0, Math.log10(length / MIN_LENGTH) / DECADES));
/** The middle of a column, in columns of a letter. @param {number} column */
const findMiddle = (column) => (column ? column + FIRST - 0.5 : FIRST / 2);

/**
 * The ribbon through places, with the length of the gradient at each.
 * @type {(name: string, points: number[][]) => SVGElement}
 */
const drawRibbon = (name, points) =>
  band(
    `rc-ribbon-${name}`,
    HIGH / 2,
    points.map(([x, length]) => [x, computeHalfWidth(length)]),
  );

class RibbonView extends ModelView {
  k = Infinity; // steps that are kept
  wide = 0; // columns of a letter
  message = makeOutcome();
  letters = silence(part("row letters"));
  states = silence(part("row states"));
  scissors = mark("scissors", "✂\ufe0e");
  hint = mark("hint", "✂\ufe0e");
  band = part("band");
  strip = part("strip", this.band, mark("one"), this.states, this.scissors, this.hint);
  blocks = part("row blocks");
  kindSelect = make("select", { onchange: () => this.change({ kind: this.kindSelect.value }) });
  id = makeIds();
  lossSlider = slider(this.id("loss"), "Loss at", {
    min: 2,
    words: (at) => nameLetter(this.name, at),
    onValue: (at) => this.change({ at }),
  });
  stepsSlider = slider(this.id("steps"), "Steps back", {
    min: 1,
    words: (k) => (k < this.at ? `${k} of ${this.at}` : "all, no cut"),
    onValue: (k) => this.change({ k: k < this.at ? k : Infinity }),
  });
  scaleSlider = slider(this.id("scale"), "W times", {
    min: 0.2,
    max: 2,
    step: 0.1,
    words: (v) => fixed(v, 1),
    onValue: (scale) => this.change({ scale }),
  });

  /** @param {HTMLElement} root @param {Loading} model @param {RibbonSettings & {first: *}} set */
  constructor(root, model, { name, kind, at, scale, first }) {
    super(root, model);
    this.name = name;
    this.kind = kind;
    this.at = at;
    this.scale = scale;
    this.first = { ...first, at };
    this.build();
    this.layOutName();
    this.placeSign(this.hint, at - 2); // until something is done, it says what can be
    this.setUp();
  }

  build() {
    onPoint(this.letters, (event) => this.moveLoss(event));
    this.prepareStrip();
    const [stack, controls] = [this.buildStack(), this.buildControls()];
    dimWhenStale(this.letters, this.strip, this.blocks, this.message.row);
    this.onceReady = [controls];
    this.loadButton.box.prepend(
      make("p", {}, "Here you can move the loss, cut, scale W, or type a name."),
    );
    this.root.classList.add("rc-ribbon");
    this.root.replaceChildren(
      part("drawing", this.letters, this.strip, stack), // a slide keeps it together
      this.message.row,
      this.loadError,
      part("foot", this.loadButton.box, controls),
      this.facts,
    );
  }

  prepareStrip() {
    this.hint.dataset.kept = "cut here?";
    this.strip.onpointermove = (event) => this.showHint(this.findBorder(event));
    this.strip.onpointerleave = () => this.showHint(0);
    onDrag(this.strip, (event) => this.dragCut(event));
  }

  /** What each step adds to the gradient of W. */
  buildStack() {
    this.blocks.setAttribute("role", "img");
    const caption = (/** @type {string} */ name, /** @type {string} */ words) =>
      make("span", { className: `rc-ribbon-${name}`, "aria-hidden": "true" }, words);
    return part(
      "stack",
      this.blocks,
      mark("goal"),
      caption("tenths", "nine tenths"),
      caption("adds", "what each step adds"),
    );
  }

  buildControls() {
    const { row, fault } = checkedField(this.id, "name-field", "Name", this.name, {
      maxLength: 60,
      read: (text) => this.model.parse(text),
      isUnfinished: (name) => name.length === 1,
      findFault: (name) => (name.length < 2 ? "Type two letters or more." : ""),
      shown: () => this.name,
      onValue: (name) => this.change({ name, at: name.length, k: Infinity }),
    });
    this.kindSelect.id = this.id("kind");
    this.kindSelect.append(make("option", { value: this.kind }, this.kind));
    return box(
      "sliders",
      this.lossSlider.row,
      this.stepsSlider.row,
      this.scaleSlider.row,
      part("text", row, labeled("As a name that is", this.kindSelect), fault),
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new NameModel(manifest, buffer);
    this.kindSelect.replaceChildren(
      ...this.model.kinds.map((/** @type {string} */ kind) =>
        make("option", { value: kind }, kind),
      ),
    );
    return `Plain network of ${this.model.H} units, ${thousands(this.model.size)} weights`;
  }

  focus() {
    this.lossSlider.input.focus({ preventScroll: true });
  }

  // -- What the reader does

  /** @param {Partial<RibbonSettings & {k: number}>} changes */
  change(changes) {
    const { name } = this;
    Object.assign(this, changes);
    this.showHint(0);
    if (name === this.name) this.draw();
    else this.layOutName();
  }

  /** Where a pointer is, in columns of a letter. @param {MouseEvent} event */
  measureColumns(event) {
    return placeWithin(this.strip, event)[0] * this.wide;
  }

  /** The column under a pointer. @param {MouseEvent} event */
  findColumn(event) {
    const x = this.measureColumns(event);
    return x < FIRST ? 0 : Math.min(this.name.length + 1, Math.floor(x) - FIRST + 1);
  }

  /**
   * The state right of the nearest border that can be cut; 0 where the ribbon is not.
   * @param {MouseEvent} event
   */
  findBorder(event) {
    const c = Math.round(this.measureColumns(event)) - FIRST + 1;
    return c < 1 || c > this.at - 1 ? 0 : c;
  }

  /**
   * Move the loss to a letter, and on with the pointer. The first touch loads the model.
   * @param {PointerEvent} event
   */
  moveLoss(event) {
    if (event.type === "pointerdown") this.loadModel();
    this.change({ at: Math.max(2, this.findColumn(event)) });
  }

  /** Cut at a border, or drag the cut; a second time, it heals. @param {PointerEvent} event */
  dragCut(event) {
    const c = this.findBorder(event);
    if (!c) return null;
    let dragged = false;
    this.loadModel();
    this.change({ k: this.k === this.at - c ? Infinity : this.at - c });
    return (/** @type {PointerEvent} */ moved) => {
      const other = this.findBorder(moved);
      dragged ||= other !== c;
      if (other && dragged) this.change({ k: this.at - other });
    };
  }

  // -- What the reader sees

  /** The columns of a name: the language, its letters, its end. */
  layOutName() {
    this.wide = this.name.length + 1 + FIRST;
    this.root.style.setProperty("--columns", String(this.wide - FIRST));
    this.letters.replaceChildren(
      make("small"),
      ...[...this.name].map((c) => make("kbd", {}, c)),
      make("small", {}, "end"),
    );
    for (const row of [this.states, this.blocks])
      row.replaceChildren(...Array.from({ length: this.name.length + 1 }, () => make("i")));
    this.draw();
  }

  draw() {
    const { name, kind, at } = this;
    if (!this.model && at !== this.first.at) return; // the model is on its way
    const gradient = this.model ? gradientPaths(this.model, this) : this.first;
    const { lengths, shares } = gradient;
    const k = Math.min(this.k, at);
    const sums = accumulateShares(shares);
    this.letters.children[0].textContent = kind;
    [...this.letters.children].forEach((e, c) => {
      e.classList.toggle("rc-ribbon-here", c === at);
      e.classList.toggle("rc-ribbon-later", c > at);
    });
    this.drawBlocks(shares, sums, k);
    this.drawBand(lengths, k);
    this.placeSign(this.scissors, k < at ? at - k : 0);
    this.scissors.dataset.kept = `${formatPercent(sums[k])}${sums[k] < MIN_SHARE ? "" : " ✓"}`;
    this.message.show(describe({ name, at, k }, gradient));
    this.lossSlider.input.max = String(name.length + 1);
    this.stepsSlider.input.max = String(at);
    this.lossSlider.show(at);
    this.stepsSlider.show(k);
    this.scaleSlider.show(this.scale);
    this.kindSelect.value = kind;
  }

  /** @type {(shares: number[], sums: number[], k: number) => void} */
  drawBlocks(shares, sums, k) {
    /** @type {*[]} */
    const blocks = [...this.blocks.children];
    blocks.forEach((e, c) => {
      const back = this.at - 1 - c; // steps, from the state that the loss sees
      e.className = back >= k ? "rc-ribbon-cut" : "";
      e.style.height = `${100 * Math.abs(shares[back] ?? 0)}%`;
      const below = back >= 0 ? Math.min(sums[back], sums[back + 1]) : 0;
      e.style.bottom = `${100 * below}%`;
    });
    this.blocks.setAttribute(
      "aria-label",
      `Shares of the gradient of W, in percent, from the loss back: ` +
        `${shares.map((v) => fixed(100 * v, 0)).join(", ")}. Kept: the first ${k}`,
    );
  }

  /** @type {(lengths: number[], k: number) => void} */
  drawBand(lengths, k) {
    const { at } = this;
    const points = [
      [findMiddle(at), lengths[0]],
      ...lengths.map((v, back) => [findMiddle(at - 1 - back), v]),
    ];
    const edge = [at - k + FIRST - 1, lengths[k - 1]]; // left of the last state that is kept
    const cut = k < at;
    this.band.replaceChildren(
      stretchedPicture(
        "Ribbon: lengths of the gradient, from the loss back: " +
          lengths.slice(0, k).map(formatLength).join(", "),
        this.wide,
        HIGH,
        line("rc-ribbon-on", findMiddle(0), HIGH / 2, findMiddle(this.name.length), HIGH / 2),
        ...(cut ? [drawRibbon("gone", [edge, ...points.slice(k + 1)])] : []),
        drawRibbon("home", cut ? [...points.slice(0, k + 1), edge] : points),
        line("rc-ribbon-loss", findMiddle(at), -HIGH / 4, findMiddle(at), HIGH / 2),
      ),
    );
  }

  /** Where a cut would be: with that the first hint has done its part. @param {number} c */
  showHint(c) {
    delete this.hint.dataset.kept;
    this.placeSign(this.hint, c);
  }

  /** A sign left of a state; with 0, none. @type {(sign: HTMLElement, c: number) => void} */
  placeSign(sign, c) {
    sign.hidden = !c;
    sign.style.left = `${(100 * (c + FIRST - 1)) / this.wide}%`;
  }
}

export default defineWidget(
  "ribbon-home",
  (root, facts) =>
    new RibbonView(root, loadNetwork(facts), {
      name: facts.get("name"),
      kind: facts.get("kind"),
      at: +facts.get("at"),
      scale: +facts.get("scale"),
      first: facts.parse("first"),
    }),
  `Keep nine tenths of the gradient of W: how near${NBSP}may you cut?`,
);
