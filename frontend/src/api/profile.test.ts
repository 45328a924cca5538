import { expect, it } from "vitest";
import { profileOf } from "./profile";

it("tells by the address as what the page was opened", () => {
  expect(profileOf("/", "")).toBe("desk");
  expect(profileOf("/", "?kiosk=1&idle=30")).toBe("kiosk");
  expect(profileOf("/kiosk", "")).toBe("kiosk");
  expect(profileOf("/embed", "?kiosk=1")).toBe("embed");
  expect(profileOf("/wall", "?scene=a")).toBe("wall");
  expect(profileOf("/walls", "")).toBe("desk");
});
