// A view with one stored model.

/** @import { Loading, Manifest } from "./numbers.mjs" */

import { Announcer, make, markStale } from "./core.mjs";
import {
  callWhenNear,
  describeLoadError,
  LoadButton,
  loadsAutomatically,
  showFacts,
  showLoading,
} from "./loading.mjs";

/**
 * A view with one stored model: a small one loads when the figure nears the window, a large one
 * when the reader presses a button or does what needs it. A class that extends it builds itself
 * with `loadButton`, `loadError`, `facts` and `announcer`, and calls setUp() at the end. What it
 * adds stands first here.
 */
export class ModelView {
  /** The model, as receive() makes it. @type {*} */
  model = null;
  /** What can be used only with the model; it has its room before. @type {HTMLElement[]} */
  onceReady = [];
  /** What has the focus afterwards, unless focus() says more. @type {*} */
  field = null;
  /** What close() ends. @type {ResizeObserver|IntersectionObserver|null} */
  observer = null;

  /** @param {HTMLElement} root @param {Loading} model As `loadNetwork` in numbers.mjs has it. */
  constructor(root, { load, bytes, eager = false }) {
    this.root = root;
    this.load = load;
    this.bytes = bytes;
    this.eager = eager;
    this.loads = this.keepsRoom = eager || loadsAutomatically(bytes);
    this.loadButton = new LoadButton(() => this.loadModel(true));
    this.loadError = make("p", { className: "rc-w-fault", role: "status" });
    this.facts = make("p", "rc-w-facts");
    this.announcer = new Announcer(root);
  }

  /**
   * Makes the model; returns in words what runs here.
   * @param {Manifest} _manifest
   * @param {ArrayBuffer} _buffer
   */
  receive(_manifest, _buffer) {
    return "";
  }

  /** Shows what there is. */
  draw() {}

  /** Judges what is typed, where there is a field. */
  readField() {}

  /** Where things stand, for who hears: speak(ms) says it. */
  recap() {
    return "";
  }

  setUp() {
    this.state = "idle";
    this.showLoadButton();
    if (this.eager) this.loadModel();
    else if (this.loads) this.nearObserver = callWhenNear(this.root, () => this.loadModel());
  }

  get state() {
    return this.root.dataset.state;
  }
  set state(name) {
    this.root.dataset.state = name;
    const ready = name === "ready";
    for (const e of [...this.onceReady, this.facts]) e.hidden = !ready && !this.keepsRoom;
    for (const e of this.onceReady) e.inert = !ready;
    const isComing = this.loads && !this.loadError.textContent;
    this.loadButton.box.hidden = ready || isComing;
    if (!ready) showLoading(this.facts, isComing ? this.bytes : 0);
  }

  /** Load the model once. With `focus`, the field has the focus afterwards. */
  async loadModel(focus = false) {
    if (this.state !== "ready") await (this.loading ??= this.fetchModel(focus));
    /** While it goes on. @type {Promise<void>|null} */
    this.loading = null;
  }

  /** @param {boolean} focus */
  async fetchModel(focus) {
    this.state = "loading";
    this.loadError.textContent = "";
    this.showLoadButton(true);
    let loaded = null;
    try {
      loaded = await this.load();
      const { manifest, buffer } = loaded;
      showFacts(this.facts, this.receive(manifest, buffer));
    } catch (error) {
      // It came: the fault is in what reads it
      if (loaded) console.error(error);
      this.loadError.textContent = describeLoadError(error);
      this.showLoadButton();
      this.state = "idle";
      return;
    }
    const focused = this.loadButton.box.contains(document.activeElement);
    const wasStale = this.root.classList.contains("rc-w-stale");
    this.state = "ready";
    markStale(this.root, false);
    this.modelLoaded();
    if (wasStale && this.recap()) this.speak(300);
    if (focus || focused) this.focus();
  }

  /**
   * What follows from what was set is dim as long as the model that can show it is on its way.
   * @param {boolean} pending
   */
  markWaiting(pending) {
    if (!this.model) markStale(this.root, pending);
  }

  showLoadButton(loading = false) {
    this.loadButton.show(this.bytes, loading);
  }

  modelLoaded() {
    this.draw();
    this.readField();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  /**
   * Say where things stand, once the reader rests; nothing while it is of what was set before.
   * @param {number} ms
   */
  speak(ms) {
    const isWaiting = () => !this.model && this.root.classList.contains("rc-w-stale");
    this.announcer.later(() => (isWaiting() ? "" : this.recap()), ms);
  }

  close() {
    this.nearObserver?.disconnect();
    this.observer?.disconnect();
    this.announcer.cancel();
  }
}
