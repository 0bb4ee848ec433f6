/* 按位置签到: only for volunteers who agreed; the form is hidden where the phone gives no place. The place is read on the tap, never before. */
(function () {
  "use strict";
  if (!navigator.geolocation) return;
  Array.prototype.forEach.call(document.querySelectorAll("form[data-locate]"), function (form) {
    var asked = false;
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      if (asked) return;
      event.preventDefault();
      navigator.geolocation.getCurrentPosition(function (place) {
        asked = true;
        form.elements.latitude.value = place.coords.latitude;
        form.elements.longitude.value = place.coords.longitude;
        form.submit();
      }, function () { asked = true; form.submit(); }, { timeout: 10000, enableHighAccuracy: true });
    });
  });
})();
