// Runs gradient flow outside of a page: node flow_driver.mjs < questions.json > answers.json
//
// {questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as flow from "../../../rnncourse/chapters/ch05_gradients/flow_widget.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));

const answers = {
  chance: (seed, n) => {
    const { uniform, normal } = flow.chance(seed);
    return [Array.from({ length: n }, uniform), Array.from({ length: n }, normal)];
  },
  matrix: flow.matrix,
  slopes: flow.slopes,
  spectra: flow.spectra,
  length: flow.length,
  times: flow.times,
  flow: flow.flow,
  sentence: (set, lag) => flow.sentence(flow.flow(set), lag, set.rho),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
