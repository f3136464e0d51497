// What the live widgets share. A widget is a view of its chapter; everything below is ready for
// it.
//
//   core.mjs       make elements: make, makeSvg, boxes, group, button, choice, checkbox, slider,
//                  details, fold, textField, makeIds, srOnly; placeWithin, where a pointer is
//                  take what is typed: readable, what is read of it, and a line that says so
//                  show numbers: fixed, percent, count, setSymbols, such as h_2; numberBar
//                  age: dimWhenStale, what shows what was read last; markStale, while it is of
//                  what was read before, because what is typed now is wrong or its model is
//                  on the way
//                  speak: Announcer, for a screen reader; setText, what is said once;
//                  markScrollable, so that what scrolls is reached by keyboard
//                  be found: defineWidget, the two doors of a widget, page and notebook, and an
//                  address that brings what the reader set back (a view says in `stored` what no
//                  field shows); LoadButton, weights on demand; showFacts, what runs here
//   model_view.mjs  ModelView, a view with one model: a small one loads by itself near the window
//   drawing.mjs    pictures in SVG: lines, words, bands; what their marks mean
//   moving.mjs     what a reader drags: makeSliders, onDrag, onPoint; what is seen of it, and a
//                  task done: makeOutcome
//   fields.mjs     checkedField and showFault: what is wrong with a field is said, an empty one at
//                  once, and what follows from it is dim meanwhile; WordView, a field for a word
//   pronouncing.mjs  Pronouncer: an encoder and a decoder say a word; sounds, beams
//   positions.mjs  Positions: a view with a slider, Step, Back, Play, a sentence for each position
//   language.mjs   LanguageModel and Reader: a model of characters, a state for each prefix
//   characters.mjs  names and signs of characters, plain text
//   character_rows.mjs  rows of likely characters
//   table.mjs      numberTable; heatCell, a cell colored by its attention weight
//   numbers.mjs    softmax, draws, GRU and LSTM cells, weights from bytes or a script
//   vectors.mjs    sums and products of vectors; layers of arrays by name: linear, gruOf
//   translation.mjs  Translator: encoder, attention, decoder; greedy decoding; beam search
//   numerals.mjs   numbers as readers type them; in German words; lists in two languages, and what
//                  belongs to what
//   convolutions.mjs  what a captioner sees of a picture, place by place
//   pad.mjs        pixels to draw on, with a pointer or by keyboard
//   abc.mjs        tunes in ABC notation: their notes and times, and Web Audio that plays them
//   pairs.mjs      the page that `rnncourse learn pairs.tsv` writes; no chapter's
//   live.css       colors of the page or the notebook, and the looks of all that is made here
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
// fetched either. Biome formats all of this: `make check`.
//
// tests/browser/test_widgets.py holds every widget to one contract: by keyboard, aloud, on a
// phone, ….

export const NBSP = "\u00a0";

// ---- Elements --------------------------------------------------------------------------------

/**
 * Make an element: its tag; its class, or its properties (an attribute where the name has a
 * hyphen); its children.
 */
