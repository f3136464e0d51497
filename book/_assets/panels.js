// Where there is little room: panels of a figure that stand side by side stand below each other.
window.rcStack = (() => {
  const { make } = window.rcPage;
  const SVG = "http://www.w3.org/2000/svg";
  let nNames = 0;

  const boxAround = (boxes) =>
    boxes.reduce((a, b) => ({
      left: Math.min(a.left, b.left),
      right: Math.max(a.right, b.right),
      top: Math.min(a.top, b.top),
      bottom: Math.max(a.bottom, b.bottom),
    }));
  const shiftBox = (box, by) => ({ ...box, left: box.left + by, right: box.right + by });

  /**
   * The parts of a drawing (axes, legends, words), each with its box in the units of the drawing.
   */
  const listParts = (svg) => {
    const frame = svg.getBoundingClientRect();
    const unit = svg.viewBox.baseVal.width / frame.width;
    const measureBox = (e) => {
      const { left, right, top, bottom } = e.getBoundingClientRect();
      return {
        left: (left - frame.left) * unit,
        right: (right - frame.left) * unit,
        top: (top - frame.top) * unit,
        bottom: (bottom - frame.top) * unit,
      };
    };
    // The first is the ground
    return [...(svg.querySelector(":scope > g")?.children ?? [])].slice(1).flatMap((g) => {
      const axes = [...g.querySelectorAll(":scope > .rc-axis")];
      const shapes = axes.length
        ? [g.querySelector("path"), ...axes, ...g.querySelectorAll("text, .rc-legend")]
        : [...g.querySelectorAll("path, use, text, image")];
      const boxes = shapes
        .filter((e) => e && !e.closest("defs"))
        .map(measureBox)
        .filter((b) => b.right > b.left || b.bottom > b.top);
      if (!boxes.length) return [];
      const [, yAxis] = axes;
      return [
        {
          uses: [{ e: g, by: 0 }],
          ...boxAround(boxes),
          frame: axes.length ? boxes[0] : null,
          yAxis,
          scale: yAxis?.querySelector("text") ? measureBox(yAxis) : null,
          lacksScale: Boolean(yAxis?.querySelector("g g") && !yAxis.querySelector("text")),
        },
      ];
    });
  };

  /** Groups of parts between which a straight line can pass. */
  const splitByGaps = (parts, from, to) => {
    const groups = [];
    let end = -Infinity;
    for (const part of [...parts].sort((a, b) => a[from] - b[from])) {
      if (part[from] >= end - 1.5) groups.push([]);
      groups.at(-1).push(part);
      end = Math.max(end, part[to]);
    }
    return groups;
  };

  const isLegend = ({ uses }) => uses[0].e.matches(".rc-legend");

  /** What is shown in one piece: columns apart, and rows only to find columns. */
  const splitIntoPanels = (parts, width) => {
    // A legend that bridges some of the panels stands above them, so that all keep one scale
    const [legends, others] = [true, false].map((is) => parts.filter((p) => isLegend(p) === is));
    const [nJoined, nApart] = [parts, others].map((a) => splitByGaps(a, "left", "right").length);
    if (nJoined > 1 && nJoined < nApart)
      return [Object.assign(legends, { bridges: true }), ...splitIntoPanels(others, width)];
    const columns = splitByGaps(parts, "left", "right").reduce((groups, column) => {
      const { left, right } = boxAround(column); // a color bar stays with its panel
      if (groups.length && right - left < width / 8) groups.at(-1).push(...column);
      else groups.push(column);
      return groups;
    }, []);
    const grid = splitByGaps(parts, "top", "bottom").map((row) =>
      splitByGaps(row, "left", "right"),
    );
    const isFramelessGrid =
      parts.every((part) => !part.frame) && columns.length > 1 && grid.length > 1;
    // Read by rows, and as wide as the widest column: so that columns stand in line here, too
    if (isFramelessGrid && grid.every((row) => row.length === columns.length)) {
      const spans = columns.map(boxAround);
      const half = Math.max(...spans.map(({ left, right }) => right - left)) / 2;
      const widened = spans.map(({ left, right }) => {
        const middle = (left + right) / 2;
        return { left: middle - half, right: middle + half };
      });
      return grid.flatMap((row) =>
        row.map((piece, i) => Object.assign(piece, { span: widened[i] })),
      );
    }
    if (columns.length > 1) return columns;
    const rows = splitByGaps(parts, "top", "bottom");
    if (rows.length === 1) return [parts];
    return rows
      .map((row) => splitIntoPanels(row, width))
      .reduce((groups, row) => {
        const last = groups.at(-1);
        if (row.length === 1 && last?.fillsRow) last.push(...row[0]);
        else
          groups.push(...row.map((piece) => Object.assign(piece, { fillsRow: row.length === 1 })));
        return groups;
      }, []);
  };

  const referTo = (e) => {
    if (!e.id) e.id = `rc-piece-${++nNames}`;
    return `#${e.id}`;
  };

  /** Panels whose scale stands at the left neighbor alone get it too. */
  const addScales = (piece, parts) =>
    piece.flatMap((part) => {
      const lender =
        part.lacksScale &&
        parts.findLast(
          ({ scale, frame }) =>
            scale &&
            frame.right <= part.frame.left &&
            Math.abs(frame.top - part.frame.top) < 1 &&
            Math.abs(frame.bottom - part.frame.bottom) < 1,
        );
      const isFirst = !piece.some(
        (other) =>
          other.frame &&
          other !== part &&
          other.frame.right <= part.frame?.left &&
          Math.abs(other.frame.top - part.frame.top) < 1,
      );
      if (!lender || !isFirst) return [part];
      const by = part.frame.left - lender.frame.left;
      // its words alone: lines that are drawn twice would be darker
      const words = [...lender.yAxis.querySelectorAll("text")].map(
        (e) => e.closest("g:not([transform], :has(path, use))") ?? e,
      );
      const uses = [...new Set(words)].map((e) => ({ e, by }));
      return [part, { uses, ...shiftBox(lender.scale, by), right: part.frame.left }];
    });

  const TALL = 900; // more than a phone's screen: panels side by side, and one is seen at a time
  const SCREEN = 720; // what a phone shows at once above a caption: a little smaller, they fit
  const SMALLER = 0.8;
  const stackPanels = (drawing) => {
    const svg = drawing.querySelector(":scope > svg[role=img]");
    if (!svg || drawing.querySelector(".rc-stack")) return;
    const parts = listParts(svg).filter(({ uses }) => !uses[0].e.matches(".rc-link"));
    const panels = splitIntoPanels(parts, svg.viewBox.baseVal.width);
    // three with a title alone stay side by side
    const nTexts = svg.querySelectorAll("text").length;
    if (panels.length < 2 || (panels.length < 4 && nTexts <= panels.length)) return;
    const label = svg.getAttribute("aria-label");
    const all = make("div", { className: "rc-stack", role: "img", "aria-label": label });
    for (const piece of panels) {
      const panel = addScales(piece, parts);
      const { left, right, top, bottom } = { ...boxAround(panel), ...piece.span };
      const shown = document.createElementNS(SVG, "svg");
      shown.setAttribute(
        "viewBox",
        [left - 2, top - 2, right - left + 4, bottom - top + 4].map((n) => n.toFixed(1)).join(" "),
      );
      shown.style.width = `${Math.round(1.45 * (right - left + 4))}px`;
      shown.setAttribute("aria-hidden", "true");
      for (const { e, by } of panel.flatMap((part) => part.uses)) {
        const use = document.createElementNS(SVG, "use");
        use.setAttribute("href", referTo(e));
        if (by) use.setAttribute("x", by.toFixed(2));
        shown.append(use);
      }
      all.append(shown);
    }
    /** @type {*[]} */
    const pictures = [...all.children];
    const { bridges } = panels[0];
    const paired = bridges ? pictures.slice(1) : pictures;
    const half = Math.floor((drawing.clientWidth - 9) / 2);
    const smaller = half / Math.max(...paired.map((e) => parseFloat(e.style.width)));
    // an even number of them stands in pairs, where a little smaller is enough; below a legend all
    const fits = bridges ? smaller > 0.6 : paired.length % 2 === 0 && smaller > 0.85;
    if (fits && smaller < 1)
      for (const { style } of paired)
        style.width = `${Math.floor(smaller * parseFloat(style.width))}px`;
    drawing.append(all);
    drawing.classList.add("rc-stacked"); // now it has its height
    const height = all.offsetHeight;
    if (height > SCREEN && height <= TALL)
      for (const { style, clientWidth } of pictures)
        style.width = `${Math.floor(Math.max(SMALLER, SCREEN / height) * clientWidth)}px`;
    if (height > TALL) Object.assign(all, { className: "rc-stack rc-turns", tabIndex: 0 });
  };

  return stackPanels;
})();
