// Letters above, sounds below: the reader joins them, and sees beside it where a network attends.

import { button, checkbox } from "../../viz/live/controls.mjs";
import {
  boxes,
  defineWidget,
  group,
  placeWithin,
  pluralize,
  silence,
  srOnly,
} from "../../viz/live/core.mjs";
import { makeOutcome, reachOnly } from "../../viz/live/dragging.mjs";
import { line, stretchedPicture } from "../../viz/live/drawing.mjs";

/** @typedef {{word: string, sounds: string[], sources: number[][], attended: number[]}} Riddle */

const MAX_NAMED = 3; // sounds that a sentence names

/** A line's name: a word, a sound, a letter. @type {(...places: (number|string)[]) => string} */
const nameLine = (...places) => places.join(".");
const readLine = (/** @type {string} */ name) => name.split(".").map(Number);

/**
 * What each sound's lines are, by word: "right"; "wrong", where one comes from another sound's
 * letter; "silent", where all come from letters that make none; nothing, where they are not judged
 * yet. A silent letter may go with the sound on either side of it.
 * @type {(words: Riddle[], lines: string[], isChecked: boolean) => string[][]}
 */
export function judgeLines(words, lines, isChecked) {
  return words.map(({ sources }, w) => {
    const own = lines.map(readLine).filter(([v]) => v === w);
    const joined = sources.map((_, i) => own.filter(([, k]) => k === i).map(([, , j]) => j));
    const isJudged = isChecked || joined.every((letters) => letters.length);
    return joined.map((letters, i) => {
      if (!isJudged || !letters.length) return "";
      const after = Math.max(-1, ...(sources[i - 1] ?? []));
      const before = Math.min(99, ...(sources[i + 1] ?? []));
      const isOthers = (/** @type {number} */ j) =>
        j <= after || j >= before || sources.some((s, k) => k !== i && s.includes(j));
      if (letters.some(isOthers)) return "wrong";
      return letters.some((j) => sources[i].includes(j)) ? "right" : "silent";
    });
  });
}

/**
 * Some of many names.
 * @param {string[]} names
 */
const listNames = (names) =>
  names.slice(0, MAX_NAMED).join(", ") +
  (names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : "");

/**
 * What the reader has drawn, in sentences; judged, and compared with the network.
 * @type {(words: Riddle[], lines: string[], isCompared: boolean, isChecked: boolean) => string}
 */
