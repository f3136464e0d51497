// What can be carried away, where it was built (extras.js): PDF files, a chapter's slides.
document.addEventListener("DOMContentLoaded", () => {
  const { pdf, slides } = window.rcExtras ?? { pdf: [], slides: {} };
  const page = DOCUMENTATION_OPTIONS.pagename;
  const root = document.documentElement.dataset.content_root ?? "./";
  const files = [];
  if (slides[page])
    files.push({ text: "Slides of this chapter", path: slides[page], icon: "file" });
  for (const path of pdf) {
    const name = path.replace(".pdf", "");
    files.push({ text: `${name[0].toUpperCase()}${name.slice(1)}, PDF`, path, icon: "file-pdf" });
  }
  const { make } = window.rcPage;
  const makeLink = ({ text, path }) => make("a", { href: root + path, textContent: text });

  const menu = document.querySelector(".dropdown-download-buttons .dropdown-menu");
  for (const entry of menu ? files : []) {
    const icon = make("i", { className: `fas fa-${entry.icon}`, "aria-hidden": "true" });
    const a = makeLink({ ...entry, text: "" });
    a.className = "btn btn-sm dropdown-item";
    a.append(
      make("span", { className: "btn__icon-container" }, icon),
      make("span", { className: "btn__text-container" }, entry.text),
    );
    menu.append(make("li", {}, a));
  }

  // Seen without opening a menu where a lecturer looks first.
  if (!files.length || !(page === "index" || slides[page])) return;
  const line = make("p", { className: "rc-take" });
  files.forEach((entry, i) => line.append(...(i ? [" \u00b7 "] : []), makeLink(entry)));
  document.querySelector(".bd-article h1")?.after(line);
});
