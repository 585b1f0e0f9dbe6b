// The camera of E2 and of a school's desk: reads a code in the browser where it can, else sends small grey pictures to
// our own server. The box says where they go (data-frames; with the session only there), which field takes the text
// (data-field; its form is sent), and with what a code begins that is of no use here (data-skip).
"use strict";
(() => {
  const EVERY_MS = 500, MOST_FRAMES = 90, SIDE = 640, MAX_BYTES = 60000, SLOW_MS = 45000;
  const $ = (id) => document.getElementById(id);
  const box = $("camera"), open = $("camera-open"), stop = $("camera-stop"), light = $("camera-light");
  const finder = $("viewfinder"), video = $("camera-picture"), status = $("camera-status");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  box.hidden = false;
  let stream = null, timer = 0, slow = 0, frames = 0, run = 0;

  const say = (words) => { status.textContent = words; };

  function close(words) {
    run += 1;
    clearTimeout(timer);
    clearTimeout(slow);
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
    finder.hidden = stop.hidden = light.hidden = true;
    open.hidden = false;
    if (words !== undefined) say(words);
  }

  const skipped = (text) => Boolean(box.dataset.skip) && text.startsWith(box.dataset.skip);

  function found(text) {
    close(box.dataset.found);
    const field = $(box.dataset.field || "camera-text");
    for (const file of field.form.querySelectorAll("input[type=file]")) file.value = "";
    field.value = text;
    field.form.submit();
  }

  async function inBrowser() {
    if (!("BarcodeDetector" in window)) return null;
    try {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
    } catch { return null; }
  }

  function square() {
    const side = Math.min(video.videoWidth, video.videoHeight), canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    const pen = canvas.getContext("2d");
    pen.filter = "grayscale(1)";
    pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
    return canvas;
  }

  async function atServer() {
    const canvas = square();
    let picture = null;
    for (const quality of [0.7, 0.4, 0.2]) {
      picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (picture && picture.size <= MAX_BYTES) break;
    }
    const own = box.dataset.frames;
    const answer = await fetch(own || "/api/verify/frame", {
      method: "POST", body: picture, credentials: own ? "same-origin" : "omit",
      headers: { "content-type": "image/jpeg" },
    });
    return answer.ok ? (await answer.json()).text : null;
  }

  async function seen(detector) {
    if (!detector) return atServer();
    const texts = (await detector.detect(video)).map((code) => code.rawValue).filter(Boolean);
    return texts.find((text) => !skipped(text)) || texts[0] || null;
  }

  async function look(detector, mine) {
    if (mine !== run) return;
    let text = null;
    if (video.videoWidth) {
      frames += 1;
      try {
        text = await seen(detector);
      } catch { text = null; }
    }
    if (mine !== run) return;
    if (text && !skipped(text)) { found(text); return; }
    if (text) say(box.dataset.skipped);
    if (frames >= MOST_FRAMES) { close(box.dataset.slow); return; }
    timer = setTimeout(() => look(detector, mine), EVERY_MS);
  }

  open.addEventListener("click", async () => {
    close();
    const mine = run;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 960 } },
      });
    } catch {
      say(box.dataset.refused);
      return;
    }
    if (mine !== run) { for (const track of stream.getTracks()) track.stop(); return; }
    video.srcObject = stream;
    open.hidden = true;
    finder.hidden = stop.hidden = false;
    const track = stream.getVideoTracks()[0];
    light.hidden = !(track.getCapabilities && track.getCapabilities().torch);
    light.setAttribute("aria-pressed", "false");
    await video.play();
    say(box.dataset.on);
    stop.focus();
    frames = 0;
    slow = setTimeout(() => say(box.dataset.slow), SLOW_MS);
    look(await inBrowser(), mine);
  });
  stop.addEventListener("click", () => { close(box.dataset.stopped); open.focus(); });
  light.addEventListener("click", async () => {
    const on = light.getAttribute("aria-pressed") !== "true";
    await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
    light.setAttribute("aria-pressed", String(on));
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close(box.dataset.stopped); });
  window.addEventListener("pagehide", () => close());
})();
