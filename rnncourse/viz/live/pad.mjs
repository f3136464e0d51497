// Pixels to draw on, with a pointer or by keyboard.

import { make, placeWithin } from "./core.mjs";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Pixels to draw on, `side` by `side`: with a pointer, or with arrow keys and the space bar. The
 * view has `cursor`, the pixel that the keys are at, a `voice`, and speak(ms).
 *
 * touch(pixel, begins): a pixel is drawn on, -1 is outside; move(): the cursor moved; ink(pixel):
 * whether it has ink.
 */
export function makePad(view, side, properties, { touch, move, ink }, ...children) {
  const e = make("div", { role: "application", tabIndex: 0, ...properties }, ...children);
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
    const clamp = (v) => Math.max(0, Math.min(side - 1, v));
    const findPlace = () => [Math.floor(view.cursor / side), view.cursor % side];
    if (event.key === " ") touch(view.cursor, true);
    else if (event.key in WAYS) {
      const [[row, column], [right, down]] = [findPlace(), WAYS[event.key]];
      view.cursor = side * clamp(row + down) + clamp(column + right);
      move();
    } else return;
    event.preventDefault();
    const [row, column] = findPlace();
    const color = ink(view.cursor) ? "ink" : "paper";
    view.voice.announce(`Row ${row + 1}, column ${column + 1}: ${color}.`);
    if (event.key === " ") view.speak(1000);
  };
  return e;
}
