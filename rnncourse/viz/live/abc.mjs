// Tunes in ABC notation, as they sound: notes and times of a text, which Node.js tests, and Web
// Audio that plays them.
//
// It reads key, unit length, meter and tempo; accidentals, octaves, lengths, rests, chords, broken
// rhythm, tuplets. What is to be repeated is played once; ornaments, ties, a length behind a chord
// and words are passed over. Source: abcnotation.com, standard 2.1.

const FIFTHS = "FCGDAEB"; // sharps come in this order, flats in the other
/** @type {Object<string, number>} */
const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
/** By how many fifths a mode differs from major. @type {Object<string, number>} */
const MODES = { lyd: 1, mix: -1, dor: -2, min: -3, m: -3, aeo: -3, phr: -4, loc: -5 };
/** @type {Object<string, number>} */
const ACCIDENTALS = { "^^": 2, "^": 1, "=": 0, _: -1, __: -2 };
/** @type {Object<string, number>} */
const SIGNS = { "#": 1, b: -1 };
const KEY = /^\s*([A-G])([#b]?)\s*(maj|ion|lyd|mix|dor|min|m|aeo|phr|loc)?/i;
const SKIPPED = /"[^"]*"|![^!]*!|\{[^}]*\}|%.*/.source;
const TOKEN = new RegExp(
  `${SKIPPED}|${[
    /\[(?<field>[A-Z]):(?<value>[^\]]*)\]/,
    /(?<bar>\|)/,
    /(?<broken>[<>])/,
    /\((?<tuplet>[2-9])/,
    /(?<chord>\[(?=[=^_A-Ga-g])|\])/,
    /(?<sign>\^\^?|__?|=)?(?<letter>[A-Ga-gxz])(?<octave>[,']*)(?<times>\d*)(?<over>(?:\/\d*)*)/,
  ]
    .map(({ source }) => source)
    .join("|")}`,
  "g",
);

/**
 * By how many semitones a key alters each letter.
 * @param {string} key Such as "G", "Bb", "E dorian"; what is none is C.
 * @returns {Object<string, number>}
 */
export function keySignature(key) {
  const [, tonic, sign, mode] = key.match(KEY) ?? ["", "C", ""];
  const sharps =
    FIFTHS.indexOf(tonic.toUpperCase()) -
    1 +
    7 * (SIGNS[sign] ?? 0) +
    (MODES[mode?.toLowerCase()] ?? 0);
  return Object.fromEntries(
    [...FIFTHS].map((letter, i) => [letter, Math.floor((sharps - i + 6) / 7)]),
  );
}

/**
 * "3/8" as a number; what is none, or would last for ever, as `fallback`.
 * @template F
 * @param {string} text
 * @param {F} fallback
 * @returns {number|F}
 */
function parseFraction(text, fallback) {
  const [numerator, denominator = 1] = text.split("/");
  const value = +numerator / +denominator;
  return value > 0 && value <= 8 ? value : fallback;
}

/** @typedef {Object<string, string>} Token The named groups of TOKEN. */

/** What is read of a tune so far: its notes, and what holds for those that follow. */
class TuneReader {
  /** @type {Note[]} */
  notes = [];
  time = 0;
  nextFactor = 1; // of a broken rhythm
  tuplet = { left: 0, factor: 1 };
  /** The one that is open. @type {{start: number, factor?: number}|null} */
  chord = null;
  /** By the letter and its octave. @type {Object<string, number>} */
  accidentals = {};
  wholeNote = 2; // in seconds
  /** @type {number|null} */
  unit = null;
  meter = 1;
  key = keySignature("C");

  /** @param {string} name */
  setKey(name) {
    this.key = keySignature(name);
    this.accidentals = {};
  }

  /** @param {string} name @param {string} value */
  setField(name, value) {
    if (name === "X") {
      const { accidentals, wholeNote, unit, meter, key } = new TuneReader();
      Object.assign(this, { accidentals, wholeNote, unit, meter, key });
    }
    if (name === "K") this.setKey(value);
    if (name === "L") this.unit = parseFraction(value, null);
    if (name === "M") this.meter = parseFraction(value, 1);
    if (name === "Q") {
      const [beat, tempo] = value.includes("=") ? value.split("=") : ["1/4", value];
      const beats = parseInt(tempo, 10);
      if (beats > 0) this.wholeNote = 60 / Math.min(beats, 400) / parseFraction(beat, 1 / 4);
    }
  }

  /** @param {Token} token */
  readToken(token) {
    const { field, value, bar, tuplet, chord, broken, letter } = token;
    if (field) this.setField(field, value);
    if (bar) this.accidentals = {};
    if (tuplet)
      this.tuplet = { left: +tuplet, factor: ("248".includes(tuplet) ? 3 : 2) / +tuplet };
    if (chord) this.chord = chord === "[" ? { start: this.time } : null;
    if (broken) this.breakRhythm(broken);
    if (letter) this.addNote(token);
  }

  /**
   * Symbols a>b: the first is half as long again, the second half as long.
   * @param {string} sign
   */
  breakRhythm(sign) {
    const start = this.notes.at(-1)?.start;
    const chord = this.notes.filter((note) => note.start === start);
    if (!chord.length) return;
    const factor = sign === ">" ? 1.5 : 0.5;
    this.time += chord[0].length * (factor - 1); // the first says how long its chord takes
    for (const note of chord) note.length *= factor;
    this.nextFactor = 2 - factor;
  }

  /** @param {Token} token */
  addNote(token) {
    const start = this.chord?.start ?? this.time;
    const factor =
      this.chord?.factor ?? this.nextFactor * (this.tuplet.left > 0 ? this.tuplet.factor : 1);
    const length = factor * this.computeLength(token);
    this.notes.push({ midi: this.computePitch(token), start, length });
    if (!this.chord?.factor) {
      // the first of a chord says how long it takes
      this.time += length;
      this.tuplet.left -= 1;
      this.nextFactor = 1;
    }
    if (this.chord) this.chord.factor = factor;
  }

  /**
   * In semitones, as MIDI counts them; null for a rest. An accidental holds up to the bar.
   * @param {Token} token
   */
  computePitch({ sign, letter, octave }) {
    const [name, place] = [letter.toUpperCase(), letter + octave];
    if (sign) this.accidentals[place] = ACCIDENTALS[sign];
    const octaves = octave.split("'").length - octave.split(",").length + (letter > "Z" ? 1 : 0);
    const shift = this.accidentals[place] ?? this.key[name];
    return name in SEMITONES ? 60 + SEMITONES[name] + 12 * octaves + shift : null;
  }

  /** In seconds, without tuplet and broken rhythm. @param {Token} token */
  computeLength({ times, over }) {
    const divisors = over.split("/").slice(1);
    const divisor = divisors.reduce((product, part) => product * (+part || 2), 1);
    const unit = this.unit ?? (this.meter < 0.75 ? 1 / 16 : 1 / 8);
    return ((+times || 1) / divisor) * unit * this.wholeNote;
  }
}

/**
 * @typedef {object} Note
 * @property {number|null} midi Middle C is 60; null for a rest.
 * @property {number} start In seconds.
 * @property {number} length The same.
 */

/** The notes of a text. @param {string} text @returns {Note[]} */
export function readNotes(text) {
  const reader = new TuneReader();
  for (const line of text.split("\n")) {
    const header = line.match(/^([A-Za-z]):(.*)/);
    if (header) reader.setField(header[1], header[2]);
    else for (const { groups = {} } of line.matchAll(TOKEN)) reader.readToken(groups);
  }
  return reader.notes;
}

/**
 * Play notes.
 * @param {Note[]} notes
 * @param {() => void} onEnd Is called when they are over.
 * @returns {() => void} What stops them.
 */
export function playNotes(notes, onEnd) {
  const audio = new AudioContext();
  const startTime = audio.currentTime + 0.1;
  for (const { midi, start, length } of notes) {
    if (midi === null) continue;
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const [on, off] = [startTime + start, startTime + start + length];
    tone.type = "triangle";
    tone.frequency.value = 440 * 2 ** ((midi - 69) / 12);
    volume.gain.setValueAtTime(0, on);
    volume.gain.linearRampToValueAtTime(0.3, on + length / 10);
    volume.gain.linearRampToValueAtTime(0, off);
    tone.connect(volume).connect(audio.destination);
    tone.start(on);
    tone.stop(off);
  }
  const duration = Math.max(...notes.map(({ start, length }) => start + length));
  const timer = setTimeout(onEnd, 1000 * (duration + 0.2));
  return () => {
    clearTimeout(timer);
    audio.close();
  };
}
