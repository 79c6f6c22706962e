// Lets the page be installed and say that it is offline. It works without, where workers are not allowed.

const files = new URL(import.meta.url).pathname.split("/")[2];
const address = `/service-worker.js?files=${files}`;

/** A policy of this one address: scripts may be made of nothing else. */
function trusted(url) {
  if (!window.trustedTypes) return url;
  const policy = window.trustedTypes.createPolicy("tcm-worker", {
    createScriptURL: (given) => {
      if (given !== address) throw new TypeError("not our worker");
      return given;
    },
  });
  return policy.createScriptURL(url);
}

if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register(trusted(address)).catch(() => {
      // a browser may refuse workers, in private windows for one; nothing here needs them
    });
  });
}
