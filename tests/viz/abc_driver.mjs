// Reads tunes outside of a page.
import { notesOf, signature } from "../../rnncourse/viz/live/abc.mjs";
import { answer } from "../driver.mjs";

answer({ notes: notesOf, signature });
