// Runs the live model outside of a page.
import { samplingDistribution } from "../../../rnncourse/chapters/ch02_language/widget.mjs";
import { LanguageModel } from "../../../rnncourse/viz/live/language.mjs";
import { argmax } from "../../../rnncourse/viz/live/numbers.mjs";
import { Reader } from "../../../rnncourse/viz/live/reading.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(LanguageModel);
const run = (ids, state) => ids.reduce((s, id) => model.step(s, id), state);

answer({
  encode: (text) => model.encode(text),
  logits: (ids) => {
    let state = model.initialState();
    return ids.map((id) => (state = model.step(state, id)).logits);
  },
  greedy: (ids, length) => {
    let state = run([0, ...ids], model.initialState());
    return Array.from({ length }, () => {
      const best = argmax(state.logits);
      state = model.step(state, best);
      return best;
    });
  },
  // One reader reads all texts; a fresh one each of them. Both states, and the steps each took.
  edits: (texts) => {
    const reader = new Reader(model);
    return texts.map((ids) => {
      const before = reader.steps;
      const kept = reader.read(ids);
      const fresh = new Reader(model).read(ids);
      const state = (s) => [s.h, s.c ?? [], s.logits];
      return { kept: state(kept), fresh: state(fresh), steps: reader.steps - before };
    });
  },
  complete: (ids, stops, limit) => {
    const reader = new Reader(model);
    const completion = reader.complete(ids, new Set(stops), limit);
    const steps = reader.steps;
    reader.read([...ids, ...completion.ids]);
    return { ids: completion.ids, steps, again: reader.steps - steps };
  },
  // A model that looks at the last character only.
  offered: (table, ids, stops) => {
    const markov = { initialState: () => null, step: (_, id) => ({ logits: table[id] }) };
    return new Reader(markov).complete(ids, new Set(stops), 4).ids;
  },
  unfinished: (ids, stops) => {
    const reader = new Reader(model);
    let [calls, completion] = [0, { done: false }];
    for (; !completion.done; calls += 1) {
      reader.read(ids);
      const past = performance.now() + 0.2; // milliseconds: time for a step or two
      completion = reader.complete(ids, new Set(stops), 24, past);
    }
    return { ids: completion.ids, calls };
  },
  bitsPerCharacter: (ids) => new Reader(model).bitsPerCharacter(ids),
  distribution: samplingDistribution,
});
