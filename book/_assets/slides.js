// A deck of slides: reveal.js, the speaker's view, and a body that is made to fit its slide.
(() => {
  const MIN_ZOOM = 0.55; // text is not made smaller than that: a test then names the slide
  const MAX_ZOOM = 1.4; // and not larger than that
  const MAX_LIVE_ZOOM = 1.5; // what is live is at its best with room for its drawing
  const FULL_SIZE_ZOOM = 1; // what is live and smaller than that shows less
  const MIN_ZOOM_IN_USE = 0.9; // nor smaller than that when it grows under somebody's hands
  const MIN_WIDTHS = { "input[type=range]": 100, "[class*=-track]": 40 }; // of sliders, of bars
  const TARGET_FILL = 0.75; // of the height: a slide with little text has larger text
  const MIN_ASIDE_GAIN = 1.1; // times as large makes it worth while
  const MIN_ASIDE_ZOOM = 0.75; // text beside a drawing is not made smaller than that
  const LEGIBLE = 1.8; // pixels for a point of a drawing: its letters of 9 points have 16

  const STACKED = [1, 0.9, 0.8, 0.7, 0.6]; // shares of the width for what is live
  // and of that for its drawing, beside the controls
  const BESIDE = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8];

  /** The parts of what is live: its drawing, the highest, and its tables. */
  const findLiveParts = (live) => {
    const parts = [...live.children];
    const tables = parts.filter((part) => part.querySelector("table"));
    const drawing = parts
      .filter((part) => !tables.includes(part))
      .reduce((a, b) => (b.offsetHeight > a.offsetHeight ? b : a));
    return { parts, tables, drawing };
  };

  const applyLayout = (live, { zoom, width, beside }) => {
    live.classList.toggle("rc-beside", beside > 0);
    for (const [name, value] of Object.entries({ live: zoom, width, drawing: beside }))
      live.style.setProperty(`--${name}`, value);
  };

  /** Whether all that is live has room in a layout, which it has afterwards. */
  const tryLayout = (body, live, { parts, drawing }, layout) => {
    const overflows = (e) =>
      e.clientWidth > 1 && // what is only heard has one pixel
      e.scrollWidth > e.clientWidth + 1 &&
      (e === live ||
        (e !== drawing && parts.includes(e)) ||
        /auto|scroll|hidden/.test(getComputedStyle(e).overflowX));
    const hasTooNarrow = ([selector, min]) =>
      [...live.querySelectorAll(selector)].some((e) => {
        const { width } = e.getBoundingClientRect();
        return width > 1 && width < min;
      });
    applyLayout(live, layout);
    return (
      body.scrollHeight <= body.clientHeight + 1 &&
      body.scrollWidth <= body.clientWidth + 1 &&
      ![live, ...live.querySelectorAll("*")].some(overflows) &&
      !Object.entries(MIN_WIDTHS).some(hasTooNarrow)
    );
  };

  const LAYOUTS = [
    ...STACKED.map((width) => ({ width, beside: 0 })),
    ...BESIDE.map((beside) => ({ width: 1, beside })),
  ];
  /** The layout with the largest letters, of these the one with the largest drawing. */
  const findLargestLayout = (layoutFits, drawing) => {
    let best = { zoom: MIN_ZOOM, width: 1, beside: 0, size: 0 };
    for (const layout of LAYOUTS) {
      // One look, and a deck is soon there
      if (best.size && !layoutFits({ ...layout, zoom: best.zoom })) continue;
      let zoom = MAX_LIVE_ZOOM;
      while (zoom >= best.zoom && !layoutFits({ ...layout, zoom })) zoom -= 0.05;
      const { width, height } = drawing.getBoundingClientRect();
      if (zoom > best.zoom || (zoom === best.zoom && width * height > best.size))
        best = { ...layout, zoom, size: width * height };
    }
    return best;
  };

  /** A button that shows what a brief view of what is live leaves out. */
  const addMoreButton = (live) => {
    const more = document.createElement("button");
    more.textContent = "More";
    more.className = "rc-more";
    const setBrief = (isBrief) => {
      live.classList.toggle("rc-brief", isBrief);
      more.setAttribute("aria-expanded", String(!isBrief));
    };
    more.addEventListener("click", () => setBrief(!live.classList.contains("rc-brief")));
    live.append(more);
    live.style.setProperty("--parts", live.children.length);
    setBrief(true);
  };

  /** Set what is live as large as the slide allows, its controls above or beside its drawing. */
  const fitLive = (body, live) => {
    const liveParts = findLiveParts(live);
    const { parts, tables, drawing } = liveParts;
    const layoutFits = (layout) => tryLayout(body, live, liveParts, layout);
    drawing.classList.add("rc-drawn");
    live.style.setProperty("--parts", parts.length);
    const best = findLargestLayout(layoutFits, drawing);
    const partsBelow = parts.slice(parts.indexOf(drawing) + 1);
    if (best.zoom >= FULL_SIZE_ZOOM || !(tables.length + partsBelow.length))
      return layoutFits(best);
    // Its tables come by a button; where that is not enough, so does what stands under the
    // drawing.
    addMoreButton(live);
    const layOutWithout = (rest) => {
      for (const part of rest) part.classList.add("rc-after");
      return findLargestLayout(layoutFits, drawing);
    };
    const smaller = layOutWithout(tables);
    return layoutFits(smaller.zoom >= FULL_SIZE_ZOOM ? smaller : layOutWithout(partsBelow));
  };

  const stepZoom = (zoom, step) => Math.round((zoom + step) * 100) / 100;

  /** Make what is live smaller where it became higher than its slide while it was worked with. */
  const shrinkWhenTaller = (body, live) => {
    const shrink = () => {
      const showsMore =
        live.querySelector(":scope > .rc-after") && !live.classList.contains("rc-brief");
      let zoom = Number(live.style.getPropertyValue("--live"));
      while (!showsMore && zoom > MIN_ZOOM_IN_USE && body.scrollHeight > body.clientHeight + 1)
        live.style.setProperty(
          "--live",
          (zoom = Math.max(MIN_ZOOM_IN_USE, stepZoom(zoom, -0.05))),
        );
    };
    new ResizeObserver(() => requestAnimationFrame(shrink)).observe(live);
  };

  /** Shrink what is on a slide until nothing is cut; let a few lines of text grow. */
  const fit = (slide) => {
    const body = slide?.querySelector(".rc-body");
    if (!body?.clientHeight || body.dataset.fits) return;
    const live = body.querySelector(".rc-w");
    if (live) {
      body.dataset.fits = fitLive(body, live);
      body.tabIndex = 0; // what is higher than its slide all the same scrolls, by keyboard too
      shrinkWhenTaller(body, live);
      return;
    }
    let zoom = 1;
    const findOverflow = () => {
      body.style.setProperty("--zoom", zoom);
      if (body.scrollWidth > body.clientWidth + 1) return "wide";
      return body.scrollHeight > body.clientHeight + 1 ? "high" : "";
    };
    while (findOverflow() && zoom > MIN_ZOOM) zoom = stepZoom(zoom, -0.05);
    const measureFill = () => {
      const [room, first, last] = [body, body.firstElementChild, body.lastElementChild].map((e) =>
        e.getBoundingClientRect(),
      );
      return (last.bottom - first.top) / room.height;
    };
    // Where a drawing is small below its text and above its caption, both stand beside it, if it
    // is larger there.
    const drawings = body.querySelectorAll(".rc-drawing > svg");
    const scale = () => drawings[0].getScreenCTM().a;
    const below = drawings.length === 1 ? scale() : LEGIBLE;
    if (below < LEGIBLE) {
      const stacked = zoom;
      body.style.setProperty("--parts", body.children.length);
      body.classList.add("rc-aside");
      for (zoom = 1; findOverflow() && zoom > MIN_ASIDE_ZOOM; ) zoom = stepZoom(zoom, -0.05);
      if (findOverflow() || scale() < MIN_ASIDE_GAIN * below) {
        body.classList.remove("rc-aside");
        zoom = stacked;
      }
    }
    const grows = zoom === 1 && body.lastElementChild && !body.querySelector("svg[role=img]");
    while (grows && zoom < MAX_ZOOM && measureFill() < TARGET_FILL && !findOverflow())
      zoom = stepZoom(zoom, 0.05);
    if (zoom > 1 && findOverflow()) zoom = stepZoom(zoom, -0.05);
    body.dataset.fits = findOverflow() === "";
  };
  const fitAll = () => document.querySelectorAll(".slides section").forEach(fit);

  // A clicker sends PageUp and PageDown. What takes other keys by itself keeps them, once somebody
  // comes by Tab.
  // What reveal.js does not know; inputs it does
  const TAKES_KEYS = "select, [role=slider], [role=application]";
  const PRESSED = "button, summary, a";
  const TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox])";
  let pointed = null; // what the pointer went down on, until a key is pressed

  const isDeckKey = (event) =>
    !event.defaultPrevented &&
    !event.target.closest(TAKES_KEYS) &&
    !([" ", "Enter"].includes(event.key) && event.target.closest(PRESSED));

  /** Give a live model's focus back to the deck, after the pointer has done what it came for. */
  const releaseFocus = (event) => {
    /** @type {*} */
    const e = document.activeElement;
    const typed = e.matches(TYPED) && [e, ...e.labels].some((part) => part.contains(pointed));
    // Its list is still to be chosen from
    const open = e.matches("select") && event.type !== "change";
    const free = e.closest(".rc-w") && !typed && !open;
    if (free) e.blur();
    return free;
  };
  const releaseSoon = (event) => pointed && setTimeout(() => pointed && releaseFocus(event));
  addEventListener(
    "pointerdown",
    (event) => {
      pointed = event.target;
    },
    true,
  );
  // A model may take the focus by itself: when it has been loaded, for instance.
  for (const done of ["pointerup", "click", "change", "focusin"])
    addEventListener(done, releaseSoon, true);
  addEventListener(
    "keydown",
    (event) => {
      // Before the timer of `releaseSoon`: the deck's key, as after it
      const early = pointed && releaseFocus(event);
      pointed = null;
      if (early) {
        event.stopImmediatePropagation();
        event.preventDefault();
        document.body.dispatchEvent(new KeyboardEvent(event.type, event));
        return;
      }
      const turn = { PageUp: "prev", PageDown: "next" }[event.key];
      /** @type {*} */
      const { target } = event;
      if (!turn || !target.closest(".rc-w") || Reveal.isPaused()) return;
      event.preventDefault();
      event.stopPropagation(); // a slider would jump
      target.blur();
      Reveal[turn]();
    },
    true,
  );

  // The deck's address may ask for the dark colors of the book, and for the slides of a short
  // lecture.
  const query = new URLSearchParams(location.search);
  const root = document.documentElement;
  const setDark = (isDark) => {
    root.dataset.theme = isDark ? "dark" : "light";
  };
  setDark(query.has("dark") && !query.has("print-pdf")); // paper is white
  if (query.has("cut") && document.querySelector("section[data-cut]"))
    for (const slide of document.querySelectorAll(
      ".slides > section:not([data-cut], .rc-first, .rc-last)",
    ))
      slide.remove();

  Reveal.initialize({
    keyboardCondition: isDeckKey,
    width: 1280,
    height: 720,
    margin: 0.02,
    center: false,
    display: "flex",
    hash: true,
    transition: "none",
    slideNumber: "c/t",
    viewDistance: 999, // all slides are laid out, so that each can be measured
    mobileViewDistance: 999,
    pdfMaxPagesPerSlide: 1,
    pdfSeparateFragments: false, // on paper all lines of a derivation stand at once
    plugins: [RevealNotes],
  });
  // Not sooner: a widget is an empty box until its script has run, and a slide is fitted once.
  const onReady = async () => {
    if (document.readyState !== "complete")
      await new Promise((done) => addEventListener("load", done, { once: true }));
    await document.fonts.ready;
    fitAll();
    Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, () =>
      setDark(root.dataset.theme === "light"),
    );
    Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
    root.dataset.ready = "";
  };
  Reveal.on("ready", onReady);
  Reveal.on("pdf-ready", onReady);
})();
