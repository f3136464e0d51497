// An LSTM reads what the reader types: one cell at each character, its gates, and what is expected
// next, as it is and with the cell held at a value.

import { makeCharacterRow } from "../../viz/live/character_rows.mjs";
import {
  listUnknown,
  makePlain,
  NAMES,
  nameCharacter,
  showSigns,
} from "../../viz/live/characters.mjs";
import {
  button,
  checkbox,
  choice,
  details,
  findTile,
  fold,
  mirroredField,
  slider,
} from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  fixed,
  make,
  makeIds,
  marks,
  NBSP,
  percent,
  setText,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome } from "../../viz/live/dragging.mjs";
import { checkedField, showFault } from "../../viz/live/fields.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { argmax, loadNetwork, softmax } from "../../viz/live/numbers.mjs";
import { Reader } from "../../viz/live/reading.mjs";
import { mean } from "../../viz/live/vectors.mjs";
import { ClampedLSTM, listLikeliest, readUnit } from "./clamped.mjs";
import {
  changesSign,
  colorDepth,
  countAddedBits,
  listMostMoved,
  nameLevel,
  readInitial,
} from "./states.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { Unit } from "./clamped.mjs" */
/** @import { Levels, Result, Step, Tracked } from "./states.mjs" */

const LONGEST = 240; // characters of text
const ROWS = 5; // likely characters
const N_BUSIEST = 3; // cells with a button of their own
const MAX_TINT = 60; // percent of color behind a character
const MAX_BITS = 4; // that have the deepest color
/** @type {("i"|"f"|"g"|"o"|"h")[]} */
const UNSCALED = ["i", "f", "g", "o", "h"]; // bars that are full at 1
const STEPS = 100; // of the slider for what a cell is held at

const part = boxes("rc-states-");
const mark = marks("rc-states-");

const formatBits = (/** @type {number} */ bits) => `${fixed(bits, 1)}${NBSP}bits`;
const formatFactor = (/** @type {number} */ value) =>
  value < 0 ? `(${fixed(value)})` : fixed(value);
/** @type {<E extends HTMLElement>(e: E, intensity: number) => E} */
const tintElement = (e, intensity) => {
  e.classList.toggle("rc-w-below", intensity < 0);
  e.style.setProperty("--deep", `${Math.round(MAX_TINT * Math.min(1, Math.abs(intensity)))}%`);
  return e;
};

/** A symbol, its name, a bar and a number. */
class Bar {
  /**
   * @param {string} symbol
   * @param {string} name
   * @param {"gate"|"candidate"|"cell"|"state"} role
   */
  constructor(symbol, name, role) {
    this.gate = role === "gate";
    this.bar = make("i");
    this.number = make("span", "rc-w-number");
    this.row = make(
      "li",
      `rc-states-bar rc-states-${role}`,
      make("span", "rc-w-m", make("i", {}, symbol)),
      make("span", {}, ` ${name} `),
      make("span", { className: "rc-w-track", "aria-hidden": "true" }, this.bar),
      this.number,
    );
  }
  set(/** @type {number} */ value, scale = 1) {
    this.bar.className = this.gate ? "rc-w-chance" : value < 0 ? "rc-w-minus" : "rc-w-plus";
    this.bar.style.setProperty("--size", Math.min(1, Math.abs(value) / scale).toFixed(3));
    this.number.textContent = fixed(value);
  }
}

/** A row of a likely character, with its chances as they are and with the cell held. */
function makeRow() {
  const values = [0, 1].map(() => make("span", "rc-states-value"));
  const row = makeCharacterRow("rc-states-", ["own", "other"], ...values);
  return { ...row, li: make("li", "rc-states-next", ...row.parts), words: "" };
}

