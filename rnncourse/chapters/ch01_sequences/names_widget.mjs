// A network that goes on with the reader's letters, in ten languages at once; it can begin by
// itself.

import { AS_TYPED, button } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  make,
  makeIds,
  percent,
  pluralize,
  setText,
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { findKnownLetters } from "../../viz/live/input_parsing.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { argmax, drawIndex, loadNetwork, makeRandom, softmax } from "../../viz/live/numbers.mjs";
import { findLevel, styleLevel } from "../../viz/live/symbols.mjs";
import { MAX_LETTERS, NameModel } from "./names_model.mjs";

/** @typedef {import("../../viz/live/numbers.mjs").Manifest} Manifest */
/** @typedef {{h: Float32Array, chances: Float64Array}} State */
/** @typedef {{bits: number|null, h?: Float32Array|number[]}} Read What it read of a letter. */
/** @typedef {{text: string, letters: Read[], posterior: Float64Array, states: State[]}} Reading */
/** @typedef {{c: string, bits: number|null}} Letter */

const CACHED = 200; // texts

// ---- Reading and writing -----------------------------------------------------------------------

/**
 * The states after some letters, of each kind: a model keeps those of the last texts.
 * @type {(model: NameModel, prefix: string, find: () => State[]) => State[]}
 */
function recallStates({ states: cache }, prefix, find) {
  const states = cache.get(prefix) ?? find();
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value);
  return cache.set(prefix, states).get(prefix);
}

/**
 * Reads letters as every kind of name: how surprised by each, in bits; the state after each, of
 * the kind that is likeliest then; and which kind is likely by now.
 * @type {(model: NameModel, text: string) => Reading}
 */
export function readName(model, text) {
  let prefix = "";
  let states = recallStates(model, "", () => model.kinds.map((_, k) => model.initialState(k)));
  const logPosterior = model.prior.map(Math.log);
  let posterior = softmax(logPosterior);
  const known = findKnownLetters(text, (c) => model.idByCharacter.has(c));
  const letters = known.map((letter) => {
    if (!letter) return /** @type {Read} */ ({ bits: null });
    const id = model.idByCharacter.get(letter);
    const p = states.reduce((sum, { chances }, k) => sum + posterior[k] * chances[id], 0);
    states.forEach(({ chances }, k) => {
      logPosterior[k] += Math.log(chances[id]);
    });
    states = recallStates(model, (prefix += letter), () =>
      states.map(({ h }) => model.step(h, id)),
    );
    posterior = softmax(logPosterior);
    return { bits: -Math.log2(p), h: states[argmax(posterior)].h };
  });
  return { text: known.join(""), letters, posterior, states };
}

/**
 * Draws letters until a name ends: what it adds to the `length` letters that are there.
 * @type {(model: NameModel, state: State, length: number, random: () => number,
 *   temperature?: number) => string}
 */
export function continueName(model, state, length, random, temperature = 0.5) {
  let text = "";
  while (length + text.length < 14) {
    const top = state.chances[argmax(state.chances)];
    const p = state.chances.map((v, i) =>
      i === 0 && length + text.length < 3 ? 0 : (v / top) ** (1 / temperature),
    );
    const id = drawIndex(p, random);
    if (id === 0) break;
    text += model.letters[id];
    state = model.step(state.h, id);
  }
  return text;
}

// ---- The interface ---------------------------------------------------------------------------

const FIRST_NAME = "Schneider"; // a whole name, before the page begins to type
const FIRST_LETTERS = "Sch"; // where it does not
const STARTS = ["kosk", "ndl", "nguyen", "mar", "sch"];
const MOVES = /^(Arrow(Left|Right)|Home|End)$/; // of the caret

const SHOWN = 16; // units of the state
const STATE_KEY = "state: the bluer, the higher";
const READING_MS = 2600; // what was typed is read
const box = boxes("rc-fn-");
const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const capitalize = (/** @type {string} */ word) => word.slice(0, 1).toUpperCase() + word.slice(1);
/**
 * What the page types over a text: each text, and for how many milliseconds it stands.
 * @type {(text: string, ms: number) => Generator<[string, number]>}
 */
