// One tooltip for all charts. Texts are set as text, never as mark-up: a capture may say anything.
const tooltip = (() => {
  const box = document.getElementById("tooltip");
  const said = document.getElementById("said");

  // Lines, the first in bold, beside a point of the page; `aloud` for those who use the keyboard.
  function show(lines, x, y, aloud) {
    box.replaceChildren(
      ...lines.filter(Boolean).map((text, index) => {
        const line = document.createElement(index ? "div" : "strong");
        line.textContent = text;
        return line;
      }),
    );
    box.hidden = false;
    const room = document.documentElement.clientWidth;
    const width = box.offsetWidth;
    const left = x + 14 + width > room - 8 ? x - width - 14 : x + 14;
    box.style.left = Math.max(8, left) + window.scrollX + "px";
    box.style.top = Math.max(8, y + 16) + window.scrollY + "px";
    if (aloud) said.textContent = lines.filter(Boolean).join(". ");
  }

  function hide() {
    box.hidden = true;
  }

  return { show, hide };
})();
