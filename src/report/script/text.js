// Elements and texts. Every text becomes a text node: nothing on this page is made from markup.
"use strict";
const find = id => document.getElementById(id);

// An element with attributes (functions are listeners, false and null are left out) and children (null is left out).
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ""));
  return element;
}

// What a browser would obey, or show nothing for: control and format characters (they reorder text), private and
// unassigned ones, halves of surrogates, line and paragraph separators, and what is invisible by default.
const HIDDEN = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}\u{16fe4}]/gu;

// Nodes for a text, with hidden characters as marked escapes.
function shown(text) {
  const nodes = [];
  let end = 0;
  for (const {0: character, index} of text.matchAll(HIDDEN)) {
    if (index > end) nodes.push(text.slice(end, index));
    const code = character.codePointAt(0);
    const hex = code.toString(16);
    const escape = code === 13 ? "\\r" : code < 128 ? "\\x" + hex.padStart(2, "0") : "\\u{" + hex + "}";
    nodes.push(make("span", {class: "hid", title: "U+" + hex.toUpperCase().padStart(4, "0")}, escape));
    end = index + character.length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

// Nodes for the pieces of a cut text; `mark` is [piece, place, length], `where` says where the whole text is.
function joined(pieces, mark, where) {
  return pieces.flatMap((piece, number) => {
    if (typeof piece === "number") {
      return [make("span", {class: "cut"}, counted(piece) + " characters are left out here" + (where ? "; the whole text: " + where : ""))];
    }
    if (!mark || mark[0] !== number) return shown(piece);
    const [, start, length] = mark;
    const marked = make("mark", {title: "the extracted answer"}, shown(piece.slice(start, start + length)));
    return [...shown(piece.slice(0, start)), marked, ...shown(piece.slice(start + length))];
  });
}

// The beginning of a text on one line.
function line(pieces, most) {
  const text = pieces && pieces.length ? String(pieces[0]) : "";
  const flat = text.slice(0, most * 3).replace(/\s+/gu, " ").trim();
  const whole = flat.length <= most && pieces.length === 1 && text.length <= most * 3;
  return shown(whole ? flat : [...flat].slice(0, most).join("") + "…");
}

const counted = number => number.toLocaleString("en");
const short = number => Number.isNaN(number) ? "–" : number.toLocaleString("en", {maximumSignificantDigits: 4}).replace("-", "−");
