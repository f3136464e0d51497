// Figures: a small menu that shows each one large and gives it away (drawing, picture, numbers,
// how to cite it). Everything is made here, on the page, so it works from a file too.
document.addEventListener("DOMContentLoaded", () => {
  const { make, download } = window.rcPage;
  const SVG = "http://www.w3.org/2000/svg";
  const DRAWING = ".rc-drawing svg[role=img]"; // what a live widget draws is not one
  const title =
    document.querySelector(".bd-article h1")?.firstChild?.textContent.trim() ?? document.title;
  // How to cite the page
  const page = document.querySelector(".rc-cite p")?.textContent.trim() ?? "";

  /** The drawing as a file of its own: black on white, whatever the theme, with its size. */
  const exportDrawing = (figure) => {
    const svg = figure.querySelector(DRAWING).cloneNode(true);
    const { width, height } = svg.viewBox.baseVal;
    for (const [name, value] of Object.entries({
      xmlns: SVG,
      "xmlns:xlink": "http://www.w3.org/1999/xlink",
      width: Math.round(1.5 * width),
      height: Math.round(1.5 * height),
      color: "#14171c",
      style: "background: #fff",
    }))
      svg.setAttribute(name, value);
    const words = Object.assign(document.createElementNS(SVG, "title"), {
      textContent: svg.getAttribute("aria-label"),
    });
    svg.prepend(words);
    return {
      text: new XMLSerializer().serializeToString(svg),
      width: 1.5 * width,
      height: 1.5 * height,
    };
  };

  const drawPicture = async (figure) => {
    const { text, width, height } = exportDrawing(figure);
    const image = new Image(width, height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = make("canvas", { width: 2 * width, height: 2 * height });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const numberOf = (figure) => figure.querySelector(".rc-number")?.textContent.replace(/[.]$/, "");
  const cite = (figure) => {
    const citation = `${numberOf(figure) ?? "Figure"} of \u201c${title}\u201d. ${page}`;
    // It ends with the page's own address
    if (/https?:\/\/\S+$/.test(page)) return `${citation}#${figure.id}`;
    const isLocal =
      location.protocol === "file:" || /^(localhost|127[.]|\[::1\])/.test(location.hostname);
    // Else only this machine finds it
    return isLocal ? citation : `${citation} ${location.href.replace(/[?#].*$/, "")}#${figure.id}`;
  };

  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      return false;
    }
  };

  /** Where a figure is; a live one as it is now. */
  const anchorOf = (figure) => figure.querySelector(".rc-w")?.address ?? `#${figure.id}`;
  const linkTo = (figure) =>
    (page.match(/https?:\/\/\S+$/)?.[0] ?? location.href.replace(/[?#].*$/, "")) +
    anchorOf(figure);

  /**
   * Of a live figure: one button. Where nothing can be copied, the link stands in the address bar.
   */
  const makeLinkButton = (figure) => {
    const words = "Copy link";
    const button = make("button", {
      type: "button",
      textContent: words,
      title: "A link to this figure as you set it",
      "aria-live": "polite",
    });
    button.addEventListener("click", async () => {
      button.style.minWidth = `${button.offsetWidth}px`; // the caption beside it does not move
      const isCopied = await copy(linkTo(figure));
      if (!isCopied) location.hash = anchorOf(figure);
      button.textContent = isCopied ? "Copied" : "See the address bar";
      setTimeout(() => {
        button.textContent = words;
      }, 2500);
    });
    return button;
  };

  /**
   * What can be taken of a figure: its name, and what takes it; "stay" keeps the menu open.
   * @returns {*[][]}
   */
  const listEntries = (figure, status, closeMenu) => {
    const name = figure.id.replace(/^fig-/, "");
    const numbers = figure
      .querySelector("script.rc-data")
      ?.textContent.trim()
      .replaceAll("<\\/", "</");
    const drawing = figure.querySelector(DRAWING);
    return [
      drawing && [
        "Show it large",
        () => {
          closeMenu(); // where the focus comes back to
          window.rcEnlarge(figure);
          return "stay";
        },
      ],
      drawing && [
        "SVG, to scale",
        () => download(`${name}.svg`, "image/svg+xml", exportDrawing(figure).text),
      ],
      drawing && [
        "PNG, double size",
        async () => download(`${name}.png`, "image/png", await drawPicture(figure)),
      ],
      numbers && ["CSV, the numbers", () => download(`${name}.csv`, "text/csv", `${numbers}\n`)],
      ...Object.entries({ "Copy a link to it": linkTo, "Copy how to cite it": cite }).map(
        ([label, write]) => [
          label,
          async () => {
            status.textContent = (await copy(write(figure))) ? "Copied." : write(figure);
            return "stay";
          },
        ],
      ),
    ].filter(Boolean);
  };

  const makeMenu = (figure) => {
    const status = make("span", { role: "status" });
    const closeMenu = () => showMenu(false, true);
    const label = `Take ${numberOf(figure) ?? "this figure"}`;
    const opener = make("button", {
      type: "button",
      textContent: "\u22ef",
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: "Take this figure",
    });
    /** @type {*[]} */
    const items = listEntries(figure, status, closeMenu).map(([words, take]) => {
      const item = make("button", {
        type: "button",
        role: "menuitem",
        tabIndex: -1,
        textContent: words,
      });
      item.addEventListener("click", async () => {
        if ((await take()) !== "stay") closeMenu();
      });
      return item;
    });
    const list = make("div", { role: "menu", "aria-label": label }, ...items);
    const sheet = make("div", { className: "rc-sheet", hidden: true }, list, status);
    const linkButton = figure.matches(".rc-live") ? makeLinkButton(figure) : "";
    const box = make("div", { className: "rc-menu" }, linkButton, opener, sheet);

    const showMenu = (open, back) => {
      sheet.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      if (open) {
        status.textContent = "";
        items[0].focus();
      } else if (back) opener.focus();
    };
    opener.addEventListener("click", () => showMenu(sheet.hidden, true));
    box.addEventListener("keydown", (event) => {
      const at = items.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: -1 }[event.key];
      if (event.key === "Escape" && !sheet.hidden) closeMenu();
      else if (event.key === "ArrowDown" && sheet.hidden) showMenu(true);
      else if (to !== undefined && !sheet.hidden) items.at(to % items.length).focus();
      else return;
      event.preventDefault();
    });
    box.addEventListener("focusout", (/** @type {{relatedTarget: *}} */ { relatedTarget }) => {
      if (!box.contains(relatedTarget)) showMenu(false);
    });
    return box;
  };

  for (const figure of document.querySelectorAll("figure.rc-figure[id]"))
    figure.querySelector("figcaption").before(makeMenu(figure));
});
