// One sentence, and what each order of counting is surprised by: a bar at each character.

import { boxes, defineWidget, fixed, make, NBSP, silence } from "../../viz/live/core.mjs";
import { argmax } from "../../viz/live/numbers.mjs";
import { Positions } from "../../viz/live/positions.mjs";
import { mean } from "../../viz/live/vectors.mjs";

// ---- Numbers and words -------------------------------------------------------------------------

/** @type {(text: string, at: number) => string} */
const nameCharacter = (text, at) =>
  text[at] === " " ? "a space" : `the “${text[at]}” of ${findWord(text, at)}`;

/** The word that a character stands in. @param {string} text @param {number} at */
function findWord(text, at) {
  const end = text.indexOf(" ", at);
  return text.slice(text.lastIndexOf(" ", at) + 1, end < 0 ? text.length : end);
}

/**
 * What is to be seen under an order, in sentences: rows of bits, that of order 1 first.
 * @type {(text: string, rows: number[][], order: number) => string}
 */
export function describe(text, rows, order) {
  const [now, before] = [rows[order - 1], rows[order - 2]];

  const sees =
    order === 1 ? "no context" : `${order - 1} character${order > 2 ? "s" : ""} of context`;
  const at = argmax(now);
  const summary =
    `Order ${order}, ${sees}: ${fixed(mean(now))}${NBSP}bits per character. Its greatest ` +
    `surprise is ${nameCharacter(text, at)}, ${fixed(now[at], 1)}${NBSP}bits.`;
  if (!before) return summary;
  const rise = now.map((bits, i) => bits - before[i]);
  const [worse, better] = [argmax(rise), argmax(rise.map((value) => -value))];
  return (
    `${summary} From order ${order - 1}, ${nameCharacter(text, better)} fell from ` +
    `${fixed(before[better], 1)} to ${fixed(now[better], 1)}; ${nameCharacter(text, worse)} ` +
    `rose from ${fixed(before[worse], 1)} to ${fixed(now[worse], 1)}.`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-orders-");

class Orders extends Positions {
  /** @param {HTMLElement} root @param {{text: string, rows: number[][]}} bits */
  constructor(root, { text, rows }) {
    super();
    this.text = text;
    this.rows = rows;
    this.position = 2;
    this.makeTransport(
      rows.map((_, i) => String(i + 1)),
      "From 1 again",
    );
    this.highest = Math.max(...rows.flat());
    this.bars = [...text].map(() => [make("i"), make("i")]);
    const letters = [...text].map((character, i) =>
      make(
        "span",
        {},
        make("span", "rc-orders-bars", ...this.bars[i]),
        make("kbd", {}, character === " " ? "␣" : character),
      ),
    );
    root.classList.add("rc-orders");
    const drawing = silence(part("text", ...letters)); // the sentence says what it shows
    root.replaceChildren(this.bar, drawing, this.message);
    this.show();
  }

  namePosition(/** @type {number} */ position) {
    return `Order ${position + 1}`;
  }

  describe(/** @type {number} */ position) {
    return describe(this.text, this.rows, position + 1);
  }

  draw() {
    const [now, before] = [this.rows[this.position], this.rows[Math.max(0, this.position - 1)]];
    this.bars.forEach((pair, i) =>
      [before, now].forEach((bits, n) =>
        pair[n].style.setProperty("--size", (bits[i] / this.highest).toFixed(3)),
      ),
    );
  }
}

export default defineWidget(
  "order-bits",
  (root, facts) => {
    const text = facts.get("text");
    return new Orders(root, { text, rows: facts.parse("bits") });
  },
  "Is there a letter that a longer context makes harder?",
);
