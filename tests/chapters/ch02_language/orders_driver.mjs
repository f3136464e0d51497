// Runs the bars outside of a page.
import { describe } from "../../../rnncourse/chapters/ch02_language/orders_widget.mjs";
import { answer, input } from "../../driver.mjs";

answer({ sentence: (order) => describe(input.text, JSON.parse(input.bits), order) });
