// A network that recalls a symbol at one step, asked at all: its mean states, as the
// hands of two dials, and its answers.
//
// First the words, which need no page (Node.js tests them), then the interface.

import {
  boxes,
  defineWidget,
  make,
  makeIds,
  makeSvg,
  NBSP,
  percent,
  placeWithin,
  pluralize,
} from "../../viz/live/core.mjs";
import { makeOutcome, makeSliders, onPoint } from "../../viz/live/dragging.mjs";
import { line, picture, text } from "../../viz/live/drawing.mjs";

const LETTERS = [..."ABCD"];
const [MIN_ACCURACY, N_STEPS] = [0.95, 3]; // right answers, and steps at which there are so many

/**
 * @typedef {object} Readings What widget.py says.
 * @property {number[][][][]} hands By dial, step and symbol: x and y of a hand.
 * @property {number[]} accuracies By step.
 * @property {number[][]} answers By step and symbol: the symbol that is answered most often.
 * @property {number} lag The step for which it was trained.
 */

/**
 * Steps that were visited at which the network is right, but for the one it was trained for.
 * @type {(clock: {accuracies: number[], lag: number}, visited: number[]) => number[]}
 */
export const findCorrectSteps = ({ accuracies, lag }, visited) =>
  visited.filter((k) => k !== lag && accuracies[k] >= MIN_ACCURACY).sort((a, b) => a - b);

/**
 * By how many degrees the hands of a dial turn in a step: a mean, longer ones count more.
 * @type {(hands: number[][][]) => number}
 */
function computeTurn(hands) {
  let [along, across] = [0, 0];
  for (let k = 1; k < hands.length; k += 1)
    hands[k].forEach(([x, y], s) => {
      const [u, v] = hands[k - 1][s];
      along += u * x + v * y;
      across += u * y - v * x;
    });
  return (Math.atan2(across, along) * 180) / Math.PI;
}

/**
 * What is answered after k steps, and which of the steps that were visited are right.
 * @type {(clock: Readings, k: number, visited: number[]) => string}
 */
