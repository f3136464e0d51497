// Runs the tree of an expression outside of a page.
import * as tree from "../../../rnncourse/chapters/ch10_recursive_networks/tree_widget.mjs";
import { answer } from "../../driver.mjs";

answer({
  ...tree,
  whole: (text) => String(tree.whole(text)),
  evaluate: (text, kept) => tree.evaluate(text, tree.unpackWeights(kept)),
  sentence: (text, kept) => tree.sentence(text, tree.evaluate(text, tree.unpackWeights(kept))),
});
