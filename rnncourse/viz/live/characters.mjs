// Characters: how they are shown and called, and those that a keyboard puts in place of others.

/** @type {Object<string, string>} */
const SIGNS = { " ": "␣", "\n": "↵" };
/**
 * Names of the characters that have no sign of their own, or one that is not heard.
 * @type {Object<string, string>}
 */
export const NAMES = {
  " ": "space",
  "\n": "new line",
  ".": "full stop",
  ",": "comma",
  ":": "colon",
  ";": "semicolon",
  "-": "hyphen",
  _: "underscore",
  "'": "apostrophe",
  '"': "quotation mark",
  "`": "backtick",
  "(": "open bracket",
  ")": "close bracket",
  "[": "open square bracket",
  "]": "close square bracket",
};
/**
 * What phones and word processors type instead of ASCII: its plain form.
 * @type {Object<string, string>}
 */
export const PLAIN = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "\u00a0": " ",
  "\t": " ",
};

/** Text in plain characters. @param {string} text */
export const toPlain = (text) => [...text].map((c) => PLAIN[c] ?? c).join("");

/**
 * Make what is typed in a field plain; the caret stays where it is.
 * @param {HTMLInputElement|HTMLTextAreaElement} field
 */
export function makePlain(field) {
  const { value, selectionEnd: at } = field;
  if (toPlain(value) === value) return;
  field.value = toPlain(value);
  field.setSelectionRange(at, at);
}

/**
 * The characters of a text that a model does not know, each once.
 * @param {string} text
 * @param {{has: (character: string) => boolean}} known
 */
export const listUnknown = (text, known) =>
  [...new Set([...text].filter((c) => !known.has(c)))].join(" ");

/** A character in words. @param {string} character */
export const nameCharacter = (character) => NAMES[character] ?? `“${character}”`;

/** A text with signs for its spaces and line breaks. @param {string} text */
export const showSigns = (text) => text.replace(/[ \n]/g, (c) => SIGNS[c]);
