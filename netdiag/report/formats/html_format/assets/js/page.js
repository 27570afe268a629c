// The page itself: colours, copying, printing, and the charts where there is something to draw.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Colours: as the system has them, until somebody chooses; remembered where that is allowed.
  const toggle = document.getElementById("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const remembered = (value) => {
    try {
      if (value) localStorage.setItem("netdiag-theme", value);
      return localStorage.getItem("netdiag-theme");
    } catch {
      return null;
    }
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => {
    toggle.textContent = isDark() ? words.light : words.dark;
  };
  const chosen = remembered();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  label();

  // Copying: with the clipboard where the browser gives it to a file, else by a selection.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }
  const said = document.getElementById("said");
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const text = () => {
      const from = button.closest(".copied-from");
      return button.dataset.copy || from.querySelector("[data-text]").textContent;
    };
    button.addEventListener("click", async () => {
      await copy(text());
      said.textContent = words.copied;
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    });
  }

  document.getElementById("print").addEventListener("click", () => window.print());

  const charts = [];
  function place(id, make) {
    const container = document.getElementById(id);
    if (container) charts.push(make(container));
    return container && charts[charts.length - 1];
  }
  drawLegends();
  if (data.activity) {
    const time = sharedAxis();
    const base = { axis: time, scale: d3.scaleLinear().domain([0, Math.max(data.activity.duration, 1e-3)]) };
    const over = place("activity", (box) => chart(box, base, MARGIN, drawActivity));
    if (data.lanes.length) {
      const byClock = place("lanes", (box) => chart(box, base, MARGIN, lanesByClock));
      const views = { clock: byClock };
      if (idleLanes().length) {
        const from = { axis: sharedAxis(), scale: idleScale() };
        views.idle = place("lanes-idle", (box) => chart(box, from, MARGIN, lanesByIdle));
      }
      chooseView(views, views.idle && startsByIdle() ? "idle" : "clock");
    }
    wireButtons(document.querySelector("[data-axis=activity]"), () => over);
  }
  // The lanes by the clock or by their idle time: one of the two is shown.
  function chooseView(views, first) {
    const buttons = [...document.querySelectorAll("button[data-view]")];
    const show = (view) => {
      for (const [name, one] of Object.entries(views)) one.container.hidden = name !== view;
      for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.view === view);
    };
    for (const button of buttons) {
      button.hidden = !views[button.dataset.view] || Object.keys(views).length < 2;
      button.addEventListener("click", () => show(button.dataset.view));
    }
    show(first);
    const shown = () => Object.values(views).find((one) => !one.container.hidden);
    wireButtons(document.querySelector("[data-axis=lanes]"), shown);
    const more = document.getElementById("all-lanes");
    more.hidden = data.lanes.length <= FEW_LANES;
    more.addEventListener("click", () => {
      laneView.all = true;
      more.hidden = true;
      for (const one of Object.values(views)) one.redraw();
    });
  }

  if (data.gaps.length) {
    const base = { axis: sharedAxis(), scale: gapScale(), most: 2000 };
    const gaps = place("gaps", (box) => chart(box, base, GAP_MARGIN, drawGaps));
    wireButtons(document.querySelector("[data-axis=gaps]"), () => gaps);
  }

  const later = document.getElementById("all-rows");
  if (later) {
    later.addEventListener("click", () => {
      document.getElementById("occurrences").classList.add("all");
      later.hidden = true;
    });
  }

  // On paper: everything open, charts as wide as a sheet.
  window.addEventListener("beforeprint", () => {
    tooltip.hide();
    for (const one of document.querySelectorAll("details")) one.open = true;
    for (const one of charts) {
      one.printed = one.width;
      one.width = () => 680;
      one.redraw();
    }
  });
  window.addEventListener("afterprint", () => {
    for (const one of charts) {
      one.width = one.printed;
      one.redraw();
    }
  });
})();
