/* 一起派: where the orders of a round are and from where somebody would come. The lists say the same. */
(function () {
  var data = document.getElementById('round-map'), box = document.getElementById('map');
  if (!data || !box || !window.L) return;
  var told = JSON.parse(data.textContent), style = getComputedStyle(document.documentElement);
  var colour = function (name) { return style.getPropertyValue(name).trim(); };
  var all = told.dots.concat(told.marks);
  if (!all.length) return;
  var map = L.map(box, { zoomSnap: .25, zoomControl: false, scrollWheelZoom: false, preferCanvas: true });
  L.control.zoom({ position: 'topright', zoomInTitle: told.words.in, zoomOutTitle: told.words.out }).addTo(map);
  map.attributionControl.setPrefix('').addAttribution(told.words.note);
  told.names.forEach(function (name) {
    var words = document.createElement('span');
    words.textContent = name[2];
    L.marker([name[0], name[1]], { interactive: false, keyboard: false, icon: L.divIcon({ className: 'map-name', html: words, iconSize: [0, 0] }) }).addTo(map);
  });
  told.dots.forEach(function (dot) {
    if (!dot.from) return;
    L.polyline([dot.from, dot.at], { color: colour('--river-600'), weight: 1.5, opacity: .6, interactive: false }).addTo(map);
    L.circleMarker(dot.from, { radius: 3, stroke: false, fillColor: colour('--river-600'), fillOpacity: .9, interactive: false }).addTo(map);
  });
  told.dots.forEach(function (dot) {
    L.circleMarker(dot.at, { radius: 5, color: colour('--white'), weight: 1.5, fillColor: colour(dot.served ? '--red-600' : '--ink-900'), fillOpacity: 1, interactive: false }).addTo(map);
  });
  told.marks.forEach(function (mark) {
    L.marker(mark.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: '', html: '<div class="pin-v on">' + mark.words + '</div>', iconSize: [30, 30], iconAnchor: [15, 15] }) }).addTo(map);
  });
  var fit = function () { map.invalidateSize(); map.fitBounds(L.latLngBounds(all.map(function (one) { return one.at; })), { padding: [36, 36], maxZoom: 16 }); };
  fit(); window.addEventListener('resize', fit);
})();
