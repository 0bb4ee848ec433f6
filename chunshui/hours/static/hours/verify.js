/* Verifies a proof in the browser, off line too: the same checks as python -m chunshui.verify. No library. */
(function () {
  "use strict";
  var LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  var data = JSON.parse(document.getElementById("verify-data").textContent);
  var input = document.getElementById("proof-file");
  var verdict = document.getElementById("verdict");

  function unreadable() { return new Error("unreadable"); }

  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value && typeof value === "object") {
      return "{" + Object.keys(value).sort().map(function (key) { return JSON.stringify(key) + ":" + canonical(value[key]); }).join(",") + "}";
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw unreadable();
    return JSON.stringify(value);
  }

  function unbase58(text) {
    var bytes = [];
    for (var i = 0; i < text.length; i += 1) {
      var carry = LETTERS.indexOf(text[i]);
      if (carry < 0 || text.length > 200) throw unreadable();
      for (var j = 0; j < bytes.length; j += 1) { carry += bytes[j] * 58; bytes[j] = carry & 255; carry >>= 8; }
      while (carry) { bytes.push(carry & 255); carry >>= 8; }
    }
    for (i = 0; text[i] === "1"; i += 1) bytes.push(0);
    return new Uint8Array(bytes.reverse());
  }

  function unbase64(text) {
    try {
      return bytesOf(atob(text.replace(/-/g, "+").replace(/_/g, "/")));
    } catch (error) { throw unreadable(); }
  }

  function bytesOf(binary) { return Uint8Array.from(binary, function (letter) { return letter.charCodeAt(0); }); }
  function utf8(text) { return new TextEncoder().encode(text); }
  function textOf(bytes) {
    try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch (error) { throw unreadable(); }
  }
  function parsed(text) {
    try { return JSON.parse(text); } catch (error) { throw unreadable(); }
  }
  function joined(parts) {
    var out = new Uint8Array(parts.reduce(function (sum, part) { return sum + part.length; }, 0)), at = 0;
    parts.forEach(function (part) { out.set(part, at); at += part.length; });
    return out;
  }
  async function hash(bytes) { return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)); }

  function issuerOf(document) {
    var issuer = document.issuer && document.issuer.id ? document.issuer.id : document.issuer;
    if (typeof issuer !== "string") throw unreadable();
    return issuer;
  }

  function keyNamed(name, moment) {
    var found = data.keys.find(function (row) { return row.publicKeyMultibase === name; });
    if (!found) throw new Error("untrusted");
    if (moment !== undefined) {
      var at = Date.parse(moment);
      if (isNaN(at)) throw unreadable();
      if (at < Date.parse(found.since) || (found.until && at > Date.parse(found.until))) throw new Error("untrusted");
    }
    return found.publicKeyMultibase;
  }

  function keyOf(method, issuer, moment) {
    if (typeof method !== "string" || method.indexOf("#") < 0) throw unreadable();
    if (method.split("#")[0] !== issuer) throw new Error("untrusted");
    return keyNamed(method.slice(method.indexOf("#") + 1), moment);
  }

  async function signed(name, signature, message) {
    var raw = unbase58(name.slice(1));
    var key;
    try {
      key = await crypto.subtle.importKey("raw", raw.slice(2), { name: "Ed25519" }, false, ["verify"]);
    } catch (error) { throw new Error("old"); }
    if (signature.length !== 64 || !(await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message))) throw new Error("altered");
  }

  async function checkDocument(document) {
    var proof = document.proof;
    if (!proof || proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-jcs-2022" || proof.proofPurpose !== "assertionMethod") throw unreadable();
    var name = keyOf(proof.verificationMethod, issuerOf(document), proof.created);
    var plain = Object.assign({}, document), options = Object.assign({}, proof);
    delete plain.proof;
    delete options.proofValue;
    if (canonical(plain["@context"]) !== canonical(options["@context"])) throw new Error("altered");
    var value = String(proof.proofValue || "");
    var message = joined([await hash(utf8(canonical(options))), await hash(utf8(canonical(plain)))]);
    await signed(name, value[0] === "z" ? unbase58(value.slice(1)) : new Uint8Array(0), message);
    return document;
  }

  async function checkPdf(bytes) {
    var text = "";
    for (var at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    var found = text.match(/<<(?:(?!stream)[^])*?\/Type\s*\/EmbeddedFile(?:(?!stream)[^])*?>>\s*stream\r?\n(\{[^]*?\})\s*endstream/g) || [];
    if (found.length !== 1) throw unreadable();
    var body = found[0].slice(found[0].search(/stream\r?\n\{/)).replace(/^stream\r?\n/, "").replace(/\s*endstream$/, "");
    var document = await checkDocument(parsed(textOf(bytesOf(body))));
    var seal = text.match(/%chunshui-seal (z[1-9A-HJ-NP-Za-km-z]{40,60}) (z[1-9A-HJ-NP-Za-km-z]{80,100})\n(startxref\n\d{1,12}\n%%EOF\n)$/);
    if (!seal || document.proof.verificationMethod.split("#")[1] !== seal[1]) throw new Error("altered");
    var told = await hash(bytesOf(text.slice(0, seal.index) + seal[3]));
    await signed(keyNamed(seal[1]), unbase58(seal[2].slice(1)), joined([utf8("chunshui-pdf-seal-1:"), told]));
    return document;
  }

  async function checkJwt(text) {
    var parts = text.trim().split(".");
    if (parts.length !== 3) throw unreadable();
    var header = parsed(textOf(unbase64(parts[0]))), payload = parsed(textOf(unbase64(parts[1])));
    if (header.alg !== "EdDSA" || "crit" in header) throw unreadable();
    var name = keyOf(header.kid, issuerOf(payload), payload.validFrom);
    await signed(name, unbase64(parts[2]), utf8(parts[0] + "." + parts[1]));
    return payload;
  }

  async function verify(bytes) {
    var start = String.fromCharCode.apply(null, bytes.subarray(0, 5));
    var document = start === "%PDF-" ? await checkPdf(bytes)
      : start.trim()[0] === "{" ? await checkDocument(parsed(textOf(bytes))) : await checkJwt(textOf(bytes));
    if (!Array.isArray(document.type) || document.type.indexOf("OpenBadgeCredential") < 0) throw unreadable();
    var list = await checkDocument(data.revoked);
    var gone = list.revokedCredential.some(function (row) { return row.id === document.id; });
    return { word: gone ? "revoked" : "genuine", document: document };
  }

  function line(list, term, value) {
    var dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = value;
    list.append(dt, dd);
  }

  function show(word, found) {
    verdict.replaceChildren();
    verdict.dataset.word = word;
    var said = document.createElement("p"), strong = document.createElement("strong");
    strong.textContent = data.words[word] || data.words.unreadable;
    said.append(strong);
    verdict.append(said);
    if (!found) return;
    var service = found.credentialSubject.volunteerService, list = document.createElement("dl");
    line(list, data.words.number, service.other.number);
    line(list, data.words.name, service.volunteer.name);
    line(list, data.words.unit, service.issuer.name);
    line(list, data.words.period, service.service.since + " – " + service.service.until);
    line(list, data.words.minutes, service.service.minutes);
    line(list, data.words.services, service.service.services);
    line(list, data.words.issued, service.other.issuedOn);
    line(list, data.words.publicity, service.other.publicityUntil);
    verdict.append(list);
  }

  input.addEventListener("change", async function () {
    if (!input.files.length) return;
    try {
      var answer = await verify(new Uint8Array(await input.files[0].arrayBuffer()));
      show(answer.word, answer.document);
    } catch (error) {
      show(data.words[error.message] ? error.message : "unreadable");
    }
  });
})();
