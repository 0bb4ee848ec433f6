/* 调度台: the map (the list beside it says the same) and the keyboard. The page works without it. */
(function () {
  var data = document.getElementById('map-data'), box = document.getElementById('map');
  var cards = [].slice.call(document.querySelectorAll('.cd'));
  var markers = {}, pick = function () {};

  function chosen(card) {
    cards.forEach(function (each) { each.classList.toggle('on', each === card); });
    document.querySelectorAll('[data-who]').forEach(function (each) { each.textContent = card.getAttribute('data-name'); });
    pick(card.getAttribute('data-person'));
  }
  cards.forEach(function (card) { card.querySelector('input').addEventListener('change', function () { chosen(card); }); });

  if (data && box && window.L) {
    var told = JSON.parse(data.textContent), style = getComputedStyle(document.documentElement);
    var colour = function (name) { return style.getPropertyValue(name).trim(); };
    var map = L.map(box, { zoomSnap: .25, zoomControl: false, scrollWheelZoom: false }).setView(told.home, 16);
    L.control.zoom({ position: 'topright', zoomInTitle: told.words.in, zoomOutTitle: told.words.out }).addTo(map);
    map.attributionControl.setPrefix('').addAttribution(told.words.note);
    ['ground', 'houses', 'roads', 'over'].forEach(function (name, i) { map.createPane(name).style.zIndex = 210 + i * 10; });
    if (box.dataset.drawn) fetch(box.dataset.drawn).then(function (answer) { return answer.json(); }).then(drawn);
    L.circle(told.home, { radius: told.reach, color: colour('--river-600'), weight: 1, opacity: .5, dashArray: '3 5', fillColor: colour('--river-600'), fillOpacity: .045, interactive: false }).addTo(map);
    var line;
    told.people.forEach(function (person, i) {
      markers[person.id] = L.marker(person.at, { title: person.name, alt: person.name, keyboard: false, icon: pin(i + 1, false) }).addTo(map).on('click', function () {
        var card = document.querySelector('.cd[data-person="' + person.id + '"]');
        card.querySelector('input').checked = true; chosen(card);
      });
      markers[person.id].n = i + 1; markers[person.id].at = person.at;
    });
    L.marker(told.home, { zIndexOffset: 900, title: told.label, alt: told.label, keyboard: false, icon: L.divIcon({ className: '', iconSize: [40, 48], iconAnchor: [20, 46], html: '<svg class="pin-req" viewBox="0 0 40 48"><path d="M20 47C8 33 2 26 2 18a18 18 0 0 1 36 0c0 8-6 15-18 29z" stroke-width="2.5"/><path d="M12 20l8-7 8 7M14.5 18.5V26h11v-7.5" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>' }) }).addTo(map);
    pick = function (id) {
      Object.keys(markers).forEach(function (key) { markers[key].setIcon(pin(markers[key].n, key === String(id))).setZIndexOffset(key === String(id) ? 800 : 0); });
      if (line) line.remove();
      if (markers[id]) line = L.polyline([markers[id].at, told.home], { color: colour('--river-600'), weight: 3.5, dashArray: '1 8', lineCap: 'round', interactive: false }).addTo(map);
    };
    var fit = function () {
      map.invalidateSize();
      var near = told.people.slice(0, 5).filter(function (person) { return map.distance(person.at, told.home) < 1200; });
      var all = (near.length ? near : told.people.slice(0, 1)).map(function (person) { return person.at; }).concat([told.home]);
      map.fitBounds(L.latLngBounds(all), { paddingTopLeft: [46, 52], paddingBottomRight: [56, 46], maxZoom: 17 });
    };
    fit(); window.addEventListener('resize', fit);
    if (told.people.length) pick(told.people[0].id);
  }

  function pin(n, on) { return L.divIcon({ className: '', html: '<div class="pin-v ' + (on ? 'on' : '') + '">' + n + '</div>', iconSize: [30, 30], iconAnchor: [15, 15] }); }

  function drawn(all) {
    var of = function (kind) { return { type: 'FeatureCollection', features: all.features.filter(function (each) { return each.properties.kind === kind; }) }; };
    var pixels = function (metres) { return metres / (156543.03392 * Math.cos(29.59 * Math.PI / 180) / Math.pow(2, map.getZoom())); };
    var fill = function (kind, value) { L.geoJSON(of(kind), { pane: 'ground', style: { stroke: false, fillColor: value, fillOpacity: 1 }, interactive: false }).addTo(map); };
    fill('bound', '#FFFDFB'); fill('park', '#D9EBD6'); fill('square', '#F6E7CF'); fill('school', '#E3E6F0');
    L.geoJSON(of('bld'), { pane: 'houses', style: { color: '#DCD3CE', weight: .7, fillColor: '#EAE3DF', fillOpacity: 1 }, interactive: false }).addTo(map);
    [['#DDD4CE', 2.4], ['#FFFFFF', 0]].forEach(function (p) { L.geoJSON(of('road'), { pane: 'roads', style: function (each) { return { color: p[0], weight: pixels(each.properties.w) + p[1], lineCap: 'round', lineJoin: 'round' }; }, interactive: false }).addTo(map); });
    L.geoJSON(of('bound'), { pane: 'over', style: { color: colour('--red-600'), weight: 1.6, dashArray: '2 6', lineCap: 'round', fill: false }, interactive: false }).addTo(map);
  }

  /* keys: j k and arrows through the queue, 1–9 a candidate, Enter asks, / searches, ? tells; typed text is left alone, Escape switches keys off and on */
  var kept = function () { try { return window.localStorage; } catch (error) { return null; } }();
  var off = !!kept && kept.getItem('desk-keys') === 'off', help = document.getElementById('keys');
  document.addEventListener('keydown', function (event) {
    var target = event.target, typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type);
    var inQueue = target === document.body || target.closest('.q');
    if (event.key === 'Escape' && !typing) { off = !off; if (kept) kept.setItem('desk-keys', off ? 'off' : 'on'); return; }
    if (off || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    var links = [].slice.call(document.querySelectorAll('.q li>a')), at = links.findIndex(function (each) { return each.getAttribute('aria-current'); });
    if ((event.key === 'j' || event.key === 'ArrowDown' && inQueue) && links[at + 1]) { event.preventDefault(); links[at + 1].click(); }
    else if ((event.key === 'k' || event.key === 'ArrowUp' && inQueue) && links[at - 1]) { event.preventDefault(); links[at - 1].click(); }
    else if (/^[1-9]$/.test(event.key) && cards[event.key - 1]) { var radio = cards[event.key - 1].querySelector('input'); radio.checked = true; radio.focus(); chosen(cards[event.key - 1]); }
    else if (event.key === '/') { var search = document.querySelector('.d-search input'); if (search) { event.preventDefault(); search.focus(); } }
    else if (event.key === '?' && help) { help.open = !help.open; help.querySelector('summary').focus(); }
    else if (event.key === 'Enter' && target.matches('.cd input')) { event.preventDefault(); document.getElementById('act').querySelector('.btn--primary').click(); }
  });
})();
