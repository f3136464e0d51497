// Runs the captioner of emoji, and its white paint, outside of a page.
import * as widget from "../../../rnncourse/chapters/ch13_captioning/paint_widget.mjs";
import { answer, input, network } from "../../driver.mjs";

const model = network(widget.Describer);
const pictures = input.pictures.map(([, , ink]) => Uint8Array.from(Buffer.from(ink, "base64")));

answer({
  paintWhite: (n, places) => widget.paintWhite(pictures[n], places),
  shareInk: (n) => widget.shareInk(pictures[n]),
  captionPicture: (n, places) =>
    widget.captionPicture(model, widget.paintWhite(pictures[n], places)),
  describeChange: (before, now) => widget.describeChange(before.split(" "), now.split(" ")),
});
