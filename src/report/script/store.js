// The packed rows: the index, whose columns are filtered and sorted by, and blocks of rows that are unpacked on demand.
const names = JSON.parse(find("names").textContent);
const columns = {};
const CACHED = 64;
const unpacked = new Map();

function decoded(id) {
  const text = find(id).textContent;
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const bytes = atob(text);
  const numbers = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) numbers[at] = bytes.charCodeAt(at);
  return numbers;
}

async function inflated(id) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const written = writer.write(decoded(id)).then(() => writer.close());
  const [bytes] = await Promise.all([new Response(stream.readable).arrayBuffer(), written]);
  return bytes;
}

async function readIndex() {
  const buffer = await inflated("index");
  const types = {f64: Float64Array, u32: Uint32Array, u8: Uint8Array};
  let at = 0;
  for (const [name, type] of names.columns) {
    columns[name] = new types[type](buffer, at, names.rows);
    at += columns[name].byteLength;
  }
}

// The lines of a block; the blocks used last are kept.
async function block(number) {
  const known = unpacked.get(number);
  unpacked.delete(number);
  const lines = known || inflated("block" + number).then(bytes => new TextDecoder().decode(bytes).split("\n"));
  unpacked.set(number, lines);
  if (unpacked.size > CACHED) unpacked.delete(unpacked.keys().next().value);
  return lines;
}

function blockOf(row) {
  let low = 0, high = names.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (names.starts[middle] <= row) low = middle; else high = middle - 1;
  }
  return low;
}

async function record(row) {
  const number = blockOf(row);
  return JSON.parse((await block(number))[row - names.starts[number]]);
}

const fileOf = row => names.files[columns.file[row]];
const placeOf = row => fileOf(row) + names.separators[columns.file[row]] + columns.line[row];

// The texts of a record that are searched.
function* texts(record) {
  yield record.i;
  for (const [, pieces] of record.p || []) yield* pieces;
  yield* record.c;
  for (const answer of record.a || []) yield* answer;
  for (const side of [record.o, record.x]) if (side && side.e) yield* side.e;
}

// Marks the rows that contain a text, whatever its case. `progress` is called between blocks with the share that is
// done, and ends the search by returning false.
async function searchRows(text, progress) {
  const wanted = text.toLowerCase();
  // The text as it stands in a line of JSON. A block without it has no such row.
  const written = JSON.stringify(wanted).slice(1, -1);
  const found = new Uint8Array(names.rows);
  const ahead = 3;
  const waiting = [];
  const unpack = number => inflated("block" + number).then(bytes => new TextDecoder().decode(bytes));
  for (let number = 0; number < names.starts.length; number++) {
    while (waiting.length <= ahead && number + waiting.length < names.starts.length) waiting.push(unpack(number + waiting.length));
    const content = await waiting.shift();
    if (content.toLowerCase().includes(written)) {
      content.split("\n").forEach((line, place) => {
        if (!line || !line.toLowerCase().includes(written)) return;
        for (const part of texts(JSON.parse(line))) {
          if (typeof part === "string" && part.toLowerCase().includes(wanted)) {
            found[names.starts[number] + place] = 1;
            break;
          }
        }
      });
    }
    if (!progress(found, (number + 1) / names.starts.length)) {
      waiting.forEach(other => other.catch(() => {}));
      return null;
    }
    if (number % 4 === 3) await new Promise(resolve => setTimeout(resolve));
  }
  return found;
}
