// Runs the tree of an expression outside of a page.
import * as tree from "../../../rnncourse/chapters/ch10_recursive_networks/tree_widget.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...tree,
  value: (text) => String(tree.computeValue(text)),
  evaluate: (text, weights) => tree.evaluate(text, tree.unpackWeights(weights)),
  sentence: (text, weights) =>
    tree.describe(text, tree.evaluate(text, tree.unpackWeights(weights))),
});