/** The interface within an element. */
class StatesView extends ModelView {
  /** What the chosen cell is held at. @type {number|null} */
  clampValue = null;
  isSliderMoved = false;
  /** What is shown; null: the model that can show it is on its way. @type {Result|null} */
  result = null;
  /** @type {Reader|null} */
  reader = null;
  /** The same with the cell held. @type {Reader|null} */
  other = null;
  /** The cells that the character moved most. @type {number[]} */
  busiest = [];
  id = makeIds();
  note = this.loadError;
  bits = make("span", "rc-states-bits");
  reading = make("span", { id: this.id("here") });
  legend = make("span", "rc-states-scale");
  slider = slider(this.id("at"), "Go through the text", {
    min: 0,
    words: (at) => this.namePosition(at),
    onValue: (at) => {
      this.isSliderMoved = true;
      this.goTo(at);
    },
  });
  clampCheck = checkbox("hold", "", () =>
    this.clampCell(this.clampCheck.input.checked ? this.usual.off : null),
  );
  level = slider(this.id("level"), "Held at", {
    min: 0,
    max: STEPS,
    onValue: (step) =>
      this.clampCell(this.usual.low + (step / STEPS) * (this.usual.high - this.usual.low)),
  });
  bars = {
    i: new Bar("i", "input gate", "gate"),
    f: new Bar("f", "forget gate", "gate"),
    g: new Bar("g", "candidate", "candidate"),
    o: new Bar("o", "output gate", "gate"),
    c: new Bar("c", "cell", "cell"),
    h: new Bar("h", "hidden state", "state"),
  };
  unitTitle = make("p", { className: "rc-states-title", id: this.id("unit") });
  unitMessage = make("p", "rc-states-says");
  rows = Array.from({ length: ROWS }, makeRow);
  key = make("p", "rc-w-legend");
  message = makeOutcome();
  busiestButtons = Array.from({ length: N_BUSIEST }, (_, n) =>
    button("", () => this.choose(this.busiest[n])),
  );
  followCaret = () => {
    if (document.activeElement === this.area) this.goTo(this.area.selectionEnd);
  };

  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {{text: string, at: number, tracked: Tracked[], levels: Levels, initial: Result}} facts
   */
  constructor(root, model, { text, at, tracked, levels, initial }) {
    super(root, model);
    this.at = at;
    this.tracked = tracked;
    this.levels = levels;
    this.initial = initial;
    this.cell = tracked[0][0];
    this.chips = tracked.map(() => mark("chip"));
    this.tiles = levels.mean.map((_, j) => make("i", { onclick: () => this.choose(j) }));
    const { area, mirror, editor } = this.makeEditor(text);
    this.area = area;
    this.backdrop = mirror;
    this.number = this.makeNumberField();
    this.field = this.number.field;
    this.choices = this.makeChoices();
    this.allCells = this.makeAllCells();
    this.build(editor);
    this.draw();
    this.setUp();
  }

  build(/** @type {HTMLElement} */ editor) {
    const head = part(
      "head",
      make(
        "label",
        { className: "rc-states-title", htmlFor: this.id("text") },
        "Type, and the LSTM reads along",
      ),
      this.bits,
    );
    const hold = part("hold", this.clampCheck.row, this.level.row);
    const controls = part("controls", this.choices, hold);
    const lower = part("lower", this.buildUnit(), this.buildNextCharacters());
    dimWhenStale(lower);
    this.onceReady = [this.slider.row, controls, this.allCells];
    this.root.classList.add("rc-states");
    this.root.replaceChildren(
      head,
      editor,
      part("under", this.reading, this.legend),
      this.slider.row,
      this.note,
      this.loadButton.box,
      controls,
      lower,
      this.allCells,
      this.facts,
      this.announcer.status,
    );
  }

