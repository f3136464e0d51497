// What several drawings of live figures are made of.

import { make, makeSvg, marks } from "./core.mjs";

/** A drawing of so many units; its label is heard, and without one nothing is. */
export const picture = (label, width, height, ...children) =>
  makeSvg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
    },
    ...children,
  );

/** The same, stretched over its box. */
export function stretchedPicture(label, width, height, ...children) {
  const svg = picture(label, width, height, ...children);
  svg.setAttribute("preserveAspectRatio", "none");
  return svg;
}

/** Words, at their "start", "middle" or "end". */
export const text = (x, y, anchor, words, className = "") =>
  makeSvg("text", { class: className, x, y, "text-anchor": anchor }, words);

/** A straight line from (x1, y1) to (x2, y2). */
export const line = (className, x1, y1, x2, y2) =>
  makeSvg("line", { class: className, x1, y1, x2, y2 });

const listPoints = (points) => points.map((xy) => xy.map((v) => v.toFixed(2)).join()).join(" ");

/** A line from point to point. */
export const polyline = (className, points) =>
  makeSvg("polyline", { class: className, points: listPoints(points) });

/** A band around the height `middle`; each point is a place along it and half its width there. */
export function band(className, middle, points) {
  const edge = (side) => points.map(([x, half]) => [x, middle + side * half]);
  return makeSvg("polygon", {
    class: className,
    points: listPoints([...edge(-1), ...edge(1).reverse()]),
  });
}

/** What the marks of a drawing mean: rows of its class, words, and perhaps a sign. */
export const legend = (prefix, rows) =>
  make(
    "p",
    `rc-w-legend ${prefix}legend`,
    ...rows.map(([name, words, sign = ""]) =>
      make("span", {}, marks(prefix)(`key ${name}`, sign), words),
    ),
  );
