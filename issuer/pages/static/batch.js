// Live progress of a batch (B19): asks every three seconds while the page is seen, tells a quarter at a time.
"use strict";
(() => {
  const box = document.querySelector("[data-batch]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-batch-text]");
  const told = box.querySelector("[data-batch-told]");
  const words = (ended, total) => box.dataset.text.replace("{ended}", ended).replace("{total}", total);
  let quarter = Math.floor((4 * bar.value) / bar.max);
  const ask = async () => {
    if (document.hidden) return;
    let answer;
    try {
      answer = await fetch(box.dataset.batch, { headers: { Accept: "application/json" } });
    } catch {
      return; // the server is away: the page stands as it is, the next question may find it again
    }
    if (!answer.ok) return;
    const now = await answer.json();
    bar.max = now.total || 1;
    bar.value = now.ended;
    text.textContent = words(now.ended, now.total);
    const reached = Math.floor((4 * now.ended) / (now.total || 1));
    if (reached > quarter) {
      quarter = reached;
      told.textContent = words(now.ended, now.total);
    }
    if (now.state !== "queued" && now.state !== "running") {
      clearInterval(timer);
      told.textContent = box.dataset.done;
    }
  };
  const timer = setInterval(ask, 3000);
})();