export function make(tag, props = {}, ...children) {
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
 * Make an element of a drawing: its tag, attributes, children. The parser knows SVG's namespace.
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const template = make("template", { innerHTML: "<svg></svg>" });
  const e = document.createElementNS(template.content.firstChild.namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

const prefixNames = (prefix, names) =>
  names
    .split(" ")
    .map((name) => prefix + name)
    .join(" ");

/**
 * A maker of boxes whose classes begin so: boxes("rc-x-")("a b") has the classes rc-x-a and
 * rc-x-b.
 */
export const boxes =
  (prefix) =>
  (names, ...children) =>
    make("div", { className: prefixNames(prefix, names) }, ...children);
export const box = boxes("rc-w-");

/** The same for marks, which nobody hears. */
export const marks =
  (prefix) =>
  (names, ...children) =>
    make("i", { className: prefixNames(prefix, names), "aria-hidden": "true" }, ...children);

/** Elements that belong together; their name is heard. */
export const group = (className, name, ...children) =>
  make("div", { className, role: "group", "aria-label": name }, ...children);

/** What opens by its name. */
export const details = (name, ...children) =>
  make("details", {}, make("summary", {}, name), ...children);

/** Nobody hears this element: what it shows is said elsewhere. */
export function silence(e) {
  e.setAttribute("aria-hidden", "true");
  return e;
}

/** Words that are heard, not seen. */
export const srOnly = (words) => make("span", "rc-w-sr-only", words);

/** Bits at which the shade of a letter deepens. */
export const LEVELS = [1, 2, 4, 6, 8];
export const levelOf = (bits) => LEVELS.filter((edge) => bits >= edge).length;

/** How a letter looks that was so surprising, from 0, not at all, to 5. */
export const shadeOf = (level) => ({
  className: level ? "rc-w-surprise" : "",
  style: `--level: ${level}`,
});

/** A maker of ids, `id("field")`, that are no others of the page, whichever widgets it shows. */
export function makeIds() {
  // Each widget of a notebook has a core of its own
  const number = (globalThis.rnncourseWidgets ?? 0) + 1;
  globalThis.rnncourseWidgets = number;
  return (part) => `rc-w-${number}-${part}`;
}

export const button = (label, onclick, className = "") =>
  make("button", { type: "button", className, onclick }, label);

/** These elements show what follows from what the reader set: they are dim while it is stale. */
export function dimWhenStale(...elements) {
  for (const e of elements) e.classList.add("rc-w-dims");
}

/** Whether what a widget shows is still of what was read before. */
export const markStale = (root, stale) => root?.classList.toggle("rc-w-stale", stale);

/** One of several of a name, with what is shown for it. */
export const radio = (name, value, checked, onchange, ...shown) =>
  make("label", {}, make("input", { type: "radio", name, value, checked, onchange }), ...shown);

/** One of several: `options` are values and what is shown for each; the chosen one is told. */
export const choice = (legend, name, options, chosen, choose) =>
  make(
    "fieldset",
    {},
    make("legend", {}, ...[legend].flat()),
    box(
      "options",
      ...options.map(([value, ...shown]) =>
        radio(name, value, value === chosen, () => choose(value), make("span", {}, ...shown)),
      ),
    ),
  );

/** A box to tick, with its label. */
export function checkbox(label, onchange) {
  const input = make("input", { type: "checkbox", onchange });
  return { input, row: make("label", "rc-w-check", input, ` ${label}`) };
}

/**
 * A slider under its name and its value, which is heard too: words(value). onValue(value) is told
 * when the reader moves it, show(value) moves it, show(value, valueText) with other words; `help`
 * stands below.
 */
export function slider(id, label, { words = String, onValue, help = "", ...props }) {
  const shown = make("b", { "aria-hidden": "true" });
  const update = (valueText = words(+input.value)) => {
    shown.textContent = valueText;
    input.setAttribute("aria-valuetext", valueText);
  };
  const input = make("input", {
    id,
    type: "range",
    step: 1,
    ...props,
    oninput: () => {
      update();
      onValue(+input.value);
    },
  });
  const row = box("slider", make("label", { htmlFor: id }, label), shown, input);
  if (help) {
    row.append(make("p", { id: `${id}-help` }, help));
    input.setAttribute("aria-describedby", `${id}-help`);
  }
  if ("value" in props) update();
  return {
    input,
    row,
    show: (value, valueText) => {
      input.value = value;
      update(valueText);
    },
  };
}

/**
 * What a phone opens by its name (of one group, one at a time), and what is open wherever there is
 * room: live.css shows the name where there is none.
 */
export function fold(name, { group = "", open = false }, ...children) {
  const head = make("summary", {}, name),
    e = make("details", { className: "rc-w-fold", open: true }, head, ...children);
  let narrow = false;
  new ResizeObserver(() => {
    if (narrow === head.checkVisibility()) return;
    narrow = !narrow;
    Object.assign(e, { name: narrow ? group : "", open: open || !narrow });
  }).observe(e);
  return e;
}

/** Where a pointer is in an element: shares of its width and, from above, of its height. */
export function placeWithin(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

/** For a text field in which each letter counts: nothing is corrected. */
export const AS_TYPED = { spellcheck: false, autocomplete: "off", autocapitalize: "off" };

/** A control below its label. */
export const labeled = (label, control) =>
  box("field", make("label", { htmlFor: control.id }, ...[label].flat()), control);

/**
 * A text field in which each letter counts, below its label (row), and a line for what is wrong
 * with it. id: a maker of ids; name: of the field, also in an address.
 */
export function textField(id, name, label, properties) {
  const fault = make("p", { id: id("fault"), className: "rc-w-fault", role: "status" });
  const field = make("input", {
    id: id(name),
    ...AS_TYPED,
    "aria-describedby": id("fault"),
    ...properties,
  });
  return { field, fault, row: labeled(label, field) };
}

/** Write words that are spoken when they change. */
export function setText(e, words) {
  if (e.textContent !== words) e.textContent = words;
}

const BARE = { ø: "o", ð: "d", đ: "d", ł: "l", ı: "i" }; // their marks cannot be taken off
const joinWords = (words) =>
  [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");

/**
 * What is read at each character of a text: a small letter that is known(letter), without its mark
 * where it has to be; "" at any other sign.
 */
export const knownLetters = (text, known) =>
  [...text].map((typed) => {
    const c = typed.toLowerCase();
    return [c, BARE[c] ?? c.normalize("NFD")[0]].find(known) ?? "";
  });

/** One line on what is read of a text: what is left out of it, and why it ends; "" for nothing. */
export function describeReading(read, left = [], ends = "") {
  const kinds = [...new Set(left)].map((c) => (c === " " ? "a space" : `“${c}”`));
  const without = kinds.length > 3 ? `${kinds.length} signs` : joinWords(kinds);
  if (!read) return without && `Nothing is read: ${without} ${kinds[1] ? "are" : "is"} not known.`;
  return `Read as “${read}”${without && `, without ${without}`}${ends && `: ${ends}`}.`;
}

/**
 * What a network reads of what is typed, up to `maxLength` letters (or what its signs are), and
 * a line that says so where the two differ.
 */
export function readable(typed, known, maxLength = Infinity, signs = "letters") {
  const text = typed.normalize("NFC").trim();
  const letters = knownLetters(text, known);
  const characters = [...letters.join("")];
  const read = characters.slice(0, maxLength).join("");
  const left = [...text].filter((_, t) => !letters[t]).map((c) => c.toLowerCase());
  const ends = characters.length > maxLength ? `${maxLength} ${signs} at most` : "";
  return { read, note: read === text.toLowerCase() ? "" : describeReading(read, left, ends) };
}

/**
 * What is larger than its box scrolls: whoever cannot point reaches it by the Tab key, and
 * everybody sees that there is more, by a faded edge and a line below.
 */
export function markScrollable(elements, onChange = () => {}) {
  const lines = new Map();
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
  const watch = new ResizeObserver(() => {
    elements.forEach(mark);
    onChange();
  });
  for (const e of elements) {
    lines.set(e, make("p", { className: "rc-w-more", "aria-hidden": "true", hidden: true }));
    e.addEventListener("scroll", () => mark(e), { passive: true });
    watch.observe(e);
  }
  return watch;
}

// ---- Numbers and symbols ---------------------------------------------------------------------

/** A number with fixed decimals and a true minus sign; never minus zero. */
export function fixed(value, decimals = 2) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && +text !== 0 ? `−${text}` : text;
}

/** A share in percent; `more` digits, where two would look the same. */
export const percent = (p, more = 0) =>
  (p >= 0.0005 ? (100 * p).toFixed((p < 0.0995) + more) : "<0.1") + NBSP + "%";
export const thousands = (n) => n.toLocaleString("en-US");
export const pluralize = (n, one) => `${n} ${n === 1 ? one : `${one}s`}`;

/**
 * Text whose symbols, such as h_2, h_{t−1}, dW_hh or W_hy^T, are set as formulas; each may have a
 * class.
 */
export function setSymbols(text, classOf = () => "") {
  return text.split(/([A-Za-z]+_(?:[a-z0-9]+|\{[^}]+\})(?:\^[T2])?)/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [, base, below, above] = part.match(/^([A-Za-z]+)_\{?([^}^]+)\}?\^?(.?)$/);
    const symbol = make(
      "span",
      { className: `rc-w-m ${classOf(part)}`.trim() },
      make("i", {}, base),
      make("sub", {}, ...below.split(/([a-z]+)/).map((s, n) => (n % 2 ? make("i", {}, s) : s))),
    );
    if (above) symbol.append(make("sup", {}, above));
    return symbol;
  });
}

