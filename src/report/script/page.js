// The filters above the list, the colours, and the start.
const SELECTS = ["reason", "otherReason", "source"];
const BUTTONS = ["verdict", "otherVerdict"];
const NO_REASON = 255;
// The most values of a filter, the most frequent first.
const MOST = 500;

function labelOf(facet, value) {
  if (facet === "source") return names.sources[value];
  return value === NO_REASON ? "none" : reasonOf(value)[0];
}

// Draws the controls once, with all values that occur.
function drawFilters() {
  for (const facet of BUTTONS) {
    const present = names.verdicts.map((_, verdict) => verdict).filter(verdict => columns[facet].includes(verdict));
    find(facet).append(...present.map(verdict => make("button", {type: "button", "data-value": verdict, "aria-pressed": "false", click: () => toggle(facet, verdict)},
      names.verdicts[verdict], " ", make("span", {class: "count"}))));
  }
  for (const facet of SELECTS) {
    const counts = state.counts[facet];
    const present = [...counts.keys()].filter(value => counts[value]).sort((a, b) => counts[b] - counts[a]);
    const some = present.slice(0, MOST);
    find(facet).replaceChildren(make("option", {value: ""}, "all"), ...some.map(value => make("option", {value})));
    if (some.length < present.length) find(facet).append(make("option", {disabled: true, value: "more"}, counted(present.length - some.length) + " more are not listed"));
    find(facet).addEventListener("change", event => { state.facets[facet] = event.target.value === "" ? null : [Number(event.target.value)]; state.page = 0; refresh(); });
  }
  if (names.sources.length < 2) find("source").parentElement.hidden = true;
  if (names.sides) {
    BUTTONS.forEach((facet, side) => { find(facet).firstElementChild.replaceChildren(...shown(names.sides[side])); });
    find("otherVerdict").hidden = find("otherReason").parentElement.hidden = find("differs").hidden = false;
  }
}

function toggle(facet, value) {
  const wanted = new Set(state.facets[facet] || []);
  if (!wanted.delete(value)) wanted.add(value);
  state.facets[facet] = wanted.size ? [...wanted] : null;
  state.page = 0;
  refresh();
}

// Chooses the rows again, and shows the list and the counts of the filters.
function refresh() {
  select();
  for (const facet of BUTTONS) {
    for (const button of find(facet).querySelectorAll("button")) {
      const value = Number(button.dataset.value);
      button.setAttribute("aria-pressed", String((state.facets[facet] || []).includes(value)));
      button.lastElementChild.textContent = counted(state.counts[facet][value]);
    }
  }
  for (const facet of SELECTS) {
    for (const option of find(facet).options) {
      if (option.value !== "" && !option.disabled) option.textContent = labelOf(facet, Number(option.value)).slice(0, 60) + " (" + counted(state.counts[facet][option.value]) + ")";
    }
    find(facet).value = state.facets[facet] ? String(state.facets[facet][0]) : "";
  }
  find("differs").setAttribute("aria-pressed", String(state.differs));
  find("differs").textContent = "only different verdicts (" + counted(state.counts.differs) + ")";
  find("group").hidden = !state.facets.group;
  find("group").textContent = "only one prompt: remove";
  find("clear").disabled = !state.differs && !state.text && FACETS.every(facet => !state.facets[facet]);
  find("direction").setAttribute("aria-pressed", String(state.down));
  find("direction").textContent = state.down ? "descending" : "ascending";
  showList();
}

let searching = 0;
async function search() {
  const ticket = ++searching;
  const bar = find("progress");
  state.text = find("search").value.trim();
  state.page = 0;
  if (!state.text) {
    state.found = null;
    bar.hidden = true;
    refresh();
    return;
  }
  let drawn = performance.now();
  bar.value = 0;
  bar.hidden = false;
  const found = await searchRows(state.text, (found, share) => {
    if (ticket !== searching) return false;
    bar.value = share;
    if (performance.now() - drawn > 400) {
      state.found = found;
      refresh();
      drawn = performance.now();
    }
    return true;
  });
  if (!found) return;
  bar.hidden = true;
  state.found = found;
  refresh();
}

