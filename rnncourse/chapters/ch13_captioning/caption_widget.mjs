// A letter with a mark, put together or drawn, is captioned word by word; each word shows where
// the network looks.

import { Captioner } from "../../viz/live/captioner.mjs";
import { button, checkbox, labeled, radio, textField } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  make,
  makeIds,
  percent,
  thousands,
} from "../../viz/live/core.mjs";
import { showFault } from "../../viz/live/fields.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { argmax, loadNetwork } from "../../viz/live/numbers.mjs";
import { makePad } from "../../viz/live/pixel_pad.mjs";
import { decodeGreedily } from "../../viz/live/translation.mjs";
import { sum } from "../../viz/live/vectors.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */

/**
 * @typedef {object} Part A letter's base or its mark.
 * @property {number} h Pixels.
 * @property {number} w
 * @property {number} top
 * @property {number} left
 * @property {boolean} above Whether it is a mark above the base.
 * @property {Uint8Array} ink
 */
/** @typedef {Object<string, Part>} Parts By character. */

const SIDE = 40; // pixels of a picture
const GRID = 10; // places in a row
const INK = 90; // from this gray on, of 255, a pixel counts as ink
const ATTENTION_COLOR = [139, 104, 214];
const WORD_MS = 700; // how long a word is shown

const part = boxes("rc-caption-");
/** @type {Object<string, string>} */
const DOTLESS = { i: "ı", j: "ȷ" };

/**
 * Parts as widget.py packs them: [h, w, top, left, above, ink in base 64].
 * @type {(packed: *[]) => Part}
 */
const unpackPart = ([h, w, top, left, above, ink]) => ({
  h,
  w,
  top,
  left,
  above: !!above,
  ink: Uint8Array.from(atob(ink), (c) => c.charCodeAt(0)),
});
/** The parts of letters by character. @type {(table: Object<string, *[]>) => Parts} */
export const unpackParts = (table) =>
  Object.fromEntries(Object.entries(table).map(([char, packed]) => [char, unpackPart(packed)]));

/**
 * Lay ink on a layer; what lies beyond the edge is cut off.
 * @type {(layer: Uint8Array, part: Part, top: number, left: number) => Uint8Array}
 */
function drawInk(layer, { h, w, ink }, top, left) {
  for (let i = 0; i < h; i += 1)
    for (let j = 0; j < w; j += 1)
      if (top + i >= 0 && top + i < SIDE && left + j >= 0 && left + j < SIDE)
        layer[SIDE * (top + i) + left + j] = ink[w * i + j];
  return layer;
}

/**
 * A letter from its parts, as composing.py puts it together: ink from 0 to 255, of base, mark and
 * both.
 * @type {(bases: Parts, marks: Parts, base: string, mark: string) =>
 *   {layers: Uint8Array[], picture: Uint8Array}}
 */
export function compose(bases, marks, base, mark) {
  const markPart = mark ? marks[mark] : null;
  const basePart = bases[(markPart?.above && DOTLESS[base]) || base];
  const layers = [new Uint8Array(SIDE * SIDE), new Uint8Array(SIDE * SIDE)];
  drawInk(layers[0], basePart, basePart.top, basePart.left);
  if (markPart) {
    const top = markPart.above
      ? basePart.top - markPart.top - markPart.h
      : basePart.top + basePart.h + markPart.top;
    drawInk(
      layers[1],
      markPart,
      top,
      Math.floor((2 * basePart.left + basePart.w + markPart.left - markPart.w) / 2),
    );
  }
  return { layers, picture: layers[0].map((v, i) => Math.min(255, v + layers[1][i])) };
}

/**
 * Which places have ink of a layer; place i is centered on pixel 4 i.
 * @type {(layer: Uint8Array) => boolean[]}
 */
export function findInk(layer) {
  const grid = new Array(GRID * GRID).fill(false);
  layer.forEach((ink, pixel) => {
    const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE].map((at) =>
      Math.floor((at + 2) / 4),
    );
    if (ink > INK && row < GRID && column < GRID) grid[GRID * row + column] = true;
  });
  return grid;
}

/**
 * What a reader typed as a letter: { base, mark }, or a fault.
 * @type {(text: string, bases: Parts, marks: Parts) => *}
 */
