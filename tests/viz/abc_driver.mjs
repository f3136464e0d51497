// Reads tunes outside of a page.
import { readNotes, signature } from "../../rnncourse/viz/live/abc.mjs";
import { answer } from "../driver.mjs";

answer({ notes: readNotes, signature });
