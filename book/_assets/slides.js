// A deck of slides: reveal.js, the speaker's view, and a body that is made to fit its slide.
(() => {
  const LEAST = 0.55; // text is not made smaller than that: a test then names the slide

  /** Shrink what is on a slide until nothing is cut. */
  const fit = (slide) => {
    const body = slide?.querySelector(".rc-body");
    if (!body || !body.clientHeight || body.dataset.fits) return;
    let zoom = 1;
    const fits = () => {
      body.style.setProperty("--zoom", zoom);
      return body.scrollHeight <= body.clientHeight + 1 && body.scrollWidth <= body.clientWidth + 1;
    };
    while (!fits() && zoom > LEAST) zoom = Math.round((zoom - 0.05) * 100) / 100;
    body.dataset.fits = fits();
  };
  const fitAll = () => document.querySelectorAll(".slides > section").forEach(fit);

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
    pdfSeparateFragments: false,
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