function* typeStarts(text, ms) {
  yield [text, ms];
  for (let n = 0; ; n += 1) {
    text = "";
    for (const letter of STARTS[n % STARTS.length])
      yield [(text = capitalize(text + letter)), 620];
    yield [text, READING_MS];
  }
}

/** How a state looks after a letter: pale is −1. @param {Float32Array|number[]} h */
const styleStripes = (h) =>
  Array.from(h.slice(0, SHOWN), (v, j) => {
    const ends = [j, j + 1].map((edge) => `${(100 * edge) / SHOWN}%`).join(" ");
    return `color-mix(in srgb, var(--state) ${Math.round(50 + 50 * v)}%, transparent) ${ends}`;
  }).join();
/** @type {(text: string) => number} */
const hashText = (text) =>
  [...text].reduce((n, c) => (Math.imul(n, 31) + Number(c.codePointAt(0))) >>> 0, 7);

/** What shows a kind: the letters and what it goes on with, and how likely it is. */
function makeRow(/** @type {string} */ kind) {
  const [typed, rest, bar] = [make("span"), make("span", "rc-fn-rest"), make("i")];
  const share = make("span", "rc-fn-share");
  const row = box(
    "row",
    make("span", "rc-fn-kind", kind),
    make("span", "rc-fn-name", typed, rest),
    make("span", "rc-fn-track", bar, share),
  );
  row.setAttribute("role", "listitem");
  return { row, typed, rest, bar, share, kind };
}

class NamesView extends ModelView {
  /** The typed ones. @type {Letter[]} */
  letters = [];
  /** A row for each kind. @type {ReturnType<typeof makeRow>[]} */
  lines = [];

  /** @param {HTMLElement} root @param {import("../../viz/live/core.mjs").Facts} facts */
  constructor(root, facts) {
    super(root, loadNetwork(facts));
    this.plays = facts.get("starts") === "yes" && this.loads && !reducedMotion(); // by itself
    this.round = 0; // "Other endings" counts up
    this.isOwn = this.isTooLong = false; // whether the letters are the reader's, and too many
    const id = makeIds();
    this.fault = make("p", { className: "rc-w-fault rc-w-note", id: id("fault"), role: "status" });
    this.field = make("input", {
      id: id("name"),
      value: this.plays ? FIRST_NAME : FIRST_LETTERS,
      maxLength: MAX_LETTERS + 1,
      placeholder: "Your name",
      ...AS_TYPED,
      "aria-describedby": id("fault"),
      onfocus: () => this.takeField(),
      onclick: () => this.takeField(), // the press itself has put the caret somewhere
      oninput: () => this.readField(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") this.writeOthers();
      },
      onkeyup: (/** @type {KeyboardEvent} */ { key }) => {
        if (MOVES.test(key)) this.describe((this.field.selectionStart || 1) - 1, true);
      },
    });
    this.backdrop = box("mirror");
    this.othersButton = button("Other endings", () => this.writeOthers());
    this.playButton = button(
      "Play",
      () => (this.playing ? this.stop() : this.play()),
      "rc-fn-play",
    );
    this.rows = box("rows");
    this.rows.setAttribute("role", "list");
    const label = make(
      "label",
      { className: "rc-fn-label", htmlFor: id("name") },
      "Type your family name",
    );
    this.memory = box("memory");
    this.letterText = make("span");
    this.head = box("head");
    [this.backdrop, this.memory, this.head].forEach(silence);
    const editor = box("editor", this.backdrop, this.field, this.memory, this.head);
    editor.onclick = () => this.field.focus();
    editor.onpointermove = editor.onpointerdown = (event) => this.describe(this.findColumn(event));
    editor.onpointerleave = ({ pointerType }) => {
      if (pointerType === "mouse") this.describe(-1);
    };
    this.line = make("p", "rc-fn-line");
    const foot = box("foot", this.facts, box("buttons", this.othersButton, this.playButton));
    this.onceReady = [foot];
    dimWhenStale(this.line, this.rows);
    this.initial = facts.parse("still");
    this.makeRows(this.initial.kinds);
    this.show();
    root.classList.add("rc-fn");
    root.replaceChildren(
      label,
      editor,
      this.loadButton.box,
      this.loadError,
      this.line,
      this.fault,
      this.rows,
      foot,
      this.announcer.status,
    );
    this.setUp();
  }

