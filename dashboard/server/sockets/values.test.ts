import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from '../testing/browser.ts';
import { FakeMonitor } from '../testing/fake-monitor.ts';
import { aTag, plantStart } from '../testing/fake-values.ts';
import { aBench, type Bench } from '../testing/setup.ts';

const bad = 0x80310000;
let bench: Bench;
let page: Page;

beforeEach(async () => {
  const tags = [...Array.from({ length: 100 }, (_, i) => aTag(`LT-${i}`)), aTag('MODE', { kind: 'text' })];
  bench = await aBench({ view: new FakeMonitor({ tags }) });
  page = await (await bench.as('viewer')).open();
});
afterEach(async () => bench[Symbol.asyncDispose]());

/** One tick of the server, and all that it sent has arrived. */
async function tick(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await bench.wall.advance(250);
  await page.settled();
}

async function watch(tags: readonly number[], number = 1): Promise<void> {
  page.send({ type: 'watch', watch: number, tags });
  await page.settled();
}

describe('value frames', () => {
  it('start with a snapshot of the whole view, with and without values', async () => {
    bench.view.latest.put(3, 2.5, plantStart);
    bench.view.latest.put(4, 7, plantStart - 9);
    bench.view.latest.put(4, Number.NaN, plantStart, bad);
    await watch([3, 4, 9, 3]);
    expect(page.frames).toHaveLength(1);
    const [frame] = page.frames;
    expect(frame).toMatchObject({ snapshot: true, watch: 1, run: page.of('hello')[0]?.run, time: plantStart });
    expect([...(frame?.tag ?? [])]).toEqual([3, 4, 9]);
    expect([...(frame?.value ?? [])]).toEqual([2.5, Number.NaN, Number.NaN]);
    expect([...(frame?.quality ?? [])]).toEqual([0, bad, 0]);
    expect([...(frame?.receiveTime ?? [])]).toEqual([plantStart, plantStart, Number.NaN]);
    expect([...(frame?.lastGood ?? [])]).toEqual([2.5, 7, Number.NaN]);
  });

  it('contain only the latest changed values of tags on screen', async () => {
    await watch([0, 1, 2]);
    for (let i = 0; i < 50; i++) {
      bench.view.latest.put(1, i, plantStart + i);
      bench.view.latest.put(50, i, plantStart + i);
    }
    await tick();
    expect(page.frames).toHaveLength(2);
    expect([...(page.frames[1]?.tag ?? [])]).toEqual([1]);
    expect([...(page.frames[1]?.value ?? [])]).toEqual([49]);
    await tick(4);
    expect(page.frames).toHaveLength(2);
  });

  it('contain a new sample of the same value, because of its age, and a change of quality alone', async () => {
    bench.view.latest.put(0, 1, plantStart);
    await watch([0]);
    bench.view.latest.put(0, 1, plantStart + 1000);
    await tick();
    bench.view.latest.quality[0] = bad;
    await tick();
    expect(page.frames.map(({ receiveTime, quality }) => [receiveTime[0], quality[0]])).toEqual([
      [plantStart, 0],
      [plantStart + 1000, 0],
      [plantStart + 1000, bad],
    ]);
  });

  it('are sent at most four times a second', async () => {
    await watch([0]);
    for (let ms = 0; ms < 5000; ms += 50) {
      bench.view.latest.put(0, ms, plantStart + ms);
      await bench.wall.advance(50);
    }
    await page.settled();
    expect(page.frames.length - 1).toBe(20);
  });

  it('follow the view: the number of the watch distinguishes late frames from new ones', async () => {
    await watch([0, 1]);
    await watch([7], 2);
    bench.view.latest.put(0, 5, plantStart);
    bench.view.latest.put(7, 5, plantStart);
    await tick();
    expect(page.frames.map((frame) => [frame.watch, frame.snapshot, ...frame.tag])).toEqual([
      [1, true, 0, 1],
      [2, true, 7],
      [2, false, 7],
    ]);
    await watch([], 3);
    bench.view.latest.put(7, 6, plantStart + 1);
    await tick(4);
    expect(page.frames.at(-1)?.tag).toHaveLength(0);
  });

  it('are refused for an unknown index; the view stays', async () => {
    await watch([0]);
    await watch([101], 2);
    expect(page.of('refused')).toMatchObject([{ of: 'watch', code: 'not-found' }]);
    bench.view.latest.put(0, 5, plantStart);
    await tick();
    expect(page.frames.at(-1)?.watch).toBe(1);
  });

  it('send each text once beside them', async () => {
    bench.view.latest.texts.set(100, 'AUTO');
    await watch([0, 100]);
    await tick(2);
    bench.view.latest.texts.set(100, 'MANUAL');
    await tick(2);
    expect(page.of('texts').map(({ watch: number, texts }) => [number, texts])).toEqual([
      [1, [{ tag: 100, text: 'AUTO' }]],
      [1, [{ tag: 100, text: 'MANUAL' }]],
    ]);
  });
});

describe('heartbeats', () => {
  it('are sent every second even without values, with both clocks and the lag', async () => {
    bench.view.latest.put(5, 1, plantStart - 1500);
    bench.view.latest.put(6, 1, plantStart - 4000);
    for (let second = 0; second < 10; second++) {
      const before = page.of('heartbeat').length;
      await tick(4);
      expect(page.of('heartbeat').length).toBeGreaterThan(before);
    }
    expect(page.of('heartbeat').at(-1)).toEqual({
      type: 'heartbeat',
      time: plantStart,
      wallTime: bench.wall.now() - 250,
      lagMs: 1500,
      skipped: 0,
    });
  });

  it('contain the delay of a late monitor', async () => {
    bench.view.late = 8_000;
    await tick(4);
    expect(page.of('heartbeat').at(-1)?.lateMs).toBe(8_000);
  });

  it('have no lag before the first sample', async () => {
    await tick(4);
    expect(page.of('heartbeat').at(-1)?.lagMs).toBeNaN();
  });
});
