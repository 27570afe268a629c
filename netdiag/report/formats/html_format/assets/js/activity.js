// When the failures fell: rows of bars over the whole capture, each with its own greatest value.
const MARGIN = { left: 58, right: 16 };

function activityRows() {
  const activity = data.activity;
  const rows = [
    { name: words.requests, kind: "requests", counts: activity.requests },
    { name: words.closes, kind: "closes", counts: activity.closes },
  ];
  for (const [index, counts] of activity.failures.slice(0, 6)) {
    const finding = data.findings[index];
    rows.push({ name: finding.cause + ", " + finding.server, kind: finding.severity, counts });
  }
  return rows.filter((row, index) => index === 0 || row.counts.some(Boolean));
}

function drawActivity(svg, width, x) {
  const rows = activityRows();
  const bin = data.activity.bin;
  const [top, bar, gap] = [4, 30, 24];
  const height = top + rows.length * (bar + gap) + 22;
  timeAxis(svg, x, width, height - 24, height - 28);
  const inner = plot(svg, MARGIN, width, height);
  const items = [];
  rows.forEach((row, index) => {
    const most = Math.max(1, ...row.counts);
    const foot = top + index * (bar + gap) + gap - 4 + bar;
    svg.append("text").attr("class", "row-name").attr("x", MARGIN.left).attr("y", foot - bar - 6).text(row.name);
    svg.append("text").attr("class", "tick").attr("x", MARGIN.left - 8).attr("y", foot - bar + 9).text(most);
    svg.append("text").attr("class", "tick").attr("x", MARGIN.left - 8).attr("y", foot).text(0);
    svg.append("line").attr("class", "foot").attr("x1", MARGIN.left).attr("x2", width - MARGIN.right)
      .attr("y1", foot + 0.5).attr("y2", foot + 0.5);
    row.counts.forEach((n, at) => {
      if (!n) return;
      const [from, to] = [x(at * bin), x(Math.min((at + 1) * bin, data.activity.duration))];
      if (!within(x, from, to)) return;
      const tall = Math.max(2, (n / most) * bar);
      inner.append("rect").attr("class", "bar " + row.kind).attr("x", from).attr("y", foot - tall)
        .attr("width", Math.max(1.5, to - from - 1)).attr("height", tall);
      items.push({
        x: from, x2: to, y: foot - bar / 2,
        lines: () => [
          row.name,
          fill(words.bin, { n, from: clock.at(at * bin, 3).time, to: clock.at((at + 1) * bin, 3).time }),
        ],
      });
    });
  });
  return { height, items };
}
