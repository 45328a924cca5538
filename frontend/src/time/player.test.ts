import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cell } from "../state/cell";
import { createPlayer, until } from "./player";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("playing", () => {
  it("shows the next frame only when the last one is drawn", async () => {
    let frames = 0;
    let finish: () => void = () => undefined;
    const player = createPlayer({
      advance: () => ++frames < 3,
      drawn: () => new Promise((resolve) => (finish = resolve)),
      frameMs: () => 100,
    });

    player.play();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(frames).toBe(1);

    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(frames).toBe(2);
    finish();
    await vi.advanceTimersByTimeAsync(50);
    expect(frames).toBe(2);
    await vi.advanceTimersByTimeAsync(50);
    expect(frames).toBe(3);
    finish();
    await vi.advanceTimersByTimeAsync(100);
    expect(player.playing.get()).toBe(false);
  });

  it("stops where a person says so, and starts again once", async () => {
    let frames = 0;
    const player = createPlayer({
      advance: () => Boolean(++frames),
      drawn: () => Promise.resolve(),
      frameMs: () => 100,
    });

    player.play();
    player.pause();
    player.play();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(frames).toBe(2 + 10);
    player.pause();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frames).toBe(2 + 10);
  });

  it("waits for what it hears of, but not for ever", async () => {
    const source = cell(0);
    const done = vi.fn();

    void until(source, (value) => value === 1, 1_000).then(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
    source.set(1);
    await expect(until(source, (value) => value === 1, 1_000)).resolves.toBeUndefined();
  });
});
