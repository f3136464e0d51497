// Runs the network of the front page outside of a page.
import { NameModel } from "../../../rnncourse/chapters/ch01_sequences/names_model.mjs";
import {
  continueName,
  readName,
} from "../../../rnncourse/chapters/ch01_sequences/names_widget.mjs";
import { makeRandom } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(NameModel);

answer({
  read: (text) => {
    const { letters, posterior, states } = readName(model, text);
    const bits = letters.map((letter) => letter.bits);
    return { bits, posterior, next: states.map(({ chances }) => chances) };
  },
  // As cold as can be: the likeliest letter each time.
  greedy: (text, kind) =>
    continueName(model, readName(model, text).states[kind], text.length, makeRandom(1), 0.0005),
  drawn: (text, kind, seed) =>
    continueName(model, readName(model, text).states[kind], text.length, makeRandom(seed)),
  parse: (text) => model.parse(text).note,
  size: () => model.size,
});