  makeEditor(/** @type {string} */ text) {
    const parts = mirroredField("rc-states-", {
      id: this.id("text"),
      value: text,
      rows: 2,
      maxLength: LONGEST,
      "aria-describedby": this.id("here"),
      oninput: () => this.readField(),
      onpointerdown: () => {
        this.isSliderMoved = false;
      },
      onkeydown: (/** @type {KeyboardEvent} */ { key }) => {
        if (key !== "Tab" && key !== "Shift") this.moveCaret();
      },
    });
    const { area, editor } = parts;
    area.setSelectionRange(this.at, this.at);
    document.addEventListener("selectionchange", this.followCaret);
    editor.classList.add("rc-states-editor");
    editor.onpointermove = (event) => this.describeUnder(event);
    editor.onpointerleave = () => this.describe(this.at);
    return parts;
  }

  makeChoices() {
    return choice(
      "Choose a cell",
      this.id("cell"),
      this.tracked.map(([cell, name, words], n) => [
        String(cell),
        make("b", {}, name),
        " ",
        make("small", {}, words),
        this.chips[n],
      ]),
      String(this.cell),
      (value) => this.choose(+value),
    );
  }

  makeNumberField() {
    const last = this.levels.mean.length - 1;
    const isCell = (/** @type {string} */ value) => /^\d{1,3}$/.test(value) && +value <= last;
    const label = `Any of them, from 0 to ${last}`;
    return checkedField(this.id, "field", label, String(this.cell), {
      read: (value) => ({ read: value.trim() }),
      inputMode: "numeric",
      size: 4,
      findFault: (value) => (isCell(value) ? "" : `The cells have the numbers from 0 to ${last}.`),
      isUnfinished: () => false,
      shown: () => String(this.cell),
      onValue: (value) => this.choose(+value, true),
    });
  }

  /** The cell at this character. */
  buildUnit() {
    const view = make(
      "div",
      { role: "group", "aria-labelledby": this.id("unit") },
      this.unitTitle,
      make("ol", {}, ...Object.values(this.bars).map(({ row }) => row)),
      this.unitMessage,
    );
    return fold("The gates of the cell", { group: this.id("view") }, view);
  }

  buildNextCharacters() {
    const id = this.id("next");
    const view = make(
      "div",
      { role: "group", "aria-labelledby": id },
      make("p", { className: "rc-states-title rc-w-named", id }, "Next character"),
      make("ol", {}, ...this.rows.map(({ li }) => li)),
      this.key,
      this.message.row,
    );
    return fold("Next character", { group: this.id("view"), open: true }, view);
  }

  makeAllCells() {
    const scores = this.tracked.map(([cell, , , score]) => `cell ${cell} ${score}`);
    const allCells = details(
      `All ${this.tiles.length} cells at this character`,
      this.number.row,
      this.number.fault,
      make("div", { className: "rc-states-grid", "aria-hidden": "true" }, ...this.tiles),
      part("busy", make("span", {}, "Moved most by it:"), ...this.busiestButtons),
      make("p", "rc-w-legend", `Scores on new text: ${scores.join(", ")}.`),
    );
    allCells.ontoggle = () => this.draw();
    return allCells;
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new ClampedLSTM(manifest, buffer);
    this.reader = new Reader(this.model);
    return `LSTM of ${this.model.H} cells, ${thousands(this.model.size)} weights`;
  }

