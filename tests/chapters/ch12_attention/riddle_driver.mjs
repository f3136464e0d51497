// Runs the sentences on the reader's lines outside of a page.
import { describe } from "../../../rnncourse/chapters/ch12_attention/riddle_widget.mjs";
import { answer, input } from "../../driver.mjs";

answer({ sentence: (...drawn) => describe(input.words, ...drawn) });
