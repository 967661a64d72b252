// Has the browser keep the viewer for when there is no network, and says when there is a newer one: taking it means loading the
// page anew, so that is the person's choice.
const style = `
  .ph-newer { position: fixed; z-index: 80; inset-block-start: 56px; inset-inline: 16px; display: flex; flex-wrap: wrap; align-items: center;
    justify-content: center; gap: 8px; width: fit-content; margin-inline: auto; padding: 8px 12px; border: 1px solid var(--border-strong);
    border-radius: var(--radius-lg); background: var(--raised); box-shadow: var(--shadow-2); font-size: var(--text-sm); }`;

async function begin() {
  const registration = await navigator.serviceWorker.register(new URL("sw.js", import.meta.url));
  const look = () => registration.waiting && navigator.serviceWorker.controller && offer(registration.waiting);
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  // A page that is left open for days hears of it too.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && registration.update().catch(() => {}));
}

function offer(waiting) {
  if (document.querySelector(".ph-newer")) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const notice = document.createElement("div");
  notice.className = "ph-newer";
  notice.setAttribute("role", "status");
  const button = (words, look, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `ph-button ${look}`;
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };
  const take = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  };
  notice.append(
    "A newer version of the viewer is here.",
    button("Load it", "ph-button--framed", take),
    button("Later", "", () => notice.remove()),
  );
  document.body.append(notice);
}

// Browsers have none where the page came by plain http from elsewhere, and in private windows; then there is only the network.
// It waits for the page, which is to be seen first; and by then boot.js has said where scripts may come from.
if (navigator.serviceWorker) {
  addEventListener("load", () => begin().catch((error) => console.info(`not kept for offline use: ${error.message}`)));
}