// Shows the rows that a button above the list names, as "verdict=1&reason=2".
function showRows(filter) {
  clearFilters();
  find("search").value = state.text = "";
  state.found = null;
  searching++;
  find("progress").hidden = true;
  for (const [facet, value] of new URLSearchParams(filter)) state.facets[facet] = [Number(value)];
  refresh();
  find("rows").scrollIntoView();
  focusCurrent();
}

// Opens the row at a place; of several completions of one line, the one with the id.
async function openPlace(file, lineNumber, id) {
  const number = names.files.indexOf(file);
  const rows = [];
  for (let row = 0; row < names.rows; row++) if (columns.line[row] === lineNumber && columns.file[row] === number) rows.push(row);
  const records = await Promise.all(rows.map(record));
  const place = Math.max(0, records.findIndex(data => data.i === id));
  if (!rows.length) return false;
  if (!state.order.includes(rows[place])) { clearFilters(); refresh(); }
  await openRow(rows[place]);
  return true;
}

function openHash() {
  let hash = "";
  // A link may be broken.
  try { hash = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const named = hash.match(/^(.*):(\d+)$/s);
  if (named) openPlace(named[1], Number(named[2]), "");
}

const THEMES = {"": "theme: system", light: "theme: light", dark: "theme: dark"};
function theme(name) {
  document.documentElement.style.colorScheme = name || "light dark";
  const button = find("theme");
  button.hidden = false;
  button.textContent = THEMES[name];
  button.dataset.theme = name;
  // Files on disk may have no storage.
  try { localStorage.setItem("theme", name); } catch { /* see above */ }
}

function fail(message) {
  find("failure").textContent = message;
  find("failure").hidden = false;
}

async function start() {
  let saved = "";
  try { saved = localStorage.getItem("theme") || ""; } catch { /* files on disk may have no storage */ }
  theme(saved in THEMES ? saved : "");
  find("theme").addEventListener("click", () => {
    const all = Object.keys(THEMES);
    theme(all[(all.indexOf(find("theme").dataset.theme) + 1) % all.length]);
  });
  if (!window.DecompressionStream) {
    fail("This browser is too old to unpack the rows: open the file with Chromium or Chrome 80, Edge 80, Firefox 113 or Safari 16.4, or a newer one. Everything above works without.");
    return;
  }
  if (!names.rows) {
    find("count").textContent = "The report has no rows.";
    return;
  }
  await readIndex();
  clearFilters();
  select();
  drawHead();
  drawFilters();
  for (const element of [find("filters"), list, find("pages"), document.querySelector(".keys")]) element.hidden = false;
  refresh();
  let timer = 0;
  find("search").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 200); });
  find("filters").addEventListener("submit", event => event.preventDefault());
  find("sort").addEventListener("change", event => { state.sort = event.target.value; state.page = 0; refresh(); });
  find("direction").addEventListener("click", () => { state.down = !state.down; state.page = 0; refresh(); });
  find("differs").addEventListener("click", () => { state.differs = !state.differs; state.page = 0; refresh(); });
  find("group").addEventListener("click", () => { state.facets.group = null; state.page = 0; refresh(); });
  find("clear").addEventListener("click", () => { showRows(""); });
  find("previous").addEventListener("click", () => turn(-1));
  find("next").addEventListener("click", () => turn(1));
  for (const button of document.querySelectorAll("button.filter")) button.addEventListener("click", () => showRows(button.dataset.filter));
  for (const button of document.querySelectorAll("button.open[data-file]")) {
    button.addEventListener("click", async () => {
      const there = await openPlace(button.dataset.file, Number(button.dataset.line), button.dataset.id);
      if (!there) { button.disabled = true; button.title = "this row is not in the list"; }
    });
  }
  addEventListener("hashchange", openHash);
  openHash();
  document.documentElement.dataset.ready = Math.round(performance.now());
}

start().catch(error => fail("The rows cannot be unpacked (" + error.message + "): the file may be cut off; write the report again."));
