import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { ProgressBar } from './progress.ts';

/** Output of a bar on a terminal, or in a file. */
function barOn(isTTY: boolean) {
  const clock = new VirtualClock(0);
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  return { clock, written, bar: new ProgressBar(clock, output) };
}

it('prints nothing about short work', () => {
  const { written, bar } = barOn(true);
  bar.show(0.5, 'learning');
  bar.end();
  expect(written).toEqual([]);
});

it('continues from one step to the next and never goes back', async () => {
  const { clock, written, bar } = barOn(false);
  await clock.advance(3_000);
  for (let index = 0; index < 3; index++) {
    const show = bar.part(index, 3);
    for (let step = 0; step <= 40; step++) show(step / 40, `part ${index + 1}`);
    bar.end();
  }
  const shares = written.map((line) => Number(/(\d+) %/.exec(line)?.[1]));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect([shares[0], shares.at(-1), shares.length]).toEqual([0, 100, 11]);
  expect(written.at(-1)).toBe('100 % part 3\n');
});

it('is cleared from a terminal at the end of a step, so that other output has its own line', async () => {
  const { clock, written, bar } = barOn(true);
  await clock.advance(3_000);
  bar.part(0, 2)(0.5, 'learning');
  bar.end();
  bar.end();
  expect(written).toEqual([`\r\x1b[K[${'='.repeat(7)}${' '.repeat(21)}] 25 % learning`, '\r\x1b[K']);
});

it('estimates the remaining time after enough of the work', async () => {
  const { clock, written, bar } = barOn(false);
  await clock.advance(10_000);
  bar.show(0.04, 'reading');
  bar.show(0.1, 'reading');
  await clock.advance(50_000);
  bar.show(0.2, 'reading');
  bar.show(0.35, 'reading');
  bar.show(0.5, 'learning');
  await clock.advance(30_000);
  bar.show(0.88, 'learning');
  bar.show(0.95, 'learning');
  expect(written).toEqual([
    '  4 % reading\n',
    ' 10 % reading, about 1 min 30 s left\n',
    ' 20 % reading, about 4 min left\n',
    // 111 s, rounded up
    ' 35 % reading, about 2 min left\n',
    ' 50 % learning, about 1 min left\n',
    ' 88 % learning, about 20 s left\n',
    ' 95 % learning\n',
  ]);
});

it('estimates other work by its own time', async () => {
  const { clock, written, bar } = barOn(false);
  await clock.advance(100_000);
  bar.show(0.15, 'reading');
  bar.restart();
  bar.show(0, 'learning');
  await clock.advance(10_000);
  bar.show(0.1, 'learning');
  expect(written).toEqual([' 15 % reading, about 10 min left\n', ' 10 % learning, about 1 min 30 s left\n']);
});

it('is cleared from a terminal before other work begins', async () => {
  const { clock, written, bar } = barOn(true);
  await clock.advance(3_000);
  bar.show(1, 'reading');
  bar.restart();
  expect(written.at(-1)).toBe('\r\x1b[K');
});
