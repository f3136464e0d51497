// Runs the captioner of page 13 outside of a page.
import * as widget from "../../../rnncourse/chapters/ch13_captioning/caption_widget.mjs";
import { Captioner } from "../../../rnncourse/viz/live/captioner.mjs";
import { decodeGreedily } from "../../../rnncourse/viz/live/translation.mjs";
import { answer, forceDecoder, input, network } from "../../driver.mjs";

const model = network(Captioner);
const [bases, marks] = [
  widget.unpackParts(input.tables.bases),
  widget.unpackParts(input.tables.marks),
];
const inked = (picture) => Float64Array.from(picture, (v) => v / 255);

answer({
  compose: (base, mark) => {
    const { layers, picture } = widget.compose(bases, marks, base, mark);
    return [picture, layers, layers.map(widget.findInk)];
  },
  places: (picture) => model.places(inked(picture)),
  told: (picture, words) => forceDecoder(model, model.initialState(inked(picture)), words),
  greedy: (picture, maxLength) =>
    decodeGreedily(model, model.initialState(inked(picture)), maxLength),
  typed: (texts) => texts.map((text) => widget.parseLetter(text, bases, marks)),
  captions: (pairs) =>
    pairs.map(([base, mark]) => widget.writeCaption(base, mark, input.tables.names)),
  describeTraining: (pairs) =>
    pairs.map(([base, mark]) => widget.describeTraining(base, mark, input.tables.known)),
  sumWeights: widget.sumWeights,
});
