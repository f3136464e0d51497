// Figures where there is little room: panels that stand side by side stand below each other, and a
// tap (on any screen: a line of the figure's menu) shows a drawing on the whole screen. Small
// letters grow where there is room.
document.addEventListener("DOMContentLoaded", () => {
  const SVG = "http://www.w3.org/2000/svg";
  const narrow = matchMedia("(width < 520px)");
  let names = 0;

  const around = (boxes) =>
    boxes.reduce((a, b) => ({
      left: Math.min(a.left, b.left),
      right: Math.max(a.right, b.right),
      top: Math.min(a.top, b.top),
      bottom: Math.max(a.bottom, b.bottom),
    }));
  const shifted = (box, by) => ({ ...box, left: box.left + by, right: box.right + by });

  /**
   * The parts of a drawing (axes, legends, words), each with its box in the units of the drawing.
   */
  const partsOf = (svg) => {
    const frame = svg.getBoundingClientRect(),
      unit = svg.viewBox.baseVal.width / frame.width;
    const boxOf = (e) => {
      const { left, right, top, bottom } = e.getBoundingClientRect();
      return {
        left: (left - frame.left) * unit,
        right: (right - frame.left) * unit,
        top: (top - frame.top) * unit,
        bottom: (bottom - frame.top) * unit,
      };
    };
    return [...(svg.querySelector(":scope > g")?.children ?? [])].slice(1).flatMap((g) => {
      // the first is the ground
      const axes = [...g.querySelectorAll(":scope > .rc-axis")];
      const seen = axes.length
        ? [g.querySelector("path"), ...axes, ...g.querySelectorAll("text, .rc-legend")]
        : [...g.querySelectorAll("path, use, text, image")];
      const boxes = seen
        .filter((e) => e && !e.closest("defs"))
        .map(boxOf)
        .filter((b) => b.right > b.left || b.bottom > b.top);
      if (!boxes.length) return [];
      const [, y] = axes;
      return [
        {
          uses: [{ e: g, by: 0 }],
          ...around(boxes),
          frame: axes.length ? boxes[0] : null,
          y,
          scale: y?.querySelector("text") ? boxOf(y) : null,
          bare: Boolean(y?.querySelector("use") && !y.querySelector("text")),
        },
      ];
    });
  };

  /** Groups of parts between which a straight line can pass. */
  const cut = (parts, from, to) => {
    const groups = [];
    let end = -Infinity;
    for (const part of [...parts].sort((a, b) => a[from] - b[from])) {
      if (part[from] >= end - 1.5) groups.push([]);
      groups.at(-1).push(part);
      end = Math.max(end, part[to]);
    }
    return groups;
  };

  /** What is shown in one piece: columns apart, and rows only to find columns. */
  const pieces = (parts, width) => {
    const columns = cut(parts, "left", "right").reduce((found, column) => {
      const { left, right } = around(column); // a color bar stays with its panel
      if (found.length && right - left < width / 8) found.at(-1).push(...column);
      else found.push(column);
      return found;
    }, []);
    const grid = cut(parts, "top", "bottom").map((row) => cut(row, "left", "right"));
    const drawn = parts.every((part) => !part.frame) && columns.length > 1 && grid.length > 1;
    // Read by rows
    if (drawn && grid.every((row) => row.length === columns.length)) return grid.flat();
    if (columns.length > 1) return columns;
    const rows = cut(parts, "top", "bottom");
    if (rows.length === 1) return [parts];
    return rows
      .map((row) => pieces(row, width))
      .reduce((found, row) => {
        const last = found.at(-1);
        if (row.length === 1 && last?.whole) last.push(...row[0]);
        else found.push(...row.map((piece) => Object.assign(piece, { whole: row.length === 1 })));
        return found;
      }, []);
  };

  const reference = (e) => {
    if (!e.id) e.id = `rc-piece-${++names}`;
    return `#${e.id}`;
  };

  /** Panels whose scale stands at the left neighbor alone get it too. */
  const scaled = (piece, parts) =>
    piece.flatMap((part) => {
      const lender =
        part.bare &&
        parts.findLast(
          (p) =>
            p.scale &&
            p.frame.right <= part.frame.left &&
            Math.abs(p.frame.top - part.frame.top) < 1 &&
            Math.abs(p.frame.bottom - part.frame.bottom) < 1,
        );
      const first = !piece.some(
        (p) =>
          p.frame &&
          p !== part &&
          p.frame.right <= part.frame?.left &&
          Math.abs(p.frame.top - part.frame.top) < 1,
      );
      if (!lender || !first) return [part];
      const by = part.frame.left - lender.frame.left;
      return [
        part,
        { uses: [{ e: lender.y, by }], ...shifted(lender.scale, by), right: part.frame.left },
      ];
    });

  const TALL = 900; // more than a phone's screen: panels side by side, and one is seen at a time
  const stack = (drawing) => {
    const svg = drawing.querySelector(":scope > svg[role=img]");
    if (!svg || drawing.querySelector(".rc-stack")) return;
    const parts = partsOf(svg);
    const found = pieces(parts, svg.viewBox.baseVal.width);
    if (found.length < 2) return;
    const all = Object.assign(document.createElement("div"), { className: "rc-stack" });
    all.setAttribute("role", "img");
    all.setAttribute("aria-label", svg.getAttribute("aria-label"));
    for (const piece of found) {
      const whole = scaled(piece, parts),
        { left, right, top, bottom } = around(whole);
      const shown = document.createElementNS(SVG, "svg");
      shown.setAttribute(
        "viewBox",
        [left - 2, top - 2, right - left + 4, bottom - top + 4].map((n) => n.toFixed(1)).join(" "),
      );
      shown.style.width = `${Math.round(1.45 * (right - left + 4))}px`;
      shown.setAttribute("aria-hidden", "true");
      for (const { e, by } of whole.flatMap((part) => part.uses)) {
        const use = document.createElementNS(SVG, "use");
        use.setAttribute("href", reference(e));
        if (by) use.setAttribute("x", by.toFixed(2));
        shown.append(use);
      }
      all.append(shown);
    }
    drawing.append(all);
    drawing.classList.add("rc-stacked"); // now it has its height
    if (all.offsetHeight > TALL)
      Object.assign(all, { className: "rc-stack rc-turns", tabIndex: 0 });
  };

  /** Points of all that is drawn but axes: words keep clear of it. */
  const inkOf = (svg) =>
    [...svg.querySelectorAll(":scope > g > g ~ g :is(path, use)")].flatMap((e) => {
      const { fill, stroke } = getComputedStyle(e);
      if (e.closest("defs, .rc-axis") || (fill === "none" && stroke === "none")) return [];
      if (e.localName === "use") return [{ x: e.x.baseVal.value, y: e.y.baseVal.value }];
      return e
        .getAttribute("d")
        .split("M")
        .flatMap((part) => {
          const n = (part.match(/-?[\d.]+/g) ?? []).map(Number),
            points = [];
          for (let i = 1; i < n.length; i += 2) {
            const [x, y, from] = [n[i - 1], n[i], points.at(-1)],
              steps = from ? Math.ceil(Math.hypot(x - from.x, y - from.y) / 2) : 1;
            for (let k = 1; k <= steps; k += 1)
              points.push(
                from
                  ? {
                      x: from.x + ((x - from.x) * k) / steps,
                      y: from.y + ((y - from.y) * k) / steps,
                    }
                  : { x, y },
              );
          }
          return points;
        });
    });

  const joined = (a, b) => {
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
  };

  /** The mark of a curve that stands to the left of its name, if it has one: they are one. */
  const markOf = (e, boxOf) => {
    const next = e.nextElementSibling;
    if (next?.childElementCount !== 1 || !next.querySelector(":scope > g :is(path, use)"))
      return null;
    if (next.querySelector("text, image")) return null;
    const [mark, word] = [boxOf(next), boxOf(e)];
    const gap = word.x - mark.x - mark.w,
      down = mark.y + mark.h / 2 - word.y - word.h / 2;
    const near = gap > -2 && gap < 10 && Math.abs(down) < word.h / 3;
    return near && mark.w <= 20 && mark.h <= word.h ? next : null;
  };

  /**
   * The words of a drawing: lines that belong together, with their size, their box, and the box
   * that they stay in.
   */
  const wordsOf = (svg) => {
    const frame = svg.getBoundingClientRect(),
      unit = svg.viewBox.baseVal.width / frame.width;
    const boxOf = (e) => {
      const { left, top, width, height } = e.getBoundingClientRect();
      return {
        x: (left - frame.left) * unit,
        y: (top - frame.top) * unit,
        w: width * unit,
        h: height * unit,
      };
    };
    const shapes = [...svg.querySelectorAll("path")]
      .filter((e) => !e.closest("defs"))
      .map(boxOf)
      .sort((a, b) => a.w * a.h - b.w * b.h);
    const blocks = new Set(
      [...svg.querySelectorAll("text")].map((text) => {
        let block = text.parentElement;
        while (block.hasAttribute("transform")) block = block.parentElement;
        return block.querySelector("path, use, image") ? text : block;
      }),
    );
    const words = [...blocks].map((e) => {
      const line = e.querySelector("text") ?? e,
        upright = /rotate[(]-?90/.test(line.getAttribute("transform")),
        mark = upright ? null : markOf(e, boxOf),
        box = { ...(mark ? joined(boxOf(mark), boxOf(e)) : boxOf(e)), upright },
        axis = e.closest(".rc-axis"),
        group = axis ?? e.closest(".rc-legend") ?? e;
      const spans = line.querySelectorAll("tspan"),
        size = Math.max(
          ...[...(spans.length ? spans : [line])].map((t) =>
            parseFloat(getComputedStyle(t).fontSize),
          ),
        );
      const word = {
        e,
        parts: mark ? [e, mark] : [e],
        begins: mark ? boxOf(e).x : box.x, // its letters, after its mark
        size,
        box,
        group,
        x: { start: 0, middle: 0.5, end: 1 }[line.style.textAnchor] ?? 0.5,
        y: 0.5,
        factor: 1,
        now: box,
      };
      if (!axis) return { ...word, room: shapes.find((s) => holds(s, box)) };
      // a scale grows away from its panel, and its name makes room for it
      const panel = boxOf(axis.parentElement.querySelector("path")),
        beside = Boolean(axis.previousElementSibling?.matches(".rc-axis"));
      const [along, from, across] = beside
        ? ["x", box.x < panel.x, "w"]
        : ["y", box.y < panel.y, "h"];
      return {
        ...word,
        [along]: from ? 1 : 0,
        push: e.parentElement === axis ? { along, size: across, by: from ? -1 : 1 } : null,
      };
    });
    return { words, boxOf };
  };
  const holds = (a, b) =>
    a.x <= b.x && a.y <= b.y && a.x + a.w >= b.x + b.w && a.y + a.h >= b.y + b.h;
  // Letters fill less than their line
  const core = ({ y, h, upright }) => (upright ? [y, y + h] : [y + h / 5, y + (h * 4) / 5]);
  const meet = (a, b) =>
    a.x < b.x + b.w && b.x < a.x + a.w && core(a)[0] < core(b)[1] && core(b)[0] < core(a)[1];
  /** A box with the space that words on one line keep between them. */
  const spaced = (box, size) =>
    box.upright ? box : { ...box, x: box.x - 0.28 * size, w: box.w + 0.56 * size };
  const has = (a, { x, y }) => a.x < x && x < a.x + a.w && core(a)[0] < y && y < core(a)[1];

  /** A word's box, larger: from where it is anchored, and within what it stands in. */
  const grown = ({ box, room, push, ...word }, factor, group) => {
    const w = box.w * factor,
      h = box.h * factor;
    const to = { ...box, x: box.x - word.x * (w - box.w), y: box.y - word.y * (h - box.h), w, h };
    if (push)
      to[push.along] +=
        push.by *
        (factor - 1) *
        Math.max(0, ...group.filter((other) => !other.push).map((other) => other.box[push.size]));
    const within = (from, size, low, all) =>
      size > all ? low + (all - size) / 2 : Math.max(low, Math.min(from, low + all - size));
    if (word.tall) to.y = within(to.y, h, word.tall.y, word.tall.height);
    return room
      ? { ...to, x: within(to.x, w, room.x, room.w), y: within(to.y, h, room.y, room.h) }
      : to;
  };

  /**
   * A legend in lines above its drawing, each word as large as it may be, behind its keys; the
   * room that it had is given up.
   */
  const list = (svg, words, boxOf) => {
    const legends = [...svg.querySelectorAll(".rc-legend")],
      of = (e) => legends.some((legend) => legend.contains(e));
    if (!legends.length) return [];
    const others = [...svg.querySelectorAll(":scope > g > g ~ g path")]
      .filter((e) => !of(e) && !e.closest("defs"))
      .map(boxOf)
      .concat(words.filter(({ e }) => !of(e)).map(({ now }) => now));
    let [top, end, left, right] = [
      ["y", "h", -1],
      ["y", "h", 1],
      ["x", "w", -1],
      ["x", "w", 1],
    ].map(
      ([from, size, way]) =>
        way * Math.max(...others.map((box) => way * box[from] + (way > 0 ? box[size] : 0))),
    );
    const rows = [];
    const moved = [];
    const keys = [];
    for (const e of legends.flatMap((legend) => [...legend.children])) {
      const word = words.find((found) => e.contains(found.e));
      keys.push({ e, word, box: boxOf(e) });
      if (!word) continue;
      const from = Math.min(...keys.map(({ box }) => box.x)),
        wide = word.box.x - from + word.most * word.box.w;
      if (!rows.length || rows.at(-1).x + wide > right) rows.push({ x: left, all: [] });
      const row = rows.at(-1);
      row.all.push(...keys.splice(0).map((part) => ({ ...part, by: row.x - from })));
      row.x += wide + 1.5 * word.size;
    }
    for (const { all } of rows.reverse()) {
      const h = Math.max(...all.map(({ word, box }) => (word ? word.most * box.h : 0)));
      top -= h;
      for (const { e, word, box, by } of all)
        if (word)
          Object.assign(word, {
            factor: word.most,
            now: {
              x: box.x + by,
              y: top + (h - word.most * box.h) / 2,
              w: word.most * box.w,
              h: word.most * box.h,
            },
          });
        else moved.push([e, by, top + (h - box.h) / 2 - box.y]);
    }
    svg.setAttribute("viewBox", [left - 5, top, right - left + 7, end - top + 2].join(" "));
    return moved;
  };

  /** Small letters grow to READABLE pixels, or as far as they keep clear of other words. */
  const READABLE = 12,
    SMALLEST = 8.05,
    LEAST = 8.4, // in a narrow box, too
    ENOUGH = 0.85; // from here on they do not grow over what is drawn
  const enlarge = (drawing) => {
    const svg = drawing.querySelector(":scope > svg[role=img]"),
      stacked = drawing.matches(".rc-stacked");
    if (!svg || svg.rcAsDrawn) return;
    const pieces = (stacked ? [...drawing.querySelectorAll(".rc-stack > svg")] : [svg]).map(
      (shown) => {
        const uses =
          shown === svg
            ? [{ e: svg, by: 0 }]
            : [...shown.querySelectorAll("use")].map((use) => ({
                e: document.querySelector(use.getAttribute("href")),
                by: use.x.baseVal.value,
              }));
        const of = (words) =>
          uses.flatMap(({ e, by }) =>
            words.filter((word) => e.contains(word.e)).map((word) => ({ ...word, by })),
          );
        return {
          shown,
          of,
          pixels: shown.getBoundingClientRect().width,
          scale: shown.getBoundingClientRect().width / shown.viewBox.baseVal.width,
        };
      },
    );
    drawing.classList.remove("rc-stacked");
    const { words, boxOf } = wordsOf(svg),
      ink = inkOf(svg),
      lists = (word) => !stacked && word.group.matches(".rc-legend");
    drawing.classList.toggle("rc-stacked", stacked);
    for (const word of words) {
      const { scale, shown } = pieces.find(({ of }) => of([word]).length) ?? pieces[0];
      const { room, box, push } = word;
      const [least, best] = [LEAST, READABLE].map((pixels) => pixels / (word.size * scale));
      const fits = room ? Math.max((room.w - 4) / box.w, least) : best; // with air in its box
      word.most = Math.max(1, Math.min(1.95, fits, best));
      word.least = least + 0.001;
      if (push && box.upright) {
        const { y, height } = shown.viewBox.baseVal;
        word.tall = { y: y + 2, height: height - 4 }; // its name is not longer than the drawing
        word.most = Math.max(1, Math.min(word.most, Math.max(least, word.tall.height / box.h)));
      }
      const ways =
        "push" in word
          ? [word]
          : [word.x, 0, 0.5, 1].flatMap((x) => [0.5, 0, 1].map((y) => ({ x, y })));
      const meets = ({ x, y }) =>
        ink.filter(
          (point) => has(grown({ ...word, x, y }, word.most, []), point) && !has(word.box, point),
        );
      const [{ x, y, near }] = ways
        .map((way) => ({ ...way, near: meets(way) }))
        .sort((a, b) => a.near.length - b.near.length);
      Object.assign(word, { x, y, near }); // it grows away from what is drawn
    }
    const inside = words.filter((word) => !lists(word)),
      groups = Map.groupBy(inside, ({ group }) => group);
    for (let step = 1.05; step < 2; step += 0.05)
      for (const group of groups.values()) {
        const tried = group.map((word) => ({
          word,
          factor: Math.min(step, word.most),
          box: grown(word, Math.min(step, word.most), group),
        }));
        const free = ({ word, factor, box }) =>
          (factor < Math.max(word.least, ENOUGH * word.most) ||
            !word.near.some((point) => has(box, point))) &&
          inside.every((other) => {
            const now = tried.find((t) => t.word === other)?.box ?? other.now;
            if (other === word || meet(word.box, other.box)) return true;
            if (meet(box, now)) return false;
            const close = meet(spaced(word.box, word.size), other.box); // as it was drawn
            return (
              close || factor <= 1.1 * word.least || !meet(spaced(box, word.size * factor), now)
            );
          });
        if (tried.every(free))
          for (const { word, factor, box } of tried) Object.assign(word, { factor, now: box });
      }
    const asDrawn = [
      [svg, "viewBox"],
      ...[...svg.querySelectorAll(".rc-legend > *"), ...words.flatMap(({ parts }) => parts)].map(
        (e) => [e, "transform"],
      ),
    ].map(([e, name]) => [e, name, e.getAttribute(name)]);
    svg.rcAsDrawn = () => {
      for (const [e, name, value] of asDrawn)
        value === null ? e.removeAttribute(name) : e.setAttribute(name, value);
      delete svg.rcAsDrawn;
    };
    if (!stacked)
      for (const [e, ...by] of list(svg, words, boxOf))
        e.setAttribute("transform", `translate(${by.map((n) => n.toFixed(2)).join(" ")})`);
    for (const { shown, of, pixels } of pieces) {
      // what grew beyond the edge, and a little air beside it where no letters get too small
      const { x, y, width, height } = shown.viewBox.baseVal,
        own = of(words),
        boxes = own.map(({ now, by }) => ({ ...now, x: now.x + by })),
        smallest = pixels * Math.min(...own.map(({ size, factor }) => size * factor));
      const sides = (air) => [
        Math.min(x, ...boxes.map((b) => b.x - air)),
        Math.max(x + width, ...boxes.map((b) => b.x + b.w + air)),
      ];
      const [from, to] = sides((4 * width) / pixels);
      const [left, right] = smallest / (to - from) < SMALLEST ? sides(0) : [from, to];
      const top = Math.min(y, ...boxes.map((b) => b.y)),
        end = Math.max(y + height, ...boxes.map((b) => b.y + b.h));
      shown.setAttribute(
        "viewBox",
        [left, top, right - left, end - top].map((n) => n.toFixed(1)).join(" "),
      );
    }
    for (const { parts, begins, factor, box, now } of words) {
      if (factor === 1 && now === box) continue;
      const moved = (e, from, by) => {
        const [x, y] = from.map((n) => n.toFixed(2));
        const before = e.getAttribute("transform") ?? "";
        e.setAttribute("transform", `translate(${x} ${y}) scale(${by}) ${before}`);
      };
      const [e, mark] = parts;
      moved(e, [now.x - factor * box.x, now.y - factor * box.y], factor.toFixed(2));
      // a mark stays as large as those of its curve
      const middle = now.y + now.h / 2 - box.y - box.h / 2;
      if (mark) moved(mark, [now.x + factor * (begins - box.x) - begins, middle], 1);
    }
  };

  const drawings = [...document.querySelectorAll(".rc-figure .rc-drawing")];
  const lay = () => {
    if (narrow.matches) drawings.forEach(stack);
    for (const drawing of drawings)
      drawing.classList.toggle(
        "rc-stacked",
        narrow.matches && Boolean(drawing.querySelector(":scope > .rc-stack")),
      );
    if (document.fonts.status !== "loaded") return;
    for (const drawing of drawings)
      narrow.matches ? enlarge(drawing) : drawing.querySelector(":scope > svg")?.rcAsDrawn?.();
  };

  // One dialog for all figures. The drawing itself moves into it and back, so that it stays one.
  const dialog = document.createElement("dialog");
  dialog.className = "rc-large";
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: "\u00d7",
  });
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => dialog.close());
  const room = Object.assign(document.createElement("div"), { className: "rc-room" });
  dialog.append(close, room);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);

  window.rcEnlarge = (figure) => {
    const drawing = figure.querySelector(".rc-drawing"),
      svg = drawing.querySelector("svg[role=img]");
    const { width, height } = svg.viewBox.baseVal;
    drawing.style.minHeight = `${drawing.offsetHeight}px`; // the page below stays where it is
    room.append(svg);
    room.style.setProperty("--ratio", width / height);
    dialog.classList.toggle("rc-turned", innerHeight > innerWidth && width > 1.2 * height);
    dialog.setAttribute("aria-label", figure.querySelector(".rc-number")?.textContent ?? "Figure");
    dialog.addEventListener(
      "close",
      () => {
        drawing.prepend(svg);
        drawing.style.minHeight = "";
      },
      { once: true },
    );
    dialog.showModal(); // Esc closes it, and the focus goes back to where it was
  };
  for (const drawing of drawings)
    drawing.addEventListener(
      "click",
      () =>
        narrow.matches &&
        getSelection().isCollapsed &&
        window.rcEnlarge(drawing.closest("figure")),
    );

  lay();
  narrow.addEventListener("change", lay);
  document.fonts.ready.then(lay);
});
