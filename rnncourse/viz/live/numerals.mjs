// Numbers as readers type them, and in words, without a page: Node.js tests it against
// rnncourse.data.

import { describeReading } from "./input_parsing.mjs";

const GERMAN = (
  "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn " +
  "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig " +
  "siebzig achtzig neunzig"
).split(" ");
const ENGLISH = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen " +
  "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy " +
  "eighty ninety"
).split(" ");

/**
 * The digits of all scripts as 0 to 9: a script has its ten in a row, from a code that ends in 0
 * or in 6. An exponent, a fraction or a number in a circle stays what it is.
 * @param {string} text
 */
export const plainDigits = (text) =>
  text
    .replace(/\P{No}+/gu, (part) => part.normalize("NFKC"))
    .replace(/\p{Nd}/gu, (digit) => {
      const code = /** @type {number} */ (digit.codePointAt(0));
      const lastDigit = code % 16;
      return String(
        /\p{Nd}/u.test(String.fromCodePoint(code - lastDigit)) ? lastDigit : lastDigit - 6,
      );
    });

/**
 * The digits of a whole number, without groups and leading zeros; "" if it is none.
 * @param {string} text
 */
export function parseWholeNumber(text) {
  const plain = plainDigits(text).trim();
  const isNumber = /^\d+$/.test(plain) || /^\d{1,3}([ ,.'’]\d{3})+$/.test(plain);
  return isNumber ? plain.replace(/\D/g, "").replace(/^0+(?=\d)/, "") : "";
}

/**
 * A number in German, in the pieces of rnncourse.data.spelling.
 * @param {number} number Below a million.
 * @returns {string[]}
 */
export function spellGerman(number) {
  const [thousands, rest] = [Math.floor(number / 1000), number % 1000];
  /** @param {number} value @param {boolean} last */
  const group = (value, last) => {
    const [hundreds, remainder] = [Math.floor(value / 100), value % 100];
    const pieces = hundreds ? [GERMAN[hundreds], "hundert"] : [];
    if (remainder >= 20) {
      if (remainder % 10) pieces.push(GERMAN[remainder % 10], "und");
      pieces.push(GERMAN[18 + Math.floor(remainder / 10)]);
    } else if (remainder || (last && !number))
      pieces.push(GERMAN[remainder] + (remainder === 1 && last ? "s" : ""));
    return pieces;
  };
  return [
    ...group(thousands, false),
    ...(thousands ? ["tausend"] : []),
    ...(thousands && !rest ? [] : group(rest, true)),
  ];
}

/** A number from 1 to 99 in English, in pieces. @param {number} number */
const spellEnglish = (number) =>
  number < 20
    ? [ENGLISH[number]]
    : [ENGLISH[18 + Math.floor(number / 10)], ...(number % 10 ? ["-", ENGLISH[number % 10]] : [])];

/**
 * A list in both languages.
 * @param {number[]} numbers From 1 to 99.
 * @returns {{source: string[], target: string[], links: number[][]}} The tokens; and for each of
 *   the target the places of the source that say the same.
 */
export function listPair(numbers) {
  /** @type {{source: string[], target: string[], links: number[][]}} */
  const { source, target, links } = { source: [], target: [], links: [] };
  numbers.forEach((number, i) => {
    if (i) {
      links.push([source.length]);
      source.push(",");
      target.push(",");
    }
    const [words, translation] = [spellEnglish(number), spellGerman(number)];
    // Units and tens change places
    links.push(...translation.map((_, k) => [source.length + translation.length - 1 - k]));
    source.push(...words);
    target.push(...translation);
  });
  return { source, target, links };
}

/**
 * The numbers of a list, in digits or English words, and a note where it has more than that.
 * @param {string} text
 * @param {number} maxCount
 */
export function numbersIn(text, maxCount) {
  /** @type {{numbers: number[], skipped: string[]}} */
  const { numbers, skipped } = { numbers: [], skipped: [] };
  for (const part of plainDigits(text)
    .toLowerCase()
    .split(/[,;\n、،]+/)) {
    const words = part.split(/\s+|(?<=[a-z])[-‐‑–](?=[a-z])/).filter(Boolean);
    for (let i = 0; i < words.length; i += 1) {
      const word = words[i];
      let value = /^\d+$/.test(word) ? +word : ENGLISH.indexOf(word);
      if (value >= 20 && !/^\d/.test(word)) {
        value = 10 * (value - 18);
        const unit = ENGLISH.indexOf(words[i + 1]);
        if (unit > 0 && unit < 10) [value, i] = [value + unit, i + 1];
      }
      if (value < 1 || value > 99) skipped.push([...word].slice(0, 20).join(""));
      else numbers.push(value);
    }
  }
  const read = numbers.slice(0, maxCount);
  const endReason = numbers.length > maxCount ? `${maxCount} numbers at most` : "";
  return {
    numbers: read,
    note: skipped.length || endReason ? describeReading(read.join(", "), skipped, endReason) : "",
  };
}
