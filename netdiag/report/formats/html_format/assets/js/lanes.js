// Lanes: each flagged connection over time, finding by finding; by the clock, or all laid over each
// other from the last answer before the idle time that they are about.
const LANE = 22;
const FEW_LANES = 20;
const laneView = { all: false };

const lanesByClock = (svg, width, x) => drawLanes(svg, width, x, () => 0);
const lanesByIdle = (svg, width, x) => drawLanes(svg, width, x, (lane) => lane.idle);

const idleLanes = () => data.lanes.filter((lane) => lane.idle !== null);

// The part of a lane that matters is lost in a long capture: then they are laid over each other.
function startsByIdle() {
  const parts = idleLanes().map((lane) => lane.to - lane.idle).sort((a, b) => a - b);
  return parts.length > 0 && parts[parts.length >> 1] < data.activity.duration / 12;
}

function idleScale() {
  const longest = Math.max(...idleLanes().map((lane) => lane.to - lane.idle));
  return d3.scaleLinear().domain([-longest * 0.15, longest * 1.02]);
}

function drawLanes(svg, width, x, zero) {
  const lanes = data.lanes.filter((lane) => zero(lane) !== null);
  const shown = laneView.all ? lanes : lanes.slice(0, FEW_LANES);
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
  (zero === undefined || zero(shown[0]) === 0 ? timeAxis : secondsAxis)(svg, x, width, height - 24, height - 24);
  const inner = plot(svg, MARGIN, width, height - 22);
  for (const row of rows) {
    if (row.heading) {
      svg.append("text").attr("class", "row-name").attr("x", MARGIN.left).attr("y", row.y)
        .text(row.heading.cause + ", " + row.heading.server);
    } else {
      const from = zero(row.lane);
      drawLane(svg, inner, (seconds) => x(seconds - from), x.range(), row.lane, row.y, items);
    }
  }
  return { height, items };
}

function drawLane(svg, inner, x, range, lane, y, items) {
  svg.append("text").attr("class", "tick").attr("x", MARGIN.left - 10).attr("y", y + 4).text(lane.id);
  const name = lane.id + " " + lane.client;
  const add = (from, to, lines, weak) => items.push(...item(x, range, from, to, y, lines, weak));
  const seen = (from, to) => inRange(range, x(from), x(to));
  const line = (from, to, kind, tall) => {
    if (!seen(from, to)) return;
    const [a, b] = [Math.max(x(from), range[0] - 20), Math.min(x(to), range[1] + 20)];
    inner.append("rect").attr("class", "bar " + kind).attr("x", a).attr("y", y - tall / 2)
      .attr("width", Math.max(1, b - a)).attr("height", tall);
  };
  line(lane.from, lane.to, "life", 2);
  if (lane.wait) {
    line(lane.wait[0], lane.wait[1], "wait", 8);
    const text = fill(words.wait, { seconds: duration(lane.wait[1] - lane.wait[0]) });
    add(lane.wait[0], lane.wait[1], () => [name, text], true);
  }
  const asked = lane.marks.find((mark) => data.kinds[mark[1]] === "request");
  let before = null;
  for (const [from, to, n, capture, frame, answered] of lane.bursts) {
    if (before !== null && from - before > 0.25 && !lane.wait) {
      const idle = fill(words.idle, { seconds: duration(from - before) });
      add(before, from, () => [name, idle], true);
    }
    before = to;
    if (!answered && n === 1 && asked && asked[4] === frame) continue;
    if (seen(from, to)) drawBurst(inner, x(from), x(to), y, answered);
    const what = n > 1 ? fill(answered ? words.exchanges : words.exchanges_unanswered, { n })
      : answered ? words.exchange : words.unanswered;
    add(from, to, () => [what, name, frameName(capture, frame), ...moments(lane, from)]);
  }
  for (const [at, index, byServer, capture, frame] of lane.marks) {
    const kind = data.kinds[index];
    const sender = byServer ? "server" : "client";
    if (seen(at, at)) sign(inner, kind, x(at), y, "by-" + sender);
    const what = words.marks[kind] + " (" + words[sender] + ")";
    add(at, at, () => [what, name, frameName(capture, frame), ...moments(lane, at)]);
  }
}

function moments(lane, at) {
  const after = lane.idle !== null && at > lane.idle ? fill(words.answer, { seconds: (at - lane.idle).toFixed(6) }) : "";
  return [moment(at), after];
}

function drawBurst(inner, from, to, y, answered) {
  const wide = Math.max(3, to - from);
  inner.append("rect").attr("class", "bar burst" + (answered ? "" : " unanswered")).attr("x", from - (wide === 3 ? 1.5 : 0))
    .attr("y", y - 6).attr("width", wide).attr("height", 12);
}

function item(x, [a, b], from, to, y, lines, weak) {
  if (!inRange([a, b], x(from), x(to))) return [];
  return [{ x: Math.max(a, x(from)), x2: Math.min(b, x(to)), y, lines, weak }];
}
