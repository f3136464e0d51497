// A deck of slides: reveal.js, the speaker's view, and a body that is made to fit its slide.
(() => {
  const LEAST = 0.55; // text is not made smaller than that: a test then names the slide
  const LIVE = 0.7; // nor is what is live; it scrolls
  const MOST = 1.4; // and not larger than that
  const MOST_LIVE = 2.2;
  const FULL = 0.75; // of the height: a slide with little text has larger text

  /** Shrink what is on a slide until nothing is cut; let a few lines of text grow. */
  const fit = (slide) => {
    const body = slide?.querySelector(".rc-body");
    if (!body || !body.clientHeight || body.dataset.fits) return;
    const live = body.querySelector(".rc-w");
    let zoom = 1;
    const cut = () => {
      body.style.setProperty("--zoom", zoom);
      if (body.scrollWidth > body.clientWidth + 1) return "wide";
      return body.scrollHeight > body.clientHeight + 1 ? "high" : "";
    };
    while (cut() && zoom > (live ? LIVE : LEAST)) zoom = Math.round((zoom - 0.05) * 100) / 100;
    const filled = () => {
      const [all, first, last] = [body, body.firstElementChild, body.lastElementChild]
        .map((e) => e.getBoundingClientRect());
      return (last.bottom - first.top) / all.height;
    };
    const grows = zoom === 1 && body.lastElementChild && !body.querySelector("svg[role=img], .rc-w");
    while (grows && zoom < MOST && filled() < FULL && !cut()) zoom = Math.round((zoom + 0.05) * 100) / 100;
    if (zoom > 1 && cut()) zoom = Math.round((zoom - 0.05) * 100) / 100;
    // What is worked with grows by itself, as long as nothing in it is cut or has to be scrolled.
    let alone = 1;
    const tight = () => {
      live.style.setProperty("--live", alone);
      return cut() || [live, ...live.querySelectorAll("*")].some((e) =>
        e.scrollWidth > e.clientWidth + 1 && /auto|scroll|hidden/.test(getComputedStyle(e).overflowX));
    };
    if (live && zoom === 1 && !tight()) {
      while (alone < MOST_LIVE && !tight()) alone = Math.round((alone + 0.1) * 10) / 10;
      if (tight()) alone = Math.round((alone - 0.1) * 10) / 10;
      tight();
    }
    body.dataset.fits = cut() === "" || (!!live && cut() === "high");
    if (live && cut()) body.tabIndex = 0; // it can be scrolled by keyboard
  };
  const fitAll = () => document.querySelectorAll(".slides section").forEach(fit);

  Reveal.initialize({
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
  const ready = async () => {
    await document.fonts.ready;
    fitAll();
    document.documentElement.dataset.ready = "";
  };
  Reveal.on("ready", ready);
  Reveal.on("pdf-ready", ready);
  Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
})();
