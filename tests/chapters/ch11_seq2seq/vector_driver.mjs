// Runs the lesson's networks of the live figure outside of a page.
import {
  BothOrders,
  chooseUnits,
  pronounce,
  traceStates,
} from "../../../rnncourse/chapters/ch11_seq2seq/vector_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(BothOrders);

answer({
  units: chooseUnits,
  trace: (way, word, width) => traceStates(model[way], word, width),
  pronounce: (way, word, width) => pronounce(model[way], word, width),
});
