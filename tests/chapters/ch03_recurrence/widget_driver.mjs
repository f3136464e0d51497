// Runs the unfolding outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {networks, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as unfolding from "../../../rnncourse/chapters/ch03_recurrence/widget.mjs";

const { networks, questions } = JSON.parse(readFileSync(0, "utf8"));
const run = (task, kind, digits, fed) => unfolding.run(networks[task][kind].weights, task, digits, fed);

const answers = {
  run,
  sizes: (task, kind) => unfolding.sizes(networks[task][kind].weights),
  fault: (text) => unfolding.faultOf(text),
  sentences: (task, kind, digits, fed) => Array.from({ length: unfolding.T + 1 }, (_, position) =>
    unfolding.sentence(position, run(task, kind, digits, fed), task, kind === "hidden", fed)),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
