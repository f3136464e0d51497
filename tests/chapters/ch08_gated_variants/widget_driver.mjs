// Runs the drawn cell outside of a page.
import * as widget from "../../../rnncourse/chapters/ch08_gated_variants/widget.mjs";
import { generator } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...widget,
  begin: (v, H, seed) => widget.begin(v, H, generator(seed)),
  sequences: (n, seed) => widget.sequences(n, generator(seed)),
  forward: (xs, w, v) => widget.forward(xs, w, v).map(({ h, c, y }) => [h, c, y]),
  nameOf: (v) => widget.nameOf(v) ?? "",
});
