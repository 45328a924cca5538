/** Round scales of printed maps. */

export const SCALES = [500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000] as const;

/** A screen's pixel, as browsers define it. */
const PIXEL_M = 0.0254 / 96;

/** The round scale nearest to what the screen shows. */
export function nearestScale(metersPerPx: number): number {
  const shown = Math.log(metersPerPx / PIXEL_M);
  return SCALES.reduce((best, scale) =>
    Math.abs(Math.log(scale) - shown) < Math.abs(Math.log(best) - shown) ? scale : best,
  );
}

/** Width and height of the map on each sheet, with its legend and without, in millimetres: the server lays it out so. */
const SIZES = {
  a4: { portrait: [183, 191, 183, 209], landscape: [210, 162, 222, 162] },
  a3: { portrait: [270, 306, 270, 332], landscape: [321, 249, 345, 249] },
} as const;

export interface SheetSize {
  readonly paper: keyof typeof SIZES;
  readonly orientation: "portrait" | "landscape";
  readonly legend: boolean;
  readonly scale: number;
}

/** The ground a sheet covers, in metres. */
export function groundOf({ paper, orientation, legend, scale }: SheetSize): readonly [number, number] {
  const [width, height, bareWidth, bareHeight] = SIZES[paper][orientation];
  return legend
    ? [(width * scale) / 1000, (height * scale) / 1000]
    : [(bareWidth * scale) / 1000, (bareHeight * scale) / 1000];
}
