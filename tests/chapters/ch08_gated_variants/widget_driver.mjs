// Runs the drawn cell outside of a page.
import * as widget from "../../../rnncourse/chapters/ch08_gated_variants/widget.mjs";
import { makeRandom } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...widget,
  initialWeights: (variant, H, seed) => widget.initialWeights(variant, H, makeRandom(seed)),
  makeSequences: (n, seed) => widget.makeSequences(n, makeRandom(seed)),
  forward: (xs, w, variant) => widget.forward(xs, w, variant).map(({ h, c, y }) => [h, c, y]),
  trackTraining: (...args) => [...widget.trackTraining(...args)],
  fullCurve: () => widget.FULL_CURVE,
  nameOf: (variant) => widget.nameOf(variant) ?? "",
});
