// Runs the cliff outside of a page.
import * as cliff from "../../../rnncourse/chapters/ch05_gradients/cliff_widget.mjs";
import { answer } from "../../driver.mjs";

answer({ ...cliff, sentence: cliff.describe, box: () => cliff.BOX });
