// Runs the bars outside of a page.
import { sentence } from "../../../rnncourse/chapters/ch02_language/orders_widget.mjs";
import { answer, input } from "../../driver.mjs";

answer({ sentence: (order) => sentence(input.text, JSON.parse(input.bits), order) });
