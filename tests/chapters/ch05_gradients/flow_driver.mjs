// Runs gradient flow outside of a page.
import * as flow from "../../../rnncourse/chapters/ch05_gradients/flow_widget.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...flow,
  chance: (seed, n) => {
    const { uniform, normal } = flow.makeSources(seed);
    return [Array.from({ length: n }, uniform), Array.from({ length: n }, normal)];
  },
  sentence: (set, lag) => flow.describe(flow.computeFlow(set), lag, set.rho),
});
