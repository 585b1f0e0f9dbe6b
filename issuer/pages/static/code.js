// Groups a typed code in fours and reads it back; without it the field takes the same code in any form.
"use strict";
(() => {
  const field = document.querySelector("input[data-code]");
  const read = document.getElementById("code-read");
  if (!field || !read) return;
  const signs = () => field.value.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const groups = (text) => text.match(/.{1,4}/g) || [];
  let timer = 0;
  const tell = () => {
    const text = signs();
    read.textContent = text ? read.dataset.text + " " + groups(text).map((four) => [...four].join(" ")).join(", ") : "";
  };
  field.addEventListener("input", () => {
    if (field.selectionStart === field.value.length) field.value = groups(signs()).join(" ");
    clearTimeout(timer);
    timer = setTimeout(tell, 700);
  });
  tell();
})();
