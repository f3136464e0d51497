// What all live widgets share: elements, numbers in words, an announcer for a screen reader, what
// is stale, and the two doors of a widget, page and notebook. The other modules of this folder say
// in their first lines what else is ready; live.css has the looks of all that is made here.
//
// A widget of a chapter is three files: widget.py says what the view is given and what its caption
// is, widget.css has the looks that only it has, and widget.mjs ends like this:
//
//   class View { constructor(root, …) { … } close() { … } }
//   const makeView = (root, facts) => new View(root, facts.get("table"));
//   export default defineWidget("my-element", makeView);
//
// At first it shows something worth seeing: that is also what a reader on paper gets. Modules
// import names in braces, and export where they declare: of all of them a page gets one classic
// script (elements.py), because it must also work when it is opened as a file; so nothing is
// fetched either. Biome formats all of this, and TypeScript checks the types that comments say:
// `make check`.
//
// tests/browser/test_widgets.py holds every widget to one contract: by keyboard, aloud, on a
// phone, …

import { restoreSettings, writeSettings } from "./address.mjs";

export const NBSP = "\u00a0";

// ---- Elements --------------------------------------------------------------------------------

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string|Object<string, *>} [props] Its class, or its properties: attributes where a name
 *   has a hyphen.
 * @param {...(string|Node)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, props = {}, ...children) {
  /** @type {*} */
  const e = document.createElement(tag);
  if (typeof props === "string") e.className = props;
  else
    for (const [name, value] of Object.entries(props))
      if (name.includes("-") || name === "role" || name === "style") e.setAttribute(name, value);
      else e[name] = value;
  e.append(...children);
  return e;
}

