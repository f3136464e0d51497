// What the figures of this chapter share: their sliders, and where a pointer is.

import { box, slider } from "../../viz/live/core.mjs";

/**
 * A box of sliders, and the sliders by name: each row has name, label, min, max, step, how a
 * value is said, and perhaps help. take({ name: value }) is told.
 */
export function sliders(id, rows, take) {
  const labeled = rows.map(([name, label, min, max, step, words, help]) => [
    name,
    slider(id(name), label, { min, max, step, words, help, take: (v) => take({ [name]: v }) }),
  ]);
  return [box("sliders", ...labeled.map(([, { row }]) => row)), Object.fromEntries(labeled)];
}

/** Where a pointer is in an element: shares of its width and, from above, of its height. */
export function within(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}
