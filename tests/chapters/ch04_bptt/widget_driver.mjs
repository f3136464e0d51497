// Runs the stepper outside of a page.
import * as stepper from "../../../rnncourse/chapters/ch04_bptt/widget.mjs";
import { answer, input } from "../../driver.mjs";

const { network } = input;
const back = (word, k) => stepper.backward(network, stepper.forward(network, word), k);

answer({
  forward: (word) => stepper.forward(network, word),
  loss: (word) => stepper.meanLoss(stepper.forward(network, word)),
  backward: back,
  nudged: (word, name) => stepper.estimateGradient(network, word, name),
  compare: stepper.compare,
  fault: (word) => stepper.findFault(word, network.letters),
  sentences: (word, k) => {
    const steps = stepper.forward(network, word);
    return Array.from({ length: 9 }, (_, position) =>
      stepper.describe(position, steps, back(word, k)),
    );
  },
});
