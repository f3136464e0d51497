// Puts questions of test_widget.py to the script of the page.
import { readFileSync } from "node:fs";
import * as widget from "../../../rnncourse/chapters/ch08_gated_variants/widget.mjs";
import { generator } from "../../../rnncourse/viz/live/numbers.mjs";

const { questions } = JSON.parse(readFileSync(0, "utf8"));
const answers = {
  begin: (v, H, seed) => widget.begin(v, H, generator(seed)),
  sequences: (n, seed) => widget.sequences(n, generator(seed)),
  forward: (xs, w, v) => widget.forward(xs, w, v).map(({ h, c, y }) => [h, c, y]),
  gradient: widget.gradient,
  train: widget.train,
  units: widget.units,
  size: widget.size,
  equations: widget.equations,
  nameOf: (v) => widget.nameOf(v) ?? "",
  told: widget.told,
  short: widget.short,
  found: widget.found,
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
