// Runs the tree of an expression outside of a page: node tree_driver.mjs < questions.json > answers.json
//
// {questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as tree from "../../../rnncourse/chapters/ch10_recursive_networks/tree_widget.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));

const answers = {
  clean: tree.clean,
  faultOf: tree.faultOf,
  parse: tree.parse,
  short: tree.short,
  whole: (text) => String(tree.whole(text)),
  evaluate: (text, kept) => tree.evaluate(text, tree.unpacked(kept)),
  sentence: (text, kept) => tree.sentence(text, tree.evaluate(text, tree.unpacked(kept))),
  weights: (kept) => Object.fromEntries(Object.entries(tree.unpacked(kept)).map(([name, rows]) =>
    [name, rows.map((row) => Array.from(row))])),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
