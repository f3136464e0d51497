// Runs the network of the front page outside of a page: node names_driver.mjs < questions.json > answers.json
import { readFileSync } from "node:fs";
import { NameModel } from "../../../rnncourse/chapters/ch01_sequences/names_model.mjs";
import { goOn, read, unknown } from "../../../rnncourse/chapters/ch01_sequences/names_widget.mjs";
import { generator } from "../../../rnncourse/viz/live/numbers.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new NameModel(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);

const answers = {
  read: (text) => {
    const { bits, shares, states } = read(model, text);
    return { bits, shares: Array.from(shares), next: states.map(({ chances }) => Array.from(chances)) };
  },
  // As cold as can be: the likeliest letter each time.
  greedy: (text, kind) => goOn(model, read(model, text).states[kind], text.length, generator(1), 0.0005),
  drawn: (text, kind, seed) => goOn(model, read(model, text).states[kind], text.length, generator(seed)),
  unknown: (text) => unknown(model, text),
  size: () => model.size,
};
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
