// Runs the live network of spelling and sound outside of a page.
import {
  AttentionPronouncer,
  pronounce,
} from "../../../rnncourse/chapters/ch12_attention/spelling_widget.mjs";
import { MAX_LETTERS } from "../../../rnncourse/viz/live/pronouncing.mjs";
import { runToEnd } from "../../../rnncourse/viz/live/translation.mjs";
import { readWord } from "../../../rnncourse/viz/live/word_view.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(AttentionPronouncer);

answer({
  say: (word) => {
    const { search, ...result } = pronounce(model, word);
    return { ...result, guesses: runToEnd(search).hypotheses };
  },
  wordIn: (text) => readWord(text, MAX_LETTERS),
  size: () => model.size,
});
