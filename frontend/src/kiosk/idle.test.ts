import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { idleSeconds, whenIdle } from "./idle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("reads how long a pause is", () => {
  expect(idleSeconds("?idle=30")).toBe(30);
  expect(idleSeconds("")).toBe(90);
  expect(idleSeconds("?idle=soon")).toBe(90);
  expect(idleSeconds("?idle=1")).toBe(90);
});

it("leaves once after the last touch, and not before anybody came", () => {
  const leave = vi.fn();
  const stop = whenIdle(30, leave);

  vi.advanceTimersByTime(100_000);
  expect(leave).not.toHaveBeenCalled();
  dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(29_000);
  dispatchEvent(new Event("keydown"));
  vi.advanceTimersByTime(29_000);
  expect(leave).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100_000);
  expect(leave).toHaveBeenCalledOnce();
  stop();
});
