// Runs the skyline outside of a page: node credit_driver.mjs < questions.json > answers.json
//
// {text, trained, untrained, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as skyline from "../../../rnncourse/chapters/ch04_bptt/credit_widget.mjs";

const { text, questions, ...packed } = JSON.parse(readFileSync(0, "utf8"));
const rows = (name) => skyline.unpacked(packed[name], text.length);

const answers = {
  rows,
  sentence: (at) => skyline.sentence(text, at, rows("trained")[at], rows("untrained")[at]),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
