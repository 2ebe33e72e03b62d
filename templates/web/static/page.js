// The page works without this: it only spares reloading, and sends by Enter.
"use strict";
(() => {
  const status = document.getElementById("status");
  const field = document.getElementById("text");
  const usual = status.textContent;
  let busy = false;
  let composed = -1e9;

  const show = (at) => at && at.scrollIntoView({
    block: "start",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });

  // What stands already is left alone, so that only what is new is read out.
  const merge = (page) => {
    const talk = document.querySelector(".talk");
    const there = new Map([...talk.children].map((each) => [each.id, each]));
    let first = null;
    for (const fresh of [...page.querySelector(".talk").children]) {
      const old = there.get(fresh.id);
      there.delete(fresh.id);
      if (!old) {
        talk.append(fresh);
        first = first || fresh;
      } else if (old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
    }
    there.forEach((gone) => gone.remove());
    document.querySelectorAll("input[name=n]").forEach((each) => {
      each.value = page.querySelector("input[name=n]").value;
    });
    return first;
  };

  const load = async (url, options) => {
    const answer = await fetch(url, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".talk")) {
      status.textContent = page.querySelector("main p").textContent;
      return false;
    }
    const first = merge(page);
    status.textContent = usual;
    if (document.querySelector("[data-waits]")) setTimeout(() => load(location.pathname), 1500);
    show(first);
    return true;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.action.endsWith("/say")) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    status.textContent = "正在看，请稍等";
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      if (await load(form.action, { method: "POST", body }) && form.id === "compose") field.value = "";
    } catch {
      status.textContent = "没有发出去，请看看网络，再发一次";
    }
    busy = false;
  });

  // Safari ends a composition before the Enter that ended it, and marks that key 229.
  field.addEventListener("compositionend", (event) => { composed = event.timeStamp; });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (event.timeStamp - composed > 50) field.form.requestSubmit();
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  show(document.getElementById("last"));
})();
