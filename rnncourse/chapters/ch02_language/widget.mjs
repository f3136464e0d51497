// A recurrent language model that completes and writes as the reader types.
//
// First the numbers, which need no page (Node.js tests them against PyTorch), then the interface.

import { playNotes, readNotes } from "../../viz/live/abc.mjs";
import { makeCharacterRow } from "../../viz/live/character_rows.mjs";
import { listUnknown, makePlain, NAMES, showSigns } from "../../viz/live/characters.mjs";
import { button, checkbox, mirroredField } from "../../viz/live/controls.mjs";
import {
  box,
  defineWidget,
  dimWhenStale,
  make,
  makeIds,
  NBSP,
  percent,
  setText,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { makeSliders } from "../../viz/live/dragging.mjs";
import { LanguageModel } from "../../viz/live/language.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { drawIndex, loadNetwork, makeRandom, softmax } from "../../viz/live/numbers.mjs";
import { Reader } from "../../viz/live/reading.mjs";
import { findLevel, LEVELS, styleLevel } from "../../viz/live/symbols.mjs";
import { mean, ranking, sum } from "../../viz/live/vectors.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */

/**
 * @typedef {object} Sampling How a character is drawn.
 * @property {number} [temperature]
 * @property {number} [k] Only of the k likeliest.
 * @property {number} [p] Only of the fewest that make up p together.
 */

// ---- Writing: from logits to a character -----------------------------------------------------

/**
 * The probabilities to draw from: the temperature first, then only the k likeliest, then of these
 * only the fewest that make up p together.
 * @type {(logits: ArrayLike<number>, settings?: Sampling) => Float64Array}
 */
export function samplingDistribution(logits, { temperature = 1, k = logits.length, p = 1 } = {}) {
  const probs = softmax(logits, temperature);
  if (k >= probs.length && p >= 1) return probs;
  let ids = ranking(probs).slice(0, k);
  if (p < 1) {
    // But for rounding
    const limit = p * (1 - 1e-12) * sum(ids.map((i) => probs[i]));
    let [count, mass] = [0, 0];
    while (count < ids.length && mass < limit) mass += probs[ids[count++]];
    ids = ids.slice(0, count);
  }
  const mass = sum(ids.map((i) => probs[i]));
  const cut = new Float64Array(probs.length);
  for (const i of ids) cut[i] = probs[i] / mass;
  return cut;
}

// ---- The interface ---------------------------------------------------------------------------

const BARS = 8;
const MAX_CHARACTERS = 2000; // characters of text
const N_WRITTEN = 120; // characters that "Write on" adds
const PAUSE = 40; // ms between two of them
const STOPS = " .,\n"; // ends of a word, as in chapter 2
const formatK = (/** @type {number} */ k) => (k < TOP_K.length - 1 ? String(TOP_K[k]) : "all");
const formatP = (/** @type {number} */ p) => (p === 1 ? "all" : p.toFixed(2));
const TOP_K = [1, 2, 3, 4, 5, 8, 12, 20, 40, Infinity];
const formatTemperature = (/** @type {number} */ v) => v.toFixed(1);
const SLIDERS = [
  // name, label, min, max, step, words, help
  ["temperature", "Temperature", 0.1, 2, 0.1, formatTemperature, "Below 1 safer, above 1 bolder."],
  ["topK", "Top-k", 0, TOP_K.length - 1, 1, formatK, "Only the k likeliest characters."],
  ["topP", "Top-p (nucleus)", 0.1, 1, 0.05, formatP, "Only the fewest that make up p together."],
];
const FIRST_VALUES = { temperature: 0.8, topK: TOP_K.length - 1, topP: 1 };
const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The interface within an element. */
class LiveView extends ModelView {
  /** A token while the model writes. @type {object|null} */
  writing = null;
  /** Ends what sounds. @type {(() => void)|null} */
  stopSound = null;
  /** @type {Reader|null} */
  reader = null;
  /** Ids that end a word. @type {Set<number>} */
  stops = new Set();
  shownText = "";
  id = makeIds();
  note = this.loadError;
  bits = make("span", "rc-lm-bits");
  offerButton = button("", () => this.handleOffer(), "rc-lm-take");
  hint = make("span", { id: this.id("hint") });
  writeButton = button("Write on", () => (this.writing ? this.stop() : this.write()), "rc-w-main");
  playButton = button("Play as ABC", () => this.togglePlaying());
  shadeCheck = checkbox("shade", "Shade by surprise", () => this.drawMirror());
  scale = make(
    "span",
    "rc-lm-scale",
    "0" + NBSP,
    ...LEVELS.map((_, i) => make("i", styleLevel(i + 1))),
    NBSP + `${LEVELS.at(-1)} bits or more`,
  );
  others = make("span");
  rows = Array.from({ length: BARS + 1 }, (_, i) => this.makeRow(i));
  sliders = makeSliders(this.id, SLIDERS, () => this.showBars(), FIRST_VALUES)[1];

  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { text, initial, tunes, seed }) {
    super(root, model);
    this.random = makeRandom(seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
    this.initial = initial; // what is expected next, while there is no model
    this.offer = initial?.offer ?? "";
    const { area, mirror, editor } = this.makeEditor(text);
    this.area = area;
    this.backdrop = mirror;
    this.editor = editor;
    this.build(tunes);
    if (initial) this.showBars();
    this.drawMirror();
    this.setUp();
  }

  build(/** @type {string} */ tunes) {
    const head = make(
      "div",
      "rc-lm-head",
      make(
        "label",
        { className: "rc-lm-title", htmlFor: this.id("text") },
        "Type, and the model goes on",
      ),
      box("over", this.note, make("div", "rc-lm-measures", this.scale, this.bits)),
    );
    const actions = this.buildActions(tunes);
    const [next, settings] = [this.buildNextCharacters(), this.buildSettings()];
    dimWhenStale(next);
    this.keepsRoom = true;
    this.onceReady = [actions, ...(this.initial ? [] : [settings])];
    this.root.classList.add("rc-lm");
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.stop();
    });
    this.root.replaceChildren(
      head,
      this.editor,
      make("div", "rc-lm-offer", this.offerButton, this.hint),
      box("over", actions, this.loadButton.box),
      make("div", "rc-lm-lower", next, settings),
      this.facts,
      this.announcer.status,
    );
  }

  /** The text; its mirror has the shades and the gray letters. @param {string} text */
  makeEditor(text) {
    const parts = mirroredField("rc-lm-", {
      id: this.id("text"),
      value: text,
      rows: 3,
      maxLength: MAX_CHARACTERS,
      "aria-describedby": this.id("hint"),
      oninput: () => this.readField(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.handleKey(event),
    });
    parts.editor.classList.add("rc-lm-paper");
    return parts;
  }

  buildActions(/** @type {string} */ tunes) {
    return make(
      "div",
      "rc-lm-actions",
      this.writeButton,
      tunes ? this.playButton : "",
      button("Start again", () => this.restart()),
      this.shadeCheck.row,
    );
  }

  /** The row of a likely character, or the last one, of all others. @param {number} i */
  makeRow(i) {
    const row = {
      ...makeCharacterRow("rc-lm-", ["own", "drawn"], make("span", "rc-lm-value")),
      box: /** @type {HTMLElement} */ (make("div", "rc-lm-bar")),
      character: "",
      words: "",
    };
    // A pointer may choose a character here; a keyboard has the character itself.
    if (i < BARS) {
      row.box = button(
        "",
        () => this.appendText(row.character),
        "rc-lm-bar rc-w-pointer rc-w-printed",
      );
      row.box.tabIndex = -1;
      row.box.onpointerdown = (event) => event.preventDefault(); // the focus stays where it is
    }
    row.box.append(...row.parts);
    return row;
  }

  buildNextCharacters() {
    return this.makeTitled(
      "next",
      "Next character",
      make("ol", {}, ...this.rows.map((row) => make("li", {}, row.box))),
      make(
        "p",
        "rc-w-legend",
        make("span", {}, make("i", "rc-lm-own"), " the model"),
        make("span", {}, make("i", "rc-lm-drawn"), " your settings"),
        this.others,
      ),
    );
  }

  /** How the next character is chosen. */
  buildSettings() {
    const rows = Object.values(this.sliders).map(({ row }) => row);
    return this.makeTitled("settings", "How “Write on” draws it", ...rows);
  }

  /** @type {(name: string, title: string, ...children: Node[]) => HTMLElement} */
  makeTitled(name, title, ...children) {
    const id = this.id(name);
    const properties = { className: `rc-lm-${name}`, role: "group", "aria-labelledby": id };
    const heading = make("p", { className: "rc-lm-title", id }, title);
    return make("div", properties, heading, ...children);
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new LanguageModel(manifest, buffer);
    this.reader = new Reader(this.model);
    this.stops = new Set(this.model.encode(STOPS));
    return (
      `${this.model.cell.toUpperCase()} of ${this.model.H} units, ` +
      `${thousands(this.model.size)} weights`
    );
  }

  modelLoaded() {
    this.hint.textContent = "The right arrow key takes the gray letters.";
    this.update();
  }

  focus() {
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
  }

  // -- What the reader does

  readField() {
    this.stop();
    if (this.state === "ready") this.update();
    else {
      this.offer = "";
      this.drawMirror();
      this.markWaiting(true);
      this.loadModel();
    }
  }

  handleKey(/** @type {KeyboardEvent} */ event) {
    const { selectionStart, selectionEnd, value } = this.area;
    const atEnd = selectionStart === value.length && selectionEnd === value.length;
    const plain = !(
      event.shiftKey ||
      event.ctrlKey ||
      event.altKey ||
      event.metaKey ||
      event.isComposing
    );
    if (event.key === "ArrowRight" && plain && atEnd && this.offer) {
      event.preventDefault();
      this.acceptOffer();
    }
  }

  /** Who points takes the gray letters, and types on. */
  handleOffer() {
    this.acceptOffer();
    this.area.focus();
  }

  /** Accept the gray letters. */
  acceptOffer() {
    if (!this.offer) return;
    this.announcer.announce(`Added ${this.offer.trim()}.`);
    this.appendText(this.offer);
  }

  /** Add characters at the end. @param {string} text */
  appendText(text) {
    this.area.value = (this.area.value + text).slice(0, MAX_CHARACTERS);
    this.readField();
  }

  restart() {
    this.stop();
    this.area.value = "";
    this.update();
    this.focus();
  }

  /** Draw characters from the model and add them, one by one where motion is welcome. */
  async write() {
    const { reader } = this;
    if (!reader) return;
    const token = (this.writing = {});
    this.announcer.cancel();
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = this.area.value.length;
    this.offer = "";
    this.writeButton.textContent = "Stop";
    this.root.classList.add("rc-lm-writing");
    const ids = this.encode();
    for (let n = 0; n < N_WRITTEN && ids.length < MAX_CHARACTERS; n += 1) {
      const probs = samplingDistribution(reader.read(ids).logits, this.settings);
      const id = drawIndex(probs, this.random);
      ids.push(id);
      this.area.value += this.model.characters[id];
      if (reducedMotion) continue;
      this.showBars(ids);
      this.drawMirror(ids);
      await wait(PAUSE);
      if (this.writing !== token) return;
    }
    this.stop();
    this.announcer.announce(`The model wrote: ${this.area.value.slice(from)}`);
  }

  /** Stop writing, if the model does. */
  stop() {
    if (!this.writing) return;
    this.writing = null;
    this.writeButton.textContent = "Write on";
    this.root.classList.remove("rc-lm-writing");
    this.update();
  }

  /** Play the text as a tune; again: be silent. */
  togglePlaying() {
    const notes = this.stopSound ? [] : readNotes(this.area.value);
    this.stopSound?.();
    this.stopSound = null;
    if (notes.some(({ midi }) => midi !== null))
      this.stopSound = playNotes(notes, () => this.togglePlaying());
    this.playButton.textContent = this.stopSound ? "Stop playing" : "Play as ABC";
  }

  // -- What the reader sees

  get settings() {
    return {
      temperature: +this.sliders.temperature.input.value,
      k: TOP_K[+this.sliders.topK.input.value],
      p: +this.sliders.topP.input.value,
    };
  }

  /** The text as indices, after replacing what has a plain form. */
  encode() {
    makePlain(this.area);
    return this.model.encode(this.area.value);
  }

  /** Everything that follows from a change of the text. */
  update() {
    const text = this.area.value;
    this.offer = this.shownText + this.offer[0] === text ? this.offer.slice(1) : "";
    const ids = this.encode();
    this.showBars(ids);
    this.complete(ids);
    this.showRemark(ids);
    this.announcer.later(() => this.recap(), 1500);
  }

  /**
   * Look for the end of the word: for a few milliseconds, and then again after other events.
   * @param {number[]} ids
   */
  complete(ids) {
    clearTimeout(this.completionTimer);
    if (!this.reader) return;
    const ending = this.reader.complete(ids, this.stops, 24, performance.now() + 5);
    if (ending.done) this.offer = ending.ids.map((i) => this.model.characters[i]).join("");
    else this.completionTimer = setTimeout(() => this.complete(ids));
    this.drawMirror(ids);
  }

  /** Say what is out of the ordinary about the text. @param {number[]} ids */
  showRemark(ids) {
    const unknown = listUnknown(this.area.value, this.model.idByCharacter);
    const words = unknown
      ? `The model knows ${this.model.V} characters. It skips: ${unknown}`
      : ids.length >= MAX_CHARACTERS
        ? `The page is full: ${thousands(MAX_CHARACTERS)} characters.`
        : "";
    setText(this.note, words);
  }

  showBars(ids = this.reader ? this.encode() : []) {
    const { characters } = this.model ?? this.initial;
    const { logits } = this.reader?.read(ids) ?? this.initial;
    const [own, drawn] = [softmax(logits), samplingDistribution(logits, this.settings)];
    const order = ranking(own);
    this.rows.forEach((row, i) => {
      const places = i < BARS ? order.slice(i, i + 1) : order.slice(BARS);
      row.box.hidden = !places.length; // an alphabet may be shorter
      if (!places.length) return;
      const [p, q] = [own, drawn].map((probs) => sum(places.map((j) => probs[j])));
      row.character = characters[places[0]];
      if (i < BARS) row.show(showSigns(row.character), NAMES[row.character]);
      else row.show("…", "all others");
      [p, q].forEach((share, n) => {
        row.bars[n].style.width = `${100 * share}%`;
      });
      row.values[0].textContent = q > 0 ? percent(q) : "cut";
      row.box.classList.toggle("rc-lm-cut", q === 0);
      if (i === BARS) this.others.textContent = `… ${places.length} others`;
      row.words = `${NAMES[row.character] ?? row.character} ${percent(q)}`;
    });
  }

  /** The mirror behind the text: shades of surprise, then the gray letters. */
  drawMirror(ids = this.reader ? this.encode() : []) {
    const text = this.area.value;
    const bits = this.reader?.bitsPerCharacter(ids) ?? [];
    /** @type {{level: number, text: string}[]} */
    const parts = [];
    for (let t = 0; t < text.length; t += 1) {
      const level = this.shadeCheck.input.checked ? findLevel(bits[t] ?? 0) : 0;
      const last = parts.at(-1);
      if (last?.level === level) last.text += text[t];
      else parts.push({ level, text: text[t] });
    }
    this.backdrop.replaceChildren(
      ...parts.map(({ level, text }) => make("span", styleLevel(level), text)),
      make("span", "rc-lm-ghost", this.offer),
      text.endsWith("\n") && !this.offer ? "\u200b" : "",
    ); // holds a last, empty line
    this.shownText = text;
    this.scale.classList.toggle("rc-lm-off", !this.shadeCheck.input.checked);
    const known = bits.filter((b) => b !== null);
    this.bits.textContent = known.length ? `${mean(known).toFixed(2)} bits per character` : "";
    this.offerButton.hidden = !this.offer;
    this.offerButton.replaceChildren(
      make("span", { "aria-hidden": "true" }, "→ "),
      srOnly("Add "),
      showSigns(this.offer),
    );
    if (this.writing || this.area.selectionEnd === text.length)
      this.editor.scrollTop = this.editor.scrollHeight;
  }

  /** Where things stand, in words. */
  recap() {
    const likeliest = this.rows
      .slice(0, 3)
      .map((row) => row.words)
      .filter(Boolean)
      .join(", ");
    return `${this.offer ? `Offer: ${this.offer.trim()}. ` : ""}Next: ${likeliest}.`;
  }

  /** Leave nothing running behind. */
  close() {
    this.writing = null;
    this.stopSound?.();
    super.close();
    clearTimeout(this.completionTimer);
  }
}

export default defineWidget(
  "live-model",
  (root, facts) => {
    const seed = facts.get("seed");
    return new LiveView(root, loadNetwork(facts), {
      text: facts.get("text"),
      initial: JSON.parse(facts.get("initial") ?? "null"),
      tunes: facts.get("tunes"),
      ...(seed && { seed: +seed }),
    });
  },
  "At which temperature does it begin to make words up?",
);
