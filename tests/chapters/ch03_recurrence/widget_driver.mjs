// Runs the unfolding outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {module, networks, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { networks, questions } = asked;
const unfolding = await import(pathToFileURL(asked.module));
const run = (task, kind, digits, fed) => unfolding.run(networks[task][kind].weights, task, digits, fed);

const answers = {
  run,
  sizes: (task, kind) => unfolding.sizes(networks[task][kind].weights),
  fault: (text) => unfolding.faultOf(text),
  fixed: (values, decimals) => values.map((v) => unfolding.fixed(v, decimals)),
  sentences: (task, kind, digits, fed) => Array.from({ length: unfolding.T + 1 }, (_, position) =>
    unfolding.sentence(position, run(task, kind, digits, fed), task, kind === "hidden", fed)),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
