// Runs the LSTM that reads along outside of a page: node mind_driver.mjs < questions.json > answers.json
//
// {manifest, weights, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as live from "../../../rnncourse/chapters/ch07_lstm/mind_widget.mjs";
import { Mind, likeliest, unitOf } from "../../../rnncourse/chapters/ch07_lstm/mind.mjs";
import { Reader } from "../../../rnncourse/viz/live/language.mjs";
import { softmax } from "../../../rnncourse/viz/live/numbers.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Mind(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);
const reader = (held) => new Reader(held ? model.holding(...held) : model);
const read = (ids, held) => {
  const one = reader(held);
  one.read(ids);
  return one.states;
};

const answers = {
  // From the newline on: h, c, all gates, and the probabilities of what is next.
  states: (ids, held) => read(ids, held).map(({ h, c, gates, logits }) =>
    [h, c, gates, softmax(logits)].map((a) => Array.from(a))),
  unit: (ids, held, j) => read(ids, held).map((state) => unitOf(state, j)),
  surprises: (ids, held) => reader(held).surprises(ids),
  letGo: (ids, j) => { // a held network leaves the other as it was
    model.holding(j, 5).step(model.start(), 0);
    return [model.held, Array.from(read(ids)[1].c)];
  },
  depth: (values, low, high) => values.map((c) => live.depth(c, low, high)),
  likeliest: (own, other, count) => likeliest(own, other, count),
  moved: (c, past, low, high, count) => live.moved({ c, past }, low, high, count),
  plain: (text) => live.plain(text),
};
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
