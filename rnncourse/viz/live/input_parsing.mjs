// What is read of what is typed, and a line that says so where the two differ.

/** @type {Object<string, string>} */
const BARE = { ø: "o", ð: "d", đ: "d", ł: "l", ı: "i" }; // their marks cannot be taken off
/** @param {string[]} words */
const joinWords = (words) =>
  [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");

/**
 * What is read at each character of a text: a small letter that is known, without its mark where
 * it has to be; "" at any other sign.
 * @param {string} text
 * @param {(letter: string) => boolean} known
 */
export const findKnownLetters = (text, known) =>
  [...text].map((typed) => {
    const c = typed.toLowerCase();
    return [c, BARE[c] ?? c.normalize("NFD")[0]].find(known) ?? "";
  });

/**
 * One line on what is read of a text; "" for nothing.
 * @param {string} read
 * @param {string[]} [skipped] What is left out of it.
 * @param {string} [endReason] Why it ends.
 */
export function describeReading(read, skipped = [], endReason = "") {
  const signs = [...new Set(skipped)].map((c) => (c === " " ? "a space" : `“${c}”`));
  const without = signs.length > 3 ? `${signs.length} signs` : joinWords(signs);
  if (!read) return without && `Nothing is read: ${without} ${signs[1] ? "are" : "is"} not known.`;
  return `Read as “${read}”${without && `, without ${without}`}${endReason && `: ${endReason}`}.`;
}

/**
 * What a network reads of what is typed, and a line that says so where the two differ.
 * @param {string} typed
 * @param {(letter: string) => boolean} known
 * @param {number} [maxLength]
 * @param {string} [signs] What its letters are called.
 * @param {boolean} [isCut] Whether more was typed than the text.
 * @returns {{read: string, note: string}}
 */
export function readTyped(typed, known, maxLength = Infinity, signs = "letters", isCut = false) {
  const text = typed.normalize("NFC").trim();
  const letters = findKnownLetters(text, known);
  const characters = [...letters.join("")];
  const read = characters.slice(0, maxLength).join("");
  const skipped = [...text].filter((_, t) => !letters[t]).map((c) => c.toLowerCase());
  isCut ||= characters.length > maxLength;
  const endReason = isCut ? `${maxLength} ${signs} at most` : "";
  return {
    read,
    note: read === text.toLowerCase() && !isCut ? "" : describeReading(read, skipped, endReason),
  };
}
