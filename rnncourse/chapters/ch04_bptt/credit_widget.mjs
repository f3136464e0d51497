// What the surprise at a chosen character depends on: a bar above each character before it, for two networks.
//
// First the numbers, which need no page (Node.js tests them against the package), then the interface.

import { NBSP, boxes, fixed, ids, live, make, marks, percent } from "../../viz/live/core.mjs";

const NETWORKS = ["trained", "untrained"];
const NEAR = 5; // characters that are near

// ---- Numbers and words -------------------------------------------------------------------------

/** By character: nothing for the first; else nats, the share from before the text, and shares. */
export function unpacked(digits, length) {
  const numbers = (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 36));
  const rows = [null];
  for (let i = 1, at = 0; i < length; at += i + 2, i += 1) {
    const [nats, before, ...shares] = numbers.slice(at, at + i + 2);
    rows.push({ nats: nats / 100, before: before / 1000, shares: shares.map((share) => share / 1000) });
  }
  return rows;
}

export const shown = (character) => (character === " " ? "␣" : character);

/** What is to be seen at a character, in sentences. */
export function sentence(text, at, trained, untrained) {
  const near = ({ shares }) => percent(shares.slice(-NEAR).reduce((sum, share) => sum + share, 0));
  const word = text[at] === " " ? "the space" : `“${text[at]}”`;
  const last = at < NEAR ? "the characters of the sentence" : `the last ${NEAR} characters`;
  return `At ${word} the surprise of the trained network is ${fixed(trained.nats)}${NBSP}nats, that of the ` +
    `untrained one ${fixed(untrained.nats)}. To ${last} go ${near(trained)} of what comes back in the trained ` +
    `network, ${near(untrained)} in the untrained one; to text before the sentence ${percent(trained.before)} and ` +
    `${percent(untrained.before)}.`;
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-credit-");
const mark = marks("rc-credit-");

class Skyline {
  constructor(root, { text, at, networks }) {
    Object.assign(this, { text, networks });
    const id = ids();
    this.said = make("p", { id: id("said"), className: "rc-w-said", role: "status" });
    this.before = this.column("before");
    this.columns = [...text].map(() => this.column());
    this.letters = [...text].map((character, i) => {
      const seen = [this.columns[i].box, make("kbd", {}, shown(character))];
      return i === 0 ? make("span", {}, ...seen) : make("label", {}, make("input", { // nothing is before the first
        type: "radio", name: id("at"), value: i, checked: i === at, onchange: () => this.show(i),
        "aria-label": `${character === " " ? "space" : character}, character ${i + 1}` }), ...seen);
    });
    const row = part("text", make("div", { className: "rc-credit-before" }, this.before.box,
      make("small", {}, "before")), ...this.letters);
    const legend = make("p", { className: "rc-w-legend" }, ...NETWORKS.map((name) =>
      make("span", {}, mark(name), `${name} network`)));
    root.classList.add("rc-credit");
    root.replaceChildren(make("fieldset", {}, make("legend", {}, "Choose a character of the sentence"), row), legend,
      this.said);
    this.show(at);
  }

  /** Two bars side by side. */
  column() {
    const bars = NETWORKS.map((name) => mark(name));
    return { bars, box: make("span", { className: "rc-credit-bars", "aria-hidden": "true" }, ...bars) };
  }

  show(at) {
    const rows = this.networks.map((network) => network[at]);
    const scale = Math.max(...rows.flatMap(({ before, shares }) => [before, ...shares]));
    const draw = ({ bars }, shares) =>
      bars.forEach((bar, n) => bar.style.setProperty("--size", ((shares[n] ?? 0) / scale).toFixed(3)));
    draw(this.before, rows.map(({ before }) => before));
    this.columns.forEach((column, i) => draw(column, rows.map(({ shares }) => shares[i])));
    this.letters.forEach((letter, i) => letter.classList.toggle("rc-credit-later", i > at));
    this.said.textContent = sentence(this.text, at, ...rows);
  }

  close() {}
}

export default live("credit-skyline", (root, facts) => {
  const text = facts.get("text");
  const networks = NETWORKS.map((name) => unpacked(facts.get(name), text.length));
  return new Skyline(root, { text, at: +facts.get("at"), networks });
}, "Which surprise reaches back farther: that at the first letter of a word, or that at its last?");
