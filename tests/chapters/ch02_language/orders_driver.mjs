// Runs the bars outside of a page.
import { sentence } from "../../../rnncourse/chapters/ch02_language/orders_widget.mjs";
import { answer, asked } from "../../driver.mjs";

answer({ sentence: (order) => sentence(asked.text, JSON.parse(asked.bits), order) });
