// Runs the words of the clock outside of a page.
import {
  describe,
  findCorrectSteps,
} from "../../../rnncourse/chapters/ch05_gradients/clock_widget.mjs";
import { answer } from "../../driver.mjs";

answer({ findCorrectSteps, sentence: describe });
