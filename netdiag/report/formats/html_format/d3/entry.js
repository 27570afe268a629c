// What the charts use; everything else is left out of the bundle.
export { axisBottom, axisTop } from "d3-axis";
export { scaleLinear, scaleLog } from "d3-scale";
export { pointer, select } from "d3-selection";
export { zoom, zoomIdentity } from "d3-zoom";
