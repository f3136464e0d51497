// A network that recalls a symbol at one step, asked at all: its mean states, as the
// hands of two dials, and its answers.
//
// First the words, which need no page (Node.js tests them), then the interface.

import { boxes, count, drawn, ids, live, make, NBSP, percent } from "../../viz/live/core.mjs";
import { onDrag, outcome } from "../../viz/live/moving.mjs";
import { sliders, within } from "./sliders.mjs";

const LETTERS = [..."ABCD"];
const [ENOUGH, WANTED] = [0.95, 3]; // right answers, and steps at which there are so many

/** Steps that were visited at which the network is right, but for the one it was trained for. */
export const correctSteps = ({ right: accuracies, lag }, visited) =>
  visited.filter((k) => k !== lag && accuracies[k] >= ENOUGH).sort((a, b) => a - b);

/** By how many degrees the hands of a dial turn in a step: a mean, longer ones count more. */
export function turning(hands) {
  let [along, across] = [0, 0];
  for (let k = 1; k < hands.length; k += 1)
    hands[k].forEach(([x, y], s) => {
      const [u, v] = hands[k - 1][s];
      along += u * x + v * y;
      across += u * y - v * x;
    });
  return (Math.atan2(across, along) * 180) / Math.PI;
}

/** What is answered after k steps, and which of the steps that were visited are right. */
export function sentence(clock, k, visited) {
  const { right: accuracies, answers, lag } = clock;
  const named = LETTERS.filter((_, s) => answers[k][s] === s).length;
  const called = LETTERS.flatMap((c, s) =>
    answers[k][s] === s ? [] : [`${c} is called ${LETTERS[answers[k][s]]}`],
  );
  if (named) called.push(named > 1 ? "the others are named" : "the other is named");
  const often =
    named === LETTERS.length
      ? "Each symbol is most often named."
      : `Most often ${called.join(", ")}.`;
  const correct = correctSteps(clock, visited);
  const done = correct.length >= WANTED ? " Task done." : "";
  return (
    `After ${count(k, "step")} ${percent(accuracies[k])} of the answers are right` +
    `${k === lag ? ": it was trained to answer then" : ""}. ${often}` +
    (correct.length ? ` Right, too, of those that you asked: ${correct.join(", ")}.` : "") +
    done
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-clock-");
const [SIZE, RIM, LONGEST] = [240, 104, 64]; // of a dial, its circle, and its longest hand
const [HALF, APART] = [SIZE / 2, 18]; // and of two letters, at least
const [WIDE, HIGH, LEFT, RIGHT, TOP, LOW] = [520, 100, 60, 16, 10, 36];

/**
 * The first place on a ray from the middle that no other letter has, from `far` on in steps; it
 * is taken then.
 */
function clearPlace(taken, [x, y], far, step) {
  const away = Math.hypot(x, y) + 1e-9;
  const at = (r) => [HALF + (r * x) / away, HALF - (r * y) / away];
  const near = (r) => taken.some(([a, b]) => Math.hypot(at(r)[0] - a, at(r)[1] - b) < APART);
  let r = far;
  for (let n = 0; n < 3 && near(r); n += 1) r += step;
  taken.push(at(r));
  return at(r);
}

const text = (x, y, words, name = "") =>
  drawn("text", { class: name && `rc-clock-${name}`, x, y, "text-anchor": "middle" }, words);

class Clock {
  constructor(root, clock) {
    this.clock = clock;
    this.last = clock.right.length - 1;
    this.visited = new Set();
    this.message = outcome("state");
    this.dials = clock.hands.map((hands, d) => {
      const title = `${d ? "Second" : "First"} pair: ${Math.round(turning(hands))}° a${NBSP}step`;
      return part("dial", make("p", { className: "rc-w-legend" }, title), part("face"));
    });
    this.strip = part("strip");
    const row = ["k", "Steps after the symbol", 0, this.last, 1, String];
    const [controls, { k }] = sliders(ids(), [row], ({ k }) => this.ask(k));
    this.slider = k;
    root.classList.add("rc-clock");
    root.replaceChildren(part("dials", ...this.dials), this.strip, controls, this.message.row);
    onDrag(this.strip, (event) => {
      this.reach(event);
      return (moved) => this.reach(moved);
    });
    this.ask(clock.lag);
  }

  /** The step below the pointer. */
  reach(event) {
    const [x] = within(this.strip, event);
    const k = Math.round((this.last * (x * WIDE - LEFT)) / (WIDE - LEFT - RIGHT));
    this.ask(Math.min(this.last, Math.max(0, k)));
  }

  ask(k) {
    this.visited.add(k);
    this.slider.show(k);
    this.dials.forEach((dial, d) => dial.lastChild.replaceChildren(this.drawDial(d, k)));
    this.strip.replaceChildren(this.drawStrip(k));
    this.message.show(sentence(this.clock, k, [...this.visited]));
  }

  drawDial(d, k) {
    const { hands, lag } = this.clock;
    const [rim, taken] = [[], []];
    const label = `${d ? "Second" : "First"} dial: four hands after ${count(k, "step")}`;
    return drawn(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label },
      drawn("circle", { class: "rc-clock-rim", cx: HALF, cy: HALF, r: RIM }),
      ...hands[d][lag].map((hand, s) => {
        const [x, y] = clearPlace(rim, hand, RIM, -APART);
        return text(x, y + 6, LETTERS[s], "mark");
      }),
      ...hands[d][k].flatMap((hand, s) => {
        const [u, v] = [LONGEST * hand[0], -LONGEST * hand[1]];
        const [x, y] = clearPlace(taken, hand, Math.hypot(u, v) + 11, APART);
        return [
          drawn("line", {
            class: "rc-clock-hand",
            x1: HALF,
            y1: HALF,
            x2: HALF + u,
            y2: HALF + v,
          }),
          text(x, y + 6, LETTERS[s], "name"),
        ];
      }),
      drawn("circle", { class: "rc-clock-pin", cx: HALF, cy: HALF, r: 4 }),
    );
  }

  drawStrip(now) {
    const { right: accuracies, lag } = this.clock;
    const step = (WIDE - LEFT - RIGHT) / this.last;
    const [x, floor] = [(k) => LEFT + k * step, HIGH - LOW];
    const high = (share) => (floor - TOP) * share;
    return drawn(
      "svg",
      {
        viewBox: `0 0 ${WIDE} ${HIGH}`,
        role: "img",
        "aria-label": "Right answers at the steps that were visited",
      },
      drawn("path", {
        class: "rc-clock-axis",
        d: `M${LEFT - 4} ${floor}H${WIDE}`,
      }),
      drawn("path", {
        class: "rc-clock-enough",
        d: `M${LEFT - 4} ${floor - high(ENOUGH)}H${WIDE}`,
      }),
      ...[`${100 * ENOUGH}%`, "right", "0"].map((words, n) =>
        drawn(
          "text",
          { x: LEFT - 8, y: TOP + (n * (floor - TOP)) / 2 + 5, "text-anchor": "end" },
          words,
        ),
      ),
      ...[...this.visited].flatMap((k) => [
        drawn("path", { class: "rc-clock-asked", d: `M${x(k)} ${floor + 1}v4` }),
        drawn("rect", {
          class: ["bar", accuracies[k] >= ENOUGH && "right", k === now && "now"]
            .filter(Boolean)
            .map((name) => `rc-clock-${name}`)
            .join(" "),
          x: x(k) - 0.4 * step,
          y: floor - high(accuracies[k]),
          width: 0.8 * step,
          height: high(accuracies[k]),
        }),
      ]),
      ...[0, lag, 40, this.last].map((k) => text(x(k), floor + 20, String(k))),
    );
  }

  close() {}
}

export default live(
  "clock-hands",
  (root, facts) => {
    const [hands, right, answers] = ["hands", "right", "answers"].map((name) =>
      JSON.parse(facts.get(name)),
    );
    return new Clock(root, { hands, right, answers, lag: +facts.get("lag") });
  },
  "It was trained to answer after 20 steps. Find three others at which 95 of 100 are right.",
);
