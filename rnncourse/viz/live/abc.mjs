// Tunes in ABC notation, as they sound: notes and times of a text, which Node.js tests, and Web
// Audio that plays them.
//
// It reads key, unit length, meter and tempo; accidentals, octaves, lengths, rests, chords, broken
// rhythm, tuplets. What is to be repeated is played once; ornaments, ties, a length behind a chord
// and words are passed over. Source: abcnotation.com, standard 2.1.

const FIFTHS = "FCGDAEB"; // sharps come in this order, flats in the other
const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
// By how many fifths a mode differs from major
const MODES = { lyd: 1, mix: -1, dor: -2, min: -3, m: -3, aeo: -3, phr: -4, loc: -5 };
const ACCIDENTALS = { "^^": 2, "^": 1, "=": 0, _: -1, __: -2 };
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

/** By how many half tones a key alters each letter: "G", "Bb", "E dorian". */
export function keySignature(key) {
  const [, tonic, sign, mode] = key.match(KEY) ?? ["", "C", ""];
  const sharps =
    FIFTHS.indexOf(tonic.toUpperCase()) -
    1 +
    7 * ({ "#": 1, b: -1 }[sign] ?? 0) +
    (MODES[mode?.toLowerCase()] ?? 0);
  return Object.fromEntries(
    [...FIFTHS].map((letter, i) => [letter, Math.floor((sharps - i + 6) / 7)]),
  );
}

/** "3/8" as a number; what is none, or would last for ever, as `other`. */
function fraction(text, fallback) {
  const [numerator, denominator = 1] = text.split("/");
  const value = numerator / denominator;
  return value > 0 && value <= 8 ? value : fallback;
}

/**
 * The notes of a text: { midi, start, length }, times in seconds; the midi of a rest is null,
 * middle C is 60.
 */
export function readNotes(text) {
  const notes = [];
  let [time, wholeNote, unit, meter, key, accidentals] = [0, 2, null, 1, keySignature("C"), {}];
  let [nextFactor, tuplet, chord] = [1, { left: 0 }, null];
  const setField = (name, value) => {
    if (name === "X")
      [wholeNote, unit, meter, key, accidentals] = [2, null, 1, keySignature("C"), {}];
    if (name === "K") [key, accidentals] = [keySignature(value), {}];
    if (name === "L") unit = fraction(value, null);
    if (name === "M") meter = fraction(value, 1);
    if (name === "Q") {
      const [beat, tempo] = value.includes("=") ? value.split("=") : ["1/4", value];
      const beats = parseInt(tempo, 10);
      if (beats > 0) wholeNote = 60 / Math.min(beats, 400) / fraction(beat, 1 / 4);
    }
  };
  for (const line of text.split("\n")) {
    const header = line.match(/^([A-Za-z]):(.*)/);
    if (header) {
      setField(header[1], header[2]);
      continue;
    }
    for (const { groups: token } of line.matchAll(TOKEN)) {
      if (token.field) setField(token.field, token.value);
      if (token.bar) accidentals = {};
      if (token.tuplet)
        tuplet = {
          left: +token.tuplet,
          factor: ({ 2: 3, 4: 3, 8: 3 }[token.tuplet] ?? 2) / token.tuplet,
        };
      if (token.chord) chord = token.chord === "[" ? { start: time } : null;
      if (token.broken && notes.length) {
        // a>b: the first is half as long again, the second half as long
        const shift = notes.at(-1).length * (token.broken === ">" ? 0.5 : -0.5);
        notes.at(-1).length += shift;
        time += shift;
        nextFactor = token.broken === ">" ? 0.5 : 1.5;
      }
      if (!token.letter) continue;
      const letter = token.letter.toUpperCase();
      const pitch = token.letter + token.octave;
      if (token.sign) accidentals[pitch] = ACCIDENTALS[token.sign];
      const octave =
        token.octave.split("'").length -
        token.octave.split(",").length +
        (token.letter > "Z" ? 1 : 0);
      const divisor = token.over
        .split("/")
        .slice(1)
        .reduce((product, part) => product * (+part || 2), 1);
      const factor = nextFactor * (tuplet.left > 0 ? tuplet.factor : 1);
      const length =
        ((factor * (+token.times || 1)) / divisor) *
        (unit ?? (meter < 0.75 ? 1 / 16 : 1 / 8)) *
        wholeNote;
      const midi =
        letter in SEMITONES
          ? 60 + SEMITONES[letter] + 12 * octave + (accidentals[pitch] ?? key[letter])
          : null;
      notes.push({ midi, start: chord?.start ?? time, length });
      if (!chord?.counted) {
        // the first of a chord says how long it takes
        time += length;
        tuplet.left -= 1;
        nextFactor = 1;
      }
      if (chord) chord.counted = true;
    }
  }
  return notes;
}

/** Play notes; returns what stops them. `ended` is called when they are over. */
export function playNotes(notes, ended) {
  const audio = new AudioContext();
  const startTime = audio.currentTime + 0.1;
  for (const { midi, start, length } of notes.filter((note) => note.midi !== null)) {
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
  const timer = setTimeout(ended, 1000 * (duration + 0.2));
  return () => {
    clearTimeout(timer);
    audio.close();
  };
}
