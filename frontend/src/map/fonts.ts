/** Be Vietnam Pro for the map's labels: three files a weight, because the Vietnamese one holds no a-z. */

import type { FontFacesSpecification } from "maplibre-gl";
import latinMedium from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-500-normal.woff2?url";
import latinRegular from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2?url";
import latinExtMedium from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-ext-500-normal.woff2?url";
import latinExtRegular from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-ext-400-normal.woff2?url";
import vietnameseMedium from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-500-normal.woff2?url";
import vietnameseRegular from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2?url";

// Ranges as the font's own style sheets declare them.
const VIETNAMESE =
  "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB";
const LATIN =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const LATIN_EXT =
  "U+0100-0101,U+0104-010F,U+0112-0127,U+012A-0130,U+0132-0151,U+0154-0167,U+016A-019F,U+01A2-01AE,U+01B1-02BA,U+1D00-1DBF,U+1E00-1E9F,U+2020,U+20A0-20AA,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";

const face = (url: string, range: string): { url: string; "unicode-range": string[] } => ({
  url: new URL(url, location.href).href,
  "unicode-range": range.split(","),
});

export const FONT_FACES: FontFacesSpecification = {
  "Be Vietnam Pro Regular": [
    face(vietnameseRegular, VIETNAMESE),
    face(latinRegular, LATIN),
    face(latinExtRegular, LATIN_EXT),
  ],
  "Be Vietnam Pro Medium": [
    face(vietnameseMedium, VIETNAMESE),
    face(latinMedium, LATIN),
    face(latinExtMedium, LATIN_EXT),
  ],
};
