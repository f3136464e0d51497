// Pixels to draw on, with a pointer or by keyboard.

import { make, placeWithin } from "./core.mjs";

/** @import { Announcer } from "./core.mjs" */

/** @type {Object<string, number[]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Pixels to draw on, with a pointer, or with arrow keys and the space bar.
 * @param {{cursor: number, announcer: Announcer, speak: (ms: number) => void}} view `cursor` is
 *   the pixel that the keys are at.
 * @param {number} side Pixels of a row, and of a column.
 * @param {Object<string, *>} properties Of the element.
 * @param {object} actions
 * @param {(pixel: number, begins: boolean) => void} actions.touch A pixel is drawn on; -1 is
 *   outside.
 * @param {() => void} actions.move The cursor moved.
 * @param {(pixel: number) => boolean} actions.hasInk
 * @param {...Node} children
 */
export function makePad(view, side, properties, { touch, move, hasInk }, ...children) {
  const e = make("div", { role: "application", tabIndex: 0, ...properties }, ...children);
  /** @param {PointerEvent} event */
  const findPixel = (event) => {
    const [x, y] = placeWithin(e, event);
    return [x, y].every((v) => v >= 0 && v < 1)
      ? side * Math.floor(side * y) + Math.floor(side * x)
      : -1;
  };
  e.onpointerdown = (event) => {
    if (event.button) return;
    e.setPointerCapture(event.pointerId);
    touch(findPixel(event), true);
  };
  e.onpointermove = (event) => {
    if (event.buttons & 1) touch(findPixel(event), false);
  };
  e.onkeydown = (event) => {
    const clamp = (/** @type {number} */ v) => Math.max(0, Math.min(side - 1, v));
    const findPlace = () => [Math.floor(view.cursor / side), view.cursor % side];
    if (event.key === " ") touch(view.cursor, true);
    else if (event.key in STEPS) {
      const [[row, column], [right, down]] = [findPlace(), STEPS[event.key]];
      view.cursor = side * clamp(row + down) + clamp(column + right);
      move();
    } else return;
    event.preventDefault();
    const [row, column] = findPlace();
    const color = hasInk(view.cursor) ? "ink" : "paper";
    view.announcer.announce(`Row ${row + 1}, column ${column + 1}: ${color}.`);
    if (event.key === " ") view.speak(1000);
  };
  return e;
}
