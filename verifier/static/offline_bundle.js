// The signed bundle in the browser: its signature (eddsa-jcs-2022), its keys and lists, and what a code is worth by it.
"use strict";
(() => {
  const DAY = 86400000, OLDEST = 30 * DAY, MOST_BYTES = 8 << 20, MOST_BITS = 4 << 20;
  const REASONS = { 1: "replaced", 2: "mistake", 3: "holder_wish", 4: "for_cause", 5: "being_checked" };
  const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const utf8 = new TextEncoder();

  function base58(text) {
    let number = 0n;
    for (const sign of text) {
      const value = ALPHABET.indexOf(sign);
      if (value < 0) throw new TypeError("base58");
      number = number * 58n + BigInt(value);
    }
    const hex = number.toString(16), even = hex.length % 2 ? `0${hex}` : hex;
    const zeros = text.match(/^1*/)[0].length;
    return Uint8Array.from([...Array(zeros).fill(0), ...(even.match(/../g) || []).map((pair) => parseInt(pair, 16))]);
  }

  // RFC 8785; our documents hold no numbers but integers.
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${members.join(",")}}`;
  }

  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  async function verify(raw, signature, message) {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  }

  function rawKey(multikey) {
    const bytes = base58(multikey.slice(1));
    if (multikey[0] !== "z" || bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) throw new TypeError("key");
    return bytes.slice(2);
  }

  // Whether this browser has what it takes.
  pateva.able = async () => {
    if (!window.isSecureContext || !window.caches || !navigator.serviceWorker || !window.DecompressionStream) return false;
    try {
      return !(await verify(rawKey("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"), new Uint8Array(64), new Uint8Array()));
    } catch { return false; }
  };

  // Reads the bytes of a bundle; throws when its own issuer's key did not sign it.
  pateva.readBundle = async (bytes) => {
    if (bytes.length > MOST_BYTES) throw new TypeError("size");
    const document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const { proof, ...content } = document, { proofValue, ...options } = proof;
    const made = Date.parse(document.madeAt);
    if (document.format !== "pateva.bundle/1" || proof.cryptosuite !== "eddsa-jcs-2022" || !made) throw new TypeError("form");
    const signer = document.keys.find((key) => key.id === proof.verificationMethod && key.issuer === document.issuer);
    if (!signer || signer.compromisedAt || proofValue[0] !== "z") throw new TypeError("signer");
    const hashes = [await sha256(utf8.encode(canonical(options))), await sha256(utf8.encode(canonical(content)))];
    const message = Uint8Array.from([...hashes[0], ...hashes[1]]);
    if (!(await verify(rawKey(signer.publicKeyMultibase), base58(proofValue.slice(1)), message))) throw new TypeError("signature");
    const keys = [];
    for (const key of document.keys) {
      const raw = rawKey(key.publicKeyMultibase);
      keys.push({ ...key, raw, kid: pateva.hex((await sha256(raw)).slice(0, 4)) });
    }
    return { document, made, keys };
  };

  async function bits(coded) {
    const text = atob(coded.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = new Blob([Uint8Array.from(text, (sign) => sign.charCodeAt(0))]);
    const reader = packed.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > MOST_BITS) throw new TypeError("list");
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  async function place(bundle, claims, issuer) {
    const list = bundle.document.lists.find((one) => one.id === pateva.listId(claims.list));
    if (!list || list.issuer !== issuer || claims.index >= list.size) return null;
    const [revoked, reasons] = [await bits(list.revoked), await bits(list.reasons)];
    if (revoked.length * 8 !== list.size || reasons.length !== revoked.length * 16) return null;
    const entry = reasons[2 * claims.index] << 8 | reasons[2 * claims.index + 1];
    return {
      revoked: (revoked[claims.index >> 3] >> (7 - (claims.index & 7)) & 1) === 1,
      reason: REASONS[entry >> 12] || null,
      month: entry ? (entry & 0xfff) + 240 : null,
    };
  }

  const monthOf = (text) => {
    const [year, month] = text.split("-").map(Number);
    return (year - 2000) * 12 + month - 1;
  };

  const answer = (name, code, more = {}) => ({ answer: name, code, reason: null, month: null, claims: null, ...more });

  // {answer, code, reason, month, claims, issuer, key}: the same as verifier/compact.py gives.
  pateva.checkCode = async (text, bundle, now) => {
    let taken;
    try { taken = pateva.takeApart(text); } catch (fault) {
      if (!fault.code) throw fault;
      return answer("not_genuine", fault.code);
    }
    if (!bundle) return answer("could_not_check", "compact.no_bundle");
    const { claims, kid } = taken, candidates = bundle.keys.filter((one) => one.kid === kid);
    const age = now - bundle.made;
    let key = null;
    for (const one of candidates) if (!key && await verify(one.raw, taken.signature, taken.message)) key = one;
    if (!key) {
      if (candidates.length) return answer("not_genuine", "compact.signature");
      const newer = claims.signed >= monthOf(bundle.document.madeAt) && age > DAY;
      return newer ? answer("could_not_check", "compact.key_perhaps_newer") : answer("not_genuine", "compact.key_unknown");
    }
    const known = { claims, issuer: key.issuer, key: key.id };
    if (key.compromisedAt) return answer("not_genuine", "compact.key_compromised", known);
    if ((key.retiredAt && claims.signed > monthOf(key.retiredAt)) || claims.signed < monthOf(key.validFrom)) {
      return answer("not_genuine", "compact.key_expired", known);
    }
    const found = await place(bundle, claims, key.issuer);
    if (!found) return answer("status_not_checked_since", "compact.list_unknown", known);
    const { reason, month } = found;
    if (found.revoked) return answer("out_of_use", "compact.revoked", { ...known, reason, month });
    if (age > OLDEST) return answer("status_not_checked_since", "compact.bundle_old", known);
    if (age < -DAY) return answer("status_not_checked_since", "compact.clock", known);
    if (reason === "being_checked") return answer("status_not_checked_since", "compact.being_checked", { ...known, reason, month });
    return answer("genuine_as_of", "compact.genuine", known);
  };
})();
