// Runs the eigenvalues outside of a page.
import * as eigen from "../../../rnncourse/chapters/ch05_gradients/eigen_widget.mjs";
import { answer } from "../../driver.mjs";

const lengths = (set) => eigen.listPowers(eigen.makeMatrix(set)).map(eigen.spectralNorm);

answer({
  ...eigen,
  lengths,
  sentence: (set) => eigen.describe(set, set.k, lengths(set)),
  sliders: () => eigen.SLIDERS.map((row) => row.slice(0, 5)),
});
