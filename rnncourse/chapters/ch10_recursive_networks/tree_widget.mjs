// The tree of an expression: the value of every part, what a network answers there, and where it
// goes wrong.
//
// First the numbers, which need no page (Node.js tests them against the package), then the
// interface.

import { button, choice, details } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  dimWhenStale,
  group,
  make,
  makeIds,
  makeSvg,
  markScrollable,
  percent,
  pluralize,
  setText,
  srOnly,
  thousands,
} from "../../viz/live/core.mjs";
import { makeOutcome, reachOnly } from "../../viz/live/dragging.mjs";
import { legend } from "../../viz/live/drawing.mjs";
import { checkedField, showFault } from "../../viz/live/fields.mjs";
import { describeReading } from "../../viz/live/input_parsing.mjs";
import { argmax, softmax } from "../../viz/live/numbers.mjs";
import { plainDigits } from "../../viz/live/numerals.mjs";
import { numberTable } from "../../viz/live/table.mjs";
import { join, mean } from "../../viz/live/vectors.mjs";

/** @typedef {"leaf"|"right"|"lucky"|"wrong"|"carried"} State */
/**
 * @typedef {{symbol: string, left: number, right: number, height: number, from: number,
 *   to: number, x: number}} Part A node of the tree, see `parseExpression`.
 */
/**
 * @typedef {Part & {value: number, guess: number, probabilities?: number[],
 *   state: State}} TreeNode One with what `evaluate` says; a leaf has no probabilities.
 */
/** @typedef {Object<string, {shape: number[], scale: number, data: string}>} PackedWeights */
/** @typedef {Object<string, Float64Array[]>} Weights By name, as lists of rows. */
/** @typedef {Object<string, {weights: PackedWeights, updates: number}>} Networks By name. */
/** @typedef {{text: string, network: string, networks: Networks}} TreeSettings */

// ---- Numbers -----------------------------------------------------------------------------------

const BASE = 5;
const MAX_NUMBERS = 64;
/** @type {Object<string, number>} */
const PRECEDENCE = { "+": 1, "-": 1, "*": 2 };
/** Of numbers, or of whole numbers of any size. @type {Object<string, (a: *, b: *) => *>} */
const OPERATIONS = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b };
const VOCABULARY = "01234+-*()";
/** @type {Object<string, string>} */
const SYNONYMS = { "−": "-", "–": "-", "×": "*", x: "*", "·": "*", "∗": "*", "[": "(", "]": ")" };

/**
 * What is read of what is typed: the characters that the network knows, and division, which is a
 * fault; a digit modulo 5. And a note, where more than spaces and signs are others.
 * @type {(typed: string) => {read: string, note: string}}
 */
export function readExpression(typed) {
  const characters = [...plainDigits(typed).toLowerCase().replace(/\s/g, "")].map(
    (c) => SYNONYMS[c] ?? c,
  );
  const ignored = characters.filter((c) => !/[-\d+*()/÷%]/.test(c));
  const expression = characters
    .filter((c) => !ignored.includes(c))
    .map((c) => (+c >= BASE ? +c % BASE : c))
    .join("");
  const moduloNote = characters.some((c) => +c >= BASE) ? "modulo 5" : "";
  return {
    read: expression,
    note: ignored.length || moduloNote ? describeReading(expression, ignored, moduloNote) : "",
  };
}

