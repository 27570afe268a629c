// The signs that charts and legends share; told apart by shape, not by colour alone.
const SHAPES = {
  fin: "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
  close_notify: "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
  goodbye: "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
  rst: "M-4.5,-4.5L4.5,4.5M-4.5,4.5L4.5,-4.5",
  request: "M-6,0A6,6 0 1,0 6,0A6,6 0 1,0 -6,0",
  retransmission: "M-4,4L0,-4L4,4Z",
  syn: "M0,-6L0,6",
  answered: "M0,-7L0,7",
  unanswered: "M-5,0A5,5 0 1,0 5,0A5,5 0 1,0 -5,0",
  "server-closed": "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
  "client-closed": "M-4.5,4L0,-4.5L4.5,4Z",
  open: "M-4,-4H4V4H-4Z",
};

function sign(parent, kind, x, y, extra) {
  return parent
    .append("path")
    .attr("class", "sign " + kind + (extra ? " " + extra : ""))
    .attr("d", SHAPES[kind])
    .attr("transform", "translate(" + x + "," + y + ")");
}

// Whether the lanes have such a sign.
function isDrawn(name, extra) {
  if (name === "wait") return data.lanes.some((lane) => lane.wait);
  if (!data.kinds.includes(name)) return true;
  const same = name === "fin" ? ["fin", "close_notify", "goodbye"] : [name];
  return data.lanes.some((lane) =>
    lane.marks.some((mark) => same.includes(data.kinds[mark[1]]) && (!extra || mark[2] === Number(extra === "by-server"))),
  );
}

// Legends are lists in the page; their signs are drawn here.
function drawLegends() {
  for (const holder of document.querySelectorAll("[data-sign]")) {
    const svg = d3.select(holder).append("svg").attr("width", 22).attr("height", 16);
    svg.attr("aria-hidden", "true");
    const kind = holder.dataset.sign;
    const [name, extra] = kind.split(".");
    if (!isDrawn(name, extra)) holder.closest("li").hidden = true;
    if (SHAPES[name]) sign(svg, name, 11, 8, extra);
    else svg.append("rect").attr("class", "bar " + kind.replace(".", " ")).attr("y", kind === "life" ? 7 : 4)
      .attr("width", 22).attr("height", kind === "life" ? 2 : 8);
  }
}

function timeAxis(svg, x, width, y, height) {
  const { values, label } = clock.ticks(x.domain(), Math.max(2, Math.floor(width / 110)));
  const group = svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y + ")");
  group.call(d3.axisBottom(x).tickValues(values).tickFormat(label).tickSize(-height).tickPadding(8));
  group.select(".domain").remove();
}

// Keeps what is drawn within the plot, however far it is zoomed.
let clips = 0;
function plot(svg, margin, width, height) {
  const id = "clip" + ++clips;
  svg.append("clipPath").attr("id", id).append("rect")
    .attr("x", margin.left - 7).attr("y", 0)
    .attr("width", Math.max(0, width - margin.left - margin.right + 14)).attr("height", height);
  return svg.append("g").attr("clip-path", "url(#" + id + ")");
}

function secondsAxis(svg, x, width, y, height) {
  const group = svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y + ")");
  const values = x.ticks(Math.max(2, Math.floor(width / 110)));
  const label = (value) => (value ? (value > 0 ? "+" : "") + duration(Number(value.toPrecision(9))) : "0");
  group.call(d3.axisBottom(x).tickValues(values).tickFormat(label).tickSize(-height).tickPadding(8));
  group.select(".domain").remove();
}

function inRange([a, b], from, to) {
  return to >= a - 7 && from <= b + 7;
}

function within(x, from, to) {
  return inRange(x.range(), from, to);
}
