// One row, opened: how it was judged, and its texts.
const dialog = find("row");
// The row that is open or being opened, and the number of times that one was asked for.
let opened = -1;
let asked = 0;

const badge = verdict => make("span", {class: "badge " + names.verdicts[verdict].replace(" ", "-")}, names.verdicts[verdict]);
const reasonOf = number => names.reasons[number] || ["", ""];
const fact = (label, ...value) => make("div", {}, make("dt", {}, label), make("dd", {}, make("bdi", {}, ...value)));
const titled = (title, ...content) => make("section", {}, make("h3", {}, title), ...content);
const text = (pieces, mark, where) => make("pre", {tabindex: "0"}, joined(pieces, mark, where));

function judgement(side, title) {
  if (!side) return make("section", {class: "side"}, title ? make("h3", {}, title) : null, make("p", {}, "This row was not judged."));
  const [code, sentence] = reasonOf(side.r);
  const rule = side.u && names.rules[side.u];
  const parts = side.t || [];
  return make("section", {class: "side"},
    title ? make("h3", {}, title) : null,
    make("p", {}, badge(side.v), " ", make("b", {}, code)),
    make("p", {}, sentence),
    make("dl", {},
      fact("reward", side.w === null ? "none" : short(side.w)),
      fact("extracted answer", side.e ? make("code", {}, joined(side.e)) : "none"),
      side.u ? fact("rule", shown(side.u), rule ? make("small", {}, rule) : null) : null,
      fact("work", counted(side.k))),
    side.d ? titled("Detail", text(side.d)) : null,
    parts.length ? titled("Components", make("ul", {class: "components"}, components(parts))) : null);
}

function components(parts) {
  return parts.map(([name, part]) => make("li", {},
    make("b", {}, make("bdi", {}, shown(name))), " ", badge(part.v), " ", reasonOf(part.r)[0], part.w === null ? null : ", reward " + short(part.w),
    make("small", {}, part.d ? joined(part.d) : reasonOf(part.r)[1]),
    part.t ? make("ul", {class: "components"}, components(part.t)) : null));
}

// The other samples of the prompt, and how many of them are correct.
function siblings(row) {
  const group = columns.group[row];
  if (group === 0xffffffff) return null;
  let all = 0, correct = 0;
  for (let other = 0; other < names.rows; other++) {
    if (columns.group[other] !== group) continue;
    all++;
    if (columns.verdict[other] === 0) correct++;
  }
  if (all < 2) return null;
  const show = () => { dialog.close(); clearFilters(); state.facets.group = [group]; refresh(); };
  return make("p", {}, correct + " of " + all + " samples of this prompt in the list are correct. ", make("button", {type: "button", click: show}, "show them"));
}

async function openRow(row) {
  opened = row;
  const ticket = ++asked;
  const data = await record(row);
  if (ticket !== asked) return;
  const place = placeOf(row);
  const at = state.order.indexOf(row);
  const step = by => () => moveRow(by);
  const sides = names.sides ? [judgement(data.o, names.sides[0]), judgement(data.x, names.sides[1])] : [judgement(data.o, "")];
  const prompts = (data.p || []).map(([role, pieces]) => [role ? make("h4", {}, make("bdi", {}, shown(role))) : null, text(pieces, null, place)]);
  const answers = (data.a || []).map(answer => make("li", {}, make("bdi", {}, joined(answer))));
  const extracted = [data.o, data.x].some(side => side && side.e);
  dialog.replaceChildren(
    make("header", {},
      make("h2", {id: "title", tabindex: "-1"}, "Row ", make("bdi", {}, shown(data.i))),
      make("p", {class: "note"}, make("bdi", {}, shown(place)), fileOf(row) === names.sources[columns.source[row]] ? null : [", source ", make("bdi", {}, shown(names.sources[columns.source[row]]))],
        at < 0 ? null : ", " + counted(at + 1) + " of " + counted(state.order.length)),
      make("div", {class: "line"},
        make("button", {type: "button", id: "before", disabled: at <= 0, click: step(-1)}, "previous"),
        make("button", {type: "button", id: "after", disabled: at < 0 || at + 1 >= state.order.length, click: step(1)}, "next"),
        make("button", {type: "button", id: "close", click: () => dialog.close()}, "close"))),
    make("div", {class: "parts"},
      make("div", {class: "judged" + (names.sides ? " two" : "")}, sides,
        answers.length ? titled(answers.length > 1 ? "Reference answers" : "Reference answer", make("ul", {class: "answers"}, answers)) : null,
        siblings(row),
        (data.f || []).length ? titled("Other columns", make("dl", {}, data.f.map(([name, value]) => fact(shown(name), shown(value))))) : null),
      make("div", {class: "texts"},
        prompts.length ? titled("Prompt", ...prompts) : null,
        titled("Completion", extracted && !data.h ? make("p", {class: "note"}, "The extracted answer does not stand in the completion as it is shown beside it.") : null,
          make("p", {class: "note"}, counted(columns.length[row]) + " characters"), text(data.c, data.h, place)),
        ...(data.n || []).map(([title, pieces]) => titled(make("bdi", {}, shown(title)), text(pieces, null, place))))));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  find("title").focus();
  remember("#" + encodeURIComponent(place));
}

// Opens the row before or after the open one, in the order of the list.
function moveRow(by) {
  const at = state.order.indexOf(opened) + by;
  if (opened < 0 || at < 0 || at >= state.order.length) return;
  const page = Math.floor(at / ROWS);
  if (page !== state.page) { state.page = page; showList(); }
  current = at - page * ROWS;
  openRow(state.order[at]);
}

function remember(hash) {
  // Some browsers refuse this for files on disk; the page works without it.
  try { history.replaceState(null, "", hash); } catch { /* see above */ }
}

dialog.addEventListener("close", () => {
  opened = -1;
  asked++;
  remember("#rows");
  focusCurrent();
});
dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
