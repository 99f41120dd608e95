import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { silentLogger } from '../core/plugin.ts';
import { Random } from '../core/random.ts';
import { type PartStatus, Supervisor } from '../core/supervisor.ts';
import { PartReports } from './part-reports.ts';

it('reports a part that keeps failing once, and that it works again', async () => {
  const clock = new VirtualClock(0);
  const supervisor = new Supervisor({ clock, random: new Random(1), logger: silentLogger });
  const seen: PartStatus['state'][] = [];
  supervisor.subscribe(({ state }) => seen.push(state));
  const reports = new PartReports(supervisor, clock);
  const note = (error?: Error): void => reports.note('notify webhook-1', error, 60_000);
  note(new Error('503'));
  await clock.advance(30_000);
  note();
  note(new Error('503'));
  await clock.advance(59_000);
  note(new Error('503'));
  expect(seen).toEqual([]);
  await clock.advance(1_000);
  note(new Error('503'));
  note(new Error('503'));
  expect(supervisor.states()).toMatchObject([{ state: 'restarting', lastError: '503' }]);
  note();
  expect(seen).toEqual(['restarting', 'running']);
});
