// The page works without this: it only spares reloading, and sends by Enter.
"use strict";
(() => {
  const status = document.getElementById("status");
  const field = document.getElementById("text");
  let busy = false;

  const show = (at, behavior) => at && at.scrollIntoView({ block: "start", behavior });

  // What stands already is changed as little as can be, so that only what is new is read out.
  const update = (old, fresh) => {
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const [olds, news] = [[...old.children], [...fresh.children]];
    if (!olds.length && !news.length && old.textContent.trim() !== fresh.textContent.trim()) old.textContent = fresh.textContent;
    olds.forEach((each, i) => {
      if (!news[i]) each.remove();
      else if (each.tagName === news[i].tagName) update(each, news[i]);
      else each.replaceWith(news[i]);
    });
    old.append(...news.slice(olds.length));
  };

  const merge = (page) => {
    const talk = document.querySelector(".talk");
    const there = new Map([...talk.children].map((each) => [each.id, each]));
    const added = [];
    let place = talk.firstElementChild;
    for (const fresh of [...page.querySelector(".talk").children]) {
      const old = there.get(fresh.id);
      there.delete(fresh.id);
      if (old) {
        update(old, fresh);
        place = old.nextElementSibling;
      } else {
        talk.insertBefore(fresh, place);
        added.push(fresh);
      }
    }
    there.forEach((gone) => gone.remove());
    document.querySelectorAll("input[name=n]").forEach((each) => {
      each.value = page.querySelector("input[name=n]").value;
    });
    return added.find((each) => each.matches(".bot"));
  };

  const load = async (url, options) => {
    const answer = await fetch(url, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".talk")) {
      status.replaceChildren(page.querySelector("main p").textContent, " ", ...page.querySelectorAll("main a[target]"));
      return false;
    }
    const first = merge(page);
    status.textContent = "";
    if (document.getElementById("waits")) later();
    if (first && document.activeElement === document.body) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    show(first);
    return true;
  };
  const later = () => setTimeout(() => load(location.pathname).then((done) => done || later(), later), 1500);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    // A browser that can't say which button was pressed sends the form itself.
    if (!form.action.endsWith("/say") || !("submitter" in event)) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    status.textContent = "正在看，请稍等";
    const sent = field.value;
    try {
      const body = new URLSearchParams(new FormData(form));
      if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
      const done = await load(form.action, { method: "POST", body });
      if (done && form.id === "compose" && field.value === sent) field.value = "";
    } catch {
      status.textContent = "没有发出去，请看看网络，再发一次";
    }
    busy = false;
  });

  // The second click of a double click would meet what has come to stand there.
  document.addEventListener("click", (event) => { if (event.detail > 1) event.preventDefault(); });

  // Safari ends a composition before the Enter that ended it, and marks that key 229.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    field.form.querySelector("button").click();
  });

  // In a frame, the page around it is asked to close it: it hears no key pressed in here.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && parent !== window) parent.postMessage("baoduoshao-close", "*");
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details:not(.picture)").forEach((each) => { each.open = true; }));
  // Who comes back or reloads finds the place where they were.
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") show(document.getElementById("last"), "instant");
  if (document.getElementById("waits")) later();
})();
