// How long connections lay idle and what ended that, per server, on one logarithmic axis.
const ROW = 46;
const MANY = 60;
const GAP_MARGIN = { left: 16, right: 16 };
const ROUND = [
  0.25, 0.5, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 14400,
  28800, 86400,
];

function gapScale() {
  const all = data.gaps.flatMap((server) => [
    ...Object.values(server.ends).flatMap((gaps) => gaps.map((gap) => gap[0])),
    server.estimate, server.limit, server.low, server.high,
  ]).filter((value) => value > 0);
  return d3.scaleLog().domain([Math.min(...all) / 1.25, Math.max(...all) * 1.25]);
}

function gapTicks(x, width) {
  const [from, to] = x.domain();
  const most = Math.max(3, Math.floor(width / 70));
  let values = ROUND.filter((value) => value >= from && value <= to);
  if (values.length < 3) return d3.scaleLinear().domain([from, to]).ticks(most);
  // The roundest are kept where they would touch each other.
  let last = -Infinity;
  return values.filter((value) => {
    if (x(value) - last < 52) return false;
    last = x(value);
    return true;
  });
}

function gapAxis(svg, x, width, y, height) {
  const group = svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y + ")");
  group.call(d3.axisBottom(x).tickValues(gapTicks(x, width)).tickFormat((value) => duration(Number(value.toPrecision(7))))
    .tickSize(-height).tickPadding(8));
  group.select(".domain").remove();
}

function drawGaps(svg, width, x) {
  const blocks = [];
  let y = 0;
  for (const server of data.gaps) {
    const ends = Object.keys(server.ends).filter((end) => server.ends[end].length);
    const flags = server.limit || (server.consistent && server.estimate);
    const head = (data.gaps.length > 1 ? 24 : 4) + (flags ? 34 : 0);
    blocks.push({ server, ends, top: y, rows: y + head, bottom: y + head + ends.length * ROW });
    y += head + ends.length * ROW + 10;
  }
  const height = y + 26;
  gapAxis(svg, x, width, height - 24, height - 24);
  const inner = plot(svg, GAP_MARGIN, width, height - 22);
  const items = [];
  for (const block of blocks) {
    drawTimeout(svg, inner, x, block, width);
    block.ends.forEach((end, index) => drawEnd(svg, inner, x, block, end, block.rows + index * ROW, items));
  }
  return { height, items };
}

// The range of the timeout behind the rows, and the limit that is recommended.
function drawTimeout(svg, inner, x, { server, top, rows, bottom }, width) {
  if (data.gaps.length > 1) {
    svg.append("text").attr("class", "server-name").attr("x", GAP_MARGIN.left).attr("y", top + 16).text(server.name);
  }
  const [from, to] = [rows - 10, bottom];
  const flag = (value, kind, text, y, side) => {
    if (!(value > 0) || !within(x, x(value), x(value))) return;
    inner.append("line").attr("class", kind).attr("x1", x(value)).attr("x2", x(value)).attr("y1", y + 4).attr("y2", to);
    // The limit stands left of its line and the timeout right, unless the edge is near.
    const right = side === "left" ? x(value) > 150 : x(value) > width - 170;
    svg.append("text").attr("class", "flag " + kind).attr("x", x(value) + (right ? -4 : 4)).attr("y", y + 3)
      .attr("text-anchor", right ? "end" : "start").text(text);
  };
  if (server.consistent && server.low && server.high) {
    inner.append("rect").attr("class", "range").attr("x", x(server.low)).attr("y", from)
      .attr("width", Math.max(2, x(server.high) - x(server.low))).attr("height", to - from);
  }
  const roomy = x(server.limit || 1) > 150 && !(server.consistent && x(server.estimate || 1) > width - 170);
  if (server.consistent) {
    flag(server.estimate, "timeout", fill(words.timeout, { seconds: duration(server.estimate) }), rows - 12, "right");
  }
  flag(server.limit, "limit", fill(words.limit, { seconds: duration(server.limit || 0) }), rows - 12 - (roomy ? 0 : 15), "left");
}

function drawEnd(svg, inner, x, { server }, end, top, items) {
  const gaps = server.ends[end];
  const n = gaps.reduce((sum, gap) => sum + gap[1], 0);
  const y = top + 38;
  svg.append("text").attr("class", "row-name").attr("x", GAP_MARGIN.left).attr("y", top + 13)
    .text(words.ends[end] + ": " + n);
  inner.append("line").attr("class", "foot").attr("x1", GAP_MARGIN.left).attr("x2", x.range()[1])
    .attr("y1", y + 0.5).attr("y2", y + 0.5);
  const dense = n > 3 * gaps.length;
  if (dense) drawDensity(inner, x, gaps, end, y);
  gaps.forEach(([idle, count, connection, capture, frame], index) => {
    if (!within(x, x(idle), x(idle))) return;
    // Where signs stand for several, the bars show how many: of the signs only the last is drawn.
    if (!dense || index === gaps.length - 1) gapSign(inner, end, x(idle), y, gaps.length);
    items.push({
      x: x(idle), y,
      lines: () => [
        fill(words.idle, { seconds: duration(idle) }), words.ends[end],
        connection + ", " + frameName(capture, frame),
        count > 1 ? fill(words.like, { n: count }) : "",
      ],
    });
  });
}

// Where shapes would lie on each other, strokes don't.
function gapSign(inner, end, x, y, among) {
  if (among <= MANY) sign(inner, end, x, y);
  else inner.append("path").attr("class", "stroke " + end).attr("d", SHAPES.answered).attr("transform", "translate(" + x + "," + y + ")");
}

// Bars from each gap to the next, as high as the gaps lie close together.
function drawDensity(inner, x, gaps, end, y) {
  const bars = gaps.map(([idle, count], index) => {
    const from = index ? x(gaps[index - 1][0]) : Math.min(x(idle) - 2, x.range()[0]);
    return { from, wide: Math.max(1, x(idle) - from), count };
  });
  if (bars.length > 1) bars[0].from = Math.max(bars[0].from, 2 * x(gaps[0][0]) - x(gaps[1][0]) - 2);
  bars[0].wide = Math.max(1, x(gaps[0][0]) - bars[0].from);
  const most = Math.max(...bars.map((bar) => bar.count / bar.wide));
  for (const { from, wide, count } of bars) {
    if (!within(x, from, from + wide)) continue;
    const tall = Math.max(1, (count / wide / most) * 20);
    inner.append("rect").attr("class", "density " + end).attr("x", from).attr("y", y - tall)
      .attr("width", wide + 0.3).attr("height", tall);
  }
}
