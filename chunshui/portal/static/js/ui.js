/* 全站唯一的公共脚本: small extras, no framework. Every page works without it. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement;
  function each(selector, fn, where) { Array.prototype.forEach.call((where || doc).querySelectorAll(selector), fn); }

  /* 念给我听: <button data-speak="ID" hidden> reads the headings and paragraphs of the block with that id */
  function speak(button) {
    var synth = window.speechSynthesis;
    if (!synth || !window.SpeechSynthesisUtterance) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var box = doc.getElementById(button.getAttribute("data-speak")), words = [];
      if (!box) return;
      if (synth.speaking) { synth.cancel(); return; }
      each("h1,h2,h3,p,[data-say]", function (e) { words.push(e.getAttribute("data-say") || e.textContent); }, box);
      var said = new SpeechSynthesisUtterance((words.length ? words : [box.textContent]).join("。"));
      said.lang = root.lang === "en" ? "en" : "zh-CN";
      said.rate = 0.85;
      synth.speak(said);
    });
  }

  /* <button data-print hidden> */
  function print(button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  }

  /* <button data-copy="text" data-done="已复制" hidden> */
  function copy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function () {
        var words = button.querySelector("[data-word]") || button;
        words.textContent = button.getAttribute("data-done") || words.textContent;
      });
    });
  }

  /* a textarea grows with its words; <span data-count="ID" data-words="还可写 {} 字"> counts what is left */
  function grow(area) {
    function fit() { area.style.height = "auto"; area.style.height = Math.min(area.scrollHeight + 4, 480) + "px"; }
    area.addEventListener("input", fit);
    if (area.value) fit();
  }
  function count(span) {
    var area = doc.getElementById(span.getAttribute("data-count")), words = span.getAttribute("data-words");
    if (!area || !words || area.maxLength < 0) return;
    function show() { span.textContent = words.replace("{}", area.maxLength - area.value.length); }
    area.addEventListener("input", show);
    show();
  }

  /* <form data-draft="NAME"> keeps what was typed on this device until it is sent; passwords, codes, files and hidden
     fields are never kept, nor anything inside [data-private] */
  function keepable(field) {
    return field.name && !/^(password|hidden|file|submit|button)$/.test(field.type) &&
      field.autocomplete !== "one-time-code" && !(field.closest && field.closest("[data-private]"));
  }
  function draft(form) {
    if (root.getAttribute("data-shell") === "kiosk") return; /* a shared screen keeps nothing */
    var store, key = "draft:" + form.getAttribute("data-draft");
    try { store = window.localStorage; store.getItem(key); } catch (e) { return; }
    function fields() { return Array.prototype.filter.call(form.elements, keepable); }
    function save() {
      var kept = {};
      fields().forEach(function (f) {
        if (/^(radio|checkbox)$/.test(f.type)) { if (f.checked) (kept[f.name] = kept[f.name] || []).push(f.value); }
        else if (f.tagName === "SELECT" || f.value) kept[f.name] = [f.value];
      });
      store.setItem(key, JSON.stringify(kept));
    }
    function fill() {
      var kept;
      try { kept = JSON.parse(store.getItem(key) || "null"); } catch (e) { kept = null; }
      if (!kept) return;
      fields().forEach(function (f) {
        var had = kept[f.name];
        if (!had) return;
        if (/^(radio|checkbox)$/.test(f.type)) { f.checked = had.indexOf(f.value) > -1; } else { f.value = had[0]; }
      });
    }
    if (!form.hasAttribute("data-bound")) fill(); /* the server has just sent back what was typed */
    form.addEventListener("input", save);
    form.addEventListener("change", save);
  }

  /* <… data-draft-done="NAME"> on the page that follows: the draft is no longer needed */
  function done(mark) {
    try { window.localStorage.removeItem("draft:" + mark.getAttribute("data-draft-done")); } catch (e) { /* private mode */ }
  }

  /* <select data-submit> sends its form on change where there is a script; its button stays for the others */
  function submit(field) {
    field.addEventListener("change", function () { if (field.form.requestSubmit) field.form.requestSubmit(); else field.form.submit(); });
  }

  /* <div data-shown-if="NAME=VALUE,VALUE"> stands aside until that choice is made; without a script it is always there */
  function shownIf(box) {
    var wish = box.getAttribute("data-shown-if").split("="), form = box.closest("form"), values = wish[1].split(",");
    if (!form) return;
    function look() {
      var chosen = Array.prototype.some.call(form.elements, function (f) {
        return f.name === wish[0] && values.indexOf(f.value) > -1 && (!/^(radio|checkbox)$/.test(f.type) || f.checked);
      });
      box.hidden = !chosen && !box.querySelector(".err");
    }
    form.addEventListener("change", look);
    look();
  }

  var extras = {
    "[data-speak]": speak, "[data-print]": print, "[data-copy]": copy, "textarea.area": grow, "[data-count]": count,
    "form[data-draft]": draft, "[data-draft-done]": done, "[data-submit]": submit, "[data-shown-if]": shownIf
  };
  function start(where) {
    Object.keys(extras).forEach(function (selector) {
      each(selector, function (e) {
        if (e.getAttribute("data-ready") === "1") return;
        e.setAttribute("data-ready", "1");
        extras[selector](e);
      }, where);
    });
  }
  start(doc);
  doc.addEventListener("htmx:afterSettle", function () { start(doc); });

  /* a page opened with an error summary starts there; so does a fragment that came back with one */
  function toErrors() { var box = doc.querySelector(".errsum"); if (box) box.focus(); }
  toErrors();
  doc.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.xhr && event.detail.xhr.status === 422) toErrors();
  });

  /* a part that could not be sent or answered says so at the top of the page */
  function failed() {
    var box = doc.getElementById("flash"), told = doc.createElement("div");
    if (!box) return;
    told.className = "status status--error";
    told.setAttribute("role", "alert");
    told.textContent = box.getAttribute("data-failed");
    box.textContent = "";
    box.appendChild(told);
    box.scrollIntoView({ block: "nearest" });
  }
  doc.addEventListener("htmx:sendError", failed);
  doc.addEventListener("htmx:responseError", failed);

  /* the role menu closes with Escape or a click elsewhere */
  doc.addEventListener("click", function (event) {
    each("details.d-role[open]", function (d) { if (!d.contains(event.target)) d.removeAttribute("open"); });
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    each("details.d-role[open]", function (d) { d.removeAttribute("open"); d.querySelector("summary").focus(); });
  });
})();
