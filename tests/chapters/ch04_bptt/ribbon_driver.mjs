// Runs the ribbon outside of a page: node ribbon_driver.mjs < questions.json > answers.json
//
// {manifest, weights, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import { NameModel } from "../../../rnncourse/chapters/ch01_sequences/names_model.mjs";
import { keeping, sentence, waysBack } from "../../../rnncourse/chapters/ch04_bptt/ribbon_widget.mjs";

const { manifest, weights, questions } = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new NameModel(JSON.parse(readFileSync(manifest, "utf8")), buffer);

const answers = {
  back: (set) => {
    const { sizes, ...found } = waysBack(model, set);
    return { ...found, sizes: Array.from(sizes) };
  },
  keeping,
  sentence,
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
