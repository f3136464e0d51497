// What a reader moves: sliders, what follows a pointer; and in words what came of it.

import { slider } from "./controls.mjs";
import { box, make, setText } from "./core.mjs";

/** @import { Slider } from "./controls.mjs" */

/**
 * A box of sliders, and the sliders by name.
 * @param {(name: string) => string} id A maker of ids.
 * @param {*[][]} rows Of each slider: name, label, min, max, step, how a value is said, and
 *   perhaps help.
 * @param {(change: Object<string, number>) => void} onValues Is told { name: value }.
 * @param {Object<string, *>} [values] The first ones.
 * @returns {[HTMLDivElement, Object<string, Slider>]}
 */
export function makeSliders(id, rows, onValues, values = {}) {
  const named = rows.map(([name, label, min, max, step, words, help]) => {
    const value = name in values ? { value: values[name] } : {};
    const properties = {
      min,
      max,
      step,
      ...value,
      words,
      help,
      onValue: (/** @type {number} */ v) => onValues({ [name]: v }),
    };
    return [name, slider(id(name), label, properties)];
  });
  return [box("sliders", ...named.map(([, { row }]) => row)), Object.fromEntries(named)];
}

/**
 * Drag with a pointer.
 * @param {HTMLElement|SVGElement} element
 * @param {(event: PointerEvent) => ((event: PointerEvent) => void)|null|undefined} begin Returns
 *   what each move does, or nothing.
 */
export function onDrag(element, begin) {
  const onpointermove = element.onpointermove;
  element.onpointerdown = (event) => {
    const move = event.button ? null : begin(event);
    if (!move) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.onpointermove = move;
    element.onpointerup = element.onpointercancel = () => {
      element.onpointermove = onpointermove;
    };
  };
}

/**
 * Who presses a pointer on an element, acts, then and at each move.
 * @param {HTMLElement|SVGElement} element
 * @param {(event: PointerEvent) => void} act
 */
export const onPoint = (element, act) =>
  onDrag(element, (event) => {
    act(event);
    return act;
  });

/**
 * Of elements that the Tab key reaches as one, the one it reaches now: arrows go on.
 * @param {Iterable<HTMLElement>} elements
 * @param {HTMLElement} [reached]
 */
export function reachOnly(elements, reached) {
  for (const e of elements)
    if (e === reached)
      e.removeAttribute("tabindex"); // a button is reached without one
    else e.tabIndex = -1;
}

const REWARD = "Task done.";

/**
 * What is to be seen, in words: show(words). Where they go on with "Task done." and a sentence,
 * these come as a small reward; it moves when it comes, not when its sentence changes.
 */
export function makeOutcome() {
  const [observation, rewardText] = [make("span"), make("span")];
  const row = make("p", { className: "rc-w-said", role: "status" }, observation);
  const reward = make("span", "rc-w-done", make("b", "", REWARD), rewardText);
  return {
    row,
    /** @param {string} words */
    show: (words) => {
      const [before, after] = words.split(REWARD);
      setText(observation, before);
      if (after === undefined) return reward.remove();
      setText(rewardText, after);
      if (reward.parentNode !== row) row.append(reward);
    },
  };
}
