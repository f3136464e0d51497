// Where there is little room: small letters of a drawing grow where there is room for them.
window.rcGrowLetters = (() => {
  // Small letters grow to READABLE pixels, or as far as they keep clear of other words
  const READABLE = 12;
  const INDEX_SIZE = 0.88; // of the letter that it stands at
  const SMALLEST = 8.05;
  const SMALLEST_IN_BOX = 8.4; // in a narrow box, too
  const MIN_SHARE = 0.85; // from here on they do not grow over what is drawn
  const NUMBER = /^[-\u2212]?[\d.,\s]+$/; // of a scale, not a name
  const SPACE = 0.28; // between words, of a letter's size

  /** Whether a point is seen: a curve may go on beyond its panel, where nothing shows it. */
  const makeClipTest = (clip) => {
    if (!clip) return () => true;
    const [left, top, wide, high] = ["x", "y", "width", "height"].map(
      (n) => clip[n].baseVal.value,
    );
    return ({ x, y }) => x >= left && x <= left + wide && y >= top && y <= top + high;
  };

  /** Points of all that is drawn but axes: words keep clear of it. */
  const listInk = (svg) =>
    [...svg.querySelectorAll(":scope > g > g ~ g :is(path, use)")].flatMap((e) => {
      const { fill, stroke } = getComputedStyle(e);
      if (e.closest("defs, .rc-axis") || (fill === "none" && stroke === "none")) return [];
      const clip = e.closest("[clip-path]")?.getAttribute("clip-path").slice(4, -1);
      const isSeen = makeClipTest(clip && svg.querySelector(`${clip} > rect`));
      if (e.localName === "use")
        return [{ x: e.x.baseVal.value, y: e.y.baseVal.value }].filter(isSeen);
      return e
        .getAttribute("d")
        .split("M")
        .flatMap((part) => {
          const n = (part.match(/-?[\d.]+/g) ?? []).map(Number);
          const points = [];
          for (let i = 1; i < n.length; i += 2) {
            const [x, y, from] = [n[i - 1], n[i], points.at(-1)];
            const steps = from ? Math.ceil(Math.hypot(x - from.x, y - from.y) / 2) : 1;
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
          return points.filter(isSeen);
        });
    });

  const joinBoxes = (a, b) => {
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
  };

  /** The mark of a curve that stands to the left of its name, if it has one: they are one. */
  const findMark = (e, measureBox) => {
    const next = e.nextElementSibling;
    if (next?.childElementCount !== 1 || !next.querySelector(":scope > g :is(path, use)"))
      return null;
    if (next.querySelector("text, image")) return null;
    const [mark, word] = [measureBox(next), measureBox(e)];
    const gap = word.x - mark.x - mark.w;
    const down = mark.y + mark.h / 2 - word.y - word.h / 2;
    const isNear = gap > -2 && gap < 10 && Math.abs(down) < word.h / 3;
    return isNear && mark.w <= 20 && mark.h <= word.h ? next : null;
  };

  /** Indices and exponents are nearly as large as their letter; what their styles were. */
  const raiseIndices = (svg) =>
    [...svg.querySelectorAll("text:has(tspan)")].flatMap((text) => {
      const spans = [...text.querySelectorAll("tspan")];
      const sizes = spans.map((span) => parseFloat(span.style.fontSize));
      const raised = `${INDEX_SIZE * Math.max(...sizes)}px`;
      return spans
        .filter((_, i) => sizes[i] < parseFloat(raised))
        .map((span) => {
          const style = span.getAttribute("style");
          span.style.fontSize = raised;
          return [span, "style", style];
        });
    });

  /**
   * The words of a drawing: lines that belong together, with their size, their box, and the box
   * that they stay in.
   */
  const listWords = (svg) => {
    const frame = svg.getBoundingClientRect();
    const unit = svg.viewBox.baseVal.width / frame.width;
    const measureBox = (e) => {
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
      .map(measureBox)
      .sort((a, b) => a.w * a.h - b.w * b.h);
    const blocks = new Set(
      [...svg.querySelectorAll("text")].map((text) => {
        let block = text.parentElement;
        while (block.hasAttribute("transform")) block = block.parentElement;
        return block.querySelector("path, use, image") ? text : block;
      }),
    );
    const words = [...blocks].map((e) => {
      const line = e.querySelector("text") ?? e;
      const upright = /rotate[(]-?90/.test(line.getAttribute("transform"));
      const mark = upright ? null : findMark(e, measureBox);
      const box = {
        ...(mark ? joinBoxes(measureBox(mark), measureBox(e)) : measureBox(e)),
        upright,
      };
      const axis = e.closest(".rc-axis");
      const group = axis ?? e.closest(".rc-legend") ?? e;
      const spans = line.querySelectorAll("tspan");
      const size = Math.max(
        ...[...(spans.length ? spans : [line])].map((t) =>
          parseFloat(getComputedStyle(t).fontSize),
        ),
      );
      const word = {
        e,
        parts: mark ? [e, mark] : [e],
        begins: mark ? measureBox(e).x : box.x, // its letters, after its mark
        size,
        box,
        group,
        anchor: { x: { start: 0, middle: 0.5, end: 1 }[line.style.textAnchor] ?? 0.5, y: 0.5 },
        factor: 1,
        now: box,
      };
      if (!axis) return { ...word, room: shapes.find((s) => holdsBox(s, box)) };
      // a scale grows away from its panel, and its name makes room for it
      const panel = measureBox(axis.parentElement.querySelector("path"));
      const beside = Boolean(axis.previousElementSibling?.matches(".rc-axis"));
      const [along, from, across] = beside
        ? ["x", box.x < panel.x, "w"]
        : ["y", box.y < panel.y, "h"];
      return {
        ...word,
        anchor: { ...word.anchor, [along]: from ? 1 : 0 },
        push: e.parentElement === axis ? { along, size: across, by: from ? -1 : 1 } : null,
      };
    });
    return { words, measureBox };
  };
  const holdsBox = (a, b) =>
    a.x <= b.x && a.y <= b.y && a.x + a.w >= b.x + b.w && a.y + a.h >= b.y + b.h;
  // Letters fill less than their line
  const findLetterEdges = ({ y, h, upright }) =>
    upright ? [y, y + h] : [y + h / 5, y + (h * 4) / 5];
  /** A box with the space that the rows of a scale keep between them. */
  const heightenBox = (box, size) => ({ ...box, y: box.y - 0.4 * size, h: box.h + 0.8 * size });
  const overlaps = (a, b) =>
    a.x < b.x + b.w &&
    b.x < a.x + a.w &&
    findLetterEdges(a)[0] < findLetterEdges(b)[1] &&
    findLetterEdges(b)[0] < findLetterEdges(a)[1];
  /** A box with the space that words on one line keep between them. */
  const widenBox = (box, size) =>
    box.upright ? box : { ...box, x: box.x - SPACE * size, w: box.w + 2 * SPACE * size };
  const holdsPoint = (a, { x, y }) =>
    a.x < x && x < a.x + a.w && findLetterEdges(a)[0] < y && y < findLetterEdges(a)[1];

  /** A word's box, larger: from where it is anchored, and within what it stands in. */
  const growBox = ({ anchor, box, room, push, ...word }, factor, group) => {
    const w = box.w * factor;
    const h = box.h * factor;
    const [x, y] = [box.x - anchor.x * (w - box.w), box.y - anchor.y * (h - box.h)];
    const to = { ...box, x, y, w, h };
    if (push)
      to[push.along] +=
        push.by *
        (factor - 1) *
        (Math.max(0, ...group.filter((other) => !other.push).map(({ box: b }) => b[push.size])) +
          (box.upright ? SPACE * word.size : 0)); // the space that its numbers keep grows, too
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
  const layOutLegends = (svg, words, measureBox) => {
    const legends = [...svg.querySelectorAll(".rc-legend")];
    const isInLegend = (e) => legends.some((legend) => legend.contains(e));
    if (!legends.length) return [];
    const others = [...svg.querySelectorAll(":scope > g > g ~ g path")]
      .filter((e) => !isInLegend(e) && !e.closest("defs"))
      .map(measureBox)
      .concat(words.filter(({ e }) => !isInLegend(e)).map(({ now }) => now));
    const lowest = (axis) => Math.min(...others.map((box) => box[axis]));
    const highest = (axis, size) => Math.max(...others.map((box) => box[axis] + box[size]));
    let top = lowest("y");
    const [end, left, right] = [highest("y", "h"), lowest("x"), highest("x", "w")];
    const rows = [];
    const moved = [];
    const keys = [];
    for (const e of legends.flatMap((legend) => [...legend.children])) {
      const word = words.find((candidate) => e.contains(candidate.e));
      keys.push({ e, word, box: measureBox(e) });
      if (!word) continue;
      const from = Math.min(...keys.map(({ box }) => box.x));
      const wide = word.box.x - from + word.max * word.box.w;
      if (!rows.length || rows.at(-1).x + wide > right) rows.push({ x: left, all: [] });
      const row = rows.at(-1);
      row.all.push(...keys.splice(0).map((part) => ({ ...part, by: row.x - from })));
      row.x += wide + 1.5 * word.size;
    }
    for (const { all } of rows.reverse()) {
      const h = Math.max(...all.map(({ word, box }) => (word ? word.max * box.h : 0)));
      top -= h;
      for (const { e, word, box, by } of all)
        if (word)
          Object.assign(word, {
            factor: word.max,
            now: {
              x: box.x + by,
              y: top + (h - word.max * box.h) / 2,
              w: word.max * box.w,
              h: word.max * box.h,
            },
          });
        else moved.push([e, by, top + (h - box.h) / 2 - box.y]);
    }
    svg.setAttribute("viewBox", [left - 5, top, right - left + 7, end - top + 2].join(" "));
    return moved;
  };

  /** The drawings that are seen, the whole or its panels: which words each has, and its scale. */
  const findPieces = (drawing, svg, stacked) =>
    (stacked ? [...drawing.querySelectorAll(".rc-stack > svg")] : [svg]).map((shown) => {
      const uses =
        shown === svg
          ? [{ e: svg, by: 0 }]
          : [...shown.querySelectorAll("use")].map((use) => ({
              e: document.querySelector(use.getAttribute("href")),
              by: use.x.baseVal.value,
            }));
      const findWords = (words) =>
        uses.flatMap(({ e, by }) =>
          words.filter((word) => e.contains(word.e)).map((word) => ({ ...word, by })),
        );
      const pixels = shown.getBoundingClientRect().width;
      return { shown, findWords, pixels, scale: pixels / shown.viewBox.baseVal.width };
    });

  /** How much a word shall grow, and from which point: away from what is drawn. */
  const setLimits = (word, { scale, shown }, ink) => {
    const { room, box, push } = word;
    const [min, best] = [SMALLEST_IN_BOX, READABLE].map((pixels) => pixels / (word.size * scale));
    const fits = room ? Math.max((room.w - 4) / box.w, min) : best; // with air in its box
    word.max = Math.max(1, Math.min(1.95, fits, best));
    word.min = min + 0.001;
    if (push && box.upright) {
      const { y, height } = shown.viewBox.baseVal;
      word.tall = { y: y + 2, height: height - 4 }; // its name is not longer than the drawing
      word.max = Math.max(1, Math.min(word.max, Math.max(min, word.tall.height / box.h)));
    }
    const anchors =
      "push" in word
        ? [word.anchor]
        : [word.anchor.x, 0, 0.5, 1].flatMap((x) => [0.5, 0, 1].map((y) => ({ x, y })));
    const findHits = (anchor) => {
      const grown = growBox({ ...word, anchor }, word.max, []);
      return ink.filter((point) => holdsPoint(grown, point) && !holdsPoint(word.box, point));
    };
    const [freest] = anchors
      .map((anchor) => ({ anchor, hits: findHits(anchor) }))
      .sort((a, b) => a.hits.length - b.hits.length);
    Object.assign(word, freest);
  };

  /** Of a scale whose numbers have no room to grow every second is left out, or two of three. */
  const thinScales = (words) =>
    [...Map.groupBy(words, ({ group }) => group)].flatMap(([group, all]) => {
      const numbers = all.filter(({ e, push }) => !push && NUMBER.test(e.textContent.trim()));
      if (!group.matches(".rc-axis") || numbers.length < 5) return [];
      const grown = numbers.map((word) => growBox(word, word.max, all));
      const zero = Math.max(
        0,
        numbers.findIndex(({ e }) => Number(e.textContent) === 0),
      );
      const isSeen = (every) => (_, n) => (n - zero) % every === 0;
      const isTight = (every) => {
        const seen = grown.filter(isSeen(every));
        const wide = seen.map((box, n) => widenBox(box, numbers[n].size / 2));
        return wide.some((box, n) => n && overlaps(wide[n - 1], box));
      };
      const every = [1, 2, 3].find((step) => !isTight(step)) ?? 1;
      return numbers
        .filter((_, n) => (n - zero) % every !== 0)
        .map((word) => {
          words.splice(words.indexOf(word), 1);
          word.e.setAttribute("visibility", "hidden");
          return [word.e, "visibility", null];
        });
    });

  /** Words of a group grow together, step by step, while all of them have room. */
  const growWords = (words) => {
    const groups = Map.groupBy(words, ({ group }) => group);
    for (let step = 1.05; step < 2; step += 0.05)
      for (const group of groups.values()) {
        const tried = group.map((word) => ({
          word,
          factor: Math.min(step, word.max),
          box: growBox(word, Math.min(step, word.max), group),
        }));
        const isFree = ({ word, factor, box }) =>
          (factor < Math.max(word.min, MIN_SHARE * word.max) ||
            !word.hits.some((point) => holdsPoint(box, point))) &&
          words.every((other) => {
            const now = tried.find((t) => t.word === other)?.box ?? other.now;
            if (other === word || overlaps(word.box, other.box)) return true;
            const areRows =
              word.push === null && other.push === null && word.group === other.group;
            if (overlaps(areRows ? heightenBox(box, word.size * factor) : box, now)) return false;
            const close = overlaps(widenBox(word.box, word.size), other.box); // as it was drawn
            return (
              close ||
              factor <= 1.1 * word.min ||
              !overlaps(widenBox(box, word.size * factor), now)
            );
          });
        if (tried.every(isFree))
          for (const { word, factor, box } of tried) Object.assign(word, { factor, now: box });
      }
  };

  /** Remember how it was drawn: svg.rcAsDrawn() brings that back. */
  const storeDrawing = (svg, words, indexStyles) => {
    const asDrawn = [
      ...indexStyles,
      [svg, "viewBox"],
      ...[...svg.querySelectorAll(".rc-legend > *"), ...words.flatMap(({ parts }) => parts)].map(
        (e) => [e, "transform"],
      ),
    ].map(([e, name, value = e.getAttribute(name)]) => [e, name, value]);
    svg.rcAsDrawn = () => {
      for (const [e, name, value] of asDrawn)
        value === null ? e.removeAttribute(name) : e.setAttribute(name, value);
      delete svg.rcAsDrawn;
    };
  };

  /**
   * A drawing is as large as what it holds now: with what grew beyond the edge, and a little air
   * beside it where no letters get too small.
   */
  const reframe = ({ shown, findWords, pixels }, words) => {
    const { x, y, width, height } = shown.viewBox.baseVal;
    const own = findWords(words);
    const boxes = own.map(({ now, by }) => ({ ...now, x: now.x + by }));
    const smallest = pixels * Math.min(...own.map(({ size, factor }) => size * factor));
    const edges = (margin) => [
      Math.min(x, ...boxes.map((b) => b.x - margin)),
      Math.max(x + width, ...boxes.map((b) => b.x + b.w + margin)),
    ];
    const [from, to] = edges((4 * width) / pixels);
    const [left, right] = smallest / (to - from) < SMALLEST ? edges(0) : [from, to];
    const top = Math.min(y, ...boxes.map((b) => b.y));
    const end = Math.max(y + height, ...boxes.map((b) => b.y + b.h));
    shown.setAttribute(
      "viewBox",
      [left, top, right - left, end - top].map((n) => n.toFixed(1)).join(" "),
    );
  };

  /** Move a word to where it is now, and with it its mark. @param {*} word */
  const placeWord = ({ parts: [e, mark], begins, factor, box, now }) => {
    if (factor === 1 && now === box) return;
    const move = (part, from, by) => {
      const [x, y] = from.map((n) => n.toFixed(2));
      const before = part.getAttribute("transform") ?? "";
      part.setAttribute("transform", `translate(${x} ${y}) scale(${by}) ${before}`);
    };
    move(e, [now.x - factor * box.x, now.y - factor * box.y], factor.toFixed(2));
    // a mark stays as large as those of its curve
    const middle = now.y + now.h / 2 - box.y - box.h / 2;
    if (mark) move(mark, [now.x + factor * (begins - box.x) - begins, middle], 1);
  };

  return (drawing) => {
    /** @type {*} */
    const svg = drawing.querySelector(":scope > svg[role=img]");
    const stacked = drawing.matches(".rc-stacked");
    if (!svg || svg.rcAsDrawn) return;
    const pieces = findPieces(drawing, svg, stacked);
    drawing.classList.remove("rc-stacked");
    const indexStyles = raiseIndices(svg);
    const { words, measureBox } = listWords(svg);
    const ink = listInk(svg);
    drawing.classList.toggle("rc-stacked", stacked);
    for (const word of words)
      setLimits(word, pieces.find(({ findWords }) => findWords([word]).length) ?? pieces[0], ink);
    const left = thinScales(words);
    growWords(words.filter((word) => stacked || !word.group.matches(".rc-legend")));
    storeDrawing(svg, words, [...indexStyles, ...left]);
    if (!stacked)
      for (const [e, ...by] of layOutLegends(svg, words, measureBox))
        e.setAttribute("transform", `translate(${by.map((n) => n.toFixed(2)).join(" ")})`);
    for (const piece of pieces) reframe(piece, words);
    words.forEach(placeWord);
  };
})();
