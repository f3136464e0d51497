// Runs the unfolding outside of a page.
import * as unfolding from "../../../rnncourse/chapters/ch03_recurrence/widget.mjs";
import { answer, input } from "../../driver.mjs";

const { networks } = input;
const run = (task, kind, digits, fed) =>
  unfolding.run(networks[task][kind].weights, task, digits, fed);

answer({
  run,
  sizes: (task, kind) => unfolding.sizes(networks[task][kind].weights),
  digits: unfolding.digitsIn,
  fault: unfolding.faultOf,
  sentences: (task, kind, digits, fed) =>
    Array.from({ length: unfolding.T + 1 }, (_, position) =>
      unfolding.sentence(position, run(task, kind, digits, fed), task, kind === "hidden", fed),
    ),
});
