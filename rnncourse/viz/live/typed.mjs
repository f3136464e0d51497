// What is read of what is typed, and a line that says so where the two differ.

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
