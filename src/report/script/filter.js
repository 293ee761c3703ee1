// What is filtered and how: each facet has the numbers that it lets through, or null for all.
const FACETS = ["verdict", "reason", "otherVerdict", "otherReason", "source", "group"];
const state = {facets: {}, differs: false, found: null, text: "", sort: "file", down: false, page: 0, order: new Uint32Array(0), counts: {}};
const orders = new Map();

function clearFilters() {
  for (const facet of FACETS) state.facets[facet] = null;
  state.differs = false;
  state.page = 0;
}

// All rows in the chosen order; rows without a number come last.
function sorted() {
  const key = state.sort + (state.down ? " down" : "");
  if (orders.has(key)) return orders.get(key);
  const order = Uint32Array.from({length: names.rows}, (_, row) => row);
  if (state.sort !== "file") {
    const values = columns[state.sort];
    const sign = state.down ? -1 : 1;
    const missing = Number.isNaN;
    order.sort((a, b) => missing(values[a]) - missing(values[b]) || sign * (values[a] - values[b]) || a - b);
  } else if (state.down) order.reverse();
  orders.set(key, order);
  return order;
}

// Chooses the rows that pass all filters, and counts for each value of a facet the rows that pass all others.
function select() {
  const rules = FACETS.map(facet => {
    const size = {source: names.sources.length, group: 0}[facet] ?? 256;
    const wanted = state.facets[facet];
    const passes = wanted && facet !== "group" ? Uint8Array.from({length: size}, (_, value) => wanted.includes(value) ? 1 : 0) : null;
    return {facet, column: columns[facet], passes, only: facet === "group" && wanted ? wanted[0] : null, counts: new Uint32Array(size)};
  });
  const {differs, found} = state;
  const order = sorted();
  const chosen = new Uint32Array(names.rows);
  let count = 0, different = 0;
  for (const row of order) {
    if (found && !found[row]) continue;
    const differ = columns.verdict[row] !== columns.otherVerdict[row];
    let failed = null, failures = 0;
    for (const rule of rules) {
      const value = rule.column[row];
      if (rule.passes ? !rule.passes[value] : rule.only !== null && value !== rule.only) {
        failed = rule;
        if (++failures > 1) break;
      }
    }
    if (failures > 1) continue;
    if (!failures && differ) different++;
    if (differs && !differ) continue;
    if (!failures) chosen[count++] = row;
    for (const rule of rules) if (rule.counts.length && (!failures || rule === failed)) rule.counts[rule.column[row]]++;
  }
  state.order = chosen.subarray(0, count);
  state.counts = Object.fromEntries(rules.map(rule => [rule.facet, rule.counts]));
  state.counts.differs = different;
}
