/* 商家地图: where the open shops are; the list below says the same. The page works without it. */
(function () {
  var data = document.getElementById('shop-pins'), box = document.getElementById('map');
  if (!data || !box || !window.L) return;
  var told = JSON.parse(data.textContent), style = getComputedStyle(document.documentElement);
  if (!told.pins.length) { box.parentNode.hidden = true; return; }
  var colour = function (name) { return style.getPropertyValue(name).trim(); };
  var map = L.map(box, { zoomSnap: .25, zoomControl: false, scrollWheelZoom: false });
  L.control.zoom({ position: 'topright', zoomInTitle: told.words.in, zoomOutTitle: told.words.out }).addTo(map);
  map.attributionControl.setPrefix('').addAttribution(told.words.note);
  told.pins.forEach(function (pin) {
    L.marker(pin.at, { title: pin.name + ' ' + pin.kind, alt: pin.name, keyboard: false, icon: L.divIcon({ className: '', html: '<div class="shop-pin"></div>', iconSize: [32, 32], iconAnchor: [16, 36] }) })
      .addTo(map).on('click', function () { var card = document.getElementById('shop-' + pin.id); if (card) card.click(); });
  });
  map.fitBounds(L.latLngBounds(told.pins.map(function (pin) { return pin.at; })), { padding: [40, 40], maxZoom: 17 });
  if (told.drawn) fetch(told.drawn).then(function (answer) { return answer.json(); }).then(function (all) {
    var of = function (kind) { return { type: 'FeatureCollection', features: all.features.filter(function (each) { return each.properties.kind === kind; }) }; };
    [['park', '--leaf-50'], ['square', '--gold-50'], ['bld', '--ink-200']].forEach(function (each) {
      L.geoJSON(of(each[0]), { style: { stroke: false, fillColor: colour(each[1]), fillOpacity: 1 }, interactive: false }).addTo(map);
    });
    L.geoJSON(of('road'), { style: function (each) { return { color: colour('--white'), weight: Math.max(2, each.properties.w / 2), lineCap: 'round' }; }, interactive: false }).addTo(map);
  });
})();
