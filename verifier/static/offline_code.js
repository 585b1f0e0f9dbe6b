// A small signed code, read as docs/compact-qr.md says: Base45, CBOR in one spelling, COSE_Sign1, claims.
"use strict";
const pateva = {};
(() => {
  const PREFIX = "PATEVA1:", SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const MOST_SIGNS = 311, MOST_BYTES = 201, MOST_MONTH = 1199;
  const PROTECTED = [0xa2, 0x01, 0x27, 0x04, 0x44];
  const KNOWN = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

  class Fault extends Error {
    constructor(code) { super(code); this.code = code; }
  }
  const refuse = (code = "compact.form") => { throw new Fault(code); };

  function base45(text) {
    const bytes = [];
    for (let at = 0; at < text.length; at += 3) {
      const values = [...text.slice(at, at + 3)].map((sign) => SIGNS.indexOf(sign));
      const number = values.reduce((sum, value, place) => sum + value * 45 ** place, 0);
      if (values.includes(-1) || values.length === 1 || number >= 256 ** (values.length - 1)) refuse();
      if (values.length === 3) bytes.push(number >> 8);
      bytes.push(number & 255);
    }
    return Uint8Array.from(bytes);
  }

  // Unsigned integers to 2^32, byte strings, arrays, maps of integers in rising order; shortest heads, nothing left.
  function cbor(data) {
    let at = 0;
    function head() {
      if (at >= data.length) refuse();
      const major = data[at] >> 5, short = data[at++] & 31;
      if (short < 24) return [major, short];
      const size = { 24: 1, 25: 2, 26: 4 }[short];
      if (!size || at + size > data.length) refuse();
      let number = 0;
      for (let i = 0; i < size; i++) number = number * 256 + data[at++];
      if (number < (size === 1 ? 24 : 256 ** (size / 2))) refuse();
      return [major, number];
    }
    function item(depth) {
      const [major, number] = head();
      if (major === 0) return number;
      if (number > data.length - at || depth > 3) refuse();
      if (major === 2) return data.slice(at, at += number);
      if (major === 4) return Array.from({ length: number }, () => item(depth + 1));
      if (major !== 5) refuse();
      const map = new Map();
      for (let i = 0, last = -1; i < number; i++) {
        const key = item(depth + 1);
        if (typeof key !== "number" || key <= last) refuse();
        map.set(last = key, item(depth + 1));
      }
      return map;
    }
    const found = item(1);
    if (at !== data.length) refuse();
    return found;
  }

  const isBytes = (value, size) => value instanceof Uint8Array && (size === undefined || value.length === size);
  const isNumber = (value) => typeof value === "number";
  const isBitmap = (value) => isBytes(value) && value.length > 0 && value.length <= 32 && value.at(-1) !== 0;

  function claimsOf(map) {
    const bad = () => refuse("compact.claims");
    if (!(map instanceof Map) || [...map.keys()].some((key) => !KNOWN.has(key))) bad();
    const months = map.get(6), place = map.get(7), scope = map.get(8);
    if (!isBytes(map.get(1), 16) || !isBytes(map.get(2), 32) || ![1, 2, 3].includes(scope)) bad();
    if (!Array.isArray(months) || ![2, 4].includes(months.length) || !months.every(isNumber)) bad();
    if (!Array.isArray(place) || place.length !== 2 || !isBytes(place[0], 10) || !isNumber(place[1])) bad();
    const given = months[0], signed = given + months[1];
    const activity = months.length === 4 ? [given - months[2], given - months[3]] : null;
    if (signed > MOST_MONTH || (activity && (activity[0] < 0 || activity[0] > activity[1]))) bad();
    if (map.has(12) && map.get(12) !== 1) bad();
    const claims = {
      credential: map.get(1), digest: map.get(2), given, signed, activity, list: place[0], index: place[1], scope,
      bySchool: map.has(12), unit: null, achievement: null,
    };
    if (scope === 3) {
      if (!isBytes(map.get(11), 16) || [3, 4, 5, 9, 10].some((key) => map.has(key))) bad();
      claims.achievement = map.get(11);
      return claims;
    }
    const [code, qualification, shown, order, partly] = [3, 4, 5, 9, 10].map((key) => map.get(key));
    if (!(code > 0) || !(qualification > 0) || !isBitmap(shown) || !isBytes(order, 4) || map.has(11)) bad();
    if (partly !== undefined && (!isBitmap(partly) || partly.some((byte, i) => byte & (shown[i] || 0)))) bad();
    claims.unit = { code, qualification, order, shown, inPart: partly || new Uint8Array() };
    return claims;
  }

  pateva.hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  pateva.positions = (bitmap) =>
    Array.from(bitmap, (byte, i) => [...Array(8).keys()].filter((bit) => byte & 0x80 >> bit).map((bit) => 8 * i + bit)).flat();

  // {kid, message, signature, claims}; throws a Fault with `code`.
  pateva.takeApart = (typed) => {
    const text = typed.trim();
    if (!text.startsWith(PREFIX) || text.length > MOST_SIGNS) refuse();
    const data = base45(text.slice(PREFIX.length));
    if (data[0] !== 0xd2 || data.length > MOST_BYTES) refuse();
    const parts = cbor(data.slice(1));
    if (!Array.isArray(parts) || parts.length !== 4) refuse();
    const [header, open, payload, signature] = parts;
    if (!isBytes(header) || !(open instanceof Map) || !isBytes(payload) || !isBytes(signature)) refuse();
    if (open.size || header.length !== 9 || PROTECTED.some((byte, i) => header[i] !== byte)) refuse("compact.algorithm");
    if (signature.length !== 64) refuse();
    const claims = claimsOf(cbor(payload));
    const wrap = (bytes) => (bytes.length < 24 ? [0x40 | bytes.length, ...bytes] : [0x58, bytes.length, ...bytes]);
    const words = Array.from("Signature1", (sign) => sign.charCodeAt(0));
    const message = Uint8Array.from([0x84, 0x6a, ...words, ...wrap(header), 0x40, ...wrap(payload)]);
    return { kid: pateva.hex(header.slice(5)), message, signature, claims };
  };

  pateva.listId = (bytes) => {
    const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
    return bits.match(/.{5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
  };
})();
