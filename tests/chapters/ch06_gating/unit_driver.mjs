// Runs the gated unit outside of a page.
import * as unit from "../../../rnncourse/chapters/ch06_gating/unit_widget.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...unit,
  sentence: (rows, task, gates) => unit.describe(unit.evaluate(rows, task, gates)),
});
