// Runs the stepper outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {network, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as stepper from "../../../rnncourse/chapters/ch04_bptt/widget.mjs";

const { network, questions } = JSON.parse(readFileSync(0, "utf8"));
const back = (word, k) => stepper.backward(network, stepper.forward(network, word), k);

const answers = {
  forward: (word) => stepper.forward(network, word),
  loss: (word) => stepper.meanLoss(stepper.forward(network, word)),
  backward: back,
  nudged: (word, name) => stepper.nudged(network, word, name),
  compare: (found, full) => stepper.compare(found, full),
  fault: (word) => stepper.faultOf(word, network.letters),
  sentences: (word, k) => {
    const steps = stepper.forward(network, word);
    return Array.from({ length: 9 }, (_, position) => stepper.sentence(position, steps, back(word, k)));
  },
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