/**
 * A bar and its number: to the right for plus, to the left for minus; with a key, a share from the
 * left.
 */
export function numberBar(value, { scale = 1, decimals = 2, key } = {}) {
  const kind = key !== undefined ? "chance" : value < 0 ? "minus" : "plus";
  const bar = make("i", {
    className: `rc-w-${kind}`,
    style: `--size: ${(Math.abs(value) / scale).toFixed(3)}`,
  });
  return box(
    "entry",
    key === undefined ? "" : make("kbd", {}, key),
    make("span", { className: "rc-w-track", "aria-hidden": "true" }, bar),
    make("span", "rc-w-number", fixed(value, decimals)),
  );
}

// ---- Speaking --------------------------------------------------------------------------------

/**
 * Tells a screen reader what changed: at once, or once the typing rests and the reader is still
 * here.
 */
export class Announcer {
  constructor(root) {
    this.root = root;
    this.status = make("p", { className: "rc-w-sr-only", role: "status" });
  }
  announce(words) {
    this.cancel();
    this.status.textContent = words;
  }
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

const SMALL = 400_000; // bytes: no stored model lies between 342 and 854 kB
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)}${NBSP}MB`;

/** Whether a model of so many bytes loads by itself: a small one does, where no data is saved. */
export const loadsAutomatically = (bytes) => bytes <= SMALL && !navigator.connection?.saveData;

/** Does it once, when the element is less than a window's height away; returns the watch. */
export function whenNear(element, act) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      act();
    },
    { rootMargin: "100% 0px" },
  );
  watch.observe(element);
  return watch;
}

/** Weights load when the reader asks for them: a button with their size. */
export class LoadButton {
  constructor(ask) {
    this.loader = button("", ask, "rc-w-main");
    this.box = box(
      "load",
      this.loader,
      make("p", {}, "It runs in your browser. Nothing you type leaves this page."),
    );
  }
  /** bytes: of the weights, or 0; loading: whether they are on their way. */
  show(bytes, loading = false) {
    const label = loading ? "Loading the model …" : "Load the model";
    this.loader.textContent = bytes ? `${label} (${megabytes(bytes)})` : label;
    this.loader.setAttribute("aria-disabled", String(loading));
    this.loader.setAttribute("aria-busy", String(loading));
  }
}

/** Said in the place of the facts while a model of so many bytes loads by itself. */
export const showLoading = (element, bytes) =>
  element.replaceChildren(
    make("span", "rc-w-screen", bytes ? `Loading the model (${megabytes(bytes)}) …` : NBSP),
  );

/** What runs here, in an element; on paper without what holds for a browser only. */
export const showFacts = (element, words) =>
  element.replaceChildren(
    words,
    make("span", "rc-w-screen", ", in your browser. Nothing you type leaves this page."),
  );

/** What is said of a model that did not come. */
export const loadErrorText = (error) =>
  `The model could not be loaded: ${error.message} Try again, or reload the page.`;

// ---- An address with the state ----------------------------------------------------------------

/**
 * What a reader can set, by name: its value, and how to set it. Fields, sliders, choices and boxes
 * are found; what else there is, such as a drawing, a view has in `stored`, in the same form.
 */
function settings(root, { stored = {} }) {
  const byName = new Map();
  [...root.querySelectorAll("input, select, textarea")].forEach((e, n) => {
    const name = (e.name || e.id).replace(/^rc-w-\d+-/, "") || `${e.type}${n}`;
    const type = (value) => {
      e.value = e.maxLength > 0 ? value.slice(0, e.maxLength) : value;
      for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind));
    };
    if (e.type === "checkbox") byName.set(name, [String(+e.checked), () => e.click()]);
    else if (e.type !== "radio") byName.set(name, [e.value, type]);
    else if (e.checked)
      byName.set(name, [
        e.value,
        (value) =>
          [...root.querySelectorAll(`[name="${e.name}"]`)]
            .find((other) => other.value === value)
            ?.click(),
      ]);
  });
  return new Map([...byName, ...Object.entries(stored)]);
}

const settingsQuery = (root, view) =>
  String(new URLSearchParams([...settings(root, view)].map(([name, [value]]) => [name, value])));

/**
 * Set what an address asks for, after its model came; what one setting brings or resets, the next
 * turn sets.
 */
async function restoreSettings(root, view, words) {
  await view.loadModel?.();
  if (root.dataset.state === "idle") return; // the model did not come
  for (let turn = 0; turn < 3; turn += 1)
    for (const [name, value] of new URLSearchParams(words)) {
      const [now, set] = settings(root, view).get(name) ?? [value];
      if (String(now) !== value) {
        set(value);
        await view.loadModel?.();
      }
    }
}

// ---- The two doors ---------------------------------------------------------------------------

/**
 * Define the element of the page; return the module of a notebook's anywidget.
 *
 * view(root, facts) makes the view within an element, perhaps with a method `close`.
 * facts.get(name) is what widget.py says under this name, a string or a number, and
 * facts.parse(name) what it says in JSON; facts.eager is true in a notebook, where the weights are
 * there already: facts.weights, see loadWeights in numbers.mjs. `question`: one that whoever
 * works the widget can answer.
 */
export function defineWidget(tag, view, question = "") {
  const makeView = (root, facts) => {
    root.classList.add("rc-w"); // what the shared style sheet begins with
    const made = view(root, { ...facts, parse: (name) => JSON.parse(facts.get(name)) });
    if (question) root.prepend(make("p", "rc-w-asks", question));
    return made;
  };
  if (globalThis.customElements && !customElements.get(tag))
    customElements.define(
      tag,
      class extends HTMLElement {
        connectedCallback() {
          this.view ??= makeView(this, { get: (name) => this.dataset[name], eager: false });
          this.firstSettings ??= settingsQuery(this, this.view);
          addEventListener("hashchange", this);
          if (this.lastSettings) restoreSettings(this, this.view, this.lastSettings);
          else this.handleEvent();
          this.lastSettings = null;
        }
        /** Where this figure is, as it is now. */
        get address() {
          const now = settingsQuery(this, this.view);
          return `#${this.parentElement.id}${now === this.firstSettings ? "" : `?${now}`}`;
        }
        /** The address of the page has changed. */
        async handleEvent() {
          const [, id, words] = location.hash.match(/^#(.*?)[?](.*)$/) ?? [];
          if (!words || id !== this.parentElement.id) return;
          this.scrollIntoView({ block: "nearest" });
          await restoreSettings(this, this.view, words);
          this.parentElement.scrollIntoView();
        }
        /** Who only moves within the page goes on; who left it is made anew when it is back. */
        disconnectedCallback() {
          queueMicrotask(() => {
            if (this.isConnected || !this.view) return;
            removeEventListener("hashchange", this);
            this.lastSettings = settingsQuery(this, this.view);
            this.view.close?.();
            this.view = null;
          });
        }
      },
    );
  return {
    render({ model, el }) {
      const [facts, root] = [model.get("facts"), make("div")];
      el.append(
        make("figure", "rc-figure rc-live", root, make("figcaption", {}, model.get("caption"))),
      );
      const made = makeView(root, {
        get: (name) => facts[name],
        eager: true,
        weights: model.get("weights"),
      });
      return () => made.close?.();
    },
  };
}
