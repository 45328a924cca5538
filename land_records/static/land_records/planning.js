// What the page of planning does with a script: asks the phone where it is and looks that parcel up; prints.
const here = document.getElementById("here");
if (here && navigator.geolocation) {
  here.hidden = false;
  here.addEventListener("click", () => {
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
const paper = document.getElementById("print");
if (paper) {
  paper.hidden = false;
  paper.addEventListener("click", () => print());
}
