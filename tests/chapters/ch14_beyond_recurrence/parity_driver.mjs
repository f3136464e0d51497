// Runs the networks of parity, and what is said of them, outside of a page.
import * as widget from "../../../rnncourse/chapters/ch14_beyond_recurrence/parity_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(widget.ParityNetworks);
const bitsOf = (row) => [...row].map(Number);

answer({
  probOdd: (name, row) => model.probOdd(name, bitsOf(row)),
  truth: (row) => widget.computeParity(bitsOf(row)),
  describeFlip: widget.describeFlip,
  describeReach: (row, answers) => widget.describeReach(bitsOf(row), answers),
});
