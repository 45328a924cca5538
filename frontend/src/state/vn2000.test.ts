import { describe, expect, it } from "vitest";
import { meridianName, toVn2000 } from "./vn2000";

/** The worked pairs of the reference (PROJ 9.5): lat, lon, meridian, easting, northing. */
const GOLDEN = [
  ["Buôn Ma Thuột", 12.6808, 108.0432, 108.5, 450191.376, 1402414.99],
  ["Tây Ninh", 11.303, 106.133, 105.5, 568906.042, 1250044.241],
  ["Tân Châu", 11.556, 106.161, 105.5, 571898.809, 1278036.224],
  ["Đơn Dương", 11.766, 108.488, 107.75, 580237.798, 1301287.909],
  ["Đà Lạt", 11.9416, 108.4419, 107.75, 575165.048, 1320699.55],
  ["Gia Nghĩa", 12.004, 107.69, 108.5, 411601.566, 1327637.723],
  ["Bạc Liêu", 9.294, 105.7278, 105, 579759.969, 1027858.371],
  ["Cà Mau", 9.1769, 105.1524, 104.5, 571499.762, 1014890.885],
  ["Tuy Hòa", 13.0955, 109.3209, 108.5, 588820.061, 1448389.554],
] as const;

describe("VN-2000 in the browser", () => {
  it.each(GOLDEN)("places %s within a centimetre", (_, lat, lon, meridian, easting, northing) => {
    const { x, y } = toVn2000([lon, lat], meridian);

    expect(Math.abs(x - northing)).toBeLessThan(0.01);
    expect(Math.abs(y - easting)).toBeLessThan(0.01);
  });

  it("names a meridian as documents do", () => {
    expect([105.5, 107.75, 105].map(meridianName)).toEqual(["105°30′", "107°45′", "105°00′"]);
  });
});
