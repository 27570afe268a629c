// What all charts share: a width that follows the page, one zoom for charts on the same axis,
// the pointer and the keyboard. A chart is { draw(svg, width, x), items } where each item has
// x and y in pixels and lines to show; items of one row have the same y.
const WIDEST = 1e6;

function chart(container, base, margin, draw) {
  const svg = d3.select(container).append("svg").attr("aria-hidden", "true");
  const self = { container, svg, base, margin, items: [], current: -1, transform: d3.zoomIdentity };
  const axis = base.axis;
  const behaviour = d3
    .zoom()
    .touchable(() => false)
    .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button))
    .on("zoom", (event) => {
      if (event.sourceEvent) tooltip.hide();
      axis.move(event.transform, event.sourceEvent ? self : null);
    });
  svg.call(behaviour).on("dblclick.zoom", null);

  self.width = () => Math.max(container.clientWidth, 280);
  self.redraw = () => {
    const width = self.width();
    const inner = width - margin.left - margin.right;
    const x = base.scale.copy().range([margin.left, margin.left + inner]);
    const zoomed = self.transform.rescaleX(x);
    behaviour
      .scaleExtent([1, base.most || WIDEST])
      .extent([[margin.left, 0], [margin.left + inner, 1]])
      .translateExtent([[margin.left, 0], [margin.left + inner, 1]]);
    svg.selectAll("*").remove();
    const drawn = draw(svg, width, zoomed);
    self.items = drawn.items;
    svg.attr("width", width).attr("height", drawn.height);
    svg.attr("viewBox", "0 0 " + width + " " + drawn.height);
    self.point(self.current, false);
  };
  // Another chart on this axis was moved by this one.
  self.follow = (transform) => {
    self.transform = transform;
    svg.node().__zoom = transform;
    self.redraw();
  };
  self.zoomBy = (factor) => svg.call(behaviour.scaleBy, factor);
  self.whole = () => svg.call(behaviour.transform, d3.zoomIdentity);
  self.pan = (share) => svg.call(behaviour.translateBy, (share * self.width()) / self.transform.k, 0);

  // Mark an item, and say what it is.
  self.point = (index, aloud) => {
    svg.selectAll(".current").remove();
    const item = self.items[index];
    self.current = item ? index : -1;
    if (!item) return;
    svg.append("circle").attr("class", "current").attr("cx", item.x).attr("cy", item.y).attr("r", 8);
    if (!aloud) return;
    const place = svg.node().getBoundingClientRect();
    tooltip.show(item.lines(), place.left + item.x, place.top + item.y, true);
  };

  svg.on("pointermove", (event) => {
    if (event.buttons) return;
    const [px, py] = d3.pointer(event, svg.node());
    const near = nearest(self.items, px, py);
    self.point(near, false);
    if (near < 0) tooltip.hide();
    else tooltip.show(self.items[near].lines(), event.clientX, event.clientY);
  });
  svg.on("pointerleave", () => {
    tooltip.hide();
    self.point(-1, false);
  });
  container.addEventListener("keydown", (event) => onKey(self, event));
  container.addEventListener("blur", () => {
    tooltip.hide();
    self.point(-1, false);
  });
  axis.charts.push(self);
  let drawnAt = 0;
  new ResizeObserver(() => {
    if (container.clientWidth && self.width() !== drawnAt) {
      drawnAt = self.width();
      self.redraw();
    }
  }).observe(container);
  return self;
}

// The charts that share an axis move together.
function sharedAxis() {
  const axis = { charts: [] };
  axis.move = (transform, from) => {
    for (const one of axis.charts) {
      if (one !== from) one.follow(transform);
      else {
        one.transform = transform;
        one.redraw();
      }
    }
  };
  return axis;
}

function nearest(items, px, py) {
  let best = -1;
  let least = 14 * 14;
  items.forEach((item, index) => {
    const across = px < item.x ? item.x - px : Math.max(0, px - (item.x2 || item.x));
    const far = across ** 2 + (item.y - py) ** 2 * 1.5 + (item.weak ? 9 : 0);
    if (far < least) {
      least = far;
      best = index;
    }
  });
  return best;
}

function onKey(self, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const row = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) self.point(inRow(self, step), true);
  else if (row) self.point(otherRow(self, row), true);
  else if (event.key === "+" || event.key === "=") self.zoomBy(2);
  else if (event.key === "-") self.zoomBy(0.5);
  else if (event.key === "0") self.whole();
  else if (event.key === "Escape") {
    tooltip.hide();
    self.point(-1, false);
  } else return;
  event.preventDefault();
}

// The next item of the same row, in the order of time.
function inRow(self, step) {
  const now = self.items[self.current];
  if (!now) return self.items.length ? 0 : -1;
  const row = self.items
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => item.y === now.y)
    .sort((a, b) => a.item.x - b.item.x || a.index - b.index);
  const at = row.findIndex(({ index }) => index === self.current) + step;
  return row[Math.max(0, Math.min(at, row.length - 1))].index;
}

function otherRow(self, step) {
  const now = self.items[self.current];
  if (!now) return self.items.length ? 0 : -1;
  const rows = [...new Set(self.items.map((item) => item.y))].sort((a, b) => a - b);
  const y = rows[Math.max(0, Math.min(rows.indexOf(now.y) + step, rows.length - 1))];
  let best = self.current;
  let least = Infinity;
  self.items.forEach((item, index) => {
    if (item.y === y && Math.abs(item.x - now.x) < least) {
      least = Math.abs(item.x - now.x);
      best = index;
    }
  });
  return best;
}

// The buttons above a chart act on all charts of its axis; `one` tells which chart is shown.
function wireButtons(toolbar, one) {
  const actions = {
    in: () => one().zoomBy(2),
    out: () => one().zoomBy(0.5),
    left: () => one().pan(0.3),
    right: () => one().pan(-0.3),
    whole: () => one().whole(),
  };
  if (!toolbar) return;
  for (const button of toolbar.querySelectorAll("button[data-zoom]")) {
    button.addEventListener("click", actions[button.dataset.zoom]);
  }
}
