// Runs the live network of spelling and sound outside of a page.
import {
  Speller,
  say,
  wordIn,
} from "../../../rnncourse/chapters/ch12_attention/spelling_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(Speller);

answer({ say: (word) => say(model, word), wordIn, size: () => model.size });
