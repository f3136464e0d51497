// Runs the ribbon outside of a page.
import { NameModel } from "../../../rnncourse/chapters/ch01_sequences/names_model.mjs";
import {
  accumulateShares,
  describe,
  gradientPaths,
} from "../../../rnncourse/chapters/ch04_bptt/ribbon_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(NameModel);

answer({ back: (set) => gradientPaths(model, set), accumulateShares, sentence: describe });
