// An address with the state: it brings back what a reader has set.

/** @import { View } from "./core.mjs" */

/**
 * What a reader can set, by name: its value, and how to set it. Fields, sliders, choices and boxes
 * are found; what else there is, such as a drawing, a view has in `stored`, in the same form.
 * @param {HTMLElement} root
 * @param {View} view
 * @returns {Map<string, *[]>}
 */
function listSettings(root, { stored = {} }) {
  /** @type {Map<string, *[]>} */
  const byName = new Map();
  /** @type {NodeListOf<HTMLInputElement>} Or a choice, or lines of text. */
  const fields = root.querySelectorAll("input, select, textarea");
  fields.forEach((e, n) => {
    const name = (e.name || e.id).replace(/^rc-w-\d+-/, "") || `${e.type}${n}`;
    /** @param {string} value */
    const enter = (value) => {
      e.value = e.maxLength > 0 ? value.slice(0, e.maxLength) : value;
      for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind));
    };
    if (e.type === "checkbox") byName.set(name, [String(+e.checked), () => e.click()]);
    else if (e.type !== "radio") byName.set(name, [e.value, enter]);
    else if (e.checked) {
      const buttons = [...fields].filter((field) => field.name === e.name);
      byName.set(name, [
        e.value,
        (/** @type {string} */ v) => buttons.find(({ value }) => value === v)?.click(),
      ]);
    }
  });
  return new Map([...byName, ...Object.entries(stored)]);
}

/** The same as the query of an address. @param {HTMLElement} root @param {View} view */
export const writeSettings = (root, view) =>
  String(
    new URLSearchParams([...listSettings(root, view)].map(([name, [value]]) => [name, value])),
  );

/**
 * Set what an address asks for; what one setting brings or resets, the next turn sets.
 * @param {HTMLElement} root
 * @param {View} view
 * @param {string} query Of the address.
 */
export async function restoreSettings(root, view, query) {
  await view.loadModel?.();
  // The model did not come
  if (root.dataset.state === "idle") return;
  for (let turn = 0; turn < 3; turn += 1)
    for (const [name, value] of new URLSearchParams(query)) {
      const [now, set] = listSettings(root, view).get(name) ?? [value];
      if (String(now) !== value) {
        set(value);
        await view.loadModel?.();
      }
    }
}
