import { expect, it } from 'vitest';
import { observeEvent } from '../core/observation.ts';
import { ObservationStream } from './stream.ts';

const tick = (time: number) => observeEvent({ type: 'tick', time });

it('continues for the other readers when one has stopped, and counts the observations that it lost', async () => {
  const stream = new ObservationStream(4);
  const stopped = stream.read('detectors');
  const reading = stream.read('historian')[Symbol.asyncIterator]();
  stream.checkReaders(0);
  for (let i = 0; i < 4; i++) await stream.publish(tick(i));
  const held = stream.publish(tick(4));
  stream.checkReaders(0);
  stream.checkReaders(2_900);
  expect(stopped.stats()).toMatchObject({ used: 4, policy: 'block', dropped: 0 });
  stream.checkReaders(3_000);
  // the historian's queue is full as well, but it reads
  for (let i = 0; i < 4; i++) expect((await reading.next()).value).toEqual(tick(i));
  await held;
  expect((await reading.next()).value).toEqual(tick(4));
  expect(stopped.stats()).toMatchObject({ used: 4, policy: 'drop-oldest', dropped: 1 });

  const again = stopped[Symbol.asyncIterator]();
  for (let i = 1; i <= 4; i++) expect((await again.next()).value).toEqual(tick(i));
  stream.checkReaders(4_000);
  expect(stopped.stats()).toMatchObject({ policy: 'block', dropped: 1 });
});

it('still makes the collectors wait for a reader that is slow but reads', async () => {
  const stream = new ObservationStream(2);
  const slow = stream.read('historian');
  const reading = slow[Symbol.asyncIterator]();
  let pushed = 0;
  const publishing = (async () => {
    for (let i = 0; i < 8; i++) {
      await stream.publish(tick(i));
      pushed++;
    }
  })();
  for (let i = 0; i < 8; i++) {
    stream.checkReaders(i * 2_900);
    expect((await reading.next()).value).toEqual(tick(i));
  }
  await publishing;
  expect(pushed).toBe(8);
  expect(slow.stats().dropped).toBe(0);
});
