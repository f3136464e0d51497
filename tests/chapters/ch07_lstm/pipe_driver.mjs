// Runs the memory pipe outside of a page.
import { ClampedLSTM, readUnit } from "../../../rnncourse/chapters/ch07_lstm/clamped.mjs";
import * as pipe from "../../../rnncourse/chapters/ch07_lstm/pipe_widget.mjs";
import { softmax } from "../../../rnncourse/viz/live/numbers.mjs";
import { Reader } from "../../../rnncourse/viz/live/reading.mjs";
import { answer, input, network } from "../../driver.mjs";

const { before, text, cell } = input;
const model = network(ClampedLSTM);
const start = new Reader(model).read(model.encode(before));
const follow = (gateOverride) => pipe.readStates(model, start, model.encode(text), gateOverride);

answer({
  read: (gateOverride) => {
    const states = follow(gateOverride);
    return {
      rows: states.map((state) => readUnit(state, cell)),
      chances: softmax(states.at(-1).logits),
    };
  },
  back: (gateOverride) =>
    pipe.gradientPaths(model, [start, ...follow(gateOverride)], cell, gateOverride),
  sentence: (at, f, own, now) => pipe.describe(text, at, f, own, now),
});
