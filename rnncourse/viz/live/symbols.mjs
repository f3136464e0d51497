// Symbols in a text, numbers with bars, and letters in the shade of their surprise.

import { box, fixed, make } from "./core.mjs";

/**
 * Text whose symbols, h_2, h_{t−1}, W_hy^T, are set as formulas.
 * @param {string} text
 * @param {(symbol: string) => string} [classOf] The class of a symbol.
 * @returns {(string|Node)[]}
 */
export function setSymbols(text, classOf = (_symbol) => "") {
  return text.split(/([A-Za-z]+_(?:[a-z0-9]+|\{[^}]+\})(?:\^[T2])?)/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [, base, below, above] = part.match(/^([A-Za-z]+)_\{?([^}^]+)\}?\^?(.?)$/) ?? [];
    const symbol = make(
      "span",
      { className: `rc-w-m ${classOf(part)}`.trim() },
      make("i", {}, base),
      make("sub", {}, ...below.split(/([a-z]+)/).map((s, n) => (n % 2 ? make("i", {}, s) : s))),
    );
    if (above) symbol.append(make("sup", {}, above));
    return symbol;
  });
}

/**
 * A number with a bar, to the right for plus, else to the left.
 * @param {number} value
 * @param {{scale?: number, decimals?: number, key?: string}} [options] The value of a full bar;
 *   digits; and what stands before a number that is a share.
 */
export function numberBar(value, { scale = 1, decimals = 2, key } = {}) {
  const kind = key !== undefined ? "chance" : value < 0 ? "minus" : "plus";
  const bar = make("i", {
    className: `rc-w-${kind}`,
    style: `--size: ${(Math.abs(value) / scale).toFixed(3)}`,
  });
  return box(
    "entry",
    key === undefined ? "" : make("kbd", {}, key),
    make("span", { className: "rc-w-track", "aria-hidden": "true" }, bar),
    make("span", "rc-w-number", fixed(value, decimals)),
  );
}

/** Bits at which the shade of a letter deepens. */
export const LEVELS = [1, 2, 4, 6, 8];
/** The shade of a letter that was so surprising: 0, not at all, to 5. @param {number} bits */
export const findLevel = (bits) => LEVELS.filter((edge) => bits >= edge).length;

/** How a letter of a shade looks: properties for `make`. @param {number} level */
export const styleLevel = (level) => ({
  className: level ? "rc-w-surprise" : "",
  style: `--level: ${level}`,
});
