// Reads tunes outside of a page.
import { keySignature, readNotes } from "../../rnncourse/viz/live/abc.mjs";
import { answer } from "../driver.mjs";

answer({ notes: readNotes, signature: keySignature });
