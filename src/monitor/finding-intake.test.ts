import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { silentLogger } from '../core/plugin.ts';
import { Random } from '../core/random.ts';
import { Supervisor } from '../core/supervisor.ts';
import { FindingIntake } from './finding-intake.ts';

const change = (kind: FindingChange['change'], id: string, score = 1): FindingChange => ({
  change: kind,
  finding: { id, score } as Finding,
});

it('keeps findings that the alerts refuse and passes them again in order, without growing by updates', () => {
  const supervisor = new Supervisor({ clock: new VirtualClock(0), random: new Random(1), logger: silentLogger });
  const taken: string[] = [];
  let broken = true;
  const intake = new FindingIntake(({ change: kind, finding }) => {
    if (broken) throw new Error('database is locked');
    taken.push(`${kind} ${finding.id} ${finding.score}`);
  }, supervisor.part('alert'));

  intake.take([change('begin', 'a'), change('begin', 'b')]);
  for (let score = 2; score <= 100; score++) intake.take([change('update', 'a', score)]);
  intake.attempt(() => {});
  expect(supervisor.states()).toMatchObject([{ name: 'alert', state: 'restarting', lastError: 'database is locked' }]);

  broken = false;
  intake.take([change('end', 'b', 7)]);
  expect(taken).toEqual([]);
  intake.attempt(() => {});
  expect(taken).toEqual(['begin a 1', 'update a 100', 'begin b 1', 'end b 7']);
  expect(supervisor.states()).toMatchObject([{ state: 'running' }]);
  intake.take([change('end', 'a', 3)]);
  expect(taken.at(-1)).toBe('end a 3');
});
