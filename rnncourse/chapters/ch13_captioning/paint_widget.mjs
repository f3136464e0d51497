// Places of an emoji are painted white, and the lesson's captioner writes its caption again.

import { button, choice } from "../../viz/live/controls.mjs";
import { encodePlaces, readConvolution } from "../../viz/live/convolutions.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  make,
  makeIds,
  percent,
  silence,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome } from "../../viz/live/dragging.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { loadNetwork, makeRandom, softmax, unpackArrays } from "../../viz/live/numbers.mjs";
import { makePad } from "../../viz/live/pixel_pad.mjs";
import { decodeGreedily, logSoftmax } from "../../viz/live/translation.mjs";
import {
  add,
  countNumbers,
  dot,
  join,
  linear,
  makeGru,
  ranking,
  sliceRow,
  weightedSum,
  zeros,
} from "../../viz/live/vectors.mjs";

/** @typedef {import("../../viz/live/numbers.mjs").Loading} Loading */
/** @typedef {import("../../viz/live/numbers.mjs").Manifest} Manifest */

const SIZE = 48; // pixels of a picture
const SIDE = 6; // places in a row
const PLACE_SIZE = SIZE / SIDE; // pixels of a place
const PLACES = [...Array(SIDE * SIDE).keys()];
const MAX_WORDS = 12;
const TONES = ["light", "medium-light", "medium", "medium-dark", "dark"];
const BREAKABLE = [...TONES, "woman", "man"]; // what the question is about
// A color below is ink; a place with ink has this share of it
const [WHITE_FROM, MIN_INK] = [250, 0.2];
const N_PAINTED = 2; // places that a button paints

// ---- Pictures: red, green and blue of each pixel, from 0 to 255 --------------------------------

/**
 * The pixels of a place: the 8 by 8 around its center, of which the border cuts some off.
 * @param {number} place
 */
function listPixels(place) {
  const [top, left] = [Math.floor(place / SIDE), place % SIDE].map(
    (n) => PLACE_SIZE * n - PLACE_SIZE / 2,
  );
  const rows = [...Array(PLACE_SIZE).keys()];
  return rows.flatMap((i) =>
    rows
      .filter((j) => top + i >= 0 && left + j >= 0)
      .map((j) => 3 * (SIZE * (top + i) + left + j)),
  );
}

/**
 * A picture with white paint on places.
 * @type {(colors: Uint8Array, places: Iterable<number>) => Uint8Array}
 */
export function paintWhite(colors, places) {
  const picture = Uint8Array.from(colors);
  for (const place of places) for (const at of listPixels(place)) picture.fill(255, at, at + 3);
  return picture;
}

/**
 * The share of ink of each place; what lies outside is white.
 * @type {(colors: Uint8Array) => number[]}
 */
export const shareInk = (colors) =>
  PLACES.map((place) => {
    const inked = listPixels(place).filter((at) =>
      colors.subarray(at, at + 3).some((color) => color < WHITE_FROM),
    );
    return inked.length / PLACE_SIZE ** 2;
  });

// ---- The network -----------------------------------------------------------------------------

/** EmojiCaptioner of chapter 13's describing.py, which attends. */
export class Describer {
  /** @param {Manifest} manifest @param {ArrayBuffer} buffer */
  constructor(manifest, buffer) {
    this.arrays = unpackArrays(manifest, buffer);
    this.words = manifest.about.vocabulary;
    this.start = this.words.indexOf("<begin>");
    this.stop = this.words.indexOf("<end>");
    this.size = countNumbers(this.arrays);
    this.H = this.arrays["decoder.mix.bias"].length;
    this.cell = makeGru(this.arrays, "decoder.cell");
    this.layers = [
      [5, 2],
      [3, 2],
      [3, 2],
      [1, 1],
    ].map(([size, stride], n) => {
      const name = `encoder.layers.${n}`;
      return readConvolution(this.arrays, `${name}.0`, `${name}.1`, size, stride);
    });
  }

  row(/** @type {string} */ name, /** @type {number} */ n) {
    return sliceRow(this.arrays[name], n, this.H);
  }

  /** Stand before the first word. @param {Uint8Array} picture */
  initialState(picture) {
    const pixels = picture.length / 3;
    const channels = Float64Array.from(
      picture,
      (_, i) => picture[3 * (i % pixels) + Math.floor(i / pixels)] / 255,
    );
    const places = encodePlaces(this.layers, channels, 3).map((place, n) =>
      add(place, this.row("encoder.where", n)),
    );
    return { h: zeros(this.H), places };
  }

