import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

it('sends the items of one turn as one message in order, and later ones separately', async () => {
  const sent: (readonly number[])[] = [];
  const outbox = new Outbox<number>((messages) => sent.push(messages));
  outbox.put(1);
  outbox.put(2);
  // the same turn: only a promise was awaited
  await Promise.resolve();
  outbox.put(3);
  expect(sent).toEqual([]);
  await setImmediate();
  expect(sent).toEqual([[1, 2, 3]]);
  outbox.put(4);
  await setImmediate();
  expect(sent).toEqual([[1, 2, 3], [4]]);
});
