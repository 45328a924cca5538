// The page is whole without this: it puts the nearest station first, where the phone tells where it is.
const button = document.getElementById("near");
const list = document.getElementById("stations");
const EARTH_KM = 6371;
const RAD = Math.PI / 180;

function distanceKm(lon, lat, article) {
  const [lon2, lat2] = article.dataset.at.split(" ").map(Number);
  const a =
    Math.sin(((lat2 - lat) * RAD) / 2) ** 2 +
    Math.cos(lat * RAD) * Math.cos(lat2 * RAD) * Math.sin(((lon2 - lon) * RAD) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(a));
}

function arrange({ coords }) {
  const articles = [...list.children].map((one) => [distanceKm(coords.longitude, coords.latitude, one), one]);
  articles.sort(([a], [b]) => a - b);
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  for (const [km, one] of articles) {
    one.querySelector(".far").textContent = `· ${number.format(km)} km`;
    list.append(one);
  }
  articles[0]?.[1].scrollIntoView({ block: "start" });
}

if (button && list && "geolocation" in navigator && list.children.length > 1) {
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      arrange,
      () => {
        document.getElementById("near-failed").hidden = false;
      },
      { maximumAge: 60_000, timeout: 10_000 },
    );
  });
}
