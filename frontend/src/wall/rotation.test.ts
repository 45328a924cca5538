import { expect, test } from "vitest";
import { begin, chosen, near, parseAsked, pass, settle, step, writeAsked } from "./rotation";

const SCENES = [
  { slug: "a", seconds: 20 },
  { slug: "b", seconds: 40 },
  { slug: "c", seconds: 10 },
];

test("a wall begins where its address says, else at the first scene", () => {
  expect(begin(SCENES, "b")).toEqual({ slug: "b", leftMs: 40_000 });
  expect(begin(SCENES, "gone")).toEqual({ slug: "a", leftMs: 20_000 });
  expect(begin([], "a")).toBeNull();
});

test("time runs out and the next scene has all of its own", () => {
  const later = pass({ slug: "c", leftMs: 900 }, SCENES, 500);

  expect(later).toEqual({ slug: "c", leftMs: 400 });
  expect(pass(later, SCENES, 500)).toEqual({ slug: "a", leftMs: 20_000 });
});

test("a scene alone stays on", () => {
  expect(pass({ slug: "a", leftMs: 100 }, SCENES.slice(0, 1), 5_000)).toEqual({ slug: "a", leftMs: 100 });
});

test("previous and next go round", () => {
  expect(step({ slug: "a", leftMs: 5 }, SCENES, -1).slug).toBe("c");
  expect(step({ slug: "c", leftMs: 5 }, SCENES, 1).slug).toBe("a");
});

test("a scene stays while others come and go, and gives way when it is taken away", () => {
  const now = { slug: "b", leftMs: 30_000 };

  expect(settle(now, SCENES.slice(1), null)).toEqual(now);
  expect(settle(now, [{ slug: "b", seconds: 5 }], null)).toEqual({ slug: "b", leftMs: 5_000 });
  expect(settle(now, SCENES.slice(0, 1), null)).toEqual({ slug: "a", leftMs: 20_000 });
  expect(settle(now, [], null)).toBeNull();
});

test("the next scene is drawn shortly before its turn", () => {
  expect(near({ slug: "a", leftMs: 7_000 }, SCENES, 6_000)).toBeNull();
  expect(near({ slug: "a", leftMs: 5_000 }, SCENES, 6_000)).toBe("b");
  expect(near({ slug: "a", leftMs: 0 }, SCENES.slice(0, 1), 6_000)).toBeNull();
});

test("the address holds the scene, the screens' share and whether it stands still", () => {
  expect(parseAsked("?scene=b&only=b,c&hold=1")).toEqual({ scene: "b", only: ["b", "c"], held: true });
  expect(parseAsked("")).toEqual({ scene: null, only: [], held: false });
  expect(writeAsked("?only=b,c&lang=en&hold=1", "c", false)).toBe("?only=b,c&lang=en&scene=c");
  expect(chosen(SCENES, ["c"]).map((one) => one.slug)).toEqual(["c"]);
  expect(chosen(SCENES, [])).toBe(SCENES);
});
