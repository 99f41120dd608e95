import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testContext } from '../../test/support/tiny-plant.ts';
import type { Plant } from '../../src/core/plant.ts';
import { plantOf } from '../plants/index.ts';
import { scenariosOf } from '../scenarios/index.ts';
import { playable } from './playable.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-playable-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const plants = new Map<string, Promise<Plant>>();

async function playableOf(type: string, scenariosIn?: string) {
  const plugin = plantOf(type);
  const options = { seed: 1, startTime: Date.UTC(2026, 10, 24, 6), season: undefined, life: 'none' } as const;
  const made = plants.get(type) ?? Promise.resolve(plugin.create(plugin.schema.parse({}), options, testContext()));
  plants.set(type, made);
  return playable({ plant: type, scenariosIn }, await made);
}

const own = `
id: held
plant: waterworks
kind: attack
title: Level of tank 1 held
description: The level of tank 1 is held.
techniques: [T1692.002]
physicalResult: The register is held.
difficulty: 1
duration: 60s
steps:
  - {at: 20s, actor: attacker, protocol: plant, operation: sensor-stuck, target: T1.LT, value: 1.5, text: holds the level}
truth:
  - {from: 20s, to: 50s, tags: [T1.LT], equipment: [T1]}
`;

it.each(['waterworks', 'substation'])('offers the shipped campaign of the %s, whose scenarios it can play', async (type) => {
  const { scenarios, campaigns } = await playableOf(type);
  expect(campaigns.map(({ id }) => id)).toEqual([`campaign-${type}`]);
  const ids = scenarios.map(({ id }) => id);
  expect(campaigns.flatMap(({ parts }) => parts).filter(({ scenario }) => !ids.includes(scenario))).toEqual([]);
});

it('reads campaigns beside scenarios, also with a scenario elsewhere, and none of another plant', async () => {
  writeFileSync(join(dir, 'held.yaml'), own);
  const scenarios = '[{scenario: held.yaml, after: 4m}, {scenario: chlorine-setpoint}]';
  writeFileSync(join(dir, 'night.yaml'), `title: A night\nplant: waterworks\nscenarios: ${scenarios}\n`);
  const found = await playableOf('waterworks', dir);
  expect(found.scenarios.map(({ id }) => id)).toEqual([...scenariosOf('waterworks').map(({ id }) => id), 'held']);
  const night = {
    id: 'night',
    title: 'A night',
    parts: [
      { scenario: 'held', afterS: 240 },
      { scenario: 'chlorine-setpoint', afterS: 0 },
    ],
  };
  expect(found.campaigns.at(-1)).toEqual(night);
  const alone = await playableOf('waterworks', join(dir, 'night.yaml'));
  expect(alone.campaigns.at(-1)).toEqual(night);
  expect(alone.scenarios.at(-1)?.id).toBe('held');
  expect((await playableOf('substation', dir)).campaigns.map(({ id }) => id)).toEqual(['campaign-substation']);
});

it('refuses a campaign with a scenario of another plant, and two campaigns of one name', async () => {
  const file = join(dir, 'campaign-waterworks.yaml');
  writeFileSync(file, 'title: T\nplant: waterworks\nscenarios: [{scenario: breaker-sweep}]\n');
  await expect(playableOf('waterworks', file)).rejects.toThrow(/breaker-sweep is for the plant substation/);
  writeFileSync(file, 'title: T\nplant: waterworks\nscenarios: [{scenario: chlorine-setpoint}]\n');
  await expect(playableOf('waterworks', file)).rejects.toThrow(/two campaigns have the name campaign-waterworks/);
});
