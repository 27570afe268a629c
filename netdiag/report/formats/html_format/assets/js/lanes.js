// Lanes: each flagged connection over time, finding by finding.
const LANE = 22;
const FEW_LANES = 20;
const laneView = { all: false };

function drawLanes(svg, width, x) {
  const shown = laneView.all ? data.lanes : data.lanes.slice(0, FEW_LANES);
  const items = [];
  const rows = [];
  let y = 4;
  let finding = -1;
  for (const lane of shown) {
    if (lane.finding !== finding && data.findings.length > 1) {
      y += 20;
      rows.push({ heading: data.findings[lane.finding], y: y - 6 });
    }
    finding = lane.finding;
    rows.push({ lane, y: y + LANE / 2 });
    y += LANE;
  }
  const height = y + 28;
  timeAxis(svg, x, width, height - 24, height - 24);
  const inner = plot(svg, MARGIN, width, height - 22);
  for (const row of rows) {
    if (row.heading) {
      svg.append("text").attr("class", "row-name").attr("x", MARGIN.left).attr("y", row.y)
        .text(row.heading.cause + ", " + row.heading.server);
    } else drawLane(svg, inner, x, row.lane, row.y, items);
  }
  return { height, items };
}

function drawLane(svg, inner, x, lane, y, items) {
  svg.append("text").attr("class", "tick").attr("x", MARGIN.left - 10).attr("y", y + 4).text(lane.id);
  const name = lane.id + " " + lane.client;
  const line = (from, to, kind, tall) => {
    if (!within(x, x(from), x(to))) return;
    inner.append("rect").attr("class", "bar " + kind).attr("x", x(from)).attr("y", y - tall / 2)
      .attr("width", Math.max(1, x(to) - x(from))).attr("height", tall);
  };
  line(lane.from, lane.to, "life", 2);
  if (lane.wait) {
    line(lane.wait[0], lane.wait[1], "wait", 8);
    const text = fill(words.wait, { seconds: duration(lane.wait[1] - lane.wait[0]) });
    items.push(...item(x, lane.wait[0], lane.wait[1], y, () => [name, text], true));
  }
  let before = null;
  for (const [from, to, n, capture, frame, answered] of lane.bursts) {
    if (before !== null && from - before > 0.25) {
      const idle = fill(words.idle, { seconds: duration(from - before) });
      if (!lane.wait) items.push(...item(x, before, from, y, () => [name, idle], true));
    }
    before = to;
    if (!answered && n === 1 && lane.marks.some((mark) => data.kinds[mark[1]] === "request" && mark[4] === frame)) continue;
    drawBurst(inner, x, [from, to], y, answered);
    const what = n > 1 ? fill(answered ? words.exchanges : words.exchanges_unanswered, { n })
      : answered ? words.exchange : words.unanswered;
    items.push(...item(x, from, to, y, () => [what, name, frameName(capture, frame), moment(from)]));
  }
  for (const [at, index, byServer, capture, frame] of lane.marks) {
    const kind = data.kinds[index];
    const sender = byServer ? "server" : "client";
    if (within(x, x(at), x(at))) sign(inner, kind, x(at), y, "by-" + sender);
    const what = words.marks[kind] + " (" + words[sender] + ")";
    items.push(...item(x, at, at, y, () => [what, name, frameName(capture, frame), moment(at)]));
  }
}

function drawBurst(inner, x, [from, to], y, answered) {
  if (!within(x, x(from), x(to))) return;
  const wide = Math.max(3, x(to) - x(from));
  inner.append("rect").attr("class", "bar burst" + (answered ? "" : " unanswered")).attr("x", x(from) - (wide === 3 ? 1.5 : 0))
    .attr("y", y - 6).attr("width", wide).attr("height", 12);
}

function item(x, from, to, y, lines, weak) {
  const [a, b] = x.range();
  if (!within(x, x(from), x(to))) return [];
  return [{ x: Math.max(a, x(from)), x2: Math.min(b, x(to)), y, lines, weak }];
}
