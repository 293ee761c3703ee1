// The values under the pointer. Everything else on the page works without this script.
"use strict";
for (const chart of document.querySelectorAll("svg.chart")) {
  const across = chart.dataset.x.split(" ").map(Number);
  const up = chart.dataset.y.split(" ").map(Number);
  const value = (place, [start, end, low, high]) => low + (place - start) / (end - start) * (high - low);
  const shown = number => Number(number.toPrecision(3)).toLocaleString("en", {maximumSignificantDigits: 3});
  const lines = [...chart.querySelectorAll("path.line, path.join")].map(line => {
    const numbers = line.getAttribute("d").match(/-?[\d.]+/g).map(Number);
    const points = [];
    for (let at = 0; at + 1 < numbers.length; at += 2) points.push([numbers[at], numbers[at + 1]]);
    return {name: line.dataset.name, points};
  });
  if (!lines.length) continue;
  const rule = document.createElementNS("http://www.w3.org/2000/svg", "path");
  rule.setAttribute("class", "rule");
  chart.append(rule);
  const box = document.createElement("output");
  box.hidden = true;
  chart.after(box);
  const hide = () => { box.hidden = true; rule.removeAttribute("d"); };
  chart.addEventListener("pointerleave", hide);
  chart.addEventListener("pointermove", event => {
    const area = chart.getBoundingClientRect();
    const x = (event.clientX - area.left) / area.width * chart.viewBox.baseVal.width;
    if (x < across[0] - 4 || x > across[1] + 4) { hide(); return; }
    const nearest = new Map();
    for (const {name, points} of lines) {
      for (const point of points) {
        const best = nearest.get(name);
        if (!best || Math.abs(point[0] - x) < Math.abs(best[0] - x)) nearest.set(name, point);
      }
    }
    const texts = [];
    let closest = null;
    for (const [name, point] of nearest) {
      if (Math.abs(point[0] - x) > 12) continue;
      if (!closest || Math.abs(point[0] - x) < Math.abs(closest - x)) closest = point[0];
      texts.push(name + " " + shown(value(point[1], up)));
    }
    if (closest === null) { hide(); return; }
    rule.setAttribute("d", "M" + closest + " " + up[1] + "V" + up[0]);
    box.textContent = "step " + Math.round(value(closest, across)) + ": " + texts.join(", ");
    box.hidden = false;
  });
}
