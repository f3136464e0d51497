// A transformer reads the reader's text: choose a character and see where each head looks from it,
// what is expected next, and what that costs with a cache, without one, and for recurrent networks
// of the same size.

import { NAMES, nameCharacter, showSigns } from "../../viz/live/characters.mjs";
import {
  button,
  checkbox,
  details,
  findTile,
  fold,
  mirroredField,
  slider,
} from "../../viz/live/controls.mjs";
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
  NBSP,
  percent,
  pluralize,
  setText,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { argmax, loadNetwork, softmax } from "../../viz/live/numbers.mjs";
import { Reader } from "../../viz/live/reading.mjs";
import { heatCell, numberTable } from "../../viz/live/table.mjs";
import { mean, ranking } from "../../viz/live/vectors.mjs";
import { Transformer } from "./transformer.mjs";
import {
  cacheSize,
  crossoverLength,
  describeStrongest,
  formatCount,
  readTokens,
  recurrentCost,
  STAND_IN,
  withCache,
  withoutCache,
  writeWithCache,
  writeWithoutCache,
} from "./writing.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { Vector } from "./transformer.mjs" */
/** @import { Sizes } from "./writing.mjs" */

/** @typedef {{cell: string, gates: number, states: number, H: number, E: number}} Rival */
/**
 * @typedef {object} Result Weights by block and head; the likeliest next characters, with their
 *   probabilities, also with all heads; and all probabilities.
 * @property {(number[]|Vector)[][]} attention
 * @property {[char: string, p: number, full?: number][]} next
 * @property {Float64Array} [probs]
 */
/** @typedef {{text: string, maxLength: number, writes: number, window: number}} Facts */
/** @typedef {ReturnType<AttentionView["buildHead"]>} HeadToggle What shows a head. */

// Stands before every text, as in training
const START = "\n";
const CARET_KEYS = /^(Arrow|Home|End)/;
const splitText = (/** @type {string} */ text) => [...text.normalize("NFC")];
// Of a head: characters that are drawn, their width, room beyond the last, where they stand; no
// arc for less, and a letter from here on
const [N_CHARS, WIDTH, MARGIN, ARC_HEIGHT, MIN_WEIGHT, NAMED] = [30, 11, 5, 56, 0.03, 0.1];

const part = boxes("rc-attend-");
const makeTitle = (/** @type {string} */ words, more = "") =>
  make("p", { className: `rc-attend-title${more}`, "aria-hidden": "true" }, words);
/** @type {(className: string, name: string, ...children: Node[]) => HTMLElement} */
const makeTitled = (className, name, ...children) =>
  group(`rc-attend-${className}`, name, makeTitle(name), ...children);

class AttentionView extends ModelView {
  id = makeIds();
  writtenText = make("p", { className: "rc-attend-wrote", role: "status" });
  range = slider(this.id("at"), "The character that looks", {
    min: 0,
    onValue: (at) => this.choose(at),
    words: (at) =>
      at ? `${nameCharacter(this.chars[at])}, ${at} of ${this.chars.length - 1}` : "line break",
  });
  typed = mirroredField("rc-attend-", {
    id: this.id("text"),
    "aria-describedby": this.id("note"),
    oninput: () => this.readField(),
    onclick: (/** @type {MouseEvent} */ event) => {
      const place = findTile(this.typed.mirror, event);
      if (place >= 0) this.choose(place);
    },
    onkeyup: (/** @type {KeyboardEvent} */ { key }) => {
      const { value, selectionStart } = this.field;
      if (CARET_KEYS.test(key)) this.choose(splitText(value.slice(0, selectionStart)).length);
    },
  });
  /** The characters of the mirror. @type {HTMLElement[]} */
  tiles = [];
  next = make("ol");
  tableBox = group("rc-attend-table", "The weights");
  allWeights = details("Every weight", this.tableBox);
  note = make("p", { id: this.id("note"), className: "rc-w-fault", role: "status" });
  actions = part("actions");
  arcs = part("arcs");
  loss = make("p", { className: "rc-attend-price", role: "status" });
  message = make("p", "rc-attend-said");
  costs = make("ol");
  memories = make("ol");
  verdict = make("p", "rc-attend-verdict");
  timeText = make("p", "rc-attend-timed");
  /** What is shown; null without the network. @type {Result|null} */
  result = null;
  /** Where characters of the network begin and end. @type {number[]|null} */
  span = null;
  triedHeads = new Set();
  /** By the heads that are unplugged. @type {Object<string, Reader>} */
  readers = {};

