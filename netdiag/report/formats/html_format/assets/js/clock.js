"use strict";
// The data of the page, and its times: seconds since the first packet, shown as UTC.
const data = JSON.parse(document.getElementById("island").textContent);
const words = data.words;

const clock = (() => {
  const start = data.activity ? data.activity.start : "1970-01-01T00:00:00Z";
  const whole = Date.parse(start.slice(0, 19) + "Z") / 1000;
  const fraction = Number("0" + start.slice(19, -1)) || 0;
  const STEPS = [
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2,
    0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    172800, 604800, 1209600, 2419200,
  ];

  // A time of day with as many digits as asked for: "23:27:22.614732".
  function at(seconds, digits) {
    const micros = Math.round((fraction + seconds) * 1e6);
    const second = Math.floor(micros / 1e6);
    const iso = new Date((whole + second) * 1000).toISOString();
    const rest = String(micros - second * 1e6).padStart(6, "0").slice(0, digits);
    return { day: iso.slice(5, 10), time: iso.slice(11, 19) + (digits ? "." + rest : "") };
  }

  // Ticks at round times of day, at most so many.
  function ticks([from, to], most) {
    const step = STEPS.find((one) => (to - from) / one <= most) || (to - from) / most;
    const offset = fraction + (whole % 2419200);
    const found = [];
    for (let n = Math.ceil((from + offset) / step); n * step - offset <= to; n++) {
      found.push(n * step - offset);
      if (found.length > 50) break;
    }
    const digits = step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step) - 1e-9));
    const label = (value) => {
      const { day, time } = at(value, digits);
      if (step >= 21600) return day + " " + time.slice(0, 5);
      return step >= 60 ? time.slice(0, 5) : time;
    };
    return { values: found, label };
  }

  return { at, ticks };
})();

// A duration as the text of the page has it.
function duration(seconds) {
  const size = Math.abs(seconds);
  if (size < 1e-3) return (seconds * 1e6).toFixed(0) + " \u00b5s";
  if (size < 1) return Number((seconds * 1e3).toPrecision(3)) + " ms";
  if (size < 600) return Number(seconds.toFixed(3)) + " s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return minutes + " min " + Math.round(seconds % 60) + " s";
  return Math.floor(minutes / 60) + " h " + (minutes % 60) + " min";
}

// "frame {frame}" with its names filled in.
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

function frameName(capture, frame) {
  return fill(words.frame, { frame: data.captures > 1 ? capture + 1 + ":" + frame : frame });
}

function moment(seconds) {
  const { time } = clock.at(seconds, 6);
  return time + " UTC, " + fill(words.since, { seconds: seconds.toFixed(6) });
}
