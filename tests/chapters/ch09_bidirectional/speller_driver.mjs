// Runs the networks of the page outside of it.
import {
  describe,
  LetterPronouncers,
} from "../../../rnncourse/chapters/ch09_bidirectional/speller_widget.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(LetterPronouncers);

answer({
  read: (word) => model.read(word),
  sentence: (word) => describe(word, model.read(word), model.read(word.slice(0, -1))),
});