export function describe(clock, k, visited) {
  const { accuracies, answers, lag } = clock;
  const nNamed = LETTERS.filter((_, s) => answers[k][s] === s).length;
  const answerWords = LETTERS.flatMap((c, s) =>
    answers[k][s] === s ? [] : [`${c} is called ${LETTERS[answers[k][s]]}`],
  );
  if (nNamed) answerWords.push(nNamed > 1 ? "the others are named" : "the other is named");
  const mostOften =
    nNamed === LETTERS.length
      ? "Most often all are named."
      : `Most often ${answerWords.join(", ")}.`;
  const correct = findCorrectSteps(clock, visited);
  const done = correct.length >= N_STEPS ? " Task done." : "";
  return (
    `After ${pluralize(k, "step")} ${percent(accuracies[k])} of the answers are right` +
    `${k === lag ? ": it was trained to answer then" : ""}. ${mostOften}` +
    (correct.length ? ` Right, too, of those that you asked: ${correct.join(", ")}.` : "") +
    done
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-clock-");
const [SIZE, RIM, LONGEST] = [240, 104, 64]; // of a dial, its circle, and its longest hand
const [HALF, MIN_GAP] = [SIZE / 2, 18]; // and of two letters, at least
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [520, 100, 60, 16, 10, 36];

/**
 * The first free place on a ray from the middle, from `distance` on; it is taken then.
 * @type {(takenPlaces: number[][], hand: number[], distance: number, step: number) => number[]}
 */
function findClearPlace(takenPlaces, [x, y], distance, step) {
  const norm = Math.hypot(x, y) + 1e-9;
  const pointAt = (/** @type {number} */ r) => [HALF + (r * x) / norm, HALF - (r * y) / norm];
  const isTaken = (/** @type {number} */ r) =>
    takenPlaces.some(([a, b]) => Math.hypot(pointAt(r)[0] - a, pointAt(r)[1] - b) < MIN_GAP);
  let r = distance;
  for (let n = 0; n < 3 && isTaken(r); n += 1) r += step;
  takenPlaces.push(pointAt(r));
  return pointAt(r);
}

class ClockView {
  /** @param {HTMLElement} root @param {Readings} clock */
  constructor(root, clock) {
    this.clock = clock;
    this.last = clock.accuracies.length - 1;
    this.visited = new Set();
    this.message = makeOutcome();
    this.dials = clock.hands.map((hands, d) => {
      const turn = Math.round(computeTurn(hands));
      const title = `${d ? "Second" : "First"} pair: ${turn}° a${NBSP}step`;
      return part("dial", make("p", "rc-w-legend", title), part("face"));
    });
    this.strip = part("strip");
    const row = ["k", "Steps after the symbol", 0, this.last, 1, String];
    const [controls, { k: kSlider }] = makeSliders(makeIds(), [row], ({ k }) => this.showStep(k));
    this.slider = kSlider;
    root.classList.add("rc-clock");
    root.replaceChildren(part("dials", ...this.dials), this.strip, controls, this.message.row);
    onPoint(this.strip, (event) => this.showStepAt(event));
    this.showStep(clock.lag);
  }

  /** The step below the pointer. */
  showStepAt(/** @type {PointerEvent} */ event) {
    const [x] = placeWithin(this.strip, event);
    const k = Math.round((this.last * (x * WIDTH - LEFT)) / (WIDTH - LEFT - RIGHT));
    this.showStep(Math.min(this.last, Math.max(0, k)));
  }

  showStep(/** @type {number} */ k) {
    this.visited.add(k);
    this.slider.show(k);
    this.dials.forEach((dial, d) => dial.lastElementChild?.replaceChildren(this.drawDial(d, k)));
    this.strip.replaceChildren(this.drawStrip(k));
    this.message.show(describe(this.clock, k, [...this.visited]));
  }

  get stored() {
    const visit = (/** @type {string} */ list) => {
      const steps = (list.match(/\d+/g) ?? []).map(Number);
      this.visited = new Set(steps.filter((k) => k <= this.last));
      this.showStep(+this.slider.input.value);
    };
    return { visited: [[...this.visited].join(" "), visit] };
  }

  drawDial(/** @type {number} */ d, /** @type {number} */ k) {
    const { hands, lag } = this.clock;
    /** @type {number[][][]} */
    const [rimPlaces, handPlaces] = [[], []];
    const label = `${d ? "Second" : "First"} dial: four hands after ${pluralize(k, "step")}`;
    return picture(
      label,
      SIZE,
      SIZE,
      makeSvg("circle", { class: "rc-clock-rim", cx: HALF, cy: HALF, r: RIM }),
      ...hands[d][lag].map((hand, s) => {
        const [x, y] = findClearPlace(rimPlaces, hand, RIM, -MIN_GAP);
        return text(x, y + 6, "middle", LETTERS[s], "rc-clock-mark");
      }),
      ...hands[d][k].flatMap((hand, s) => {
        const [u, v] = [LONGEST * hand[0], -LONGEST * hand[1]];
        const [x, y] = findClearPlace(handPlaces, hand, Math.hypot(u, v) + 11, MIN_GAP);
        return [
          line("rc-clock-hand", HALF, HALF, HALF + u, HALF + v),
          text(x, y + 6, "middle", LETTERS[s], "rc-clock-name"),
        ];
      }),
      makeSvg("circle", { class: "rc-clock-pin", cx: HALF, cy: HALF, r: 4 }),
    );
  }

  drawStrip(/** @type {number} */ chosen) {
    const { accuracies, lag } = this.clock;
    const stepWidth = (WIDTH - LEFT - RIGHT) / this.last;
    const [toX, floor] = [(/** @type {number} */ k) => LEFT + k * stepWidth, HEIGHT - BOTTOM];
    const computeHeight = (/** @type {number} */ share) => (floor - TOP) * share;
    return picture(
      "Right answers at the steps that were visited",
      WIDTH,
      HEIGHT,
      makeSvg("path", { class: "rc-clock-axis", d: `M${LEFT - 4} ${floor}H${WIDTH}` }),
      makeSvg("path", {
        class: "rc-clock-enough",
        d: `M${LEFT - 4} ${floor - computeHeight(MIN_ACCURACY)}H${WIDTH}`,
      }),
      ...[percent(MIN_ACCURACY), "right", "0"].map((words, n) =>
        text(LEFT - 8, TOP + (n * (floor - TOP)) / 2 + 5, "end", words),
      ),
      ...[...this.visited].flatMap((k) => [
        makeSvg("path", { class: "rc-clock-asked", d: `M${toX(k)} ${floor + 1}v4` }),
        makeSvg("rect", {
          class: `rc-clock-bar${k === chosen ? " rc-clock-now" : ""}`,
          x: toX(k) - 0.4 * stepWidth,
          y: floor - computeHeight(accuracies[k]),
          width: 0.8 * stepWidth,
          height: computeHeight(accuracies[k]),
        }),
      ]),
      ...[0, lag, 40, this.last].map((k) => text(toX(k), floor + 20, "middle", String(k))),
    );
  }
}

export default defineWidget(
  "clock-hands",
  (root, { get, parse }) =>
    new ClockView(root, {
      hands: parse("hands"),
      accuracies: parse("right"),
      answers: parse("answers"),
      lag: +get("lag"),
    }),
  "It was trained to answer after 20 steps. Find three others at which 95 of 100 are right.",
);
