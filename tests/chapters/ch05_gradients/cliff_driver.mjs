// Runs the cliff outside of a page: node cliff_driver.mjs < questions.json > answers.json
//
// {questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as cliff from "../../../rnncourse/chapters/ch05_gradients/cliff_widget.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));
const answers = {
  loss: (w, b) => cliff.lossAndGradient(w, b),
  bounded: (g, kind, threshold) => cliff.bounded(g, kind, threshold),
  descend: (start, settings) => cliff.descend(start, settings),
  sentence: (settings) => cliff.sentence(settings),
  box: () => cliff.BOX,
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
