// A view that goes from position to position: a slider, Step, Back, Play, and a sentence for each.

import { button } from "./controls.mjs";
import { box, make } from "./core.mjs";
import { setSymbols } from "./symbols.mjs";

const PAUSE = 2500; // ms between two positions while it plays

/**
 * A view that extends this calls `makeTransport` once, puts `this.bar`, `this.message` and its own
 * elements into its root, and calls `show` when anything but the position has changed. What it
 * adds stands first here.
 */
export class Positions {
  position = 0;
  playing = 0; // a timer, or none
  touched = false; // it opens in the middle, where there is something to see
  last = 0; // position
  /** The words below the slider. @type {HTMLElement[]} */
  marks = [];
  /** The nodes of a sentence. @type {(sentence: string) => (string|Node)[]} */
  symbols = setSymbols;
  /** What close() ends. @type {ResizeObserver|null} */
  observer = null;
  slider = make("input", {
    type: "range",
    name: "position",
    min: 0,
    step: 1,
    value: 0,
    "aria-label": "Position",
    oninput: () => this.goTo(+this.slider.value),
  });
  stepButton = button("Step", () => this.goTo(this.position + 1), "rc-w-main");
  backButton = button("Back", () => this.goTo(this.position - 1));
  player = button("Play", () => (this.playing ? this.stop() : this.play()));
  message = make("p", { className: "rc-w-said", role: "status" });

  /** The name of a position for a screen reader. @param {number} position */
  namePosition(position) {
    return `${position}`;
  }

  /** What happened at a position. @param {number} _position */
  describe(_position) {
    return "";
  }

  /** Shows the rest. @param {boolean} _moved Whether the position is another than before. */
  draw(_moved) {}

  /**
   * @param {string[]} marks The words below the slider, one for each position.
   * @param {string} resetLabel Of the button that goes back to the first.
   * @param {Node[]} [below] More elements under the marks.
   * @param {(sentence: string) => (string|Node)[]} [symbols] The nodes of a sentence.
   */
  makeTransport(marks, resetLabel, below = [], symbols = setSymbols) {
    this.last = marks.length - 1;
    this.symbols = symbols;
    this.slider.max = String(this.last);
    this.marks = marks.map((mark) => make("span", {}, mark));
    /** @type {HTMLDivElement} */
    this.bar = box(
      "transport",
      box(
        "buttons",
        this.stepButton,
        this.backButton,
        this.player,
        button(resetLabel, () => this.goTo(0)),
      ),
      box(
        "line",
        this.slider,
        make("div", { className: "rc-w-marks", "aria-hidden": "true" }, ...this.marks, ...below),
      ),
    );
    this.bar.style.setProperty("--positions", String(marks.length));
  }

  /** @param {number} position Where the reader wants to be: it no longer plays. */
  goTo(position) {
    this.touched = true;
    this.stop();
    this.move(position);
  }

  /** @param {number} position The one to show, or the nearest that there is. */
  move(position) {
    const next = Math.max(0, Math.min(this.last, position));
    const moved = next !== this.position;
    this.position = next;
    this.show(moved);
  }

  /** Go on by itself: from the start if nobody chose a position, and from the end once more. */
  play() {
    this.move(this.touched && this.position < this.last ? this.position + 1 : 0);
    this.touched = true;
    this.playing = setInterval(() => {
      this.move(this.position + 1);
      if (this.position === this.last) this.stop();
    }, PAUSE);
    this.player.textContent = "Pause";
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    this.player.textContent = "Play";
  }

  show(moved = false) {
    const { position } = this;
    this.slider.value = String(position);
    this.slider.setAttribute("aria-valuetext", this.namePosition(position));
    this.marks.forEach((mark, i) => mark.classList.toggle("rc-w-here", i === position));
    this.stepButton.setAttribute("aria-disabled", String(position === this.last));
    this.backButton.setAttribute("aria-disabled", String(position === 0));
    const sentence = this.describe(position);
    // Once: it is spoken
    if (this.message.dataset.text !== sentence)
      this.message.replaceChildren(...this.symbols(sentence));
    this.message.dataset.text = sentence;
    this.draw(moved);
  }

  close() {
    this.stop();
    this.observer?.disconnect();
  }
}
