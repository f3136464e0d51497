// Figures: a small menu that shows each one large and gives it away (drawing, picture, numbers,
// how to cite it). Everything is made here, on the page, so it works from a file too.
document.addEventListener("DOMContentLoaded", () => {
  const SVG = "http://www.w3.org/2000/svg";
  const DRAWING = ".rc-drawing svg[role=img]"; // what a live widget draws is not one
  const title =
    document.querySelector(".bd-article h1")?.firstChild?.textContent.trim() ?? document.title;
  // How to cite the page
  const page = document.querySelector(".rc-cite p")?.textContent.trim() ?? "";

  const save = (name, type, data) => {
    const url = URL.createObjectURL(new Blob([data], { type }));
    const link = Object.assign(document.createElement("a"), { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  /** The drawing as a file of its own: black on white, whatever the theme, with its size. */
  const alone = (figure) => {
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

  const picture = async (figure) => {
    const { text, width, height } = alone(figure);
    const image = new Image(width, height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {
      width: 2 * width,
      height: 2 * height,
    });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const citation = (figure) => {
    const number = figure.querySelector(".rc-number")?.textContent.replace(/[.]$/, "") ?? "Figure";
    const of = `${number} of \u201c${title}\u201d. ${page}`;
    // It ends with the page's own address
    if (/https?:\/\/\S+$/.test(page)) return `${of}#${figure.id}`;
    const isLocal =
      location.protocol === "file:" || /^(localhost|127[.]|\[::1\])/.test(location.hostname);
    // Else only this machine finds it
    return isLocal ? of : `${of} ${location.href.replace(/[?#].*$/, "")}#${figure.id}`;
  };

  const copied = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      return false;
    }
  };

  /** Where a figure is; a live one as it is now. */
  const place = (figure) => figure.querySelector(".rc-w")?.address ?? `#${figure.id}`;
  const linkTo = (figure) =>
    (page.match(/https?:\/\/\S+$/)?.[0] ?? location.href.replace(/[?#].*$/, "")) + place(figure);

  /**
   * Of a live figure: one button. Where nothing can be copied, the link stands in the address bar.
   */
  const linker = (figure) => {
    const words = "Copy link";
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: words,
      title: "A link to this figure as you set it",
    });
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const done = await copied(linkTo(figure));
      if (!done) location.hash = place(figure);
      button.textContent = done ? "Copied" : "See the address bar";
      setTimeout(() => {
        button.textContent = words;
      }, 2500);
    });
    return button;
  };

  const menuOf = (figure) => {
    const name = figure.id.replace(/^fig-/, "");
    const numbers = figure
      .querySelector("script.rc-data")
      ?.textContent.trim()
      .replaceAll("<\\/", "</");
    const drawing = figure.querySelector(DRAWING);
    const status = Object.assign(document.createElement("span"), { role: "status" });
    const entries = [
      drawing && [
        "Show it large",
        () => {
          show(false, true); // where the focus comes back to
          window.rcEnlarge(figure);
          return "stay";
        },
      ],
      drawing && ["SVG, to scale", () => save(`${name}.svg`, "image/svg+xml", alone(figure).text)],
      drawing && [
        "PNG, double size",
        async () => save(`${name}.png`, "image/png", await picture(figure)),
      ],
      numbers && ["CSV, the numbers", () => save(`${name}.csv`, "text/csv", `${numbers}\n`)],
      ...[
        ["Copy a link to it", linkTo],
        ["Copy how to cite it", citation],
      ].map(([label, words]) => [
        label,
        async () => {
          status.textContent = (await copied(words(figure))) ? "Copied." : words(figure);
          return "stay";
        },
      ]),
    ].filter(Boolean);

    const label =
      figure.querySelector(".rc-number")?.textContent.replace(/[.]$/, "") ?? "this figure";
    const opener = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: "\u22ef",
    });
    for (const [key, value] of Object.entries({
      "aria-label": `Take ${label}`,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: "Take this figure",
    }))
      opener.setAttribute(key, value);
    const list = Object.assign(document.createElement("div"), { role: "menu" });
    list.setAttribute("aria-label", `Take ${label}`);
    const items = entries.map(([words, take]) => {
      const item = Object.assign(document.createElement("button"), {
        type: "button",
        role: "menuitem",
        tabIndex: -1,
        textContent: words,
      });
      item.addEventListener("click", async () => {
        if ((await take()) !== "stay") show(false, true);
      });
      return item;
    });
    list.append(...items);
    const sheet = Object.assign(document.createElement("div"), {
      className: "rc-sheet",
      hidden: true,
    });
    sheet.append(list, status);
    const box = Object.assign(document.createElement("div"), { className: "rc-menu" });
    box.append(...(figure.matches(".rc-live") ? [linker(figure)] : []), opener, sheet);

    const show = (open, back) => {
      sheet.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      if (open) {
        status.textContent = "";
        items[0].focus();
      } else if (back) opener.focus();
    };
    opener.addEventListener("click", () => show(sheet.hidden, true));
    box.addEventListener("keydown", (event) => {
      const at = items.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
      if (event.key === "Escape" && !sheet.hidden) show(false, true);
      else if (event.key === "ArrowDown" && sheet.hidden) show(true);
      else if (to !== undefined && !sheet.hidden) items.at(to % items.length).focus();
      else return;
      event.preventDefault();
    });
    box.addEventListener("focusout", (event) => {
      if (!box.contains(event.relatedTarget)) show(false);
    });
    return box;
  };

  for (const figure of document.querySelectorAll("figure.rc-figure[id]"))
    figure.append(menuOf(figure));
});