  modelLoaded() {
    this.showRemark();
    this.draw();
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  // -- What the reader does

  readField() {
    makePlain(this.area);
    this.at = this.area.selectionEnd;
    this.showRemark();
    this.draw();
    if (this.model) this.announcer.later(() => this.recap(), 1500);
    else this.loadModel();
  }

  /** Choose a character: the last one that has been read. @param {number} at */
  goTo(at) {
    if (at === this.at || !this.model) return;
    this.at = at;
    this.draw();
    this.announcer.later(() => this.recap(), 700);
  }

  /** Put the caret where the slider has been, as soon as the text is typed in again. */
  moveCaret() {
    if (this.isSliderMoved) this.area.setSelectionRange(this.at, this.at);
    this.isSliderMoved = false;
  }

  /** Choose a cell; with `typing`, its number stays as it is typed. @param {number} cell */
  choose(cell, typing = false) {
    const isNew = cell !== this.cell;
    this.cell = cell;
    for (const input of this.choices.querySelectorAll("input"))
      input.checked = +input.value === cell;
    if (!typing) {
      this.field.value = String(cell);
      showFault(this.field, this.number.fault, "");
    }
    if (isNew) this.clampCell(this.clampValue === null ? null : this.usual.off);
  }

  /** Hold the chosen cell at a value; at null let it go. @param {number|null} value */
  clampCell(value) {
    this.clampValue = value;
    this.other = value === null ? null : new Reader(this.model.withClamp(this.cell, value));
    this.draw();
    this.announcer.later(() => this.recap(), 500);
  }

  describeUnder(/** @type {MouseEvent} */ event) {
    this.describe(findTile(this.backdrop, event) + 1 || this.at);
  }

  /** Say what is out of the ordinary about the text. */
  showRemark() {
    const text = this.area.value;
    const known = this.model?.idByCharacter;
    const unknown = known ? listUnknown(text, known) : "";
    const words = unknown
      ? `The model knows ${known.size} characters, those of plain English text. It skips: ` +
        `${unknown}`
      : text.length >= LONGEST
        ? `That is all that fits: ${LONGEST} characters.`
        : "";
    setText(this.note, words);
  }

  // -- What the reader sees

  /** What is usual for the chosen cell. */
  get usual() {
    const [low, high, mean] = [this.levels.low, this.levels.high, this.levels.mean].map(
      (values) => values[this.cell],
    );
    const entry = this.tracked.find(([cell]) => cell === this.cell);
    return { low, high, off: entry?.[4] ?? mean, why: entry?.[5] ?? "its mean on other text" };
  }

  /**
   * All that is shown: of the model, or, before it is there, of the text that stood first.
   * @returns {Result|null}
   */
  compute() {
    const text = this.area.value;
    const { initial, reader } = this;
    if (!this.model || !reader) return text === initial.text ? initial : null;
    /** @type {number[]} */
    const read = this.model.encode(text);
    /** @type {(reader: Reader) => *[]} */
    const readStates = (source) => {
      source.read(read);
      return source.states;
    };
    const freeStates = readStates(reader);
    const states = this.other ? readStates(this.other) : freeStates;
    const [own, other] = [freeStates, states].map((steps) => softmax(steps[this.at].logits));
    const bitsPerCharacter = [reader, this.other ?? reader].map((source) =>
      source.bitsPerCharacter(read),
    );
    return {
      now: states[this.at],
      bitsPerCharacter,
      own,
      other,
      next: read[this.at] ?? null,
      characters: this.model.characters,
      cell: read.map((_, t) => freeStates[t + 1].c[this.cell]),
      unit: readUnit(states[this.at], this.cell),
    };
  }

  draw() {
    const result = (this.result = this.compute());
    this.drawMirror(result);
    this.markWaiting(!result);
    if (!result) return;
    this.drawUnit(result.unit);
    this.drawNext(result);
    if (!result.now) return;
    this.drawControls(result.now);
    this.drawBits(result.bitsPerCharacter);
    this.drawBusiest(result.now);
    if (this.allCells.open) this.drawAll(result.now);
  }

  /** The mirror behind the text: a tile for each character. @param {Result|null} result */
  drawMirror(result) {
    const text = this.area.value;
    const { low, high } = this.usual;
    const intensity = (/** @type {number} */ t) =>
      !result
        ? 0
        : this.clampValue === null
          ? colorDepth(result.cell[t], low, high)
          : (countAddedBits(result.bitsPerCharacter, t) ?? 0) / MAX_BITS;
    this.backdrop.replaceChildren(
      ...text.split("").map((character, t) => {
        const className = t === this.at - 1 ? "rc-states-here" : "";
        return tintElement(make("span", { className }, character), intensity(t));
      }),
      text.endsWith("\n") ? "\u200b" : "", // holds a last, empty line
    );
    const swatches = [-1, -0.5, 0, 0.5, 1].map((d) => tintElement(mark("swatch"), d));
    const [about, from, to] =
      this.clampValue !== null
        ? ["bits added:", `−${MAX_BITS}`, `+${MAX_BITS} or more`]
        : changesSign(low, high)
          ? [`tanh(c) of cell ${this.cell}:`, "−1", "+1"]
          : [`c of cell ${this.cell}:`, fixed(low, 1), fixed(high, 1)];
    this.legend.replaceChildren(make("span", {}, about), part("ends", from, ...swatches, to));
    this.slider.input.max = String(text.length);
    this.slider.show(this.at);
    this.describe(this.at);
  }

  /** Where a character is, in words. @param {number} at */
  namePosition(at) {
    const text = this.area.value;
    return at
      ? `${nameCharacter(text[at - 1])}, character ${at} of ${text.length}`
      : "the beginning, nothing read yet";
  }

  /** One character's value, below the text. @param {number} at */
  describe(at) {
    const { result } = this;
    const text = this.area.value;
    const shown = at
      ? [make("kbd", {}, showSigns(text[at - 1])), ` ${at} of ${text.length}`]
      : ["Nothing read yet"];
    const bits =
      result && this.clampValue !== null && at
        ? countAddedBits(result.bitsPerCharacter, at - 1)
        : null;
    const value = !result
      ? ""
      : this.clampValue === null
        ? `: c = ${fixed(at ? result.cell[at - 1] : result.unit.c)}`
        : bits === null
          ? ""
          : Math.abs(bits) < 0.05
            ? ": as before"
            : `: ${formatBits(Math.abs(bits))} ${bits < 0 ? "less" : "more"}`;
    this.reading.replaceChildren(...shown, value);
  }

  drawControls(/** @type {Step} */ now) {
    const { low, high, off, why } = this.usual;
    this.tracked.forEach(([cell], n) => {
      const depth = colorDepth(now.c[cell], this.levels.low[cell], this.levels.high[cell]);
      tintElement(this.chips[n], depth);
      this.chips[n].textContent = `cell ${cell}: ${nameLevel(depth)}`;
    });
    const to = `hold it at ${fixed(off)}, ${why}`;
    this.clampCheck.row.lastChild?.replaceWith(` Switch cell ${this.cell} off: ${to}`);
    this.clampCheck.input.checked = this.clampValue !== null;
    this.level.row.hidden = this.clampValue === null;
    if (this.clampValue === null) return;
    this.level.show(
      Math.round((STEPS * (this.clampValue - low)) / (high - low)),
      `${fixed(this.clampValue)}${this.clampValue === off ? `, ${why}` : ""}`,
    );
  }

  drawUnit(/** @type {Unit} */ { i, f, g, o, before, c, h, would = c }) {
    const { low, high } = this.usual;
    const scale = Math.max(1, Math.abs(low), Math.abs(high));
    const skipped =
      this.at && this.model && !this.model.idByCharacter.has(this.area.value[this.at - 1]);
    const does = !this.at ? " before the first character" : skipped ? " skips " : " as it reads ";
    this.unitTitle.replaceChildren(
      `Cell ${this.cell}${does}`,
      this.at ? make("kbd", {}, showSigns(this.area.value[this.at - 1])) : "",
    );
    const values = { i, f, g, o, h };
    this.bars.c.set(c, scale);
    for (const name of UNSCALED) this.bars[name].set(values[name]);
    const update =
      `It keeps ${percent(f)} of ${fixed(before)} and writes ${fixed(i)} × ${formatFactor(g)} = ` +
      `${fixed(i * g)}: c = ${fixed(would)}`;
    const end = this.clampValue === null ? "." : `, but it is held at ${fixed(c)}.`;
    this.unitMessage.textContent = `${update}${end} It shows ${fixed(o)} × tanh(c) = ${fixed(h)}.`;
  }

  drawNext(/** @type {Result} */ { own, other, next, characters, bitsPerCharacter }) {
    const { clampValue } = this;
    const holds = clampValue !== null;
    const max = Math.max(...own, ...other);
    listLikeliest(own, other, ROWS).forEach((v, n) => {
      const row = this.rows[n];
      const after = v === next ? ", next in your text: " : ": ";
      row.show(showSigns(characters[v]), NAMES[characters[v]], after);
      row.li.classList.toggle("rc-states-true", v === next);
      [own, other].forEach((probs, k) => {
        row.bars[k].style.width = `${(100 * probs[v]) / max}%`;
        row.values[k].textContent = k === 0 || holds ? percent(probs[v]) : "";
      });
      row.words = [
        `${NAMES[characters[v]] ?? characters[v]} ${percent(own[v])}`,
        holds ? ` (held: ${percent(other[v])})` : "",
      ].join("");
    });
    this.root.classList.toggle("rc-states-holds", holds);
    this.key.replaceChildren(
      make("span", {}, mark("own"), " as it is"),
      ...(holds
        ? [make("span", {}, mark("other"), ` cell ${this.cell} held at ${fixed(clampValue)}`)]
        : []),
    );
    const bits = bitsPerCharacter.length
      ? bitsPerCharacter.map((row) => row[this.at] ?? 0)
      : [-Math.log2(own[next ?? 0])];
    const held = holds ? `, and ${formatBits(bits[1])} with the cell held` : "";
    const cost = `${formatBits(bits[0])}${held}.`;
    const goesOn =
      next === null
        ? "Your text ends here."
        : next < 0
          ? ""
          : `Your text goes on with “${showSigns(characters[next])}”: ${cost}`;
    const isGone = argmax(other) !== argmax(own); // what was the likeliest
    this.message.show(isGone ? `${goesOn} Task done.` : goesOn);
  }

  drawBits(/** @type {(number|null)[][]} */ bitsPerCharacter) {
    const means = bitsPerCharacter.map((bits) => mean(bits.filter((b) => b !== null)));
    this.bits.textContent = Number.isNaN(means[0])
      ? ""
      : `${fixed(means[0])}${this.clampValue === null ? "" : ` → ${fixed(means[1])}`} bits per ` +
        `character`;
  }

  drawAll(/** @type {Step} */ now) {
    const { low, high } = this.levels;
    this.tiles.forEach((tile, j) => {
      tintElement(tile, colorDepth(now.c[j], low[j], high[j]));
      tile.classList.toggle("rc-states-here", j === this.cell);
      tile.title = `cell ${j}: c = ${fixed(now.c[j])}`;
    });
  }

  /**
   * Drawn also while they are folded: a key may reach them before the opening is told.
   * @param {Step} now
   */
  drawBusiest(now) {
    this.busiest = listMostMoved(now, this.levels.low, this.levels.high, N_BUSIEST);
    this.busiestButtons.forEach((b, n) => {
      b.textContent = `cell ${this.busiest[n]}`;
    });
  }

  /** Where things stand, in words. */
  recap() {
    if (!this.result) return "";
    const { unit } = this.result;
    return (
      `${this.namePosition(this.at)}. Cell ${this.cell} is ` +
      `${this.clampValue === null ? "" : "held at "}${fixed(unit.c)}. ` +
      `Next: ${this.rows
        .slice(0, 3)
        .map((row) => row.words)
        .join(", ")}.`
    );
  }

  close() {
    document.removeEventListener("selectionchange", this.followCaret);
    super.close();
  }
}

export default defineWidget(
  "live-states",
  (root, facts) => {
    const [text, at] = [facts.get("text"), +facts.get("at")];
    return new StatesView(root, loadNetwork(facts), {
      text,
      at,
      tracked: facts.parse("tracked"),
      levels: facts.parse("levels"),
      initial: readInitial(text, at, facts.parse("initial")),
    });
  },
  "Switch this cell off: which character does the network no longer expect?",
);
