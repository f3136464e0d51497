// The pens of lesson 3 draw once more when a reader presses Play: all at once, point by point, so
// that it is seen when one leaves the figure. Before and after that, on paper, and in a file that
// is taken of it, the picture is whole.
document.addEventListener("DOMContentLoaded", () => {
  const figure = document.getElementById("fig-drawings");
  const drawing = figure?.querySelector(".rc-drawing");
  if (!drawing) return;
  const { make, button } = window.rcPage;
  const SPEED = 25 / 1000; // points a millisecond
  const HALF_LAP = 20; // points that come at once where a reader wants no motion
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

  const dots = drawing.querySelectorAll("g[clip-path] > use");
  const lines = drawing.querySelectorAll("path[clip-path][style*='stroke: currentColor']");
  const pens = [...lines].map((line, i) => {
    const whole = line.getAttribute("d");
    const points = whole.match(/[-.\d]+ [-.\d]+/g).map((point) => point.split(" ").map(Number));
    return { line, dot: dots[i], whole, points };
  });
  const end = pens[0].points.length;
  let position = end; // how many points are shown, and which part of the way to the next
  let frame = 0; // of the animation; 0 while none runs

  /** @param {number} next The position to show. */
  const showPosition = (next) => {
    position = Math.min(next, end);
    const count = Math.floor(position);
    for (const { line, dot, whole, points } of pens) {
      const from = points[count - 1];
      const to = points[count] ?? from;
      const tip = from.map((value, axis) => value + (position - count) * (to[axis] - value));
      const shown = [...points.slice(0, count), tip].map((point) => point.join(" "));
      line.setAttribute("d", position === end ? whole : `M ${shown.join(" L ")}`);
      ["x", "y"].forEach((name, axis) => void dot.setAttribute(name, String(tip[axis])));
    }
    counter.textContent = `point ${count} of ${end}`;
  };

  const pause = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    player.textContent = "Play";
  };
  const play = () => {
    const start = position === end ? 1 : position;
    const begin = performance.now();
    const drawFrame = () => {
      const next = start + SPEED * (performance.now() - begin);
      showPosition(reducedMotion.matches ? HALF_LAP * Math.ceil(next / HALF_LAP) : next);
      if (next < end) frame = requestAnimationFrame(drawFrame);
      else pause();
    };
    player.textContent = "Pause";
    drawFrame();
  };
  const showWhole = () => {
    if (position === end) return;
    pause();
    showPosition(end);
  };

  const player = button("Play", () => (frame ? pause() : play()));
  const counter = make("span");
  drawing.after(make("div", { className: "rc-pens d-print-none" }, player, counter));
  addEventListener("beforeprint", showWhole);
  figure.querySelector(".rc-menu")?.addEventListener("click", showWhole, true);
});
