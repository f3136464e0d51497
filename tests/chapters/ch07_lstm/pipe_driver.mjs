// Runs the memory pipe outside of a page.
import { ClampedLSTM, readUnit } from "../../../rnncourse/chapters/ch07_lstm/clamped.mjs";
import * as pipe from "../../../rnncourse/chapters/ch07_lstm/pipe_widget.mjs";
import { Reader } from "../../../rnncourse/viz/live/language.mjs";
import { softmax } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer, input, network } from "../../driver.mjs";

const { before, text, cell } = input;
const model = network(ClampedLSTM);
const start = new Reader(model).read(model.encode(before));
const follow = (valve) => pipe.readStates(model, start, model.encode(text), valve);

answer({
  read: (valve) => {
    const states = follow(valve);
    return {
      rows: states.map((state) => readUnit(state, cell)),
      chances: softmax(states.at(-1).logits),
    };
  },
  back: (valve) => pipe.gradientPaths(model, [start, ...follow(valve)], cell, valve),
  sentence: (at, f, own, now) => pipe.describe(text, at, f, own, now),
});
