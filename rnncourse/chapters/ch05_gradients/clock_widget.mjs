// A network that recalls a symbol at one step, asked at all: its mean states, as the
// hands of two dials, and its answers.
//
// First the words, which need no page (Node.js tests them), then the interface.

import { boxes, count, drawn, ids, live, make, percent } from "../../viz/live/core.mjs";
import { drags } from "../../viz/live/moving.mjs";
import { sliders, within } from "./sliders.mjs";

const LETTERS = [..."ABCD"];
const [ENOUGH, WANTED] = [0.95, 3]; // right answers, and steps at which there are so many

/** Steps that were visited at which the network is right, but for the one it was trained for. */
export const rightSteps = ({ right, lag }, visited) =>
  visited.filter((k) => k !== lag && right[k] >= ENOUGH).sort((a, b) => a - b);

/** What is answered after k steps, and which of the steps that were visited are right. */
export function sentence(clock, k, visited) {
  const { right, answers, lag } = clock;
  const named = LETTERS.filter((_, s) => answers[k][s] === s).length;
  const called = LETTERS.flatMap((c, s) =>
    answers[k][s] === s ? [] : [`${c} is called ${LETTERS[answers[k][s]]}`],
  );
  if (named) called.push(named > 1 ? "the others are named" : "the other is named");
  const often =
    named === LETTERS.length
      ? "Each symbol is most often named."
      : `Most often ${called.join(", ")}.`;
  const found = rightSteps(clock, visited);
  const done = found.length >= WANTED ? " Task done." : "";
  return (
    `After ${count(k, "step")} ${percent(right[k])} of the answers are right` +
    `${k === lag ? ": it was trained to answer then" : ""}. ${often}` +
    `${found.length ? ` Right, too, of those that you asked: ${found.join(", ")}.` : ""}${done}`
  );
}

// ---- The interface -----------------------------------------------------------------------------

const part = boxes("rc-clock-");
const [SIZE, RIM, LONGEST] = [240, 104, 64]; // of a dial, its circle, and its longest hand
const HALF = SIZE / 2;
const [WIDE, HIGH, LEFT, RIGHT, TOP, LOW] = [520, 100, 60, 16, 10, 36];

const text = (x, y, words, name = "") =>
  drawn("text", { class: name && `rc-clock-${name}`, x, y, "text-anchor": "middle" }, words);

class Clock {
  constructor(root, clock) {
    this.clock = clock;
    this.last = clock.right.length - 1;
    this.visited = new Set();
    this.said = make("p", { className: "rc-w-said", role: "status" });
    this.dials = clock.hands.map(() => part("dial"));
    this.strip = part("strip");
    const row = ["k", "Steps after the symbol", 0, this.last, 1, String];
    const [controls, { k }] = sliders(ids(), [row], ({ k }) => this.ask(k));
    this.slider = k;
    root.classList.add("rc-clock");
    root.replaceChildren(part("dials", ...this.dials), this.strip, controls, this.said);
    drags(this.strip, (event) => {
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
    this.dials.forEach((dial, d) => dial.replaceChildren(this.drawDial(d, k)));
    this.strip.replaceChildren(this.drawStrip(k));
    this.said.textContent = sentence(this.clock, k, [...this.visited]);
  }

  drawDial(d, k) {
    const { hands, lag } = this.clock;
    const label = `${d ? "Second" : "First"} dial: four hands after ${count(k, "step")}`;
    return drawn(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label },
      drawn("circle", { class: "rc-clock-rim", cx: HALF, cy: HALF, r: RIM }),
      ...hands[d][lag].map(([x, y], s) => {
        const r = RIM / Math.hypot(x, y);
        return text(HALF + r * x, HALF - r * y + 6, LETTERS[s], "mark");
      }),
      ...hands[d][k].flatMap(([x, y], s) => {
        const far = 1 + (s < 2 ? 9 : 20) / (LONGEST * Math.hypot(x, y) + 1e-9); // some lie close
        const [u, v] = [LONGEST * x, -LONGEST * y];
        return [
          drawn("line", {
            class: "rc-clock-hand",
            x1: HALF,
            y1: HALF,
            x2: HALF + u,
            y2: HALF + v,
          }),
          text(HALF + far * u, HALF + far * v + 6, LETTERS[s], "name"),
        ];
      }),
      drawn("circle", { class: "rc-clock-pin", cx: HALF, cy: HALF, r: 4 }),
    );
  }

  drawStrip(now) {
    const { right, lag } = this.clock;
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
      ...[`${100 * ENOUGH}%`, "0"].map((words, n) =>
        drawn("text", { x: LEFT - 8, y: (n ? floor : TOP) + 5, "text-anchor": "end" }, words),
      ),
      ...[...this.visited].map((k) =>
        drawn("rect", {
          class: ["bar", right[k] >= ENOUGH && "right", k === now && "now"]
            .filter(Boolean)
            .map((name) => `rc-clock-${name}`)
            .join(" "),
          x: x(k) - 0.4 * step,
          y: floor - Math.max(2, high(right[k])),
          width: 0.8 * step,
          height: Math.max(2, high(right[k])),
        }),
      ),
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
