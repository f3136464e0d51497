// What a reader sets: buttons, choices, sliders, text fields; and what opens by its name.

import { box, make } from "./core.mjs";

/**
 * A button.
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {string} [className]
 * @returns {HTMLButtonElement}
 */
export const button = (label, onclick, className = "") =>
  make("button", { type: "button", className, onclick }, label);

/**
 * One of several of a name, with what is shown for it.
 * @param {string} name
 * @param {string} value
 * @param {boolean} checked
 * @param {(event: Event) => void} onchange
 * @param {...(string|Node)} shown
 * @returns {HTMLLabelElement & {control: HTMLInputElement}}
 */
export function radio(name, value, checked, onchange, ...shown) {
  const input = make("input", { type: "radio", name, value, checked, onchange });
  /** @type {*} */
  const label = make("label", {}, input, ...shown);
  return label;
}

/**
 * One of several.
 * @param {string|Node|(string|Node)[]} legend
 * @param {string} name Of its radio buttons, also in an address.
 * @param {*[][]} options Values, and what is shown for each: texts or nodes.
 * @param {string|number|boolean} chosen The value that is chosen at first.
 * @param {(value: *) => void} choose Is told the value that the reader chooses.
 * @returns {HTMLFieldSetElement}
 */
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

/**
 * A box to tick, with its label.
 * @param {string} name Also in an address.
 * @param {string} label
 * @param {(event: Event) => void} onchange
 * @returns {{input: HTMLInputElement, row: HTMLLabelElement}}
 */
export function checkbox(name, label, onchange) {
  const input = make("input", { type: "checkbox", name, onchange });
  return { input, row: make("label", "rc-w-check", input, ` ${label}`) };
}

/**
 * @typedef {object} SliderOptions
 * @property {(value: number) => string} [words] Says a value.
 * @property {(value: number) => void} onValue Is told when the reader moves it.
 * @property {string} [help] Stands below.
 */

/**
 * @typedef {object} Slider
 * @property {HTMLInputElement} input
 * @property {HTMLDivElement} row What shows all of it.
 * @property {(value: number, words?: string) => void} show Moves it; its words may be others.
 */

/**
 * A slider under its name and its value, which is heard too.
 * @param {string} id
 * @param {string|Node} label
 * @param {SliderOptions & Object<string, *>} options Also properties of the input, such as min.
 * @returns {Slider}
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
      input.value = String(value);
      update(valueText);
    },
  };
}

/**
 * What a phone opens by its name (of one group, one at a time), and what is open wherever there is
 * room: live.css shows the name where there is none.
 * @param {string} name
 * @param {{group?: string, open?: boolean}} options
 * @param {...(string|Node)} children
 */
export function fold(name, { group = "", open = false }, ...children) {
  const head = make("summary", {}, name);
  const e = make("details", { className: "rc-w-fold", open: true }, head, ...children);
  let narrow = false;
  new ResizeObserver(() => {
    if (narrow === head.checkVisibility()) return;
    narrow = !narrow;
    Object.assign(e, { name: narrow ? group : "", open: open || !narrow });
  }).observe(e);
  return e;
}

/** For a text field in which each letter counts: nothing is corrected. */
export const AS_TYPED = { spellcheck: false, autocomplete: "off", autocapitalize: "off" };

/**
 * A control below its label.
 * @param {string|Node|(string|Node)[]} label
 * @param {HTMLElement} control
 */
export const labeled = (label, control) =>
  box("field", make("label", { htmlFor: control.id }, ...[label].flat()), control);

/**
 * A text field in which each letter counts, below its label, and a line for what is wrong with it.
 * @param {(part: string) => string} id A maker of ids.
 * @param {string} name Of the field, also in an address.
 * @param {string|Node|(string|Node)[]} label
 * @param {Object<string, *>} properties Of the field.
 * @returns {{field: HTMLInputElement, fault: HTMLParagraphElement, row: HTMLDivElement}}
 */
export function textField(id, name, label, properties) {
  const faultId = id(`${name}-fault`);
  const fault = make("p", { id: faultId, className: "rc-w-fault", role: "status" });
  const field = make("input", {
    id: id(name),
    ...AS_TYPED,
    "aria-describedby": faultId,
    ...properties,
  });
  return { field, fault, row: labeled(label, field) };
}

/**
 * Lines of text over a mirror of them, which has the colors.
 * @param {string} prefix Of the mirror's class.
 * @param {Object<string, *>} properties Of the text's element.
 */
export function mirroredField(prefix, properties) {
  const area = make("textarea", { ...AS_TYPED, ...properties });
  area.setAttribute("autocorrect", "off");
  const mirror = make("div", { className: `${prefix}mirror`, "aria-hidden": "true" });
  return { area, mirror, editor: box("editor", mirror, area) };
}

/**
 * The number of the mirror's part that is under a pointer, from 0; -1: of none.
 * @param {Element} backdrop
 * @param {MouseEvent} event
 */
export const findTile = (backdrop, { clientX, clientY }) =>
  [...backdrop.children].findIndex((e) =>
    document.elementsFromPoint(clientX, clientY).includes(e),
  );

/** What opens by its name. @param {string|Node} name @param {...(string|Node)} children */
export const details = (name, ...children) =>
  make("details", {}, make("summary", {}, name), ...children);
