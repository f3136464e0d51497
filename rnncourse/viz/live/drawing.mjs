// What several drawings of live figures are made of.

import { make, makeSvg, marks } from "./core.mjs";

/**
 * A drawing.
 * @param {string} label It is heard; without one nothing is.
 * @param {number} width In units of the drawing.
 * @param {number} height The same.
 * @param {...Node} children
 */
export const picture = (label, width, height, ...children) =>
  makeSvg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
    },
    ...children,
  );

/**
 * A drawing that is stretched over its box: what `picture` takes.
 * @param {Parameters<typeof picture>} args
 */
export function stretchedPicture(...args) {
  const svg = picture(...args);
  svg.setAttribute("preserveAspectRatio", "none");
  return svg;
}

/**
 * Words of a drawing.
 * @param {number} x
 * @param {number} y
 * @param {"start"|"middle"|"end"} anchor Of the words, at x.
 * @param {string} words
 * @param {string} [className]
 */
export const text = (x, y, anchor, words, className = "") =>
  makeSvg("text", { class: className, x, y, "text-anchor": anchor }, words);

/**
 * A straight line from (x1, y1) to (x2, y2).
 * @param {string} className
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
export const line = (className, x1, y1, x2, y2) =>
  makeSvg("line", { class: className, x1, y1, x2, y2 });

/** @param {number[][]} points */
const listPoints = (points) => points.map((xy) => xy.map((v) => v.toFixed(2)).join()).join(" ");

/**
 * A line from point to point.
 * @param {string} className
 * @param {number[][]} points Each is [x, y].
 */
export const polyline = (className, points) =>
  makeSvg("polyline", { class: className, points: listPoints(points) });

/**
 * A band.
 * @param {string} className
 * @param {number} middle The height around which it is.
 * @param {number[][]} points Each is [x, half the band's width there].
 */
export function band(className, middle, points) {
  const edge = (/** @type {number} */ side) =>
    points.map(([x, half]) => [x, middle + side * half]);
  return makeSvg("polygon", {
    class: className,
    points: listPoints([...edge(-1), ...edge(1).reverse()]),
  });
}

/**
 * What the marks of a drawing mean.
 * @param {string} prefix Of the classes.
 * @param {string[][]} rows Of each mark: its class, words, and perhaps a sign.
 */
export const legend = (prefix, rows) =>
  make(
    "p",
    `rc-w-legend ${prefix}legend`,
    ...rows.map(([name, words, sign = ""]) =>
      make("span", {}, marks(prefix)(`key ${name}`, sign), words),
    ),
  );
