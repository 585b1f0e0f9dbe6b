// Forms that ask the device for a passkey: sign in, add a key, confirm an act. Everything else works without.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    let binary = "";
    for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function create(options) {
    const publicKey = {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return answer(made, { attestationObject: text(made.response.attestationObject) });
  }

  async function get(options) {
    const publicKey = {
      ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials),
    };
    const made = await navigator.credentials.get({ publicKey });
    return answer(made, {
      authenticatorData: text(made.response.authenticatorData),
      signature: text(made.response.signature),
      userHandle: made.response.userHandle ? text(made.response.userHandle) : null,
    });
  }

  function answer(made, more) {
    const response = { clientDataJSON: text(made.response.clientDataJSON), ...more };
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response });
  }

  async function ask(form) {
    const asked = await fetch(form.dataset.options, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    if (!asked.ok) throw new Error(asked.status === 429 ? "many" : "refused");
    const options = await asked.json();
    return form.dataset.passkey === "create" ? create(options) : get(options);
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    const button = form.querySelector("[data-passkey-button]");
    const status = form.querySelector("[data-passkey-status]");
    for (const instead of form.querySelectorAll("[data-passkey-instead]")) instead.hidden = true;
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      status.textContent = status.dataset.waiting;
      try {
        form.elements.assertion.value = await ask(form);
        form.submit();
      } catch (problem) {
        button.disabled = false;
        status.textContent = problem.message === "many" ? status.dataset.many : status.dataset.failed;
        button.focus();
      }
    });
  }
})();