  /** @param {Manifest} manifest @param {ArrayBuffer} buffer */
  receive(manifest, buffer) {
    const model = (this.model = new NameModel(manifest, buffer));
    this.makeRows(model.kinds);
    return (
      `A plain recurrent network of ${thousands(Math.round(model.size / 1000) * 1000)} ` +
      `weights`
    );
  }

  makeRows(/** @type {string[]} */ kinds) {
    this.noneIndex = kinds.length - 1;
    this.lines = kinds.map(makeRow);
    this.rows.replaceChildren(...this.lines.map(({ row }) => row));
  }

  modelLoaded() {
    if (this.isOwn) this.readField();
    else this.show();
    if (reducedMotion()) this.playButton.hidden = true;
    else if (this.plays && !this.isOwn) this.play(true);
  }

  /** What the page types, and what follows from it, goes on. */
  focus() {
    this.othersButton.focus({ preventScroll: true });
  }

  /** The reader has come: what is typed stands in the place of what the page typed. */
  takeField() {
    this.stop();
    if (!this.isOwn) this.field.select();
  }

  /** The reader's own letters: the first one loads the model. */
  readField() {
    this.isOwn = true;
    if (!this.model) {
      for (const e of [this.backdrop, this.memory]) e.replaceChildren();
      this.head.hidden = true;
      this.markWaiting(true);
      this.loadModel();
      return;
    }
    this.stop();
    this.round = 0;
    const letters = [...this.field.value];
    this.isTooLong = letters.length > MAX_LETTERS;
    if (this.isTooLong) this.field.value = letters.slice(0, MAX_LETTERS).join("");
    this.show();
    this.announcer.later(() => this.recap(), 1200);
  }

  /** @returns {void} */
  writeOthers() {
    if (!this.model) return void this.loadModel();
    this.stop();
    this.round += 1;
    this.show();
    this.announcer.announce(this.recap());
  }

  /** What follows from the letters in the field; before the network is there, a still. */
  show() {
    const value = this.field.value.normalize("NFC");
    const read = this.model ? readName(this.model, value) : this.initial[value];
    if (!read) return;
    const { text, letters, posterior, states } = read;
    this.letters = [...value].map((c, t) => ({ c, bits: letters[t].bits }));
    this.backdrop.replaceChildren(
      ...this.letters.map(({ c, bits }) => {
        return make("span", bits === null ? "rc-fn-unread" : styleLevel(findLevel(bits)), c);
      }),
    );
    this.memory.replaceChildren(
      ...letters.map((/** @type {Read} */ { h }) =>
        make("i", { style: h ? `background-image: linear-gradient(${styleStripes(h)})` : "" }),
      ),
      this.letterText,
    );
    this.describe(-1);
    const last = this.letters.findLastIndex(({ bits }) => bits !== null);
    this.head.style.setProperty("--at", String(last));
    this.head.hidden = last < 0;
    setText(this.fault, this.model ? this.model.parse(value, this.isTooLong).note : "");
    this.isKnown = text !== ""; // else the bars would show what holds before any letter
    this.showBelief(value, text, posterior);
    this.showEndings(value, text, posterior, states);
  }