  /**
   * @param {HTMLElement} root
   * @param {Loading} model
   * @param {Facts & {rivals: *[][], initial: Result & Sizes}} facts
   */
  constructor(root, model, { text, rivals, ...about }) {
    super(root, model);
    this.about = about;
    this.first = text;
    /** @type {Rival[]} */
    this.rivals = rivals.map(([cell, gates, states, H, E]) => ({ cell, gates, states, H, E }));
    /** Signs; with the model their ids, and what is typed for an unknown one. @type {*[]} */
    this.tokens = [...text].map((char) => ({ char }));
    // 0 is the line break before the text
    this.at = this.tokens.length;
    /** @type {HeadToggle[][]} */
    this.toggles = about.initial.attention.map((block, n) =>
      block.map((_, k) => this.buildHead(n, k)),
    );
    /** @type {HeadToggle} */
    // The head that is drawn: at first, the one that looks farthest
    this.large = this.toggles[0][1];
    this.build(text);
    this.draw();
    this.setUp();
  }

  build(/** @type {string} */ text) {
    const typed = this.buildField(text);
    const expected = makeTitled("expected", "What comes next", this.next);
    const [heads, meters] = [this.buildHeads(), this.buildMeters()];
    this.allWeights.ontoggle = () => this.drawTable();
    this.observer = markScrollable([this.tableBox]);
    this.onceReady = [this.actions];
    dimWhenStale(heads, expected, meters, this.allWeights);
    this.root.classList.add("rc-attend");
    this.root.replaceChildren(
      part("typed", typed, expected),
      this.writtenText,
      this.range.row,
      heads,
      meters,
      this.allWeights,
      this.announcer.status,
    );
  }

  buildField(/** @type {string} */ text) {
    const { id } = this;
    this.field = this.typed.area;
    Object.assign(this.field, { value: text, maxLength: this.about.maxLength });
    const label = `Let it write ${this.about.writes} characters`;
    this.actions.append(button(label, () => this.write(), "rc-w-main"));
    return make(
      "div",
      "rc-w-field",
      make(
        "label",
        { htmlFor: id("text") },
        `Your text, up to ${this.about.maxLength} characters`,
      ),
      this.typed.editor,
      box("over", this.note, this.facts),
      this.loadError,
      this.loadButton.box,
      this.actions,
    );
  }

  buildHeads() {
    const blocks = this.toggles.map((block, n) => {
      const name = `Block ${n + 1}`;
      const list = make("ol", { "aria-label": name }, ...block.map(({ card }) => card));
      return fold(
        name,
        { group: this.id("block"), open: !n },
        makeTitle(name, " rc-w-named"),
        list,
      );
    });
    return make("div", {}, this.arcs, this.loss, part("heads", ...blocks), this.message);
  }

  buildHead(/** @type {number} */ n, /** @type {number} */ k) {
    const { input, row } = checkbox(`head-${n + 1}-${k + 1}`, "", () => this.ablateHeads());
    input.checked = true;
    const words = make("span", {}, "plugged in", srOnly(`: head ${k + 1} of block ${n + 1}`));
    // What the text costs more without this head alone
    const increase = make("b", {});
    row.append(words, increase);
    const top = make("p", "rc-attend-top");
    const name = make("p", "rc-attend-name", srOnly(`Block ${n + 1}, `), `head ${k + 1}`);
    const card = make("li", {}, name, top, row);
    const toggle = { input, words, increase, top, card, n, k, head: `blocks.${n}.${k}` };
    card.onpointerenter = input.onfocus = () => this.drawHead(toggle);
    return toggle;
  }

