import { expect, it } from 'vitest';
import { createValueFrame, type ServerMessage } from '../../../dashboard/protocol.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { registerAt } from '../load/register.ts';
import { alarmRegister, indexOf, nameOf } from './plant.ts';
import { PageWatch, triggerAt } from './page-watch.ts';
import { Delays, Tally } from './tally.ts';

const now = Date.UTC(2026, 10, 28);
const level = indexOf(3, alarmRegister);

function watch(...tags: number[]) {
  const tally = new Tally();
  const page = new PageWatch(tags, tally);
  const receive = (tag: number, value: number, receiveTime: number, at = receiveTime): void => {
    const { frame } = createValueFrame({ run: 1, watch: 1, snapshot: false, time: at, wallTime: at }, 1);
    frame.tag[0] = tag;
    frame.value[0] = value;
    frame.receiveTime[0] = receiveTime;
    page.values(frame, at);
  };
  const alert = (endedAt?: number): void => {
    const finding = { tags: [nameOf(level)], endedAt };
    const one = { tags: [nameOf(level)], state: 'B', findings: [finding] } as unknown as Alert;
    const changes = [{ alert: one }];
    page.message({ type: 'alert-changes', changes } as unknown as ServerMessage);
  };
  return { tally, receive, alert };
}

it('computes the delay of a value from the second in which its register changed, and counts values of another time as wrong', () => {
  const { tally, receive } = watch(7);
  receive(7, registerAt(now / 1_000, 7), now + 250);
  receive(7, registerAt(now / 1_000 - 1, 7), now + 300);
  receive(7, registerAt(now / 1_000 - 20, 7), now + 400);
  receive(7, registerAt(now / 1_000 + 2, 7), now + 500);
  const { delays, wrong } = tally.take();
  expect([delays, wrong]).toEqual([
    [
      [250, 1],
      [1_300, 1],
    ],
    2,
  ]);
  const all = new Delays();
  all.add(delays);
  expect([all.at(0.5), all.at(0.99), all.total]).toEqual([250, 1_300, 2]);
});

it('counts an alert that comes after a later sample of its tag, and one that never comes', () => {
  const { tally, receive, alert } = watch(level);
  receive(level, 0, now);
  receive(level, triggerAt(now), now + 1_000);
  alert();
  expect(tally.take()).toMatchObject({ behind: 0, unalarmed: 0 });
  receive(level, triggerAt(now), now + 2_000);
  alert(now + 3_000);
  receive(level, 0, now + 3_000);
  expect(tally.take()).toMatchObject({ behind: 0, unalarmed: 0 });

  receive(level, triggerAt(now), now + 4_000);
  receive(level, triggerAt(now), now + 5_000);
  alert();
  expect(tally.take().behind).toBe(1);
  alert(now + 6_000);
  receive(level, 0, now + 6_000);
  receive(level, triggerAt(now), now + 7_000);
  receive(level, 0, now + 8_000);
  expect(tally.take().unalarmed).toBe(1);

  // the alert may come first
  alert();
  receive(level, triggerAt(now), now + 9_000);
  receive(level, 0, now + 10_000);
  expect(tally.take()).toMatchObject({ behind: 0, unalarmed: 0 });
});

it('counts watched tags without a new sample as silent', () => {
  const { tally, receive } = watch(7, 8);
  for (let second = 0; second < 10; second++)
    for (const tag of second < 3 ? [7, 8] : [7]) receive(tag, registerAt(now / 1_000 + second, tag), now + 1_000 * second);
  expect(tally.take()).toMatchObject({ silent: 2, frames: 13 });
});