/**
 * Make an element of a drawing. The parser knows the namespace.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Object<string, string|number>} [attributes]
 * @param {...(string|Node)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const template = make("template", { innerHTML: "<svg></svg>" });
  const { namespaceURI } = template.content.children[0];
  /** @type {*} */
  const e = document.createElementNS(namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

/** @param {string} prefix @param {string} names */
const prefixNames = (prefix, names) => names.replace(/\S+/g, (name) => prefix + name);

/**
 * A maker of boxes: boxes("rc-x-")("a b") has the classes rc-x-a and rc-x-b.
 * @param {string} prefix
 * @returns {(names: string, ...children: (string|Node)[]) => HTMLDivElement}
 */
export const boxes =
  (prefix) =>
  (names, ...children) =>
    make("div", { className: prefixNames(prefix, names) }, ...children);
export const box = boxes("rc-w-");

/**
 * The same for marks, which nobody hears.
 * @param {string} prefix
 * @returns {(names: string, ...children: (string|Node)[]) => HTMLElement}
 */
export const marks =
  (prefix) =>
  (names, ...children) =>
    make("i", { className: prefixNames(prefix, names), "aria-hidden": "true" }, ...children);

/**
 * Elements that belong together; their name is heard.
 * @param {string} className
 * @param {string} name
 * @param {...(string|Node)} children
 */
export const group = (className, name, ...children) =>
  make("div", { className, role: "group", "aria-label": name }, ...children);

/**
 * Nobody hears this element: what it shows is said elsewhere.
 * @template {Element} E
 * @param {E} e
 * @returns {E}
 */
export function silence(e) {
  e.setAttribute("aria-hidden", "true");
  return e;
}

/** Words that are heard, not seen. @param {string} words */
export const srOnly = (words) => make("span", "rc-w-sr-only", words);

/**
 * A maker of ids, `id("field")`, that are no others of the page, whichever widgets it shows.
 * @returns {(part: string|number) => string}
 */
export function makeIds() {
  // Each widget of a notebook has a core of its own
  const number = (globalThis.rnncourseWidgets ?? 0) + 1;
  globalThis.rnncourseWidgets = number;
  return (part) => `rc-w-${number}-${part}`;
}

/**
 * These elements show what follows from what the reader set: they are dim while it is stale.
 * @param {...Element} elements
 */
export function dimWhenStale(...elements) {
  for (const e of elements) e.classList.add("rc-w-dims");
}

/**
 * Whether what a widget shows is still of what was read before.
 * @param {Element|null} root Of the widget; none, where a view is not in a page.
 * @param {boolean} stale
 */
export const markStale = (root, stale) => root?.classList.toggle("rc-w-stale", stale);

/**
 * Where a pointer is in an element: shares of its width and, from above, of its height.
 * @param {Element} element
 * @param {MouseEvent} event
 * @returns {[number, number]}
 */
export function placeWithin(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

/** Write words that are spoken when they change. @param {Element} e @param {string} words */
export function setText(e, words) {
  if (e.textContent !== words) e.textContent = words;
}

/**
 * What is larger than its box scrolls: whoever cannot point reaches it by the Tab key, and
 * everybody sees that there is more, by a faded edge and a line below.
 * @param {HTMLElement[]} elements Groups, for what has the focus needs a name.
 * @param {() => void} [onChange] Is told when one has another size.
 * @returns {ResizeObserver} To disconnect.
 */
export function markScrollable(elements, onChange = () => {}) {
  const lines = new Map();
  /** @param {HTMLElement} e */
  const mark = (e) => {
    const [hidden, left] = [e.scrollWidth - e.clientWidth, e.scrollLeft > 1];
    const right = hidden - e.scrollLeft > 1;
    const tall = e.scrollHeight - e.clientHeight > 1;
    const below = e.scrollHeight - e.clientHeight - e.scrollTop > 1;
    e.tabIndex = hidden > 0 || tall ? 0 : -1;
    e.classList.toggle("rc-w-right", right);
    const line = lines.get(e);
    line.textContent = [
      left && right ? "← more on both sides →" : "",
      left && !right ? "← more to the left" : "",
      right && !left ? "more to the right →" : "",
      below ? "more below ↓" : tall ? "more above ↑" : "",
    ]
      .filter(Boolean)
      .join(", ");
    line.hidden = !line.textContent;
    if (!line.isConnected) e.after(line);
  };
  const observer = new ResizeObserver(() => {
    elements.forEach(mark);
    onChange();
  });
  for (const e of elements) {
    lines.set(e, make("p", { className: "rc-w-more", "aria-hidden": "true", hidden: true }));
    e.addEventListener("scroll", () => mark(e), { passive: true });
    observer.observe(e);
  }
  return observer;
}

// ---- Numbers in words ------------------------------------------------------------------------

/**
 * A number with fixed decimals and a true minus sign; never minus zero.
 * @param {number} value
 * @param {number} [decimals]
 * @returns {string}
 */
export function fixed(value, decimals = 2) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && +text !== 0 ? `−${text}` : text;
}

/**
 * A share in percent.
 * @param {number} share From 0 to 1.
 * @param {number} [moreDigits] Where two shares would look the same.
 */
export const percent = (share, moreDigits = 0) =>
  (share > 0 && share < 0.0005
    ? "<0.1"
    : (100 * share).toFixed(share && +(share < 0.0995) + moreDigits)) +
  NBSP +
  "%";
/** A whole number in groups of three digits. @param {number} n */
export const thousands = (n) => n.toLocaleString("en-US");
/** A number and what it counts: "1 step", "2 steps". @param {number} n @param {string} noun */
export const pluralize = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

// ---- Speaking --------------------------------------------------------------------------------

/** Tells a screen reader what changed: at once, or once the typing rests and the reader stays. */
export class Announcer {
  /** @param {HTMLElement} root Of the widget. */
  constructor(root) {
    this.root = root;
    this.status = make("p", { className: "rc-w-sr-only", role: "status" });
  }
  /** @param {string} words */
  announce(words) {
    this.cancel();
    this.status.textContent = words;
  }
  /** @param {() => string} words @param {number} ms Until then. */
  later(words, ms) {
    this.cancel();
    this.timer = setTimeout(() => {
      if (this.root.contains(document.activeElement)) this.status.textContent = words();
    }, ms);
  }
  cancel() {
    clearTimeout(this.timer);
  }
}

// ---- The two doors ---------------------------------------------------------------------------

/**
 * @typedef {object} View What a widget shows within its element. All of it may be missing.
 * @property {() => void} [close] Ends what runs on.
 * @property {() => Promise<void>} [loadModel] Loads its weights, once.
 * @property {Object<string, *[]>} [stored] What no field shows, by its name in an address: its
 *   value, and how to set it.
 * @property {boolean} [walked] Whether it has positions: paper shows the last one.
 * @property {number} [position] The one that is shown, from 0.
 * @property {number} [last] The last one.
 * @property {(position: number) => void} [move] Shows a position.
 */

/**
 * @typedef {object} Facts What widget.py says.
 * @property {(name: string) => *} get One of them, by its name: a text, or a number.
 * @property {<T>(name: string) => T} parse One that is JSON.
 * @property {boolean} eager Whether the weights are there already, as in a notebook.
 * @property {Object<string, DataView<ArrayBuffer>>} [weights] These weights, by network.
 */

/**
 * The element of the page.
 * @param {string} tag
 * @param {(root: HTMLElement, facts: Omit<Facts, "parse">) => View} makeView
 */
const defineElement = (tag, makeView) =>
  customElements.define(
    tag,
    class extends HTMLElement {
      /** @type {string|undefined} */
      firstSettings;
      connectedCallback() {
        if (this.view) return;
        /** A View, while this is in a page. @type {*} */
        this.view = makeView(this, {
          get: (name) => this.dataset[name],
          eager: false,
        });
        this.firstSettings ??= writeSettings(this, this.view);
        addEventListener("hashchange", this);
        if (this.lastSettings) restoreSettings(this, this.view, this.lastSettings);
        else this.handleEvent();
        this.lastSettings = null;
      }
      /** Where this figure is, as it is now. */
      get address() {
        const now = writeSettings(this, this.view);
        return `#${this.parentElement?.id}${now === this.firstSettings ? "" : `?${now}`}`;
      }
      /** The address of the page has changed. */
      async handleEvent() {
        const [, id, words] = location.hash.match(/^#(.*?)[?](.*)$/) ?? [];
        if (!words || id !== this.parentElement?.id) return;
        this.scrollIntoView({ block: "nearest" });
        await restoreSettings(this, this.view, words);
        // None: it left meanwhile
        this.parentElement?.scrollIntoView();
      }
      /** Who only moves within the page goes on; who left it is made anew when it is back. */
      disconnectedCallback() {
        queueMicrotask(() => {
          if (this.isConnected || !this.view) return;
          removeEventListener("hashchange", this);
          const now = writeSettings(this, this.view);
          this.lastSettings = now === this.firstSettings ? null : now;
          this.view.close?.();
          this.view = null;
        });
      }
    },
  );

/**
 * Define the element of the page; return the module of a notebook's anywidget.
 *
 * @param {string} tag The name of the element.
 * @param {(root: HTMLElement, facts: Facts) => View|object} createView Makes the view within an
 *   element.
 * @param {string} [question] One that whoever works the widget can answer.
 * @returns {{render: (cell: {model: *, el: HTMLElement}) => () => void}}
 */
export function defineWidget(tag, createView, question = "") {
  /** @param {HTMLElement} root @param {Omit<Facts, "parse">} facts */
  const makeView = (root, facts) => {
    // What the shared style sheet begins with
    root.classList.add("rc-w");
    /** @type {View} */
    const view = createView(root, {
      ...facts,
      parse: (/** @type {string} */ name) => JSON.parse(facts.get(name)),
    });
    if (question) root.prepend(make("p", "rc-w-asks", question));
    return view;
  };
  if (globalThis.customElements && !customElements.get(tag)) defineElement(tag, makeView);
  /** @param {{model: *, el: HTMLElement}} cell */
  const render = ({ model, el }) => {
    const [facts, root] = [model.get("facts"), make("div")];
    const caption = make("figcaption", {}, model.get("caption"));
    el.append(make("figure", "rc-figure rc-live", root, caption));
    const get = (/** @type {string} */ name) => facts[name];
    const view = makeView(root, { get, eager: true, weights: model.get("weights") });
    return () => view.close?.();
  };
  return { render };
}
