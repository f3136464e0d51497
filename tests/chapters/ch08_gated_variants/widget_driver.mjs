// Runs the drawn cell outside of a page.
import * as variants from "../../../rnncourse/chapters/ch08_gated_variants/variants.mjs";
import { makeRandom } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...variants,
  initialWeights: (variant, H, seed) => variants.initialWeights(variant, H, makeRandom(seed)),
  makeSequences: (n, seed) => variants.makeSequences(n, makeRandom(seed)),
  forward: (xs, w, variant) => variants.forward(xs, w, variant).map(({ h, c, y }) => [h, c, y]),
  trackTraining: (...args) => [...variants.trackTraining(...args)],
  fullCurve: () => variants.FULL_CURVE,
  nameOf: (variant) => variants.nameOf(variant) ?? "",
});
