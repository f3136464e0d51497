// A number is translated, and the tree of the beam search is drawn: what was kept in each step,
// and what died.

import { button, choice, fold, slider, textField } from "../../viz/live/controls.mjs";
import {
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
  silence,
  thousands,
} from "../../viz/live/core.mjs";
import { picture } from "../../viz/live/drawing.mjs";
import { showFault } from "../../viz/live/fields.mjs";
import { ModelView } from "../../viz/live/model_view.mjs";
import { loadNetwork } from "../../viz/live/numbers.mjs";
import { parseWholeNumber, spellGerman } from "../../viz/live/numerals.mjs";
import { decodeGreedily, searchBeam, Translator } from "../../viz/live/translation.mjs";

/** @import { Loading, Manifest } from "../../viz/live/numbers.mjs" */
/** @import { BeamResult } from "../../viz/live/translation.mjs" */

/**
 * @typedef {{t: number, place: number, parent: TreeNode|null, symbol: number, total: number,
 *   ended: boolean, nContinuations: number, ids: number[], best?: boolean, greedy?: boolean,
 *   died?: boolean}} TreeNode A hypothesis.
 */
/** @typedef {ReturnType<typeof searchGraph>} Graph */

const MAX_WIDTH = 5;
const MAX_DIGITS = 6; // training had five
const [COLUMN, ROW, NODE, HEAD] = [6.6, 2.9, 5.7, 1.6]; // em of the tree
const START = { t: -1, place: 0 }; // the number that is read, before the first step

