// Asks the phone where it is and looks that parcel up.
const button = document.getElementById("here");
if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const asked = new URLSearchParams({ lang: document.documentElement.lang });
        asked.set("lon", coords.longitude.toFixed(6));
        asked.set("lat", coords.latitude.toFixed(6));
        location.search = asked.toString();
      },
      () => {
        document.getElementById("here-failed").hidden = false;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