export function parseLetter(text, bases, marks) {
  const [base, ...marksTyped] = [...text.trim().normalize("NFD")];
  if (!base) return { fault: "Type one letter, such as q or é." };
  if (!(base in bases) || Object.values(DOTLESS).includes(base))
    return { fault: `“${base}” is none of the letters from a to z.` };
  if (marksTyped.length > 1 || marksTyped.some((char) => !/\p{M}/u.test(char)))
    return { fault: "One letter with one mark at most: the training had no more." };
  if (marksTyped.length && !(marksTyped[0] in marks))
    return { fault: "The training had no such mark." };
  return { base, mark: marksTyped[0] ?? "" };
}

/**
 * The right caption of a letter.
 * @type {(base: string, mark: string, names: Object<string, string>) => string[]}
 */
export const writeCaption = (base, mark, names) => [
  base === base.toLowerCase() ? "small" : "capital",
  base.toLowerCase(),
  ...(mark ? ["with", ...names[mark].split(" ")] : []),
];

/**
 * What the training had of a letter, in words.
 * @type {(base: string, mark: string, known: {trained: string, held: string}) => string}
 */
export function describeTraining(base, mark, { trained, held: heldOut }) {
  const char = (base + mark).normalize("NFC");
  if ([...trained].includes(char))
    return "The training had this letter, in other typefaces and at other places too.";
  if ([...heldOut].includes(char))
    return "This combination was held out: the training had its parts, never together.";
  return "No font of the training has this letter.";
}

/**
 * How much weight lies on the mark, the letter, and neither.
 * @param {Float64Array} row The weight of each place.
 * @param {boolean[][]} regions Which places have ink of the letter, and of the mark.
 */
export function sumWeights(row, [base, mark]) {
  /** @type {(isCounted: (place: number) => boolean) => number} */
  const share = (isCounted) => sum(row.filter((_, i) => isCounted(i)));
  return {
    mark: share((i) => mark[i]),
    letter: share((i) => base[i] && !mark[i]),
    paper: share((i) => !base[i] && !mark[i]),
  };
}