const part = boxes("rc-beam-");
const groupDigits = (/** @type {string} */ digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
const formatLog = (/** @type {number} */ total) => fixed(total, total > -0.095 ? 3 : 2);

/**
 * All that is shown of a search: nodes by step, with what became of each; the best; what greedy
 * writes.
 * @param {BeamResult["steps"]} steps
 * @param {{ids: number[], total: number}} greedyResult
 * @param {string[]} targets
 */
export function searchGraph(steps, greedyResult, targets) {
  /** @type {TreeNode[][]} */
  const nodes = [];
  steps.forEach((beams, t) =>
    nodes.push(
      beams.map(({ symbol, from, total, ended }, place) => {
        const parent = t ? nodes[t - 1][from] : null;
        if (parent) parent.nContinuations += 1;
        const ids = [...(parent?.ids ?? []), symbol];
        return { t, place, parent, symbol, total, ended, nContinuations: 0, ids };
      }),
    ),
  );
  const allNodes = nodes.flat();
  const ended = allNodes.filter((node) => node.ended);
  const lastStep = nodes.length - 1;
  const best = [...(ended.length ? ended : nodes[lastStep])].sort((a, b) => b.total - a.total)[0];
  for (let node = /** @type {TreeNode|null} */ (best); node; node = node.parent) node.best = true;
  const endId = targets.indexOf("<end>");
  const symbols = [...greedyResult.ids, endId];
  for (const node of allNodes) node.greedy = node.ids.every((id, i) => id === symbols[i]);
  for (const node of allNodes)
    node.died = !node.ended && !node.nContinuations && node.t < lastStep;
  const words = (/** @type {number[]} */ ids) =>
    ids.filter((id) => id !== endId).map((id) => targets[id]);
  return { nodes, best, greedyResult, words };
}

/** What became of a hypothesis, in words. @type {(node: TreeNode, graph: Graph) => string} */
export function describeOutcome(node, { nodes, best }) {
  if (node.ended)
    return node === best ? "ended; the best of all" : "ended; a likelier text was found";
  if (node.t === nodes.length - 1)
    return best.ended ? "given up: it cannot be the best" : "cut off";
  return node.died
    ? "died: no continuation was kept"
    : `goes on: ${pluralize(node.nContinuations, "continuation")} kept`;
}

// ---- The tree ----------------------------------------------------------------------------------

const findLeft = (/** @type {number} */ t) => COLUMN * (t + 1);
/** @type {(node: TreeNode, outcomes: ("best"|"greedy"|"died"|"ended")[]) => string} */
const listClasses = (node, outcomes) =>
  outcomes
    .filter((outcome) => node[outcome])
    .map((outcome) => `rc-beam-${outcome}`)
    .join(" ");

/** A line from a hypothesis to one that goes on with it. @param {TreeNode} node */
function drawLink(node) {
  const parent = node.parent ?? START;
  const [x, a] = [findLeft(parent.t) + NODE, findLeft(node.t)];
  const [y, b] = [parent, node].map(({ place }) => HEAD + ROW * (place + 0.45));
  const bend = (x + a) / 2;
  return makeSvg("path", {
    d: `M${x} ${y}C${bend} ${y} ${bend} ${b} ${a} ${b}`,
    class: `rc-beam-link ${listClasses(node, ["best", "greedy", "died"])}`,
  });
}

/**
 * A box at its step and its place.
 * @param {{t: number, place: number}} node
 * @param {string} classNames
 * @param {...(string|Node)} children
 */
const makeBox = ({ t, place }, classNames, ...children) =>
  make(
    "div",
    {
      className: `rc-beam-node ${classNames}`,
      style: `left: ${findLeft(t)}em; top: ${(HEAD + ROW * place).toFixed(2)}em; width: ${NODE}em`,
    },
    ...children,
  );

// ---- The interface -----------------------------------------------------------------------------

class BeamView extends ModelView {
  /** The step that is looked at; null: the last. @type {number|null} */
  at = null;
  note = make("p", "rc-beam-note");
  answers = make("ol", "rc-beam-answers");
  stage = part("stage");
  treeBox = group("rc-beam-scroll", "The tree, told below", this.stage);
  /** @type {HTMLElement[]} */
  stepHeads = [];
  stepMessage = make("p", "rc-beam-said");
  table = make("table");
  tableBox = group("rc-beam-table", "What is kept", this.table);
  id = makeIds();
  stepSlider = slider(this.id("step"), "Look at a step", {
    min: 1,
    words: (at) => `step ${at} of ${this.result.nodes.length}`,
    onValue: (at) => {
      this.at = at;
      this.drawStep();
      this.scrollToStep();
      this.speak(500);
    },
  });

  /** @param {HTMLElement} root @param {Loading} model @param {Object<string, *>} facts */
  constructor(root, model, { number, width, examples, initial, ...about }) {
    super(root, model);
    this.about = about;
    this.first = [number, width];
    this.digits = number;
    this.width = width;
    this.initial = this.readInitial(initial);
    this.result = this.initial;
    const { field, fault, row } = textField(this.id, "number", "A whole number, in digits", {
      value: groupDigits(number),
      inputMode: "numeric",
      maxLength: 40,
      oninput: () => this.readField(),
    });
    this.field = field;
    this.fault = fault;
    this.build(row, examples);
    this.draw();
    this.setUp();
  }

  /**
   * What was found of the first number, of `trace_search` in beam_widget.py.
   * @param {{greedy: [number[], number], steps: [number, number, number, number][][]}} initial
   */
  readInitial({ greedy: [ids, total], steps }) {
    const read = steps.map((beams) =>
      beams.map(([symbol, from, sum, ended]) => ({ symbol, from, total: sum, ended: !!ended })),
    );
    const graph = searchGraph(read, { ids, total }, this.about.targets);
    return { ...graph, endReason: "best", digits: this.digits };
  }

  /** @param {Node} row Of the field. @param {Object<string, number>} examples By their words. */
  build(row, examples) {
    const exampleButtons = part(
      "tries",
      make("span", {}, "Or try one that it never saw:"),
      ...Object.entries(examples).map(([words, number]) =>
        button(`${groupDigits(String(number))}: ${words}`, () => this.enterNumber(String(number))),
      ),
    );
    const widths = choice(
      "Hypotheses that go on (width)",
      this.id("width"),
      Array.from({ length: MAX_WIDTH }, (_, k) => [
        String(k + 1),
        k ? String(k + 1) : "1, greedy",
      ]),
      String(this.width),
      (value) => {
        this.width = +value;
        this.at = null;
        this.draw();
        this.speak(300);
      },
    );
    dimWhenStale(this.answers, this.treeBox, this.stepMessage, this.tableBox);
    this.onceReady = [widths, exampleButtons];
    this.observer = markScrollable([this.treeBox, this.tableBox]);
    this.root.classList.add("rc-beam");
    this.root.replaceChildren(
      part("settings", row, widths),
      exampleButtons,
      this.fault,
      this.note,
      this.loadError,
      this.loadButton.box,
      this.answers,
      this.treeBox,
      this.stepSlider.row,
      this.stepMessage,
      fold("How to read it", {}, this.makeKey()),
      fold("What is kept in this step", {}, this.tableBox),
      this.facts,
      this.announcer.status,
    );
  }

  /** What the marks of the tree mean. */
  makeKey() {
    return make(
      "p",
      "rc-w-legend",
      make("b", "rc-beam-best", "★ best"),
      " the text that is returned · ",
      make("b", "rc-beam-greedy", "G"),
      " what greedy decoding writes · ",
      make("b", "rc-beam-died", "✕"),
      " died: none of its continuations was kept · ",
      make("b", {}, "■"),
      " ended: kept apart",
    );
  }

  receive(/** @type {Manifest} */ manifest, /** @type {ArrayBuffer} */ buffer) {
    this.model = new Translator(manifest, buffer);
    return (
      `Two GRUs, ${thousands(this.model.size)} weights: right for ${this.about.exact}${NBSP}% ` +
      `of unseen numbers`
    );
  }

  // -- What the reader does

  enterNumber(/** @type {string} */ digits) {
    this.field.value = groupDigits(digits);
    this.readField();
  }

  readField() {
    const digits = parseWholeNumber(this.field.value);
    const fault =
      digits.length > MAX_DIGITS
        ? `At most ${MAX_DIGITS} digits fit here; the network was trained on five.`
        : digits
          ? ""
          : "Type a whole number from 0 to 99,999 in digits, such as 70,016.";
    if (!fault && digits !== this.digits) {
      this.digits = digits;
      this.at = null;
      if (!this.model) this.loadModel();
      this.draw();
      this.speak(1200);
    }
    const { digits: shown } = this.result;
    showFault(this.field, this.fault, fault, {
      stale: digits !== shown,
      shown: groupDigits(shown),
    });
  }

  // -- What the reader sees

  search() {
    const { digits, width, model } = this;
    const { maxLength, sources } = this.about;
    if (!model) return digits === this.first[0] && width === this.first[1] ? this.initial : null;
    const begin = model.initialState([...digits].map((digit) => sources.indexOf(digit)));
    const { steps, endReason } = searchBeam(model, begin, { beamSize: width, maxLength });
    const greedy = decodeGreedily(model, begin, maxLength);
    return { ...searchGraph(steps, greedy, model.targets), endReason };
  }

  draw() {
    const result = this.search();
    const note =
      this.digits.length > 5
        ? "No number of six digits was in the training: expect mistakes."
        : "";
    setText(this.note, note);
    if (!result) return; // the model is on its way
    this.result = { ...result, digits: this.digits };
    this.drawAnswers();
    this.drawTree();
    this.stepSlider.input.max = String(this.result.nodes.length);
    this.drawStep();
  }

  drawAnswers() {
    const { width } = this;
    const { best, greedyResult, words } = this.result;
    const correctWords = spellGerman(+this.digits);
    /** @type {(name: string, text: string[], total: number|null) => HTMLElement} */
    const row = (name, text, total) => {
      const isCorrect = text.join(" ") === correctWords.join(" ");
      return make(
        "li",
        {},
        make("b", {}, name),
        make("span", { lang: "de", className: "rc-beam-text" }, text.join(" ") || "(nothing)"),
        total === null
          ? ""
          : make(
              "span",
              "rc-beam-score",
              `ln p = ${formatLog(total)}, p = ${percent(Math.exp(total))}, `,
              make(
                "span",
                { className: isCorrect ? "rc-beam-right" : "rc-beam-wrong" },
                isCorrect ? "right ✓" : "wrong ✕",
              ),
            ),
      );
    };
    this.answers.replaceChildren(
      row("Greedy", words(greedyResult.ids), greedyResult.total),
      row(width > 1 ? `Beam of ${width}` : "Beam of 1, the same", words(best.ids), best.total),
      row("Right is", correctWords, null),
    );
  }

  drawTree() {
    const { nodes: nodesByStep, best } = this.result;
    const lastStep = nodesByStep.length - 1; // what is given up there is in the table alone
    const nodes = nodesByStep.map((beams, t) =>
      beams.filter((node) => t < lastStep || node.ended || !best.ended),
    );
    const width = findLeft(nodes.length);
    const height = HEAD + ROW * Math.max(...nodes.map((beams) => beams.length));
    const drawing = picture("", width, height, ...nodes.flat().map(drawLink));
    drawing.style = `width: ${width}em; height: ${height}em`;
    this.stage.style = `width: ${width - COLUMN + NODE}em; height: ${height}em`;
    silence(this.stage); // the table below says it
    this.stepHeads = nodes.map((_, t) =>
      make(
        "div",
        {
          className: "rc-beam-head",
          style: `left: ${findLeft(t)}em; width: ${NODE}em`,
          onclick: () => this.chooseStep(t),
        },
        `step ${t + 1}`,
      ),
    );
    this.stage.replaceChildren(
      drawing,
      ...this.stepHeads,
      makeBox(START, "rc-beam-start", make("b", {}, groupDigits(this.digits))),
      ...nodes.flat().map((node) => this.makeNode(node)),
    );
  }

  /**
   * A hypothesis: the word that it adds, ln p of all, and signs of what became of it.
   * @param {TreeNode} node
   */
  makeNode(node) {
    const signs = [node === this.result.best && "★", node.greedy && "G", node.died && "✕"]
      .filter(Boolean)
      .join(NBSP);
    const nodeBox = makeBox(
      node,
      listClasses(node, ["best", "greedy", "died", "ended"]),
      make("b", {}, node.ended ? "■ end" : this.about.targets[node.symbol]),
      make("small", {}, formatLog(node.total), signs ? ` ${signs}` : ""),
    );
    nodeBox.title =
      `${this.result.words(node.ids).join(" ")}${node.ended ? ", ended" : " …"}: ` +
      `${describeOutcome(node, this.result)}`;
    nodeBox.onclick = () => this.chooseStep(node.t);
    return nodeBox;
  }

  chooseStep(/** @type {number} */ t) {
    this.at = t + 1;
    this.drawStep();
  }

  drawStep() {
    const { nodes } = this.result;
    const at = this.at ?? nodes.length;
    this.stepSlider.show(at);
    this.stepHeads.forEach((head, t) => head.classList.toggle("rc-beam-here", t === at - 1));
    this.stepMessage.textContent = this.describeStep(at);
    const heads = ["written so far", "ln p", "what became of it"];
    this.table.replaceChildren(
      make("caption", {}, `Kept in step ${at}, likeliest first`),
      make(
        "thead",
        {},
        make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head))),
      ),
      make("tbody", {}, ...nodes[at - 1].map((node) => this.makeRow(node))),
    );
  }

  makeRow(/** @type {TreeNode} */ node) {
    const text = this.result.words(node.ids).join(" ") || "(nothing)";
    return make(
      "tr",
      { className: node.best ? "rc-beam-row" : "" },
      make(
        "td",
        { lang: "de" },
        `${text}${node.ended ? " ■" : " …"}`,
        node.greedy ? " (greedy)" : "",
      ),
      make("td", {}, formatLog(node.total)),
      make("td", {}, describeOutcome(node, this.result)),
    );
  }

  /** How many hypotheses a step began with, tried and kept. @param {number} at */
  describeStep(at) {
    const { nodes } = this.result;
    const nKinds = this.about.targets.length;
    const nParents = at === 1 ? 1 : nodes[at - 2].filter(({ ended }) => !ended).length;
    const nEnded = nodes[at - 1].filter(({ ended }) => ended).length;
    return (
      `Step ${at} of ${nodes.length}: ` +
      `${nParents === 1 ? "1 hypothesis" : `${nParents} hypotheses`} with ` +
      `${nKinds} continuations each, ${nParents * nKinds} candidates; ` +
      `${nodes[at - 1].length - nEnded} go on${nEnded ? `, ${nEnded} ended` : ""}.` +
      `${at === nodes.length ? this.describeEnd() : ""}`
    );
  }

  /** Why no step follows the last one. */
  describeEnd() {
    if (!this.result.best.ended) return " Here the search was cut off.";
    if (this.width === 1) return " Greedy decoding stops with the first end.";
    if (this.result.endReason !== "best") return "";
    return " The search is over: no other can overtake the best, as ln p only falls.";
  }

  /** Bring the step that is looked at into view, within its box. */
  scrollToStep() {
    const head = this.stepHeads[(this.at ?? this.stepHeads.length) - 1];
    this.treeBox.scrollLeft = head.offsetLeft - this.treeBox.clientWidth / 2;
  }

  /** Where things stand, in words. */
  recap() {
    const { best, greedyResult, words } = this.result;
    const isSame = words(best.ids).join(" ") === words(greedyResult.ids).join(" ");
    const isRight = words(best.ids).join(" ") === spellGerman(+this.digits).join(" ");
    return (
      `${groupDigits(this.digits)}: the best is ${words(best.ids).join(" ")}, which is ` +
      `${isRight ? "right" : "wrong"}; greedy writes ` +
      `${isSame ? "the same" : words(greedyResult.ids).join(" ")}. ${this.stepMessage.textContent}`
    );
  }
}

export default defineWidget(
  "live-beam",
  (root, facts) =>
    new BeamView(root, loadNetwork(facts), {
      number: String(facts.get("number")),
      width: +facts.get("width"),
      maxLength: +facts.get("max"),
      exact: facts.get("exact"),
      sources: facts.parse("sources"),
      targets: facts.parse("targets"),
      examples: facts.parse("examples"),
      initial: facts.parse("initial"),
    }),
  "Try the number where both are wrong: does the beam miss the right text, or find it and " +
    "prefer another?",
);
