import { describe, expect, it } from "vitest";
import { addressOf, finest } from "./pick";

const hit = (type: string): Parameters<typeof finest>[0][number] =>
  ({ feature: { geometry: { type } } }) as Parameters<typeof finest>[0][number];
const drawn = (properties: object, id?: number, role = "circle"): Parameters<typeof addressOf>[0] =>
  ({ id, properties, layer: { metadata: { layer: "a", role } } }) as unknown as Parameters<typeof addressOf>[0];

describe("what a click means", () => {
  it("is the point, not the ground under it", () => {
    const [point, other, area] = [hit("Point"), hit("MultiPoint"), hit("Polygon")];

    expect(finest([area, point, other])).toEqual([point, other]);
    expect(finest([area, hit("LineString")])).toHaveLength(1);
    expect(finest([area, area])).toHaveLength(2);
    expect(finest([])).toEqual([]);
  });

  it("is a feature by its id, or a cell by its own address", () => {
    expect(addressOf(drawn({}, 12))).toEqual({ layer: "a", id: "12", cell: false });
    expect(addressOf(drawn({ _cell: "13/1/2" }))).toEqual({ layer: "a", id: "13/1/2", cell: true });
  });

  it("is nothing where a drawing has no id or only marks another", () => {
    expect(addressOf(drawn({}))).toBeNull();
    expect(addressOf(drawn({}, 12, "highlight"))).toBeNull();
  });
});