  /**
   * The likeliest kind, and the letter that surprised most.
   * @type {(value: string, text: string, posterior: ArrayLike<number>) => void}
   */
  showBelief(value, text, posterior) {
    const best = argmax(posterior);
    const mostSurprising = argmax(this.letters.map(({ bits }) => bits ?? -1));
    const [kind, probability] = [this.lines[best].kind, percent(posterior[best])];
    this.line.replaceChildren(
      ...(this.isKnown
        ? [
            `${this.isTooLong ? "The first " : ""}${pluralize(text.length, "letter")}: `,
            make("b", {}, `${kind}, ${probability}`),
            text.length > 1 ? `. “${[...value][mostSurprising]}” surprised it most.` : ".",
          ]
        : ["It has read nothing yet. What is your name?"]),
    );
  }

  /**
   * What each kind goes on with, and how likely it is.
   * @param {string} value
   * @param {string} text
   * @param {ArrayLike<number>} posterior
   * @param {State[]} [states] A still has none, and no endings.
   */
  showEndings(value, text, posterior, states) {
    const best = argmax(posterior);
    const shown = this.isKnown ? capitalize(value.trimStart()) : "";
    const isUpperCase = text.length > 1 && shown === shown.toUpperCase();
    this.lines.forEach(({ row, typed, rest, bar, share, kind }, k) => {
      bar.style.setProperty("--share", String(posterior[k]));
      share.textContent = this.isKnown ? percent(posterior[k]) : "";
      row.classList.toggle("rc-fn-best", this.isKnown && k === best);
      if (k === this.noneIndex) return; // it has no name of its own to write
      const random = makeRandom(hashText(text + kind) + 7919 * this.round);
      const ending = states ? continueName(this.model, states[k], text.length, random) : "";
      typed.textContent = shown;
      rest.textContent = isUpperCase
        ? ending.toUpperCase()
        : this.isKnown
          ? ending
          : capitalize(ending);
    });
  }

  /** The letter under a pointer; -1 for none. @param {PointerEvent} event */
  findColumn({ clientX }) {
    const columns = [...this.memory.querySelectorAll("i")];
    return columns.findIndex((e) => {
      const { left, right } = e.getBoundingClientRect();
      return left <= clientX && clientX < right;
    });
  }

  /**
   * Beside the memory: how likely a letter seemed; at none, what the memory is.
   * @param {number} at
   */
  describe(at, aloud = false) {
    const { c, bits } = this.letters[at] ?? /** @type {Partial<Letter>} */ ({});
    const words = bits === null ? "not read" : `${percent(2 ** -bits)}, ${bits?.toFixed(1)} bits`;
    this.letterText.textContent = c ? `“${c}”: ${words}` : STATE_KEY;
    [...this.backdrop.children].forEach((e, t) => e.classList.toggle("rc-fn-told", t === at));
    if (aloud && c) this.announcer.later(() => this.letterText.textContent, 300);
  }

  recap() {
    return (
      (this.isKnown ? `${this.line.textContent} ` : "") +
      this.lines
        .slice(0, this.noneIndex)
        .map(({ kind, typed, rest }) => `${kind}: ${typed.textContent}${rest.textContent}`)
        .join(". ")
    );
  }

  /** Types by itself until the reader does, or says stop. */
  async play(first = false) {
    const token = (this.playing = {});
    this.playButton.textContent = "Pause";
    this.backdrop.classList.add("rc-fn-types");
    for (const [text, ms] of typeStarts(this.field.value, first ? READING_MS : 0)) {
      this.field.value = text;
      this.show();
      await pause(ms);
      if (this.playing !== token) return;
    }
  }

  stop() {
    this.playing = null;
    this.playButton.textContent = "Play";
    this.backdrop.classList.remove("rc-fn-types");
    this.announcer.cancel();
  }

  get stored() {
    return {
      round: [
        this.round,
        (/** @type {string} */ round) => {
          this.round = +round || 0;
          this.show();
        },
      ],
    };
  }

  close() {
    this.stop();
    super.close();
  }
}

export default defineWidget(
  "names-writer",
  (root, facts) => new NamesView(root, facts),
  "Which letter of your name surprises it most?",
);
