// What the scripts of the book's pages share: they are loaded after this one.
window.rcPage = (() => {
  /** Make an element: tag, properties (an attribute where the name has a hyphen), children. */
  const make = (tag, properties = {}, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(properties))
      if (name.includes("-") || name === "role") e.setAttribute(name, value);
      else e[name] = value;
    e.append(...children);
    return e;
  };
  const button = (textContent, onclick, properties = {}) =>
    make("button", {
      type: "button",
      className: "rc-button",
      textContent,
      onclick,
      ...properties,
    });

  /** A number and what it counts. */
  const pluralize = (n, noun, plural = `${noun}s`) => `${n} ${n === 1 ? noun : plural}`;
  /** A text as it is searched: in small letters without marks. */
  const stripMarks = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  /** Give the reader a file. */
  const download = (name, type, data) => {
    const href = URL.createObjectURL(new Blob([data], { type }));
    make("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };

  // Tables by name, kept in this browser (localStorage); where nothing may be kept, they last as
  // long as the page.
  const memory = {};
  const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const load = (name) => {
    try {
      memory[name] = JSON.parse(localStorage.getItem(name) ?? "null") ?? memory[name];
    } catch {
      /* nothing was kept, or nothing may be */
    }
    return isTable(memory[name]) ? memory[name] : (memory[name] = {});
  };
  const store = (name, value) => {
    memory[name] = value;
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      /* it stays on this page */
    }
  };
  /** The table within a table, a new one where there is none. */
  const tableIn = (holder, key) =>
    Object.hasOwn(holder, key) && isTable(holder[key]) ? holder[key] : (holder[key] = {});

  return { make, button, download, isTable, load, pluralize, store, stripMarks, tableIn };
})();
