import { expect, it } from 'vitest';
import { chatterStart, findingOf } from '../../test/support/chatter.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Finding } from '../../src/core/finding.ts';
import { TagTable } from '../../src/core/tag.ts';
import { AlertStream } from './alert-stream.ts';

/** Findings of one alert. */
const findings = 20;
const seconds = 600;

it.each([
  ['one of its 20 findings begins and ends', 1],
  ['all of its 20 findings begin and end', findings],
])('a page receives less than 20 KB/s of an alert while %s once a second', (_, chattering) => {
  const clock = new VirtualClock(chatterStart);
  const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'e', tags: new TagTable([]) });
  const stream = new AlertStream(manager);
  let bytes = 0;
  const pump = (): void =>
    stream.pump(
      (text) => (bytes += text.length),
      () => true,
    );
  const channel = (number: number, second: number): Finding =>
    findingOf(second, clock.now(), { id: `range/${number}/${clock.now()}`, channel: `CH${number}`, tags: [`T${number}`] });
  stream.resume(undefined, undefined);
  for (let number = chattering; number < findings; number++) manager.take({ change: 'begin', finding: channel(number, 0) });
  for (let second = 0; second < seconds; second++) {
    const begun = Array.from({ length: chattering }, (_finding, number) => channel(number, second));
    for (const finding of begun) manager.take({ change: 'begin', finding });
    clock.set(clock.now() + 500);
    pump();
    for (const finding of begun) manager.take({ change: 'end', finding: { ...finding, endedAt: clock.now() } });
    clock.set(clock.now() + 500);
    manager.tick();
    pump();
  }
  expect(manager.open()).toHaveLength(1);
  expect(manager.open()[0]?.findings).toHaveLength(findings);
  expect(bytes / seconds).toBeLessThan(20_000);
});