/** The interface within an element. */
class CaptionView extends ModelView {
  cursor = SIDE * 20 + 20;
  /** Ink by pixel. @type {Uint8Array} */
  picture = new Uint8Array();
  /** Of the letter and of its mark: which places have their ink. @type {boolean[][]} */
  regions = [];
  /** Pixels that were drawn on; after "-", erased. @type {string[]} */
  strokes = [];
  /** @type {{words: string[], rows: Float64Array[], finished: boolean}|null} */
  result = null;
  /** The words, and the end. @type {string[]} */
  shown = [];
  /** @type {{input: HTMLInputElement, label: HTMLElement}[]} */
  labels = [];
  id = makeIds();
  letterField = textField(this.id, "letter", "Letter", {
    maxLength: 6,
    oninput: () => this.readField(),
  });
  field = this.letterField.field;
  fault = this.letterField.fault;
  select = make("select", {
    id: this.id("mark"),
    onchange: () => this.choose(this.base, this.select.value),
  });
  eraser = checkbox("erase", "Erase", () => {});
  tiles = part("words");
  choice = make("fieldset", {}, make("legend", {}, "It writes (choose a word)"), this.tiles);
  message = make("p", "rc-caption-said");
  verdict = make("p", "rc-caption-verdict");
  canvas = make("canvas", { width: SIDE * 8, height: SIDE * 8, "aria-hidden": "true" });
  cursorMark = make("i", { className: "rc-caption-spot", "aria-hidden": "true" });

  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { bases, marks, first, ...about }) {
    super(root, model);
    this.about = about;
    this.bases = unpackParts(bases);
    this.marks = unpackParts(marks);
    this.base = first[0];
    this.mark = first[1];
    this.first = first.join("");
    this.at = this.about.initial.ids.length - 1;
    this.composeLetter();
    this.build();
    this.draw();
    this.setUp();
  }

  build() {
    this.field.value = this.letter;
    this.select.append(
      make("option", { value: "" }, "no mark"),
      ...Object.entries(this.about.names).map(([value, name]) => make("option", { value }, name)),
    );
    this.select.value = this.mark;
    const tools = part(
      "tools",
      button("Write it word by word", () => this.play(), "rc-w-main"),
      this.eraser.row,
      button("Undo the drawing", () => this.choose(this.base, this.mark)),
    );
    dimWhenStale(this.canvas, this.choice, this.message, this.verdict);
    this.onceReady = [tools];
    this.root.classList.add("rc-caption");
    this.root.replaceChildren(
      part("settings", this.letterField.row, labeled("Mark", this.select)),
      this.fault,
      this.loadError,
      this.loadButton.box,
      part(
        "both",
        part("left", part("frame", this.canvas, this.makePad()), tools),
        part("side", this.choice, this.message, this.verdict),
      ),
      this.facts,
      this.announcer.status,
    );
  }

  /** The picture: with a pointer, or with arrow keys and the space bar, it is drawn on. */
  makePad() {
    return makePad(
      this,
      SIDE,
      {
        className: "rc-caption-sheet",
        "aria-label": "The picture. Arrow keys move, the space bar draws or erases.",
      },
      {
        touch: (pixel) => this.drawAt(pixel),
        move: () => this.drawCursor(),
        hasInk: (pixel) => this.picture[pixel] > INK,
      },
      this.cursorMark, // above the canvas
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new Captioner(manifest, buffer);
    return (
      `Three convolutions, attention over ${GRID * GRID} places, an LSTM: ` +
      `${thousands(this.model.size)} numbers`
    );
  }

  // -- What the reader does

  readField() {
    const { base, mark, fault = "" } = parseLetter(this.field.value, this.bases, this.marks);
    showFault(this.field, this.fault, fault, {
      stale: !!fault || !this.result,
      shown: this.letter,
    });
    if (fault || (base === this.base && (mark === this.mark || !mark))) return;
    this.choose(base, mark || this.mark, false); // a mark that was chosen stays
  }

  /** @param {string} base @param {string} mark @param {boolean} typeset */
  choose(base, mark, typeset = true) {
    [this.base, this.mark] = [base, mark];
    this.select.value = mark;
    if (typeset) this.field.value = this.letter;
    showFault(this.field, this.fault, "");
    this.composeLetter();
    if (!this.model) this.loadModel();
    this.at = Infinity; // the last word
    this.draw();
    this.speak(1200);
  }

  get letter() {
    return (this.base + this.mark).normalize("NFC");
  }

  composeLetter() {
    const { picture, layers } = compose(this.bases, this.marks, this.base, this.mark);
    this.picture = picture;
    this.regions = layers.map(findInk);
    this.strokes = [];
  }

  /** Ink, or none, at a pixel and those around it. @param {number} pixel */
  drawAt(pixel) {
    if (pixel < 0) return;
    this.inkPixel(pixel, this.eraser.input.checked);
    if (!this.model) this.loadModel();
    this.at = Infinity;
    this.draw();
    this.speak(600);
  }

  inkPixel(/** @type {number} */ pixel, /** @type {boolean} */ erases) {
    this.cursor = pixel;
    const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
    this.picture = this.picture.map((ink, i) => {
      const isNear = Math.abs(Math.floor(i / SIDE) - row) + Math.abs((i % SIDE) - column) <= 1;
      return isNear ? (erases ? 0 : 255) : ink;
    });
    this.strokes.push(`${erases ? "-" : ""}${pixel}`);
  }

  get stored() {
    return {
      strokes: [
        this.strokes.join(" "),
        (/** @type {string} */ list) => {
          this.composeLetter();
          for (const stroke of list.match(/-?\d+/g) ?? [])
            if (Math.abs(+stroke) < SIDE * SIDE)
              this.inkPixel(Math.abs(+stroke), stroke[0] === "-");
          this.draw();
        },
      ],
    };
  }

  /** Show the words one after the other. */
  play() {
    clearInterval(this.timer);
    this.showWord(0);
    this.hideAfter(0);
    this.timer = setInterval(() => {
      const next = this.at + 1;
      if (next >= this.shown.length) {
        clearInterval(this.timer);
        this.speak(0);
        return;
      }
      this.hideAfter(next);
      this.showWord(next);
    }, WORD_MS);
  }

  hideAfter(/** @type {number} */ i) {
    this.labels.forEach(({ label }, k) => label.classList.toggle("rc-caption-later", k > i));
  }

  showWord(/** @type {number} */ i) {
    this.at = i;
    this.drawAttention();
  }

  recap() {
    return `${this.message.textContent} ${this.verdict.textContent}`;
  }

  // -- What the reader sees

  /**
   * What the network writes: words, weights, and whether it ended; null while there is no network.
   */
  makeCaption() {
    if (!this.model) {
      if (this.strokes.length || this.base + this.mark !== this.first) return null;
      return {
        words: this.about.initial.ids.map(
          (/** @type {number} */ i) => this.about.initial.words[i],
        ),
        rows: this.about.initial.rows,
        finished: true,
      };
    }
    const ink = Float64Array.from(this.picture, (v) => v / 255);
    const { ids, rows, finished } = decodeGreedily(
      this.model,
      this.model.initialState(ink),
      this.about.maxLength,
    );
    return { words: ids.map((i) => this.model.words[i]), rows, finished };
  }

  draw() {
    clearInterval(this.timer);
    this.result = this.makeCaption();
    this.choice.disabled = !this.result;
    this.drawCursor();
    this.markWaiting(!this.result);
    if (!this.result) {
      this.drawPicture(null);
      return;
    }
    const { words, finished } = this.result;
    this.shown = [...words, ...(finished ? ["end"] : [])];
    this.at = Math.max(0, Math.min(this.at, words.length - 1));
    const name = this.id("word");
    this.labels = this.shown.map((word, i) => {
      const choose = () => {
        this.showWord(i);
        this.speak(300);
      };
      const label = radio(name, String(i), i === this.at, choose, make("b", {}, word));
      label.className = "rc-caption-tile rc-w-printed";
      return { input: label.control, label };
    });
    this.tiles.replaceChildren(...this.labels.map(({ label }) => label));
    this.verdict.textContent = this.judgeCaption(words);
    this.drawAttention();
  }

  /** Whether the caption is right, and what the training had. @param {string[]} words */
  judgeCaption(words) {
    if (this.strokes.length) return "You have drawn on it: no font says what is right.";
    const truth = writeCaption(this.base, this.mark, this.about.names);
    const isCorrect = truth.join(" ") === words.join(" ");
    return (
      `${isCorrect ? "The caption is right." : `It is: ${truth.join(" ")}.`} ` +
      `${describeTraining(this.base, this.mark, this.about.known)}`
    );
  }

  drawAttention() {
    if (!this.result) return;
    const row = this.result.rows[this.at];
    this.labels.forEach(({ label, input }, k) => {
      label.classList.toggle("rc-caption-here", k === this.at);
      input.checked = k === this.at;
    });
    this.drawPicture(row);
    this.message.textContent = this.describe(row);
  }

  /** Where a word is looked up, in words. @param {Float64Array} row */
  describe(row) {
    const top = argmax(row);
    const place = `row ${Math.floor(top / GRID) + 1}, column ${(top % GRID) + 1} of ${GRID}`;
    const attended = `${place} (${percent(row[top])})`;
    const attentionSentence = `Before “${this.shown[this.at]}” it looks most at ${attended}.`;
    if (this.strokes.length) return attentionSentence;
    const { mark, letter, paper } = sumWeights(row, this.regions);
    const markClause = this.mark ? `${percent(mark)} of the weight is on the mark, ` : "";
    return (
      `${attentionSentence} ${markClause}${percent(letter)} on the letter` +
      `${this.mark ? " alone" : ""}, ${percent(paper)} on paper.`
    );
  }

  drawCursor() {
    this.cursorMark.style.setProperty("--row", String(Math.floor(this.cursor / SIDE)));
    this.cursorMark.style.setProperty("--column", String(this.cursor % SIDE));
  }

  /** Ink dark on white, and the weights above it. @param {Float64Array|null} row */
  drawPicture(row) {
    const size = this.canvas.width / SIDE;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const deepest = row ? Math.max(0.1, row[argmax(row)]) : 1;
    this.picture.forEach((ink, pixel) => {
      const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE];
      const place =
        GRID * Math.min(GRID - 1, Math.floor((y + 2) / 4)) +
        Math.min(GRID - 1, Math.floor((x + 2) / 4));
      const opacity = row && y < SIDE - 2 && x < SIDE - 2 ? (0.85 * row[place]) / deepest : 0;
      const gray = 255 - 0.65 * ink;
      const color = ATTENTION_COLOR.map((part) =>
        Math.round((1 - opacity) * gray + opacity * part),
      );
      context.fillStyle = `rgb(${color.join(" ")})`;
      context.fillRect(size * x, size * y, size, size);
    });
  }

  close() {
    clearInterval(this.timer);
    super.close();
  }
}

export default defineWidget(
  "live-caption",
  (root, facts) =>
    new CaptionView(root, loadNetwork(facts), {
      bases: facts.parse("bases"),
      marks: facts.parse("marks"),
      names: facts.parse("names"),
      known: facts.parse("known"),
      initial: facts.parse("initial"),
      first: facts.parse("first"),
      maxLength: +facts.get("max"),
    }),
  "Erase the mark from below: when does the network see another mark, and when none?",
);
