// What the figures of this chapter share: their sliders.

import { box, slider } from "../../viz/live/core.mjs";

/**
 * A box of sliders, and the sliders by name: each row has name, label, min, max, step, how a
 * value is said, and perhaps help. take({ name: value }) is told.
 */
export function makeSliders(id, rows, take) {
  const labeled = rows.map(([name, label, min, max, step, words, help]) => [
    name,
    slider(id(name), label, { min, max, step, words, help, take: (v) => take({ [name]: v }) }),
  ]);
  return [box("sliders", ...labeled.map(([, { row }]) => row)), Object.fromEntries(labeled)];
}
