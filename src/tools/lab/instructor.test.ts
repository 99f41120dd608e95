import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FakeLab } from '../../../dashboard/server/testing/fake-lab.ts';
import { plantStart } from '../../../dashboard/server/testing/fake-values.ts';
import type { LabStatus } from '../../core/lab.ts';
import { silentLogger } from '../../core/plugin.ts';
import { InstructorLog } from './instructor.ts';
import { LabResults } from './results.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-instructor-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Lab whose scenarios begin one after another. */
class Lab extends FakeLab {
  starts = 0;
  override status(): LabStatus {
    const { running, ...status } = super.status();
    return running === undefined ? status : { ...status, running: { ...running, startedAt: plantStart + this.starts } };
  }
  override start(scenario: string): Promise<void> {
    this.starts++;
    return super.start(scenario);
  }
}

function aLab(name: string) {
  const [lab, file] = [new Lab(), join(dir, name)];
  const results = new LabResults(file, silentLogger);
  const log = new InstructorLog(lab, { now: () => plantStart + 5 }, results);
  Object.assign(lab, { instructor: log });
  results.watch(lab, { find: () => [] });
  return { lab, file, results, log };
}

it('keeps hints and notes of a scenario in its result, also a note after the end and after a restart', async () => {
  const { lab, file, results, log } = aLab('one.json');
  await lab.start('overfill');
  expect(log.hint('Compare inflow and outflow.')).toEqual({
    id: 'HINT-1',
    time: plantStart + 5,
    text: 'Compare inflow and outflow.',
  });
  log.note('Team asks the field operator.');
  await lab.stop();
  expect(log.note('Report came late.').id).toBe('NOTE-2');
  await results.settled();
  const again = new LabResults(file, silentLogger);
  expect(again.last?.hints?.map(({ id }) => id)).toEqual(['HINT-1']);
  expect(again.last?.notes?.map(({ text }) => text)).toEqual(['Team asks the field operator.', 'Report came late.']);
  expect(new InstructorLog(new Lab(), { now: () => 0 }, again).notes).toHaveLength(2);
});

it('begins anew with each scenario, also if nobody has asked for the entries meanwhile', async () => {
  const { lab, results, log } = aLab('two.json');
  await lab.start('overfill');
  log.hint('one');
  await lab.stop();
  await lab.start('overfill');
  await lab.stop();
  expect(results.last?.hints).toEqual([]);
  expect(log.hints).toEqual([]);
});

it('refuses a hint without a scenario, a note before the first one, and entries beyond the limits', async () => {
  const { lab, log } = aLab('three.json');
  expect(() => log.hint('x')).toThrow(/no scenario is running/);
  expect(() => log.note('x')).toThrow(/no scenario has run yet/);
  await lab.start('overfill');
  for (let i = 0; i < 20; i++) log.hint(`hint ${i}`);
  expect(() => log.hint('x')).toThrow(/has 20 of them already/);
  for (let i = 0; i < 100; i++) log.note(`note ${i}`);
  expect(() => log.note('x')).toThrow(/has 100 of them already/);
});
