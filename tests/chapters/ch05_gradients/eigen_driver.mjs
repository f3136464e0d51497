// Runs the eigenvalues outside of a page: node eigen_driver.mjs < questions.json > answers.json
//
// {questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as eigen from "../../../rnncourse/chapters/ch05_gradients/eigen_widget.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));
const lengths = (set) => eigen.powers(eigen.matrix(set)).map(eigen.longest);

const answers = {
  matrix: eigen.matrix,
  lengths,
  sentence: (set) => eigen.sentence(set, set.k, lengths(set)),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
