// Runs the players of parity, and what is said of them, outside of a page.
import * as widget from "../../../rnncourse/chapters/ch14_beyond_recurrence/parity_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(widget.Players);
const bitsOf = (row) => [...row].map(Number);

answer({
  pOdd: (name, row) => model.pOdd(name, bitsOf(row)),
  truth: (row) => widget.computeParity(bitsOf(row)),
  describeFlip: widget.describeFlip,
  describeReach: (row, players) => widget.describeReach(bitsOf(row), players),
});
