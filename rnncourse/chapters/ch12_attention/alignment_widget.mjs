// A list of numbers is translated; choose a symbol of the translation and see where it looks, with
// the truth, and what becomes of it when attention may not look at a symbol of the source.

import { details, labeled, radio, textField } from "../../viz/live/controls.mjs";
import {
  box,
  boxes,
  defineWidget,
  dimWhenStale,
  fixed,
  group,
  make,
  makeIds,
  makeSvg,
  markScrollable,
  percent,
  setText,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { showFault } from "../../viz/live/fields.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { argmax, loadNetwork } from "../../viz/live/numbers.mjs";
import { listPair, numbersIn } from "../../viz/live/numerals.mjs";
import { DEEPEST, describeAttention, heatCell, numberTable } from "../../viz/live/table.mjs";
import { decodeGreedily, Translator } from "../../viz/live/translation.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */

const MAX_NUMBERS = 8; // training had up to six
const TRAINED_NUMBERS = 6;
const TRUTH_SIGN = "◆";
// How wide a line is with all the weight, in pixels; none is drawn for less
const [MAX_LINE_WIDTH, MIN_WEIGHT] = [14, 0.03];

const part = boxes("rc-alignment-");

/**
 * For each symbol written: where it comes from; [] if that is not known, because another one
 * belongs there.
 * @type {(words: string[], pair: {target: string[], links: number[][]}) => number[][]}
 */
export function linksOf(words, { target, links }) {
  /** @type {(list: string[], i: number) => number} */
  const commas = (list, i) => list.slice(0, i).filter((word) => word === ",").length;
  return words.map((word, i) =>
    word === target[i] && commas(words, i) === commas(target, i) ? links[i] : [],
  );
}

/**
 * Places where two texts differ, from the first on; one that ends early differs where it ends.
 * @type {(words: string[], before: string[]) => boolean[]}
 */
export const markChanges = (words, before) => words.map((word, i) => word !== before[i]);

/** The interface within an element. */
class AlignmentView extends ModelView {
  /** A place of the source. @type {number|null} */
  hidden = null;
  at = 0; // the symbol of the translation that is looked from
  /** What is written, with its end. @type {string[]} */
  shown = [];
  /** By symbol written, where it comes from. @type {number[][]} */
  links = [];
  /** The symbols of the source. @type {HTMLLIElement[]} */
  tiles = [];
  /** Those of the translation. @type {{input: HTMLInputElement, label: HTMLElement}[]} */
  marks = [];
  id = makeIds();
  typed = textField(this.id, "numbers", "Numbers from 1 to 99, with commas", {
    maxLength: 120,
    oninput: () => this.readField(),
  });
  field = this.typed.field;
  note = make("p", "rc-alignment-note");
  select = make("select", {
    id: this.id("hide"),
    onchange: () => this.hideSymbol(this.select.value),
  });
  // The sentence below says it
  source = make("ol", { className: "rc-alignment-row", "aria-hidden": "true" });
  target = make("div", "rc-alignment-row rc-alignment-target");
  lines = makeSvg("svg", { "aria-hidden": "true" });
  before = make("p", "rc-alignment-before");
  message = make("p", "rc-alignment-said");
  scroll = group("rc-alignment-scroll", "What is read and written");
  tableBox = group("rc-alignment-table", "The weights");

  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { numbers, ...about }) {
    super(root, model);
    this.about = about;
    this.field.value = numbers;
    this.numbers = numbersIn(numbers, MAX_NUMBERS).numbers;
    this.result = this.readInitial();
    this.build();
    this.draw();
    this.setUp();
  }

  build() {
    const { fault, row } = this.typed;
    row.classList.add("rc-alignment-typed");
    const hideRow = labeled("Hide from attention", this.select);
    const choice = make(
      "fieldset",
      {},
      make("legend", "rc-w-sr-only", "It writes, in German (choose a symbol)"),
      this.target,
    );
    const allWeights = details("All weights as a table", this.tableBox);
    this.scroll.append(part("both", this.lines, this.source, choice), this.before);
    dimWhenStale(this.scroll, this.message, allWeights);
    this.onceReady = [hideRow];
    this.observer = markScrollable([this.scroll, this.tableBox], () => this.drawLines());
    this.observer.observe(this.source);
    this.root.classList.add("rc-alignment");
    this.root.replaceChildren(
      part("settings", row, hideRow),
      box("over", fault, this.note),
      this.loadError,
      this.loadButton.box,
      make(
        "p",
        "rc-alignment-title",
        "The network reads, in English, and writes, in German (choose a symbol)",
      ),
      this.scroll,
      this.message,
      allWeights,
      this.facts,
      this.announcer.status,
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new Translator(manifest, buffer);
    return `Two GRUs read, one writes and looks: ` + `${thousands(this.model.size)} weights`;
  }

  // -- What the reader does

  readField() {
    const { numbers, note } = numbersIn(this.field.value, MAX_NUMBERS);
    if (numbers.length && String(numbers) !== String(this.numbers)) {
      this.numbers = numbers;
      [this.hidden, this.at] = [null, 0];
      if (!this.model) this.loadModel();
      this.draw();
      this.speak(1200);
    }
    const [shown, read] = [this.result.numbers, numbers].map((list) => list.join(", "));
    const fault = read ? "" : note || "Type numbers from 1 to 99.";
    showFault(this.field, this.typed.fault, fault, {
      note: read && note,
      stale: read !== shown,
      shown,
    });
  }

  /** Hide a place of the source; "" hides none. @param {string|number} value */
  hideSymbol(value) {
    this.hidden = value === "" ? null : +value;
    this.draw();
    this.speak(300);
  }

  choose(/** @type {number} */ i) {
    if (i === this.at) return;
    this.at = i;
    this.drawAttention();
    this.speak(300);
  }

  // -- What the reader sees

  /** What the page brings: of the first numbers. */
  readInitial() {
    const { ids, rows } = this.about.initial;
    const output = this.nameWords(ids);
    const pair = listPair(this.numbers);
    return { numbers: this.numbers, pair, output, rows, before: output, finished: true };
  }

  /** @type {(ids: number[]) => string[]} */
  nameWords(ids) {
    return ids.map((id) => this.about.targets[id]);
  }

  translate() {
    const pair = listPair(this.numbers);
    const source = pair.source.map((token) => this.about.sources.indexOf(token));
    const write = (/** @type {number|null} */ hidden) =>
      decodeGreedily(this.model, this.model.initialState(source, hidden), this.about.maxLength);
    const result = write(this.hidden);
    const unhidden = this.hidden === null ? result : write(null);
    const [output, before] = [result, unhidden].map(({ ids }) => this.nameWords(ids));
    const { rows, finished } = result;
    return { numbers: this.numbers, pair, output, rows, before, finished };
  }

  draw() {
    const isLonger = this.numbers.length > TRAINED_NUMBERS;
    const note = `The training had lists of up to ${TRAINED_NUMBERS} numbers`;
    setText(this.note, isLonger ? `${note}: expect mistakes.` : `${note}.`);
    if (this.model) this.result = this.translate();
    else if (String(this.numbers) !== String(this.result.numbers)) return; // it is on its way
    const {
      pair: { source },
      output,
      finished,
    } = this.result;
    this.links = linksOf(output, this.result.pair);
    this.shown = [...output, ...(finished ? ["end"] : [])];
    this.at = Math.min(this.at, this.shown.length - 1);
    this.drawChoices(source);
    this.drawTarget();
    this.drawAttention();
    this.drawTable(source);
  }

  /**
   * What can be hidden: any symbol of the source, if there is another to look at.
   * @param {string[]} source
   */
  drawChoices(source) {
    const options = [
      ["", "nothing"],
      ...(source.length > 1 ? source.map((token, j) => [String(j), `${j + 1}. ${token}`]) : []),
    ];
    this.select.replaceChildren(
      ...options.map(([value, words]) => make("option", { value }, words)),
    );
    this.select.value = this.hidden === null ? "" : String(this.hidden);
    this.tiles = source.map((token) =>
      make("li", "rc-alignment-tile", make("b", {}, token), make("small", {})),
    );
    this.tiles.forEach((tile, j) => {
      tile.onclick = () => {
        if (this.model && source.length > 1) this.hideSymbol(j === this.hidden ? "" : j);
      };
    });
    this.source.replaceChildren(...this.tiles);
  }

  drawTarget() {
    const isChanged = markChanges(this.result.output, this.result.before);
    const name = this.id("symbol");
    this.marks = this.shown.map((word, i) => {
      const label = radio(
        name,
        String(i),
        i === this.at,
        () => this.choose(i),
        make("b", { lang: "de" }, word),
        isChanged[i] ? srOnly(", changed") : "",
      );
      label.className = "rc-alignment-tile rc-w-printed";
      if (isChanged[i]) label.classList.add("rc-alignment-changed");
      label.onpointerenter = ({ pointerType }) => {
        if (pointerType === "mouse") this.drawAttention(i); // as long as the pointer is there
      };
      return { input: label.control, label };
    });
    this.target.onpointerleave = () => this.drawAttention();
    this.target.replaceChildren(...this.marks.map(({ label }) => label));
  }

  drawAttention(i = this.at) {
    const {
      pair: { target },
      rows,
      output,
      before,
    } = this.result;
    const row = rows[i];
    const truth = this.links[i] ?? [];
    this.tiles.forEach((tile, j) => {
      tile.style.setProperty("--deep", `${Math.round(DEEPEST * row[j])}%`);
      tile.classList.toggle("rc-alignment-true", truth.includes(j));
      tile.classList.toggle("rc-alignment-hidden", j === this.hidden);
      tile.children[1].textContent = j === this.hidden ? "hidden" : percent(row[j]);
      tile.title =
        j === this.hidden
          ? "Press: attention may look at it again"
          : "Press: hide it from attention";
    });
    this.marks.forEach(({ label, input }, k) => {
      label.classList.toggle("rc-alignment-here", k === i);
      input.checked = k === this.at;
    });
    this.drawLines(i);
    this.message.textContent = this.describe(i);
    const describeCorrectness = (/** @type {string[]} */ words) =>
      words.join(" ") === target.join(" ")
        ? "The translation is right."
        : `Right is: ${target.join(" ")}.`;
    this.before.textContent =
      this.hidden === null
        ? describeCorrectness(output)
        : output.join(" ") === before.join(" ")
          ? `Hiding it changes nothing. ${describeCorrectness(output)}`
          : `Underlined is changed. With nothing hidden it writes: ${before.join(" ")}.`;
  }

  /** From each symbol written a line to each that it looks at, behind those between them. */
  drawLines(i = this.at) {
    const frame = this.lines.getBoundingClientRect();
    const scale = frame.width / this.lines.clientWidth || 1; // of a slide
    /** @type {(e: Element, edge: "top"|"bottom") => number[]} */
    const findEnds = (e, edge) => {
      const { left, width, [edge]: y } = e.getBoundingClientRect();
      return [left + width / 2 - frame.left, y - frame.top].map((v) => v / scale);
    };
    const ends = this.tiles.map((tile) => findEnds(tile, "bottom"));
    const [from, to] = [findEnds(this.target, "top")[1], findEnds(this.source, "bottom")[1]];
    /** @type {(k: number, weight: number, end: number[]) => SVGElement} */
    const drawLine = (k, weight, [a, b]) => {
      const [x, y] = findEnds(this.marks[k].label, "top");
      const middle = (from + to) / 2;
      return makeSvg("path", {
        class: k === i ? "rc-alignment-look" : "",
        "stroke-width": fixed(MAX_LINE_WIDTH * weight, 1),
        d: `M${x} ${y}V${from}C${x} ${middle} ${a} ${middle} ${a} ${to}V${b}`,
      });
    };
    const others = [...this.marks.keys()].filter((k) => k !== i);
    this.lines.replaceChildren(
      ...[...others, i].flatMap((k) =>
        Array.from(this.result.rows[k], (weight, j) =>
          weight < MIN_WEIGHT ? "" : drawLine(k, weight, ends[j]),
        ),
      ),
    );
  }

  /** Where a symbol looks, in words. @param {number} i */
  describe(i) {
    const {
      pair: { source },
      rows,
    } = this.result;
    const nameSymbol = (/** @type {number} */ j) => `“${source[j]}” (${j + 1}.)`;
    const truth = this.links[i];
    const where =
      this.shown[i] === "end" && i === this.result.output.length
        ? "The end comes from no symbol."
        : !truth?.length
          ? "It is not what belongs here, so there is no truth to show."
          : truth.includes(argmax(rows[i]))
            ? `That is where it truly comes from ${TRUTH_SIGN}.`
            : `It truly comes from ${truth.map(nameSymbol).join(" and ")} ${TRUTH_SIGN}.`;
    const looks = describeAttention(rows[i], nameSymbol);
    return `As it writes “${this.shown[i]}” it looks ${looks}. ${where}`;
  }

  drawTable(/** @type {string[]} */ source) {
    const { rows } = this.result;
    this.tableBox.replaceChildren(
      numberTable(
        ["Rows: what is written. Columns: what is read. ", TRUTH_SIGN, " the truth."],
        source.map((token, j) => `${j + 1}. ${token}`),
        this.shown,
        (i, j) =>
          heatCell(
            rows[i][j],
            j === this.hidden ? "hidden" : fixed(rows[i][j]),
            (this.links[i] ?? []).includes(j) ? ` ${TRUTH_SIGN}` : "",
          ),
      ),
    );
  }

  /** What is heard. */
  recap() {
    return `${this.describe(this.at)} ${this.before.textContent}`;
  }
}

export default defineWidget(
  "live-alignment",
  (root, facts) =>
    new AlignmentView(root, loadNetwork(facts), {
      numbers: facts.get("numbers"),
      maxLength: +facts.get("max"),
      sources: facts.parse("sources"),
      targets: facts.parse("targets"),
      initial: facts.parse("initial"),
    }),
  "Hide one symbol at a time: without which ones is the translation still right?",
);