  /**
   * From a state and the word before to ln p of all words, the weights and the next state.
   * @param {{h: Float64Array, places: Float64Array[]}} before
   * @param {number} word
   */
  step({ h, places }, word) {
    const next = this.cell(this.row("decoder.embedding.weight", word), h);
    const weights = softmax(places.map((place) => dot(next, place) / Math.sqrt(this.H)));
    const context = weightedSum(weights, places);
    const mixed = linear(this.arrays, "decoder.mix", join(context, next)).map(Math.tanh);
    return {
      state: { h: next, places },
      logProbs: logSoftmax(linear(this.arrays, "decoder.logits", mixed)),
      weights,
    };
  }
}

/**
 * What a network writes of a picture, and its weights before each word and before the end.
 * @type {(model: Describer, picture: Uint8Array) => {words: string[], rows: *[]}}
 */
export function captionPicture(model, picture) {
  const { ids, rows } = decodeGreedily(model, model.initialState(picture), MAX_WORDS);
  return { words: ids.map((id) => model.words[id]), rows };
}

// ---- What changed ----------------------------------------------------------------------------

/** @typedef {{removed: number[], added: number[]}} Edit Places of words in both. */

/** Where two captions differ. @type {(before: string[], after: string[]) => Edit[]} */
function diffWords(before, after) {
  const nCommon = [...before, ""].map(() => zeros(after.length + 1)); // words kept from here on
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      nCommon[i][j] =
        before[i] === after[j]
          ? 1 + nCommon[i + 1][j + 1]
          : Math.max(nCommon[i + 1][j], nCommon[i][j + 1]);
  /** @type {Edit[]} */
  const edits = [];
  /** @type {Edit|null} */
  let edit = null;
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      [i, j, edit] = [i + 1, j + 1, null];
      continue;
    }
    if (!edit) edits.push((edit = { removed: [], added: [] }));
    if (j === after.length || (i < before.length && nCommon[i + 1][j] >= nCommon[i][j + 1]))
      edit.removed.push(i++);
    else edit.added.push(j++);
  }
  return edits;
}

/** The same in words. @type {(before: string[], after: string[]) => string} */
export function describeChange(before, after) {
  /** @type {(words: string[], places: number[]) => string} */
  const quote = (words, places) => `“${places.map((n) => words[n]).join(" ")}”`;
  const parts = diffWords(before, after).map(({ removed, added }) => {
    if (!added.length) return `${quote(before, removed)} is gone`;
    if (!removed.length) return `${quote(after, added)} is new`;
    return `${quote(before, removed)} became ${quote(after, added)}`;
  });
  return parts.join(", ") || "no word has changed";
}

// ---- The interface ---------------------------------------------------------------------------

const part = boxes("rc-paint-");
/** Rows and columns count from 0, as in the lesson. @type {(place: number) => string} */
const namePlace = (place) => `row ${Math.floor(place / SIDE)}, column ${place % SIDE}`;