/** What an expression still needs, as a sentence, or nothing. @type {(text: string) => string} */
export function findMissing(text) {
  const nOpen = countCharacter(text, "(") - countCharacter(text, ")");
  if (/[-+*(]$/.test(text)) return "A number is to follow.";
  if (nOpen > 0) return `“${")".repeat(nOpen)}” is to follow.`;
  return /^\d$/.test(text) ? "An operator is to follow." : "";
}

/**
 * The first thing that is wrong with an expression, as a sentence, or nothing.
 * @type {(text: string) => string}
 */
export function findFault(text) {
  const openPlaces = [];
  let followsOperand = false; // whether the character before ends a part
  let nNumbers = 0;
  if (!text) return "Type an expression, for instance 2*(3+4)-1.";
  for (const [index, c] of [...text].entries()) {
    const place = `Character ${index + 1}`;
    if (c === "/" || c === "÷" || c === "%")
      return `${place}: the network knows no division, only +, - and *.`;
    if (/\d/.test(c)) {
      if (followsOperand)
        return (
          `${place}: between two numbers there has to be an operator, and a number has ` +
          `one digit.`
        );
      nNumbers += 1;
      followsOperand = true;
    } else if (c === "(") {
      if (followsOperand) return `${place}: an operator is missing before this parenthesis.`;
      openPlaces.push(index + 1);
    } else if (c === ")") {
      if (!openPlaces.length) return `${place}: this parenthesis closes nothing.`;
      if (!followsOperand) return `${place}: before this parenthesis a number is missing.`;
      openPlaces.pop();
    } else {
      if (!followsOperand && c !== "*")
        return `${place}: numbers have no sign here; for a negative one write (0-1).`;
      if (!followsOperand) return `${place}: before this ${c} a number is missing.`;
      followsOperand = false;
    }
  }
  if (!followsOperand) return "At the end a number is missing.";
  if (openPlaces.length)
    return `The parenthesis at character ${openPlaces.at(-1)} is never closed.`;
  if (nNumbers < 2) return "A single number is a leaf: add an operator and another number.";
  return nNumbers > MAX_NUMBERS
    ? `These are ${nNumbers} numbers; here is room for ${MAX_NUMBERS}.`
    : "";
}

/**
 * The tree of a right expression: nodes, children before parents, the root last. Each has its
 * symbol, its children's places (-1 for none), its height, the part of the text that it is, and
 * the place of its middle, in leaves.
 * @type {(text: string) => Part[]}
 */
export function parseExpression(text) {
  /** @type {Part[]} */
  const nodes = [];
  let [index, nLeaves] = [0, 0];
  const add = (/** @type {Part} */ node) => nodes.push(node) - 1;
  /** @type {() => number} */
  const parsePart = () => {
    const start = index;
    if (text[index] !== "(") {
      index += 1;
      const leaf = { left: -1, right: -1, height: 0, x: nLeaves++ };
      return add({ symbol: text[start], ...leaf, from: start, to: index });
    }
    index += 1;
    const inner = parseSum(1);
    index += 1;
    Object.assign(nodes[inner], { from: start, to: index });
    return inner;
  };
  /** @type {(minPrecedence: number) => number} */
  const parseSum = (minPrecedence) => {
    let left = parsePart();
    while (index < text.length && PRECEDENCE[text[index]] >= minPrecedence) {
      const symbol = text[index];
      index += 1;
      const right = parseSum(PRECEDENCE[symbol] + 1);
      const [a, b] = [nodes[left], nodes[right]];
      const height = 1 + Math.max(a.height, b.height);
      left = add({ symbol, left, right, height, from: a.from, to: b.to, x: (a.x + b.x) / 2 });
    }
    return left;
  };
  parseSum(1);
  return nodes;
}

/**
 * The weights of a network: whole numbers from -127 to 127, times a scale, as lists of rows.
 * @type {(packed: PackedWeights) => Weights}
 */
export function unpackWeights(packed) {
  /** @param {PackedWeights[string]} matrix */
  const unpackRows = ({ shape: [rows, columns], scale, data }) => {
    const numbers = Float64Array.from(
      Int8Array.from(atob(data), (c) => c.charCodeAt(0)),
      (byte) => byte * scale,
    );
    return Array.from({ length: rows }, (_, i) => numbers.slice(i * columns, (i + 1) * columns));
  };
  return Object.fromEntries(
    Object.entries(packed).map(([name, matrix]) => [name, unpackRows(matrix)]),
  );
}

/** b + x W. @type {(x: Float64Array, W: Float64Array[], b: Float64Array[]) => Float64Array} */
function applyLayer(x, W, [b]) {
  const y = Float64Array.from(b);
  x.forEach((v, i) =>
    W[i].forEach((w, j) => {
      y[j] += v * w;
    }),
  );
  return y;
}

/**
 * h = norm(relu([h_l h_r x] W + b) W_2 + b_2), as `TreeNetworks.compose` with the cell "two".
 * @type {(left: Float64Array, right: Float64Array, x: Float64Array, weights: Weights) =>
 *   Float64Array}
 */
export function compose(left, right, x, { W, b, W_2, b_2 }) {
  const a = applyLayer(join(left, right, x), W, b).map((v) => Math.max(v, 0));
  const h = applyLayer(a, W_2, b_2);
  const middle = mean(h);
  const variance = mean(h.map((v) => (v - middle) ** 2));
  return h.map((v) => (v - middle) / Math.sqrt(variance + 1e-5));
}

/**
 * What is right and what a network says at every node of an expression. state: "leaf"; "right";
 * "lucky", right though a child is wrong; "wrong", the first one on its way: all children are
 * right; "carried", wrong as a child is.
 * @type {(text: string, w: Weights) => TreeNode[]}
 */
export function evaluate(text, w) {
  /** @type {Float64Array[]} */
  const states = [];
  /** @type {TreeNode[]} */
  const nodes = [];
  for (const node of parseExpression(text)) {
    const x = w.E[VOCABULARY.indexOf(node.symbol)];
    if (node.left < 0) {
      states.push(x);
      const value = +node.symbol;
      nodes.push({ ...node, value, guess: value, state: "leaf" });
      continue;
    }
    const [a, b] = [nodes[node.left], nodes[node.right]];
    const h = compose(states[node.left], states[node.right], x, w);
    states.push(h);
    const probabilities = Array.from(softmax(applyLayer(h, w.W_y, w.b_y)));
    const value = ((OPERATIONS[node.symbol](a.value, b.value) % BASE) + BASE) % BASE;
    const guess = argmax(probabilities);
    const [isBelowError, isCorrect] = [
      [a, b].some(({ state }) => state === "wrong" || state === "carried"),
      guess === value,
    ];
    nodes.push({
      ...node,
      value,
      guess,
      probabilities,
      state: isCorrect ? (isBelowError ? "lucky" : "right") : isBelowError ? "carried" : "wrong",
    });
  }
  return nodes;
}

/** The whole value, of whole numbers of any size. @type {(text: string) => bigint} */
export function computeValue(text) {
  /** @type {bigint[]} */
  const values = [];
  for (const { symbol, left, right } of parseExpression(text))
    values.push(left < 0 ? BigInt(symbol) : OPERATIONS[symbol](values[left], values[right]));
  return values[values.length - 1];
}

/** A part of an expression, shortened where it is long. @type {(words: string) => string} */
export const shorten = (words) =>
  words.length > 24 ? `${words.slice(0, 11)} … ${words.slice(-11)}` : words;

/** A part of an expression. @type {(text: string, part: Part) => string} */
const slicePart = (text, { from, to }) => text.slice(from, to);

/** What is to be seen, in sentences. @type {(text: string, nodes: TreeNode[]) => string} */
export function describe(text, nodes) {
  const [root, value] = [nodes[nodes.length - 1], computeValue(text)];
  const exact = String(value).replace("-", "−");
  const valueSentence =
    exact.length > 12
      ? `The value is ${root.value} modulo 5.`
      : value >= 0n && value < 5n
        ? `The value is ${exact}.`
        : `The value is ${exact}, which is ${root.value} modulo 5.`;
  const inner = nodes.filter(({ left }) => left >= 0);
  const withState = (/** @type {string} */ state) => inner.filter((node) => node.state === state);
  const [nWrong, nCarried, nLucky] = ["wrong", "carried", "lucky"].map(
    (state) => withState(state).length,
  );
  const wrongClause = root.guess === root.value ? "" : ", which is wrong";
  const verdict = `The network says ${root.guess}${wrongClause}.`;
  if (!nWrong)
    return (
      `${valueSentence} ${verdict} It is right at ` +
      `${["the only node", "both nodes"][inner.length - 1] ?? `all ${inner.length} nodes`}.`
    );
  const names = withState("wrong")
    .slice(0, 3)
    .map((node) => shorten(slicePart(text, node)))
    .join(", ");
  const wrongSentence =
    ` It goes wrong at ${pluralize(nWrong, "node")} whose parts are right: ` +
    `${names}${nWrong > 3 ? ", and more" : ""}.`;
  const carriedSentence = nCarried
    ? ` The error is carried to ${pluralize(nCarried, "node")} above.`
    : "";
  const luckySentence = nLucky
    ? ` At ${pluralize(nLucky, "node")} above an error the answer is right all the same.`
    : "";
  const taskSentence = wrongClause
    ? ""
    : " Task done. What stands above a part can undo its error, as a factor of 0 does.";
  return (
    `${valueSentence} ${verdict}${wrongSentence}${carriedSentence}${luckySentence}` + taskSentence
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-tree-");
const [COLUMN, MIN_COLUMN] = [44, 23]; // pixels from leaf to leaf, if there is room, and at least
const [ROW, MIN_ROW] = [150, 47]; // from height to height: every tree fills its room
const MARGIN = 24;
const [MAX_HEIGHT, PHONE_MAX_HEIGHT, PHONE_WIDTH] = [346, 288, 400]; // what is taller scrolls
const [SCROLLBAR, BORDER] = [16, 6]; // how wide a bar to scroll and the box's own edge are
/** @type {Object<string, string>} */
const STATE_SIGNS = { wrong: "✗", carried: "✗", lucky: "✓", right: "✓" };
/** @type {Object<string, string>} */
const STATE_WORDS = {
  wrong: "wrong, though its parts are right",
  carried: "wrong, as a part of it is",
  lucky: "right, though a part of it is wrong",
  right: "right",
};
const KEY = [
  ["right", "right", "✓"],
  ["wrong", "wrong, and its parts are right", "0"],
  ["carried", "wrong, as a part is", "0"],
  ["lucky", "right, though a part is wrong", "✓"],
];
const KEY_HELP = " Up goes to the parent, down to a part, left and right to the next node.";
const EXAMPLES = ["2*(3+4)-1", "1-(2-(3-4))*3", "4*4*4*4-3*3", "(1+2)*(3-(4+2*2))-(3-1)*4"];
/**
 * What stands at a node: its value, and before it, struck out, what a network says that errs.
 * @type {(node: TreeNode) => (string|Node)[]}
 */
const showNode = ({ value, guess }) =>
  guess === value ? [`${value} ✓`] : [make("s", {}, String(guess)), ` ${value}`];
/** @type {(text: string, c: string) => number} */
const countCharacter = (text, c) => text.split(c).length - 1;

/** How likely a network takes a value to be. @type {(node: TreeNode, value: number) => string} */
const formatChance = ({ probabilities = [] }, value) => percent(probabilities[value]);

class Tree {
  /** The node that is chosen. @type {number|null} */
  chosen = null;
  drawnText = "";
  drawnIn = 0; // pixels
  /** @type {TreeNode[]} */
  nodes = [];
  /** Places of those that are no leaves. @type {number[]} */
  innerIds = [];
  focusedId = -1;
  /** @type {Map<number, number>} */
  parents = new Map();
  /** @type {Map<number, HTMLButtonElement>} */
  buttons = new Map();
  id = makeIds();
  asks = make("p", "rc-w-asks");
  exampleNote = make("span");
  message = makeOutcome();
  detail = make("p", { className: "rc-tree-detail", role: "status" });
  stage = group("rc-tree-stage", "The tree");
  box = group("rc-tree-box", "The drawing", this.stage);
  table = group("rc-tree-table", "The numbers");

  /** @param {HTMLElement} root @param {TreeSettings} settings */
  constructor(root, { text, network, networks }) {
    this.text = text;
    this.network = network;
    this.networks = Object.fromEntries(
      Object.entries(networks).map(([name, { weights }]) => [name, unpackWeights(weights)]),
    );
    this.typed = this.makeField();
    this.stage.setAttribute("aria-describedby", this.id("help"));
    dimWhenStale(this.box, this.message.row, this.detail);
    root.classList.add("rc-tree");
    root.replaceChildren(
      this.asks,
      ...this.buildControls(networks),
      this.box,
      legend("rc-tree-", KEY),
      this.buildHelp(),
      this.message.row,
      this.detail,
      details("The numbers, node by node", this.table),
    );
    this.observer = markScrollable([this.box, this.table], () => {
      if (this.box.offsetWidth !== this.drawnIn) this.show();
    });
    this.observer.observe(this.stage);
    this.show();
  }

  makeField() {
    return checkedField(this.id, "field", "An expression, modulo 5", this.text, {
      read: readExpression,
      findFault,
      isUnfinished: (typed) => {
        const missing = findMissing(typed);
        return missing && `${missing} Still shown: “${shorten(this.text)}”.`;
      },
      shown: () => shorten(this.text),
      onValue: (typed) => this.setExpression(typed),
      size: 26,
      maxLength: 400,
    });
  }

  /** @type {(networks: Networks) => HTMLElement[]} */
  buildControls(networks) {
    const { fault, row } = this.typed;
    const examples = EXAMPLES.map((example) => button(example, () => this.showExample(example)));
    const names = Object.entries(networks).map(([name, { updates }]) => [
      name,
      `${thousands(updates)} updates`,
    ]);
    const networkChoice = choice(
      "Trained for",
      this.id("network"),
      names,
      this.network,
      (name) => {
        this.network = name;
        this.show();
      },
    );
    return [row, fault, part("examples", make("span", {}, "Try"), ...examples), networkChoice];
  }

  buildHelp() {
    return make(
      "p",
      { id: this.id("help"), className: "rc-w-legend rc-w-screen" },
      this.exampleNote,
      make("span", "rc-w-sr-only rc-tree-keys", KEY_HELP),
    );
  }

  /** An example takes the place of what was typed, with its faults. @param {string} example */
  showExample(example) {
    const { field, fault } = this.typed;
    field.value = example;
    showFault(field, fault, "");
    this.setExpression(example);
  }

  setExpression(/** @type {string} */ text) {
    if (text === this.text) return;
    this.text = text;
    this.chosen = null;
    this.show();
  }

  show() {
    const focused = this.stage.contains(document.activeElement);
    this.nodes = evaluate(this.text, this.networks[this.network]);
    this.innerIds = this.nodes.map((_, n) => n).filter((n) => this.nodes[n].left >= 0);
    if (!this.innerIds.includes(this.focusedId)) this.focusedId = this.nodes.length - 1;
    this.draw();
    if (focused) this.buttons.get(this.focusedId)?.focus();
    this.message.show(describe(this.text, this.nodes));
    const wrong = this.innerIds.filter((n) => this.nodes[n].guess !== this.nodes[n].value);
    this.asks.textContent = wrong.some((n) => n + 1 < this.nodes.length)
      ? "A part is wrong. Change a digit outside of it so that the whole is right all the same."
      : "No part is wrong. Find an expression with a wrong part that is right all the same.";
    this.exampleNote.textContent = wrong.length
      ? "A number that is struck out is what the network says; the value stands beside it."
      : "✓: the network says the value.";
    this.describe();
    this.drawTable();
  }

  draw() {
    const { nodes } = this;
    const { width, height, place } = this.layOut();
    this.parents.clear();
    this.buttons.clear();
    nodes.forEach(({ left, right }, n) => {
      for (const child of left < 0 ? [] : [left, right]) this.parents.set(child, n);
    });
    const nodeElements = nodes.map((node, n) => this.makeNode(node, n, place(node)));
    this.stage.style.width = `${width}px`;
    this.stage.style.height = `${height}px`;
    this.stage.replaceChildren(this.drawEdges(width, height, place), ...nodeElements);
    if (this.drawnText !== this.text)
      this.box.scrollTo(place(nodes[nodes.length - 1])[0] - this.box.clientWidth / 2, 0);
    this.drawnText = this.text;
    this.setReachable(this.focusedId);
  }

  /** Width and height of the drawing in the room there is, and the place of a node in it. */
  layOut() {
    const { nodes } = this;
    const maxLevel = nodes[nodes.length - 1].height;
    const nLeaves = nodes.filter(({ left }) => left < 0).length;
    /** @type {(room: number, parts: number, min: number, max: number) => number} */
    const spread = (room, parts, min, max) =>
      Math.max(min, Math.min(max, (room - 2 * MARGIN) / parts));
    this.drawnIn = this.box.offsetWidth;
    const maxHeight = this.drawnIn && this.drawnIn < PHONE_WIDTH ? PHONE_MAX_HEIGHT : MAX_HEIGHT;
    const rowHeight = spread(maxHeight, maxLevel, MIN_ROW, ROW);
    const height = Math.max(maxHeight, rowHeight * maxLevel + 2 * MARGIN);
    const top = (height - rowHeight * maxLevel) / 2;
    const room = this.drawnIn
      ? this.drawnIn - BORDER - (height > maxHeight ? SCROLLBAR : 0)
      : Infinity;
    const columnWidth = spread(room, nLeaves - 1, MIN_COLUMN, COLUMN);
    const place = (/** @type {TreeNode} */ node) => [
      MARGIN + columnWidth * node.x,
      top + rowHeight * (maxLevel - node.height),
    ];
    return { width: columnWidth * (nLeaves - 1) + 2 * MARGIN, height, place };
  }

  /** @type {(width: number, height: number, place: (node: TreeNode) => number[]) => SVGElement} */
  drawEdges(width, height, place) {
    const edges = this.nodes.flatMap((node) =>
      (node.left < 0 ? [] : [node.left, node.right]).map((child) => {
        const [[x1, y1], [x2, y2]] = [place(node), place(this.nodes[child])];
        const isWrong = ["wrong", "carried"].includes(this.nodes[child].state);
        return makeSvg("line", { x1, y1, x2, y2, class: isWrong ? "rc-tree-off" : "" });
      }),
    );
    const viewBox = `0 0 ${width} ${height}`;
    return makeSvg("svg", { viewBox, width, height, "aria-hidden": "true" }, ...edges);
  }

  /**
   * A leaf, or a button for a node of which something can be said.
   * @type {(node: TreeNode, n: number, position: number[]) => HTMLElement}
   */
  makeNode(node, n, [x, y]) {
    const style = `left: ${x}px; top: ${y}px`;
    if (node.left < 0)
      return make(
        "span",
        { className: "rc-tree-leaf", style, "aria-hidden": "true" },
        node.symbol,
      );
    const properties = {
      type: "button",
      className: `rc-tree-node rc-tree-${node.state} rc-w-pointer rc-w-printed`,
      style,
      "aria-pressed": String(n === this.chosen),
      onclick: () => this.choose(n),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.handleKey(event, n),
    };
    const words =
      `${this.expressionOf(node)}: the value is ${node.value}, the network says ` +
      `${node.guess}, ${STATE_WORDS[node.state]}`;
    const nodeButton = make(
      "button",
      properties,
      make("b", {}, node.symbol),
      make("span", {}, ...showNode(node)),
      srOnly(words),
    );
    this.buttons.set(n, nodeButton);
    return nodeButton;
  }

  expressionOf(/** @type {TreeNode} */ node) {
    return slicePart(this.text, node);
  }

  setReachable(/** @type {number} */ at) {
    this.focusedId = at;
    reachOnly(this.buttons.values(), this.buttons.get(at));
    for (const [n, nodeButton] of this.buttons)
      nodeButton.classList.toggle("rc-w-pointer", n !== at);
  }

  handleKey(/** @type {KeyboardEvent} */ event, /** @type {number} */ n) {
    const { nodes, innerIds, parents } = this;
    const row = [...innerIds].sort((a, b) => nodes[a].x - nodes[b].x);
    const neighbor = (/** @type {number} */ step) => row[row.indexOf(n) + step];
    const firstChild = [nodes[n].left, nodes[n].right].find((child) => nodes[child].left >= 0);
    /** @type {Object<string, number|undefined>} */
    const targets = {
      ArrowUp: parents.get(n),
      ArrowDown: firstChild,
      ArrowLeft: neighbor(-1),
      ArrowRight: neighbor(1),
      Home: row[0],
      End: row.at(-1),
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    const target = targets[event.key];
    if (target === undefined) return;
    this.setReachable(target);
    this.buttons.get(target)?.focus();
  }

  /** A node is chosen, and let go when it is chosen again. @param {number} n */
  choose(n) {
    this.chosen = this.chosen === n ? null : n;
    this.setReachable(n);
    for (const [m, nodeButton] of this.buttons)
      nodeButton.setAttribute("aria-pressed", String(m === this.chosen));
    this.describe();
  }

  describe() {
    const node = this.nodes[this.chosen ?? -1];
    const label = !node
      ? "Choose a node to see how sure the network is."
      : `${shorten(this.expressionOf(node))} is ${node.value}. The network says ` +
        `${node.guess} with ${formatChance(node, node.guess)}${
          node.guess === node.value
            ? ""
            : `, and ${node.value} with ${formatChance(node, node.value)}`
        }: ${STATE_WORDS[node.state]}.`;
    setText(this.detail, label);
    this.detail.classList.toggle("rc-w-screen", !node);
  }

  drawTable() {
    const nodes = this.innerIds.map((n) => this.nodes[n]);
    this.table.replaceChildren(
      numberTable(
        ["Value and answer of each node, parts first"],
        ["value", "answer", "chance of it", "of the value", ""],
        nodes.map((node) => shorten(this.expressionOf(node))),
        (n, j) =>
          make(
            "td",
            {},
            [
              nodes[n].value,
              nodes[n].guess,
              formatChance(nodes[n], nodes[n].guess),
              formatChance(nodes[n], nodes[n].value),
              STATE_SIGNS[nodes[n].state],
            ][j].toString(),
          ),
        "node",
      ),
    );
  }

  get stored() {
    return {
      node: [
        this.chosen ?? "",
        (/** @type {string} */ n) => {
          if (this.innerIds.includes(+n)) this.choose(+n);
        },
      ],
    };
  }

  close() {
    this.observer.disconnect();
  }
}

export default defineWidget(
  "expression-tree",
  (root, facts) =>
    new Tree(root, {
      text: facts.get("text"),
      network: facts.get("network"),
      networks: facts.parse("trained"),
    }),
);