  buildMeters() {
    return details(
      "What this answer costs",
      part(
        "meters",
        makeTitled("meter", "Multiplications for this answer", this.costs),
        makeTitled("meter", "Numbers kept for the next one", this.memories),
      ),
      this.verdict,
      this.timeText,
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new Transformer(manifest, buffer);
    this.setHeads();
    const { blocks, heads, size } = this.model;
    const layout = `${pluralize(blocks, "block")} of ${pluralize(heads, "head")}`;
    return `${layout}, ${thousands(size)} weights`;
  }

  modelLoaded() {
    const atEnd = this.at === this.tokens.length;
    // With stand-ins it may be shorter
    this.readText();
    this.at = atEnd ? this.tokens.length : Math.min(this.at, this.tokens.length);
    this.draw();
  }

  // -- What the reader does

  readField() {
    this.span = null;
    this.writtenText.textContent = this.timeText.textContent = "";
    this.readText();
    this.at = this.tokens.length;
    this.draw();
    this.speak(1500);
  }

  /** Take the text as it stands. */
  readText() {
    if (!this.model) this.loadModel();
    this.tokens = this.model
      ? readTokens(this.field.value, this.model.idByCharacter)
      : [...this.field.value].map((char) => ({ char }));
    const { maxLength, window } = this.about;
    const unknown = [...new Set(this.tokens.flatMap(({ typed }) => typed ?? []))].join(" ");
    const words = unknown
      ? `The network knows ${this.model.V} characters. It reads “${STAND_IN}” in place of: ` +
        `${unknown}`
      : this.tokens.length >= maxLength
        ? `The page is full: ${maxLength} characters.`
        : this.tokens.length >= window
          ? `In training a text had ${window} characters: from further back nothing was ` +
            `learned.`
          : "";
    setText(this.note, words);
  }

  choose(/** @type {number} */ at) {
    if (at === this.at) return;
    this.at = at;
    this.typed.editor.scrollTop = this.tiles[at].offsetTop - 40;
    if (!this.model) this.loadModel();
    this.drawAttention();
    this.speak(600);
  }

  /** A head was unplugged or put back. */
  async ablateHeads() {
    this.markWaiting(true);
    await this.loadModel();
    if (!this.model) return;
    this.setHeads();
    this.drawAttention();
    this.speak(600);
  }

  /** Let the network run with the heads that are plugged in. */
  setHeads() {
    const off = this.toggles.flat().flatMap(({ input, head }) => (input.checked ? [] : [head]));
    for (const head of off) this.triedHeads.add(head);
    this.model.ablatedHeads = new Set(off);
  }

  /** What reads with the heads that are plugged in; of each choice of heads one is kept. */
  get reader() {
    return (this.readers[String([...this.model.ablatedHeads])] ??= new Reader(this.model));
  }

  /**
   * What a reader finds without these heads.
   * @template F
   * @param {string[]} off Their names.
   * @param {(reader: Reader) => F} find
   */
  readWithout(off, find) {
    const { ablatedHeads } = this.model;
    this.model.ablatedHeads = new Set(off);
    try {
      return find(this.reader);
    } finally {
      this.model.ablatedHeads = ablatedHeads;
    }
  }

  /**
   * Bits per character of the text, with the heads that are plugged in, and with all, in words;
   * and at each head that was tried what it costs alone.
   */
  showLossIncrease() {
    const ids = this.tokens.map(({ id }) => id);
    /** @type {(off: string[]) => number} */
    const meanBits = (off) =>
      this.readWithout(off, (reader) =>
        mean(/** @type {number[]} */ (reader.bitsPerCharacter(ids))),
      );
    const full = meanBits([]);
    for (const { head, words, increase } of this.toggles.flat()) {
      const more = this.triedHeads.has(head) && ids.length ? meanBits([head]) - full : null;
      increase.textContent =
        more === null ? "" : `${more < 0 ? "" : "+"}${fixed(more)}${NBSP}bits`;
      words.className = increase.textContent && "rc-w-sr-only";
    }
    if (!ids.length) return "";
    const off = [...this.model.ablatedHeads];
    if (!off.length) return `With all heads your text costs ${fixed(full)} bits per character.`;
    const [, n, k] = off[0].split(".");
    const every = off.length === this.toggles.flat().length ? "all " : "";
    const heads = off[1] ? `${every}${off.length} heads` : `head ${+k + 1} of block ${+n + 1}`;
    const bits = `${fixed(meanBits(off))} bits per character`;
    return `Without ${heads}: ${bits} (${fixed(full)} with all).`;
  }

  /** Let it write, in both ways. */
  write() {
    const prompt = [0, ...this.tokens.map(({ id }) => id)];
    const count = Math.min(this.about.writes, this.about.maxLength - this.tokens.length);
    if (count <= 0) {
      const limit = `more than ${this.about.maxLength} characters`;
      this.writtenText.textContent = `There is no room for ${limit}.`;
      return;
    }
    const state = this.reader.read(prompt.slice(1));
    // So that neither way is the first to run
    writeWithoutCache(this.model, prompt, 1);
    writeWithCache(this.model, state, 1);
    /**
     * @template F
     * @param {(model: Transformer, from: F, count: number) => {ids: number[]}} write
     * @param {F} from What it goes on from.
     */
    const measureRun = (write, from) => {
      const [begin, before] = [performance.now(), this.model.multiplied];
      const { ids } = write(this.model, from, count);
      return { ids, ms: performance.now() - begin, multiplied: this.model.multiplied - before };
    };
    const [uncached, cached] = [
      measureRun(writeWithoutCache, prompt),
      measureRun(writeWithCache, state),
    ];
    // What was read already
    uncached.multiplied -= withoutCache(prompt.length, this.model);
    const text = cached.ids.map((i) => this.model.characters[i]).join("");
    const from = this.tokens.length;
    this.field.value += text;
    this.readText();
    this.span = [from, this.tokens.length];
    this.at = this.tokens.length;
    /** @type {(cost: {multiplied: number, ms: number}) => string} */
    const describeCost = ({ multiplied, ms }) =>
      `${formatCount(multiplied)} multiplications, ${fixed(ms, 1)}${NBSP}ms`;
    const same = String(cached.ids) === String(uncached.ids);
    this.writtenText.textContent = `It wrote “${showSigns(text)}”.`;
    this.timeText.textContent =
      `To write “${showSigns(text)}”, with its cache: ${describeCost(cached)}. Without: ` +
      `${describeCost(uncached)}. ${same ? "Both ways write the same." : "The two ways differ!"}`;
    this.draw();
    this.typed.editor.scrollTop = this.typed.editor.scrollHeight;
  }

  recap() {
    return this.result ? this.describe(this.result) : "";
  }

  get stored() {
    const show = (/** @type {string} */ head) =>
      this.drawHead(this.toggles.flat().find((toggle) => toggle.head === head));
    return { large: [this.large.head, show] };
  }

  // -- What the reader sees

  get chars() {
    return [START, ...this.tokens.map(({ char }) => char)];
  }

  /** What there is to see; null without the network. @returns {Result|null} */
  compute() {
    if (this.model) {
      const ids = this.tokens.map(({ id }) => id);
      /** @type {(reader: Reader) => *} */
      const state = (reader) => reader.read(ids) && reader.states[this.at];
      const { attention, logits } = state(this.reader);
      const [probs, fullProbs] = [logits, this.readWithout([], state).logits].map((at) =>
        softmax(at),
      );
      return {
        attention,
        probs,
        next: ranking(probs)
          .slice(0, this.about.initial.next.length)
          .map((i) => [this.model.characters[i], probs[i], fullProbs[i]]),
      };
    }
    return this.field.value === this.first && this.at === this.tokens.length
      ? this.about.initial
      : null;
  }

  draw() {
    const { tokens } = this;
    const [from, to] = this.span ?? [];
    this.range.input.max = String(tokens.length);
    this.tiles = [showSigns(START), ...splitText(this.field.value)].map((char, place) => {
      const e = make("span", tokens[place - 1]?.typed ? "rc-attend-other" : "", char);
      e.classList.toggle("rc-attend-new", place > from && place <= to);
      return e;
    });
    // the last holds a last, empty line
    this.typed.mirror.replaceChildren(...this.tiles, "\u200b");
    this.drawAttention();
  }

  drawAttention() {
    this.result = this.compute();
    const { chars, at, result } = this;
    this.range.show(at);
    this.markWaiting(!result);
    if (!result) return this.highlight([]);
    const rows = result.attention.flat();
    this.toggles.flat().forEach(({ top, input }, i) => {
      top.textContent = input.checked ? describeStrongest(rows[i], chars) : "unplugged";
    });
    this.drawHead();
    this.drawNext(result);
    this.drawMeters();
    this.loss.textContent = this.model ? this.showLossIncrease() : "";
    this.message.textContent = this.describe(result);
    this.drawTable();
  }

  /**
   * Color characters by weights; the chosen one has an edge.
   * @param {ArrayLike<number>} row
   */
  highlight(row) {
    this.tiles.forEach((mark, s) => {
      mark.style.setProperty("--deep", colorDepth(row[s] ?? 0));
      mark.classList.toggle("rc-attend-lit", s < row.length && s <= this.at);
      mark.classList.toggle("rc-attend-here", s === this.at);
    });
  }

  /** One head large: its arcs, and its weights as colors of the text unless it is unplugged. */
  drawHead(toggle = this.large) {
    this.large = toggle;
    if (!this.result) return;
    const { card, n, k, input } = toggle;
    const row = this.result.attention[n][k];
    for (const other of this.toggles.flat())
      other.card.classList.toggle("rc-attend-large", other.card === card);
    const off = input.checked ? "" : ", unplugged: where it would look";
    this.arcs.classList.toggle("rc-attend-off", !input.checked);
    const title = makeTitle(`Block ${n + 1}, head ${k + 1}${off}`);
    this.arcs.replaceChildren(title, this.drawArcs(row));
    this.highlight(off ? [] : row);
  }

  /**
   * Dots for the last characters, letters where a head looks, and arcs to them from the chosen.
   * @param {number[]|Vector} row
   */
  drawArcs(row) {
    const { at, chars } = this;
    // The chosen one is at the right: a phone shows the right end
    const x = (/** @type {number} */ s) => WIDTH * (N_CHARS + s - at - 0.5);
    const first = Math.max(0, at + 1 - N_CHARS);
    return makeSvg(
      "svg",
      {
        viewBox: `0 0 ${WIDTH * N_CHARS + MARGIN} ${ARC_HEIGHT + 14}`,
        "aria-hidden": "true",
      },
      ...[...row].flatMap((weight, s) => {
        const [turn, top] = [
          s === at ? 2 * WIDTH : 0,
          ARC_HEIGHT - Math.min(ARC_HEIGHT + 8, 36 + 3 * (at - s)),
        ];
        return weight < MIN_WEIGHT
          ? []
          : [
              makeSvg("path", {
                "stroke-width": fixed(7 * weight, 1),
                d:
                  `M${x(at)} ${ARC_HEIGHT}C${x(at) + turn} ${top} ${x(s) - turn} ${top} ${x(s)} ` +
                  `${ARC_HEIGHT}`,
              }),
            ];
      }),
      ...chars.slice(first, at + 1).map((char, n) => {
        const s = first + n;
        const named = s === at || row[s] >= NAMED;
        const sign = named ? showSigns(char) : first && !n ? "…" : "·";
        return makeSvg("text", { x: x(s), y: ARC_HEIGHT + 11 }, sign);
      }),
    );
  }

  /**
   * A name, a bar and a number, and a tick where the bar would end with all heads. A bar may be
   * longer than there is room for.
   * @param {(string|Node)[]} words
   * @param {number} share
   * @param {string} shown
   * @param {string} [className]
   * @param {number} [full]
   */
  makeRow(words, share, shown, className = "", full = undefined) {
    const tick = full !== undefined && this.model.ablatedHeads.size > 0;
    return make(
      "li",
      `rc-attend-row ${className}${share > 1 ? " rc-attend-over" : ""}`,
      make("span", {}, ...words),
      make(
        "span",
        { className: "rc-w-track", "aria-hidden": "true" },
        make("i", { className: "rc-w-chance", style: `--size: ${Math.min(share, 1).toFixed(4)}` }),
        tick ? make("i", { className: "rc-attend-tick", style: `--size: ${fixed(full, 4)}` }) : "",
      ),
      make("span", "rc-w-number", shown),
      tick ? srOnly(`, with all heads ${percent(full)}`) : "",
    );
  }

  drawNext(/** @type {Result} */ { next }) {
    this.next.replaceChildren(
      ...next.map(([char, p, full]) =>
        this.makeRow(
          NAMES[char]
            ? [make("kbd", { "aria-hidden": "true" }, showSigns(char)), srOnly(NAMES[char])]
            : [make("kbd", {}, char)],
          p,
          percent(p),
          "rc-attend-char",
          full,
        ),
      ),
    );
  }

  drawMeters() {
    const { rivals } = this;
    const { maxLength } = this.about;
    const sizes = this.model ?? this.about.initial;
    const T = this.at + 1;
    const [cached, uncached] = [withCache(T, sizes), withoutCache(T, sizes)];
    const [maxCost, maxSize] = [withCache(maxLength + 1, sizes), cacheSize(maxLength + 1, sizes)];
    const cost = (/** @type {Rival} */ rival) => recurrentCost(rival, sizes.V);
    /** @type {(words: string, n: number, end: number, format?: typeof thousands) => Node} */
    const ownBar = (words, n, end, format = thousands) =>
      this.makeRow([words], n / end, format(n), "rc-attend-own");
    /** @type {(n: (rival: Rival) => number, end: number) => Node[]} */
    const rivalBars = (n, end) =>
      rivals.map((rival) =>
        this.makeRow(
          [`${rival.cell.toUpperCase()} of ${rival.H}`],
          n(rival) / end,
          thousands(n(rival)),
        ),
      );
    this.costs.replaceChildren(
      ownBar("with cache", cached, maxCost),
      ownBar("no cache", uncached, maxCost, formatCount),
      ...rivalBars(cost, maxCost),
    );
    this.memories.replaceChildren(
      ownBar("cache", cacheSize(T, sizes), maxSize),
      ownBar("the text", T, maxSize),
      ...rivalBars(({ states, H }) => states * H, maxSize),
    );
    const times = uncached / cached;
    const crossings = rivals.map(
      (rival) => `${crossoverLength(cost(rival), sizes)} (${rival.cell.toUpperCase()})`,
    );
    this.verdict.textContent =
      `${pluralize(T, "character")} read, the line break before the text included. Without a ` +
      `cache: ${times < 9.95 ? fixed(times, 1) : Math.round(times)} times the multiplications. ` +
      `With it, each character adds ${2 * sizes.blocks * sizes.H}; a recurrent step stays as it ` +
      `is: from character ${crossings.join(" or ")} on it is the cheaper one. Counted are ` +
      "products of matrices and vectors.";
  }

  /** Where the chosen character looks, and what is expected, in words. @param {Result} result */
  describe(result) {
    const { chars, at } = this;
    const sharpest = result.attention.flatMap((rows, n) => {
      const on = [...rows.keys()].filter((k) => this.toggles[n][k].input.checked);
      const k = on[argmax(on.map((head) => Math.max(...rows[head])))];
      return on.length
        ? `block ${n + 1}, head ${k + 1}: ${describeStrongest(rows[k], chars)}`
        : /** @type {string[]} */ ([]);
    });
    const looks = sharpest.length
      ? `the sharpest ${sharpest[1] ? "looks are" : "look is"} ${sharpest.join("; ")}`
      : "no head looks anywhere";
    const [char, p] = result.next[0];
    const next =
      at + 1 < chars.length && result.probs
        ? ` Your text goes on with ${nameCharacter(chars[at + 1])} ` +
          `(${percent(result.probs[this.tokens[at].id])}).`
        : "";
    const origin = at
      ? `${nameCharacter(chars[at])}, character ${at},`
      : "the line break before the text";
    const expected = `${nameCharacter(char)} (${percent(p)})`;
    return `From ${origin} ${looks}. Next it expects ${expected}.${next}`;
  }

  drawTable() {
    if (!this.allWeights.open || !this.result) return;
    /** @type {[string, ArrayLike<number>][]} */
    const columns = this.result.attention.flatMap((rows, n) =>
      rows.map((row, k) => [`${n + 1}.${k + 1}`, row]),
    );
    this.tableBox.replaceChildren(
      numberTable(
        ["Rows: characters looked at. Columns: block and head."],
        columns.map(([head]) => head),
        this.chars.slice(0, this.at + 1).map((char, s) => `${s}. ${showSigns(char)}`),
        (s, k) => heatCell(Math.sqrt(columns[k][1][s]), fixed(columns[k][1][s])),
      ),
    );
  }
}

/** How deep a weight colors: by its root, so that small ones show. @param {number} weight */
function colorDepth(weight) {
  return `${Math.round(100 * Math.sqrt(weight))}%`;
}

export default defineWidget(
  "live-attention",
  (root, facts) => {
    const number = (/** @type {string} */ key) => +facts.get(key);
    return new AttentionView(root, loadNetwork(facts), {
      text: facts.get("text"),
      maxLength: number("max"),
      writes: number("writes"),
      window: number("window"),
      rivals: facts.parse("rivals"),
      initial: facts.parse("initial"),
    });
  },
  "Unplug one head at a time. Which costs your text the most, and does it look anywhere useful?",
);