export function describe(words, lines, isCompared, isChecked) {
  const verdicts = judgeLines(words, lines, isChecked);
  const signs = words.flatMap(({ word, sounds, attended }, w) =>
    sounds.map((sound, i) => ({
      name: `${sound} of ${word}`,
      letter: word[attended[i]],
      verdict: verdicts[w][i],
      isJoined: lines.some((name) => name.startsWith(nameLine(w, i, ""))),
      isShared: lines.includes(nameLine(w, i, attended[i])),
    })),
  );
  const judged = (/** @type {string} */ verdict) =>
    signs.filter((sign) => sign.verdict === verdict).map(({ name }) => name);
  const joined = signs.filter(({ isJoined }) => isJoined);
  const [right, wrong, silent] = ["right", "wrong", "silent"].map(judged);
  const isSolved = right.length === signs.length;
  const sentences = [
    isSolved
      ? `All ${right.length} sounds are right.`
      : `Sounds joined: ${joined.length} of ${signs.length}, ` +
        `by ${pluralize(lines.length, "line")}.`,
  ];
  if (!isSolved && judged("").length < signs.length) sentences.push(`Right: ${right.length}.`);
  if (wrong.length) sentences.push(`Joined to a letter of another sound: ${listNames(wrong)}.`);
  if (silent.length) sentences.push(`Joined to silent letters alone: ${listNames(silent)}.`);
  if (isCompared && joined.length) {
    const others = joined.filter(({ isShared }) => !isShared);
    const named = listNames(others.map(({ name, letter }) => `${name} (at ${letter})`));
    sentences.push(
      `For ${joined.length - others.length} of them the network attends to a letter of ` +
        `yours${named && `; to another for ${named}`}.`,
    );
  } else if (isCompared) sentences.push("Purple is the network's letter.");
  if (isSolved) sentences.push(isCompared ? "Task done." : "Now compare with the network.");
  return sentences.join(" ");
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-riddle-");

class RiddleView {
  /** What is drawn, by name; at first two as an example. @type {Set<string>} */
  lines = new Set();
  /** The sign that was pressed, and waits for another. @type {HTMLButtonElement|null} */
  chosen = null;
  /** The sign from which a pointer comes. @type {HTMLButtonElement|null} */
  dragged = null;
  /** @type {[number, number]} */
  pointer = [0, 0];
  /** @type {Map<HTMLButtonElement, number[]>} its word, 0 letters or 1 sounds, its number */
  places = new Map();
  message = makeOutcome();
  check = checkbox("check", "Check unfinished words", () => this.show());
  comparison = checkbox("compare", "Compare with the network", () => this.show());

  /** @param {HTMLElement} root @param {Riddle[]} words */
  constructor(root, words) {
    this.words = words;
    const { sources } = words[0];
    for (const i of [0, sources.length - 1]) this.lines.add(nameLine(0, i, sources[i][0]));
    this.drawings = words.map(() => silence(stretchedPicture("", 1, 1)));
    root.classList.add("rc-riddle");
    root.replaceChildren(
      part("words", ...words.map((word, w) => this.buildWord(word, w))),
      part("choices", this.check.row, this.comparison.row),
      this.message.row,
    );
    this.show();
  }

  /** @param {Riddle} riddle @param {number} w */
  buildWord({ word, sounds }, w) {
    /** @type {HTMLButtonElement[][]} */
    const rows = [[...word], sounds].map((names, side) =>
      names.map((name, n) => {
        const kind = ["letter", "sound"][side];
        const sign = button(
          "",
          () => this.press(sign),
          `rc-riddle-${kind} rc-w-pointer rc-w-printed`,
        );
        sign.onfocus = () => reachOnly(rows.flat(), sign);
        sign.onkeydown = (event) => this.handleKey(event, rows, side, n);
        sign.onpointerdown = (event) => this.drag(event.button ? null : sign);
        sign.append(name, srOnly(` ${kind} ${n + 1} of ${word}`));
        this.places.set(sign, [w, side, n]);
        return sign;
      }),
    );
    const [letters, spoken] = rows.map((row) => part("row", ...row));
    const e = group("rc-riddle-word", word, letters, this.drawings[w], spoken);
    e.style.setProperty("--letters", String(word.length));
    e.style.setProperty("--sounds", String(sounds.length));
    reachOnly(rows.flat(), rows[1][0]);
    e.onpointerdown = e.onpointermove = (event) => {
      this.pointer = placeWithin(this.drawings[w], event);
      if (this.dragged) this.draw();
    };
    e.onpointerleave = () => this.drag(null);
    e.onpointerup = ({ clientX, clientY }) => {
      const [start, end] = [this.dragged, document.elementFromPoint(clientX, clientY)];
      const sign = end?.closest("button");
      this.drag(null);
      if (start && sign && sign !== start && this.places.has(sign)) this.join(start, sign);
    };
    return e;
  }

  /**
   * Arrows go along a row, and from one to the other.
   * @param {KeyboardEvent} event
   * @param {HTMLButtonElement[][]} rows
   * @param {number} side
   * @param {number} n
   */
  handleKey(event, rows, side, n) {
    const across = Math.floor(((n + 0.5) * rows[1 - side].length) / rows[side].length);
    /** @type {Object<string, HTMLButtonElement|null>} */
    const next = {
      ArrowLeft: rows[side][n - 1],
      ArrowRight: rows[side][n + 1],
      ArrowUp: side ? rows[0][across] : null,
      ArrowDown: side ? null : rows[1][across],
    };
    if (!(event.key in next)) return;
    event.preventDefault();
    next[event.key]?.focus();
  }

  drag(/** @type {HTMLButtonElement|null} */ sign) {
    this.dragged = sign;
    this.draw();
  }

  press(/** @type {HTMLButtonElement} */ sign) {
    if (this.chosen && this.join(this.chosen, sign)) return;
    this.chosen = this.chosen === sign ? null : sign;
    this.draw();
  }

  /** Draw the line between a sound and a letter of a word, or take it away; say if it is one. */
  join(/** @type {HTMLButtonElement[]} */ ...signs) {
    const [a, b] = signs.map((sign) => this.places.get(sign) ?? []).sort(([, s], [, t]) => t - s);
    if (a[0] !== b[0] || a[1] === b[1]) return false;
    const name = nameLine(a[0], a[2], b[2]);
    if (!this.lines.delete(name)) this.lines.add(name);
    this.chosen = null;
    this.show();
    return true;
  }

  show() {
    const [lines, isChecked] = [[...this.lines], this.check.input.checked];
    this.message.show(describe(this.words, lines, this.comparison.input.checked, isChecked));
    const verdicts = judgeLines(this.words, lines, isChecked);
    for (const [sign, [w, side, i]] of this.places)
      if (side) sign.dataset.verdict = verdicts[w][i];
    this.draw();
  }

  draw() {
    for (const sign of this.places.keys())
      sign.setAttribute("aria-pressed", String(sign === this.chosen));
    this.words.forEach(({ word, sounds, attended }, w) => {
      /** @type {(side: number, n: number) => number} */
      const x = (side, n) => 0.5 + (n + 0.5 - [word, sounds][side].length / 2) / word.length;
      /** @type {(name: string, i: number, j: number) => SVGElement} */
      const drawLine = (name, i, j) => line(`rc-riddle-${name}`, x(1, i), 1, x(0, j), 0);
      const own = [...this.lines].map(readLine).filter(([v]) => v === w);
      const [v, side, n] = (this.dragged && this.places.get(this.dragged)) ?? [];
      this.drawings[w].replaceChildren(
        ...(this.comparison.input.checked
          ? attended.map((j, i) => drawLine("network", i, j))
          : []),
        ...own.map(([, i, j]) => drawLine("line", i, j)),
        ...(v === w ? [line("rc-riddle-line", x(side, n), side, ...this.pointer)] : []),
      );
    });
  }

  get stored() {
    const isLine = (/** @type {string} */ name) => {
      const [w, i, j] = readLine(name);
      const riddle = this.words[w];
      return riddle?.sounds[i] && riddle.word[j] && name === nameLine(w, i, j);
    };
    const set = (/** @type {string} */ names) => {
      this.lines = new Set(names.split(" ").filter(isLine));
      this.show();
    };
    return { lines: [[...this.lines].sort().join(" "), set] };
  }
}

export default defineWidget(
  "live-riddle",
  (root, facts) => new RiddleView(root, facts.parse("words")),
  "Which letters make each sound? Join them; then compare: where does the network look elsewhere?",
);
