// Runs the taggers of the page outside of it: node roles_widget_driver.mjs < questions.json > answers.json
//
// {manifest, weights, tables, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import { Taggers, answersOf, tokensOf } from "../../../rnncourse/chapters/ch09_bidirectional/taggers.mjs";

const { manifest, weights, tables, questions } = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Taggers(JSON.parse(readFileSync(manifest, "utf8")), buffer);

const answers = {
  tokens: (line) => tokensOf(line, tables.symbols),
  read: (tokens) => model.read(tokens, tables), // typed arrays: see below
  answers: (tokens) => answersOf(model.read(tokens, tables), tokens, tables.symbols),
};
const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given)), plain));
