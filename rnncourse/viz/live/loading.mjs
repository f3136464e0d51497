// Weights on demand: when they load, the button that loads them, and what is said meanwhile.

import { button } from "./controls.mjs";
import { box, make, NBSP } from "./core.mjs";

// Bytes: no stored model lies between 342 and 854 kB
const SMALL = 400_000;
const formatMegabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)}${NBSP}MB`;

/**
 * Whether a model of so many bytes loads by itself: a small one does, where no data is saved.
 * @param {number} bytes
 */
export function loadsAutomatically(bytes) {
  /** @type {Navigator & {connection?: {saveData: boolean}}} */
  const { connection } = navigator; // not in every browser
  return bytes <= SMALL && !connection?.saveData;
}

/**
 * Does it once, when the element is less than a window's height away.
 * @param {Element} element
 * @param {() => void} act
 * @returns {IntersectionObserver} To disconnect.
 */
export function callWhenNear(element, act) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: "100% 0px" },
  );
  observer.observe(element);
  return observer;
}

/** Weights load when the reader asks for them: a button with their size. */
export class LoadButton {
  /** @param {() => void} load */
  constructor(load) {
    this.loader = button("", load, "rc-w-main");
    this.box = box(
      "load",
      this.loader,
      make("p", {}, "It runs in your browser. Nothing you type leaves this page."),
    );
  }
  /**
   * @param {number} bytes Of the weights, or 0.
   * @param {boolean} [loading] Whether they are on their way.
   */
  show(bytes, loading = false) {
    const label = loading ? "Loading the model …" : "Load the model";
    this.loader.textContent = bytes ? `${label} (${formatMegabytes(bytes)})` : label;
    this.loader.setAttribute("aria-disabled", String(loading));
    this.loader.setAttribute("aria-busy", String(loading));
  }
}

/**
 * Said in the place of the facts while a model of so many bytes loads by itself.
 * @param {Element} element
 * @param {number} bytes 0: nothing is said.
 */
export const showLoading = (element, bytes) =>
  element.replaceChildren(
    make("span", "rc-w-screen", bytes ? `Loading the model (${formatMegabytes(bytes)}) …` : NBSP),
  );

/**
 * What runs here, in an element; on paper without what holds for a browser only.
 * @param {Element} element
 * @param {string} words
 */
export const showFacts = (element, words) =>
  element.replaceChildren(
    words,
    make("span", "rc-w-screen", ", in your browser; nothing you type leaves it."),
  );

/** What is said of a model that did not come. @param {unknown} error */
export const describeLoadError = (error) =>
  `The model could not be loaded: ${error instanceof Error ? error.message : error} ` +
  "Try again, or reload the page.";