/** A picture on a canvas, a pixel for a pixel. @param {Uint8Array} colors */
function makeCanvas(colors) {
  const canvas = make("canvas", { width: SIZE, height: SIZE, "aria-hidden": "true" });
  const image = new ImageData(SIZE, SIZE);
  for (let i = 0; i < SIZE * SIZE; i += 1)
    image.data.set([...colors.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/**
 * @typedef {object} Emoji
 * @property {string} name
 * @property {number} heldOut 1 if the training did not have it.
 * @property {Uint8Array} colors
 * @property {*} [initial] What the network writes of it.
 * @property {string[]} [before] The words that it writes without paint.
 */

class PaintView extends ModelView {
  cursor = 0;
  isPainting = true;
  /** Places with paint. @type {Set<number>} */
  white = new Set();
  /** By place. @type {number[]} */
  ink = [];
  /** @type {{words: string[], rows: number[][]}|null} */
  result = null;
  /** @type {string[]} */
  shown = [];
  /** The word that is chosen. @type {number|null} */
  at = null;
  /** The word under a pointer. @type {number|null} */
  pointedAt = null;
  id = makeIds();
  cells = PLACES.map(() => make("i"));
  places = silence(part("places", ...this.cells)); // the sentence says what it shows
  frame = part("frame");
  caption = part("words");
  attended = make("p", "rc-paint-attended");
  message = makeOutcome();

  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {*[][]} pictures
   * @param {Emoji["initial"]} initial
   */
  constructor(root, model, pictures, initial) {
    super(root, model);
    /** @type {Emoji[]} */
    this.pictures = pictures.map(([name, heldOut, ink]) => {
      const colors = Uint8Array.from(atob(ink), (c) => c.charCodeAt(0));
      return { name, heldOut, colors };
    });
    Object.assign(this.pictures[0], { initial });
    this.picture = this.pictures[0];
    this.random = makeRandom(1);
    this.build();
    this.choose(0);
    this.setUp();
  }

  build() {
    const options = this.pictures.map(({ name, colors }, n) => [
      String(n),
      makeCanvas(colors),
      srOnly(name),
    ]);
    const emoji = choice("Emoji", this.id("picture"), options, "0", (n) => {
      this.choose(+n);
      this.speak(300);
    });
    emoji.classList.add("rc-paint-emoji");
    this.field = makePad(
      this,
      SIDE,
      {
        className: "rc-paint-sheet",
        "aria-label": "The picture. Arrow keys move, the space bar paints white or takes it off.",
      },
      {
        touch: (place, begins) => this.paintAt(place, begins),
        move: () => this.drawPlaces(),
        hasInk: (place) => !this.white.has(place) && this.ink[place] > MIN_INK,
      },
    );
    const tools = part(
      "tools",
      button("Paint the two places it attends to most", () => this.paintTwo(true), "rc-w-main"),
      button("Paint two other places that have ink", () => this.paintTwo(false)),
      button("Undo all", () => this.setWhite([])),
    );
    dimWhenStale(this.caption, this.attended, this.message.row);
    this.onceReady = [tools];
    this.root.classList.add("rc-paint");
    this.root.replaceChildren(
      emoji,
      this.loadError,
      this.loadButton.box,
      part(
        "both",
        part("left", this.frame),
        part("side", tools, this.caption, this.message.row, this.attended),
      ),
      this.facts,
      this.announcer.status,
    );
  }

  /** @param {Manifest} manifest @param {ArrayBuffer} buffer */
  receive(manifest, buffer) {
    this.model = new Describer(manifest, buffer);
    return (
      `Four convolutions, attention over ${PLACES.length} places, a GRU: ` +
      `${thousands(this.model.size)} numbers`
    );
  }

  // -- What the reader does

  choose(/** @type {number} */ n) {
    this.picture = this.pictures[n];
    this.ink = shareInk(this.picture.colors);
    this.frame.replaceChildren(makeCanvas(this.picture.colors), this.places, this.field);
    this.at = null;
    this.setWhite([]);
  }

  /** These places are white, and no others. @param {number[]} places */
  setWhite(places) {
    this.white = new Set(places);
    this.draw();
    if (!this.result) this.loadModel();
    this.speak(600);
  }

  /**
   * A stroke paints, or takes paint off, as it does at the place where it begins.
   * @param {number} place
   * @param {boolean} begins
   */
  paintAt(place, begins) {
    if (place < 0) return;
    if (begins) this.isPainting = !this.white.has(place);
    this.cursor = place;
    if (this.white.has(place) === this.isPainting) return;
    const others = [...this.white].filter((other) => other !== place);
    this.setWhite(this.isPainting ? [...others, place] : others);
  }

  /**
   * Paint the two places that the chosen word attends to most, or two others with ink.
   * @param {boolean} attended
   */
  paintTwo(attended) {
    if (!this.result) return;
    const order = ranking(this.result.rows[this.at ?? 0]);
    const unpainted = order.filter((place) => !this.white.has(place));
    const candidates = unpainted.filter(
      (place) => this.ink[place] > MIN_INK && !order.slice(0, N_PAINTED).includes(place),
    );
    const takeRandomPlace = () =>
      candidates.splice(Math.floor(this.random() * candidates.length), 1);
    const places = attended
      ? unpainted.slice(0, N_PAINTED)
      : [...takeRandomPlace(), ...takeRandomPlace()];
    this.setWhite([...this.white, ...places]);
  }

  get stored() {
    const restoreWhite = (/** @type {string} */ list) => {
      const places = (list.match(/\d+/g) ?? []).map(Number).filter((n) => n < PLACES.length);
      this.cursor = places.at(-1) ?? this.cursor;
      this.setWhite(places);
    };
    return { white: [[...this.white].join(" "), restoreWhite] };
  }

  recap() {
    return `${this.message.row.textContent} ${this.attended.textContent}`;
  }

  // -- What the reader sees

  /**
   * The caption of the picture, with this paint; null while there is no network that could.
   * @param {Set<number>} places
   */
  describe(places) {
    const { colors, initial } = this.picture;
    if (this.model) return captionPicture(this.model, paintWhite(colors, places));
    return (!places.size && initial) || null;
  }

  draw() {
    this.result = this.describe(this.white);
    this.markWaiting(!this.result);
    this.caption.inert = !this.result;
    if (!this.result) {
      this.drawPlaces();
      return;
    }
    const { words, rows } = this.result;
    const before = (this.picture.before ??= (this.describe(new Set()) ?? this.result).words);
    this.shown = words.length < rows.length ? [...words, "end"] : words;
    const tone = words.findIndex((word) => TONES.includes(word));
    this.at = Math.min(this.at ?? Math.max(0, tone), this.shown.length - 1);
    this.pointedAt = null;
    this.caption.replaceChildren(this.makeWordChoice(before, words));
    this.message.show(this.describeResult(before, words));
    this.drawAttention();
  }

  /**
   * The words, of which one is chosen; those that the paint changed are underlined.
   * @param {string[]} before Without paint.
   * @param {string[]} after
   */
  makeWordChoice(before, after) {
    const edits = diffWords(before, after);
    const added = new Set(edits.flatMap((edit) => edit.added));
    const options = this.shown.map((word, i) => [
      String(i),
      ...(added.has(i) ? [make("u", {}, word), srOnly(", changed")] : [word]),
    ]);
    const legend = "It writes; choose a word to see where it looks";
    const words = choice(
      legend,
      this.id("word"),
      options,
      String(this.at),
      (/** @type {string} */ i) => {
        this.at = +i;
        this.drawAttention();
        this.speak(300);
      },
    );
    [...words.querySelectorAll("label")].forEach((label, i) => {
      const point = (/** @type {number|null} */ over) => () => {
        this.pointedAt = over;
        this.drawAttention();
      };
      label.className = "rc-w-printed";
      [label.onpointerenter, label.onpointerleave] = [point(i), point(null)];
    });
    return words;
  }

  /** @param {string[]} before Without paint. @param {string[]} words */
  describeResult(before, words) {
    const { name, heldOut } = this.picture;
    const n = this.white.size;
    const white = `${n} of ${PLACES.length} places ${n > 1 ? "are" : "is"} white`;
    const isBroken = diffWords(before, words).some(({ removed }) =>
      removed.some((i) => BREAKABLE.includes(before[i])),
    );
    const done = isBroken ? " Task done. And elsewhere?" : "";
    if (n) return `${white}: ${describeChange(before, words)}.${done}`;
    const answer = words.join(" ") === name ? "This is its name" : `Its name is ${name}`;
    return `${answer}, ${heldOut ? "held out of" : "met in"} the training. No place is white.`;
  }

  drawAttention() {
    this.drawPlaces();
    if (!this.result) return;
    const i = this.pointedAt ?? this.at ?? 0;
    const row = this.result.rows[i];
    const share = (/** @type {number} */ place) => `${namePlace(place)} (${percent(row[place])})`;
    const [first, second] = ranking(row).map(share);
    const word = this.shown[i];
    this.attended.textContent = `Before “${word}” it looks most at ${first}, then at ${second}.`;
  }

  /** The paint, and the weights above it. */
  drawPlaces() {
    const row = this.result?.rows[this.pointedAt ?? this.at ?? 0];
    const deepest = row ? Math.max(0.1, ...row) : 1;
    this.cells.forEach((cell, place) => {
      cell.className = [
        this.white.has(place) && "rc-paint-white",
        this.cursor === place && "rc-paint-here",
      ]
        .filter(Boolean)
        .join(" ");
      cell.style.setProperty("--deep", `${row ? Math.round((80 * row[place]) / deepest) : 0}%`);
    });
  }
}

export default defineWidget(
  "live-paint",
  (root, facts) =>
    new PaintView(root, loadNetwork(facts), facts.parse("pictures"), facts.parse("initial")),
  "How few places must go white until the tone breaks, or “woman” or “man”? " +
    "And how many that it does not attend to?",
);
