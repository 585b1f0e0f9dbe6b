// E6: keeps the checking list in this device if the person wants it, and shows what a code is worth by it.
"use strict";
(async () => {
  const KEPT = "pateva-offline-1", BUNDLE = "/v/bundle.json", PAGE = "/v/offline", WORKER = "/v/offline-worker.js";
  const DAY = 86400000;
  const ALARMING = ["compact.signature", "compact.key_unknown", "compact.key_compromised", "compact.key_expired"];
  const OWN_SENTENCE = ["for_cause", "replaced", "being_checked"];
  const $ = (id) => document.getElementById(id);
  const box = $("offline"), state = $("list-state");
  const words = {};
  for (const term of document.querySelectorAll("#words dt")) words[term.textContent] = term.nextElementSibling.textContent;
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const policy = window.trustedTypes && window.trustedTypes.createPolicy("pateva-offline", { createScriptURL: () => WORKER });
  const language = document.documentElement.lang.split("-")[0];
  let bundle = null;

  $("offline-no-script").hidden = true;
  if (!(await pateva.able())) {
    $("offline-unsupported").hidden = false;
    return;
  }
  box.hidden = false;

  function inFinland(moment) {
    const wanted = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit", hourCycle: "h23" };
    const parts = new Intl.DateTimeFormat("en-GB", { ...wanted, timeZone: "Europe/Helsinki" }).formatToParts(moment);
    return Object.fromEntries(parts.map((part) => [part.type, part.value]));
  }

  function day(moment) {
    const { year, month, day: number } = inFinland(moment);
    if (language !== "en") return `${Number(number)}.${Number(month)}.${year}`;
    return `${Number(number)} ${new Date(Date.UTC(2000, month - 1)).toLocaleString("en-GB", { month: "long" }).slice(0, 3)} ${year}`;
  }

  function full(moment) {
    const { hour, minute } = inFinland(moment);
    if (language === "en") return `${day(moment)}, ${hour.padStart(2, "0")}:${minute}`;
    return `${day(moment)} ${language === "sv" ? "kl." : "klo"} ${Number(hour)}.${minute}`;
  }

  const monthName = (number) =>
    new Date(Date.UTC(2000, number)).toLocaleString(language, { month: "long", year: "numeric", timeZone: "UTC" });

  function age() {
    const days = Math.floor((Date.now() - bundle.made) / DAY);
    const key = days <= 0 ? "age.today" : days === 1 ? "age.one" : "age.many";
    return say(key, { when: full(bundle.made), days });
  }

  function add(parent, name, text, lang) {
    const made = document.createElement(name);
    made.textContent = text;
    if (lang && lang !== language) made.lang = lang;
    parent.append(made);
    return made;
  }

  function named(names) {
    const lang = [language, "fi", "sv", "en"].find((one) => names && names[one]);
    return lang ? [names[lang], lang] : ["", ""];
  }

  function headline(result) {
    if (["compact.form", "compact.claims", "compact.algorithm"].includes(result.code)) return say("headline.no_code");
    const own = OWN_SENTENCE.includes(result.reason) ? result.reason : result.answer;
    return say(`headline.${own}`, { when: full(bundle.made), day: day(bundle.made) });
  }

  function showClaims(result, into) {
    const { claims } = result, content = bundle.document, unit = claims.unit;
    const known = unit && content.units.find((one) =>
      one.unit === unit.code && one.qualification === unit.qualification && one.order === pateva.hex(unit.order));
    const other = !unit && content.competences.find((one) => one.achievement === pateva.hex(claims.achievement));
    add(into, "h3", say("says"));
    const [name, lang] = named((known || other || {}).name);
    add(into, "p", name || (unit ? say("unit_by_number", { unit: unit.code }) : say("no_unit")), lang).className = "lead";
    const facts = add(into, "dl", "");
    facts.className = "facts";
    const fact = (label, value, its) => { add(facts, "dt", say(`fact.${label}`)); add(facts, "dd", value, its); };
    const [issuer, itsLanguage] = named((content.issuers.find((one) => one.id === result.issuer) || {}).name);
    fact("issuer", issuer || result.issuer, itsLanguage);
    if (unit) {
      const shown = pateva.positions(unit.shown), required = known ? known.requirements.length : null;
      const covers = claims.scope === 1 ? "unit" : required ? "part" : "count";
      fact("covers", say(`covers.${covers}`, { shown: shown.length, required }));
      const qualification = named(known && known.qualificationName);
      if (qualification[0]) fact("qualification", ...qualification);
      fact("unit", `${unit.code} · ${(known && known.registerNumber) || unit.qualification}`);
    }
    fact("kind", say(claims.bySchool ? "kind.school" : "kind.work"));
    if (claims.activity) fact("activity", [...new Set(claims.activity.map(monthName))].join(" – "));
    fact("given", monthName(claims.given));
    if (!unit) return;
    const partly = pateva.positions(unit.inPart), all = [...pateva.positions(unit.shown), ...partly].sort((a, b) => a - b);
    add(into, "h3", say("skills"));
    const list = add(into, "ul", "");
    for (const place of all) {
      const [text, its] = named(known && known.requirements[place]);
      const row = add(list, "li", text || say("skill_by_number", { number: place + 1 }), its);
      if (partly.includes(place)) row.append(` – ${say("in_part")}`);
    }
  }

  function show(result) {
    const head = $("answer-h"), into = $("answer-text");
    head.replaceChildren(headline(result), " ");
    add(head, "span", age()).className = "age";
    head.classList.toggle("alarming", ALARMING.includes(result.code) || result.reason === "for_cause");
    into.replaceChildren();
    add(into, "p", say(result.code));
    if (result.reason && result.month !== null) add(into, "p", say(`reason.${result.reason}`, { month: monthName(result.month) }));
    if (result.claims && result.answer !== "not_genuine") {
      add(into, "p", say("person"));
      add(into, "p", say("extract"));
    }
    if (result.claims && result.code !== "compact.key_compromised") showClaims(result, into);
    $("answer").hidden = false;
    $("answer").dataset.answer = result.answer;
    $("answer").dataset.code = result.code;
    head.focus();
  }

  function render(notice) {
    state.textContent = bundle ? `${box.dataset.kept} ${age()}` : notice || box.dataset.none;
    if (bundle && notice) state.textContent = `${notice} ${state.textContent}`;
    $("list-keep").hidden = $("list-consent").hidden = Boolean(bundle);
    $("list-refresh").hidden = $("list-remove").hidden = $("code").hidden = !bundle;
  }

  async function load() {
    if (!(await caches.has(KEPT))) return; // opening it would make one, and nothing is kept before the yes
    const kept = await caches.match(BUNDLE, { cacheName: KEPT });
    if (!kept) return;
    try { bundle = await pateva.readBundle(new Uint8Array(await kept.arrayBuffer())); } catch { await forget(); }
  }

  async function forget() {
    bundle = null;
    await caches.delete(KEPT);
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  }

  // The page, its parts and the list are kept together, so that none is there without the others.
  async function keep() {
    let answer;
    try {
      answer = await fetch(BUNDLE, { cache: "no-store", credentials: "omit" });
      if (!answer.ok) throw new TypeError("no list");
    } catch { render(box.dataset.failed); return; }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let read;
    try { read = await pateva.readBundle(bytes); } catch { render(box.dataset.bad); return; }
    if (bundle && read.made < bundle.made) { render(box.dataset.failed); return; }
    try {
      const parts = [...document.querySelectorAll("script[src], link[href]")].map((one) => one.src || one.href);
      const cache = await caches.open(KEPT), page = await fetch(location.pathname + location.search);
      if (!page.ok) throw new TypeError("no page");
      await cache.addAll(parts);
      await cache.put(PAGE, page);
      await cache.put(BUNDLE, new Response(bytes, { headers: { "content-type": "application/json" } }));
      await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : WORKER, { scope: "/v/" });
      await navigator.serviceWorker.ready;
    } catch { await forget(); render(box.dataset.failed); return; }
    bundle = read;
    render();
    state.focus();
  }

  async function textOfPicture(file) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    const found = await detector.detect(await createImageBitmap(file));
    const texts = found.map((one) => one.rawValue);
    return texts.find((text) => text.startsWith("PATEVA1:")) || null;
  }

  const check = async () => {
    $("answer").hidden = true;
    show(await pateva.checkCode($("code-text").value, bundle, Date.now()));
  };

  $("list-keep").addEventListener("click", keep);
  $("list-refresh").addEventListener("click", keep);
  $("list-remove").addEventListener("click", async () => {
    await forget();
    $("answer").hidden = true;
    render(box.dataset.removed);
    $("list-keep").focus();
  });
  $("code-form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
  if ("BarcodeDetector" in window) {
    $("code-picture-field").hidden = false;
    $("code-picture").addEventListener("change", async () => {
      $("answer").hidden = true;
      let text = null;
      try { text = await textOfPicture($("code-picture").files[0]); } catch { text = null; }
      $("code-error").hidden = text !== null;
      $("code-error").textContent = text === null ? box.dataset.noCode : "";
      if (text !== null) { $("code-text").value = text; check(); }
    });
  }
  await load();
  render();
})();
