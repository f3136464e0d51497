// Runs the memory pipe outside of a page: node pipe_driver.mjs < questions.json > answers.json
//
// {manifest, weights, before, text, cell, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import { Mind, unitOf } from "../../../rnncourse/chapters/ch07_lstm/mind.mjs";
import * as pipe from "../../../rnncourse/chapters/ch07_lstm/pipe_widget.mjs";
import { Reader } from "../../../rnncourse/viz/live/language.mjs";
import { softmax } from "../../../rnncourse/viz/live/numbers.mjs";

const { manifest, weights, before, text, cell, questions } = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Mind(JSON.parse(readFileSync(manifest, "utf8")), buffer);
const start = new Reader(model).read(model.encode(before));
const follow = (valve) => pipe.follow(model, start, model.encode(text), valve);

const answers = {
  read: (valve) => {
    const states = follow(valve);
    return { rows: states.map((state) => unitOf(state, cell)), chances: Array.from(softmax(states.at(-1).logits)) };
  },
  back: (valve) => pipe.waysBack(model, [start, ...follow(valve)], cell, valve),
  sentence: (at, f, own, now) => pipe.sentence(text, at, f, own, now),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
