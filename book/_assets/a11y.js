// Repairs of the theme's and docutils' markup that axe-core counts as violations.
document.addEventListener("DOMContentLoaded", () => {
  const findAll = (selector) => document.querySelectorAll(selector);

  // WCAG 2.5.3: an accessible name contains the visible text ("Search Ctrl+K"; the theme's mode).
  // Buttons that show an icon only (.search-button) keep their label.
  for (const e of findAll(".search-button-field.search-button__button, .theme-switch-button"))
    e.removeAttribute("aria-label");
  for (const e of findAll(".theme-switch-button")) e.setAttribute("title", "Color mode");
  for (const e of findAll("details.hide > summary")) e.removeAttribute("aria-label");

  // The arrow that unfolds the pages below a chapter shows an icon only.
  for (const e of findAll(".bd-links summary")) {
    const chapter = e.closest("li")?.querySelector("a")?.textContent.trim();
    e.setAttribute("aria-label", `Pages below ${chapter}`);
  }

  // Icons are glyphs of a font: nothing to read aloud.
  for (const e of findAll("i.fa-solid, i.fa-brands, i.fa-regular, .fa-solid.fa-lg"))
    e.setAttribute("aria-hidden", "true");

  // docutils: a role=list whose children are no list items; the deprecated doc-biblioentry.
  for (const e of findAll(".citation-list[role], [role=doc-biblioentry]"))
    e.removeAttribute("role");

  // All content lies in a landmark.
  for (const e of findAll(".sidebar-primary-items__start"))
    if (!e.closest("nav, [role=navigation], [role=region]")) {
      e.setAttribute("role", "region");
      e.setAttribute("aria-label", "Sidebar");
    }

  // What scrolls sideways can be reached by keyboard; at another width it may no longer scroll.
  const scrollers =
    "div.highlight pre, .cell_output .output, .cell_output .output pre, div.math, " +
    "mjx-container[display=true], .pst-scrollable-table-container";
  const markScrollers = () => {
    for (const e of findAll(scrollers))
      if (e.scrollWidth > e.clientWidth) {
        e.setAttribute("tabindex", "0"); // in a table, phrases need no line for each word then
        for (const cell of e.querySelectorAll("th, td"))
          cell.classList.toggle("rc-phrase", cell.textContent.length > 24);
      } else if (e.getAttribute("tabindex") === "0") e.removeAttribute("tabindex");
  };
  markScrollers();
  addEventListener("load", markScrollers);
  addEventListener("resize", markScrollers);

  // The theme marks an entry of the contents while its heading crosses the top of the window:
  // after a jump none is marked, or a wrong one. The page is where the last heading above begins.
  const entries = [...findAll('#pst-page-toc-nav a[href^="#"]')]
    .map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))])
    .filter(([link, section]) => link.hash && section);
  let chosenUntil = 0; // who has just chosen an entry sees that one, also near the end of the page
  addEventListener("hashchange", () => {
    chosenUntil = performance.now() + 1000;
  });
  const markEntry = () => {
    if (performance.now() < chosenUntil) return;
    const isAbove = ([, section]) => section.getBoundingClientRect().top < 0.3 * innerHeight;
    const [current] = entries.findLast(isAbove) ?? [];
    for (const [link] of entries) {
      link.classList.toggle("active", link === current);
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let isWaiting = false;
  const markEntrySoon = () => {
    if (!isWaiting)
      requestAnimationFrame(() => {
        isWaiting = false;
        markEntry();
      });
    isWaiting = true;
  };
  if (entries.length) addEventListener("scroll", markEntrySoon, { passive: true });
});
