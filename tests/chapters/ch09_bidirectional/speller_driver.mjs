// Runs the networks of the page outside of it: node speller_driver.mjs < questions.json > answers.json
import { readFileSync } from "node:fs";
import { Spellers, clean, faultOf, sentence } from "../../../rnncourse/chapters/ch09_bidirectional/speller_widget.mjs";

const { manifest, weights, questions } = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Spellers(JSON.parse(readFileSync(manifest, "utf8")), buffer);
const answers = {
  clean, faultOf,
  read: (word) => model.read(word),
  sentence: (word) => sentence(word, model.read(word), model.read(word.slice(0, -1))),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
