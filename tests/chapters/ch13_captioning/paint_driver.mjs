// Runs the captioner of emoji, and its white paint, outside of a page.
import * as widget from "../../../rnncourse/chapters/ch13_captioning/paint_widget.mjs";
import { answer, input, network } from "../../driver.mjs";

const model = network(widget.Describer);
const pictures = input.pictures.map(([, , ink]) => Uint8Array.from(Buffer.from(ink, "base64")));

answer({
  painted: (n, places) => widget.painted(pictures[n], places),
  ink: (n) => widget.toInk(pictures[n]),
  described: (n, places) => widget.described(model, widget.painted(pictures[n], places)),
  describeChange: (before, now) => widget.describeChange(before.split(" "), now.split(" ")),
});
