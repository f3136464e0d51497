// Runs the LSTM that reads along outside of a page.

import {
  ClampedLSTM,
  listLikeliest,
  readUnit,
} from "../../../rnncourse/chapters/ch07_lstm/clamped.mjs";
import { colorDepth, listMostMoved } from "../../../rnncourse/chapters/ch07_lstm/states.mjs";
import { toPlain } from "../../../rnncourse/viz/live/characters.mjs";
import { softmax } from "../../../rnncourse/viz/live/numbers.mjs";
import { Reader } from "../../../rnncourse/viz/live/reading.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(ClampedLSTM);
const reader = (clamp) => new Reader(clamp ? model.withClamp(...clamp) : model);
const read = (ids, clamp) => {
  const clamped = reader(clamp);
  clamped.read(ids);
  return clamped.states;
};

answer({
  // From the newline on: h, c, all gates, and the probabilities of what is next.
  states: (ids, clamp) =>
    read(ids, clamp).map(({ h, c, gates, logits }) => [h, c, gates, softmax(logits)]),
  unit: (ids, clamp, j) => read(ids, clamp).map((state) => readUnit(state, j)),
  bitsPerCharacter: (ids, clamp) => reader(clamp).bitsPerCharacter(ids),
  letGo: (ids, j) => {
    // a held network leaves the other as it was
    model.withClamp(j, 5).step(model.initialState(), 0);
    return [model.clamp, read(ids)[1].c];
  },
  depth: (values, low, high) => values.map((c) => colorDepth(c, low, high)),
  likeliest: listLikeliest,
  moved: (c, past, low, high, count) => listMostMoved({ c, past }, low, high, count),
  plain: toPlain,
});
