// Runs the gated unit outside of a page: node unit_driver.mjs < questions.json > answers.json
//
// {questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as unit from "../../../rnncourse/chapters/ch06_gating/unit_widget.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));

const answers = {
  signal: unit.signal,
  targets: unit.targets,
  rightGates: unit.rightGates,
  trainedGates: unit.trainedGates,
  held: unit.held,
  run: unit.run,
  comesBack: unit.comesBack,
  seen: unit.seen,
  short: unit.short,
  sentence: (rows, task, gates) => unit.sentence(unit.seen(rows, task, gates)),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
