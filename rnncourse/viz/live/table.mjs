// Tables of numbers, and how attention colors them.

import { make, percent } from "./core.mjs";
import { ranking } from "./vectors.mjs";

// Percent of color: the text stays readable on it, on dark pages too; also in attention_widget.css
export const DEEPEST = 36;

/**
 * A table of numbers.
 * @param {Iterable<string|Node>} caption
 * @param {*[]} columns What heads each: a text or nodes, or "".
 * @param {*[]} rows The same.
 * @param {(row: number, column: number) => HTMLElement} cell
 * @param {string|Node} [corner] What heads the rows' heads.
 */
export function numberTable(caption, columns, rows, cell, corner = "") {
  /** @param {string} scope @param {string|Node} shown */
  const makeHeader = (scope, shown) =>
    shown === "" ? make("td") : make("th", { scope }, ...[shown].flat());
  return make(
    "table",
    {},
    make("caption", {}, ...caption),
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        makeHeader("col", corner),
        ...columns.map((shown) => makeHeader("col", shown)),
      ),
    ),
    make(
      "tbody",
      {},
      ...rows.map((shown, i) =>
        make("tr", {}, makeHeader("row", shown), ...columns.map((_, j) => cell(i, j))),
      ),
    ),
  );
}

/**
 * Where attention goes, in words: the most, and a second that has a tenth.
 * @param {ArrayLike<number>} row Its weights.
 * @param {(place: number) => string} name
 */
export const describeAttention = (row, name) =>
  ranking(row)
    .slice(0, 2)
    .filter((j, k) => k === 0 || row[j] >= 0.0995)
    .map((j) => `${percent(row[j])} at ${name(j)}`)
    .join(", ");

/**
 * A cell of a table in the color of attention, the deeper, the nearer its weight is to 1.
 * @param {number} weight
 * @param {...(string|Node)} children
 */
export function heatCell(weight, ...children) {
  const share = `${Math.round(DEEPEST * weight)}%`;
  const style = `background: color-mix(in srgb, var(--attention) ${share}, transparent)`;
  return make("td", { style }, ...children);
}
