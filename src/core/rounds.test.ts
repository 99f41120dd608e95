import { expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { Rounds } from './rounds.ts';

async function roundsIn(ms: number, round: (rounds: Rounds, clock: VirtualClock, signal: AbortSignal) => Promise<void>) {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const rounds = new Rounds(clock);
  let count = 0;
  let turns = 0;
  const running = (async () => {
    for (;;) {
      await rounds.next(stop.signal);
      count++;
      await round(rounds, clock, stop.signal);
    }
  })().catch((thrown: unknown) => (thrown as Error).name);
  const counting = (async () => {
    while (!stop.signal.aborted) {
      turns++;
      await new Promise((resolve) => void setImmediate(resolve));
    }
  })();
  // in steps, so that a loop that waits for a turn of the event loop is not left behind
  for (let passed = 0; passed <= ms; passed += 10) await clock.advance(10);
  stop.abort();
  await counting;
  return { count, turns, end: await running };
}

it('limits rounds without work, also if nothing in them takes time', async () => {
  const { count, turns, end } = await roundsIn(10_000, async () => {});
  expect(count).toBeGreaterThan(900);
  expect(count).toBeLessThan(1_100);
  expect(turns).toBeGreaterThan(900);
  expect(end).toBe('AbortError');
});

it('delays no round with work, and turns the event loop between them', async () => {
  const { count, turns } = await roundsIn(100, async (rounds) => {
    rounds.worked();
    await Promise.resolve();
  });
  expect(turns).toBeGreaterThan(1);
  expect(count).toBeGreaterThan(30);
  expect(count).toBeLessThan(40 * turns);
});

it('adds no wait to rounds that take their own time', async () => {
  const { count } = await roundsIn(10_000, async (_, clock, signal) => await clock.sleep(50, signal));
  expect(count).toBeGreaterThan(195);
  expect(count).toBeLessThan(205);
});
