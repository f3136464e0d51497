// Runs the unfolding outside of a page.
import * as unfolding from "../../../rnncourse/chapters/ch03_recurrence/widget.mjs";
import { answer, input } from "../../driver.mjs";

const { networks } = input;
const run = (task, kind, digits, fed) =>
  unfolding.run(networks[task][kind].weights, task, digits, fed);

answer({
  run,
  sizes: (task, kind) => unfolding.countWeights(networks[task][kind].weights),
  digits: unfolding.readDigits,
  fault: unfolding.findFault,
  sentences: (task, kind, digits, fed) =>
    Array.from({ length: unfolding.T + 1 }, (_, position) =>
      unfolding.describe(position, run(task, kind, digits, fed), task, kind === "hidden", fed),
    ),
});
