// Shows the text that stands ready, five minutes before a quiet web session ends; "go on" keeps what was typed.
"use strict";
(() => {
  const box = document.getElementById("session-warning");
  if (!box) return;
  let timer = 0;
  const wait = () => {
    box.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => { box.hidden = false; }, Number(box.dataset.seconds) * 1000);
  };
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(box.dataset.alive, { method: "POST" }).catch(() => null);
    if (answer && answer.ok) wait();
    else box.querySelector("p").textContent = box.dataset.ended;
  });
  wait();
})();
