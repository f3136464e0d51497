// The five tasks of the shapes: where each reads and answers, what is said of it, its examples.

import { INK } from "./network.mjs";

/** @import { Field } from "./network.mjs" */

export const SHAPES = {
  // reads, answers: one digit a step, for the small pictures
  image: { label: "one to one", reads: "1", answers: "1" },
  language: { label: "many to one", reads: "111", answers: "001" },
  name: { label: "one to many", reads: "100", answers: "111" },
  role: { label: "many to many, in step", reads: "111", answers: "111" },
  numeral: { label: "many to many, after the input", reads: "1110", answers: "0011" },
};
export const ABOUT = {
  image:
    "A picture of a digit goes in, the digit comes out: one step, so a layer without a state " +
    "will do. Draw, or take a picture that others drew; none was in its training.",
  language:
    "A name of a territory goes in, character by character, and its language comes out: one " +
    "answer, after the last character. None of the five examples was in its training.",
  name:
    "A language goes in, a name comes out, character by character. After the first step no " +
    "input is left: each answer is read back as the next input, until it is the end.",
  role:
    "Tokens of Python go in, and each identifier gets its role at once, before the network " +
    "reads what follows. That may decide: the name of an argument has its equals sign behind it.",
  numeral:
    "Digits go in, words come out. The first may need the last digit, so it reads all of them, " +
    "then the sign to answer, then its own words. No example was in its training.",
};
/** @type {Object<string, Field>} */
export const FIELDS = {
  language: {
    label: "A name, for instance of a country",
    maxLength: 40,
    unit: "characters",
    text: "Frankreich",
    examples: ["Frankreich", "Frankrijk", "Ranska", "Szlovákia", "Francja"],
  },
  role: {
    label: "One line of Python",
    maxLength: 120,
    unit: "characters",
    text: "total = model.fit(x, y=1)",
    examples: ["total = model.fit(x, y=1)", "def area(w):", "import numpy as np", "del rows[i]"],
  },
  numeral: {
    label: "Up to five digits",
    maxLength: 5,
    unit: "digits",
    text: "208",
    examples: ["208", "11", "4107", "42022"],
  },
};
/** @type {Object<string, string>} */
export const SIGNS = {
  " ": "␣",
  "<end>": "end",
  "<go>": "go",
  "<newline>": "new line",
  "<string>": "string",
  "<number>": "number",
};
export const SIDE = 8; // pixels of a picture, 0 to INK, written as digits to the base 17
export const PICTURES = {
  3: "00afe4000046dg200003g9000001g6000000ac0000001g4001956g7000ecfb20",
  2: "02fg70000afag20009b5g000000cb000005g200003f8000008f5583003fggga0",
  5: "006eedb000ec542003gg400002bbg30000007a0000001b000037c800007eb100",
  0: "003b600000aeg20003f1bb0004c02g2007c00c8004e01f8002feff10005de500",
  9: "002aea0001f99g1007909c000773ff0002ff7g1000120940005d4890001afg60",
};
export const pixelsOf = (/** @type {string} */ inks) =>
  [...inks].map((ink) => parseInt(ink, INK + 1));
