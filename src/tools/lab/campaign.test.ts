import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exercise } from './exercise.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-campaign-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const scenario = (id: string, plant = 'waterworks'): string => `
id: ${id}
plant: ${plant}
kind: attack
title: Level of tank 1 held
description: The level of tank 1 is held.
techniques: [T1692.002]
physicalResult: The register is held.
effects: [register T1.LT is 1.5 at 40s]
difficulty: 1
duration: 60s
steps:
  - {at: 20s, actor: attacker, protocol: plant, operation: sensor-stuck, target: T1.LT, value: 1.5, text: holds the level}
truth:
  - {from: 20s, to: 50s, tags: [T1.LT], equipment: [T1]}
`;
const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
write('one.yaml', scenario('one'));
write('two.yaml', scenario('two'));
const campaign = (more: string): string =>
  write('campaign.yaml', `title: Two acts\nplant: waterworks\nseed: 3\nhour: 7\n${more}`);

it('plays scenarios one after another, each after its delay, and tests the effects of each', async () => {
  const file = campaign('scenarios:\n  - {scenario: one.yaml}\n  - {scenario: two.yaml, after: 4m}\n');
  const { lines, achieved } = await exercise(file);
  expect(achieved).toBe(true);
  expect(lines.filter((line) => / on the /.test(line))).toEqual([
    'one on the waterworks, random seed 3, from 07:00 UTC',
    'two on the waterworks, random seed 3, from 07:05 UTC',
  ]);
  expect(lines.filter((line) => line.startsWith('Physical effect achieved: 1 of 1'))).toHaveLength(2);
});

it('refuses a file with its line, and a scenario of another plant', async () => {
  await expect(exercise(campaign('scenarios:\n  - {scenario: one.yaml, afterwards: 4m}\n'))).rejects.toThrow(
    /campaign\.yaml:6:\d+ scenarios\.0\.afterwards: unknown setting/,
  );
  await expect(exercise(campaign('scenarios: []\n'))).rejects.toThrow(/campaign\.yaml:5:\d+ scenarios: /);
  await expect(exercise(campaign('scenarios: [{scenario: breaker-sweep}]\n'))).rejects.toThrow(
    /the scenario breaker-sweep is for the plant substation/,
  );
});
