// Runs the words of the clock outside of a page.
import { rightSteps, sentence } from "../../../rnncourse/chapters/ch05_gradients/clock_widget.mjs";
import { answer } from "../../driver.mjs";

answer({ rightSteps, sentence });
