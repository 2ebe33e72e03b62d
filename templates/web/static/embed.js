// Puts a button on a page of another site that opens the chat in a frame.
"use strict";
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const set = (node, style) => Object.assign(node.style, style);
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.type = "button";
  frame.title = "报多少：问医保能报多少";
  frame.hidden = true;
  set(button, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: 2147483646, minHeight: "60px", padding: "0 24px",
    border: "2px solid #fff", borderRadius: "30px", background: "#0b5c75", color: "#fff", font: "bold 20px sans-serif",
    cursor: "pointer",
  });
  set(frame, {
    position: "fixed", right: "16px", bottom: "88px", zIndex: 2147483647, width: "min(440px, calc(100vw - 32px))",
    height: "min(720px, calc(100vh - 112px))", border: "1px solid #5a6b70", borderRadius: "12px", background: "#fff",
    display: "none",
  });
  const turn = (open) => {
    if (open && !frame.src) frame.src = origin + "/frame";
    // A style of the page around it may show what is only hidden.
    frame.hidden = !open;
    frame.style.display = open ? "block" : "none";
    button.textContent = open ? "关掉" : "问医保";
    button.setAttribute("aria-expanded", String(open));
    (open ? frame : button).focus();
  };
  button.addEventListener("click", () => turn(frame.hidden));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !frame.hidden) turn(false); });
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.data === "baoduoshao-close" && !frame.hidden) turn(false);
  });
  frame.id = "baoduoshao-frame";
  button.setAttribute("aria-controls", frame.id);
  const add = () => {
    button.textContent = "问医保";
    button.setAttribute("aria-expanded", "false");
    document.body.append(frame, button);
  };
  document.body ? add() : addEventListener("DOMContentLoaded", add);
})();
