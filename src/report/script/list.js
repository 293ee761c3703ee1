// The list of rows: a page of fifty, and the keys that move in it.
const ROWS = 50;
const list = find("list");
// The place of the row on the page that has the focus.
let current = 0;
let drawn = 0;

const COLUMNS = [
  {name: "verdict", draw: row => badge(columns.verdict[row])},
  {name: "other", title: () => names.sides[1], only: () => names.sides, draw: row => badge(columns.otherVerdict[row])},
  {name: "reason", draw: row => reasonOf(columns.reason[row])[0]},
  {name: "other reason", only: () => names.sides, draw: row => reasonOf(columns.otherReason[row])[0]},
  {name: "row", draw: null},
  {name: "prompt", wide: true, text: data => line(data.p ? data.p[data.p.length - 1][1] : data.c, 90)},
  {name: "extracted", text: data => line((data.o && data.o.e) || (data.x && data.x.e) || ["–"], 24)},
  {name: "reference", text: data => line((data.a || [["–"]])[0], 24)},
  {name: "reward", number: true, draw: row => short(columns.reward[row])},
  {name: "length", number: true, draw: row => counted(columns.length[row])},
  {name: "work", number: true, draw: row => short(columns.work[row])},
];
const usedColumns = () => COLUMNS.filter(column => !column.only || column.only());
const classOf = column => (column.number ? "number " : "") + "c-" + column.name.replace(" ", "-");

function drawHead() {
  const head = column => make("th", {scope: "col", class: classOf(column)}, column.title ? shown(column.title()) : column.name === "verdict" && names.sides ? shown(names.sides[0]) : column.name);
  list.classList.toggle("pair", Boolean(names.sides));
  list.tHead.rows[0].replaceChildren(...usedColumns().map(head));
}

// Draws the page of the list: first what the index has, then the texts.
function showList() {
  const ticket = ++drawn;
  const pages = Math.max(1, Math.ceil(state.order.length / ROWS));
  state.page = Math.min(state.page, pages - 1);
  current = 0;
  const start = state.page * ROWS;
  const rows = Array.from(state.order.subarray(start, start + ROWS));
  const all = names.rows, some = state.order.length;
  find("count").textContent = some === 0 ? "No row passes the filters." :
    counted(start + 1) + " to " + counted(start + rows.length) + " of " + counted(some) + (some === all ? " rows" : " rows that pass the filters, of " + counted(all));
  find("page").textContent = "page " + counted(state.page + 1) + " of " + counted(pages);
  find("previous").disabled = state.page === 0;
  find("next").disabled = state.page + 1 >= pages;
  list.tBodies[0].replaceChildren(...rows.map((row, place) => {
    const open = make("button", {type: "button", class: "open", tabindex: place ? "-1" : "0", click: () => { current = place; openRow(row); }}, "…");
    const cell = column => make("td", {class: classOf(column)}, column.name === "row" ? open : column.draw ? column.draw(row) : null);
    return make("tr", {"data-row": row}, usedColumns().map(cell));
  }));
  rows.forEach(async (row, place) => {
    const data = await record(row);
    if (ticket !== drawn) return;
    const cells = list.tBodies[0].rows[place].cells;
    usedColumns().forEach((column, number) => {
      if (column.text) cells[number].replaceChildren(make("bdi", {}, column.text(data)));
      if (column.name === "row") {
        cells[number].firstChild.replaceChildren(make("bdi", {}, shown(data.i)));
        cells[number].firstChild.title = placeOf(row);
      }
    });
  });
  return rows;
}

const openers = () => [...list.querySelectorAll("button.open")];

function focusCurrent() {
  const buttons = openers();
  if (!buttons.length) return;
  current = Math.max(0, Math.min(current, buttons.length - 1));
  buttons.forEach((button, place) => { button.tabIndex = place === current ? 0 : -1; });
  buttons[current].focus();
}

function turn(by) {
  const pages = Math.ceil(state.order.length / ROWS);
  if (state.page + by < 0 || state.page + by >= pages) return;
  state.page += by;
  showList();
  focusCurrent();
}

list.addEventListener("focusin", event => {
  const place = openers().indexOf(event.target);
  if (place >= 0) current = place;
});
list.addEventListener("click", event => {
  // A click anywhere on a row opens it, unless it selects text.
  const row = event.target.closest("tbody tr");
  if (row && !event.target.closest("button") && getSelection().isCollapsed) row.querySelector("button.open").click();
});

function move(by) {
  if (list.contains(document.activeElement)) current += by;
  if (current >= openers().length && state.page + 1 < Math.ceil(state.order.length / ROWS)) { turn(1); return; }
  if (current < 0 && state.page > 0) {
    turn(-1);
    current = ROWS - 1;
  }
  focusCurrent();
}

document.addEventListener("keydown", event => {
  const typing = event.target.closest("input, select, textarea");
  if (typing && event.key === "Escape") { event.target.blur(); if (event.target === find("search")) { event.target.value = ""; search(); } return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const listed = list.contains(event.target);
  const keys = dialog.open
    ? {j: () => moveRow(1), k: () => moveRow(-1), ArrowRight: () => moveRow(1), ArrowLeft: () => moveRow(-1)}
    : {j: () => move(1), k: () => move(-1), "/": () => find("search").focus(), "[": () => turn(-1), "]": () => turn(1),
      ...(listed ? {ArrowDown: () => move(1), ArrowUp: () => move(-1), Home: () => { current = 0; focusCurrent(); }, End: () => { current = ROWS; focusCurrent(); }} : {})};
  const act = keys[event.key];
  if (!act || dialog.open && event.key.startsWith("Arrow") && event.target.closest("pre")) return;
  event.preventDefault();
  act();
});
