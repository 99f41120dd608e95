import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { registry } from '../../app/registry.ts';
import { detectorFactories, planDetection } from './plan.ts';

const example = readFileSync('simulators/plants/waterworks/plant.yaml', 'utf8');
const planOfText = (text: string) =>
  planDetection(parseConfig(text, 'plant.yaml', { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' } }));
const planOf = (balance: string) =>
  planOfText(example.replace('detectors:\n', `detectors:\n  balance: {balances: [${balance}]}\n`));

it('refuses detector settings that do not fit the automatic groups', () => {
  expect(planOf('{level: T1.LT, flows: [T1.FT]}').groups.map(({ name }) => name)).toContain('network');
  // across areas
  expect(planOf('{level: CW.LT01, flows: [RW.FT01, PS.FT01]}').groups.map(({ name }) => name)).toContain('flows');
  expect(() => planOf('{level: CW.LT01, flows: [RW.PH01, PS.FT01]}')).toThrow(
    'plant.yaml detectors.balance.balances.0: no group has CW.LT01 together with these flows; state one with them under `groups`',
  );
});

it('passes the time zone of the site to detectors', () => {
  const plan = planOfText(example.replace('timeZone: UTC', 'timeZone: Europe/Berlin'));
  expect(plan.timeZone).toBe('Europe/Berlin');
  const profileIn = (timeZone: string) =>
    detectorFactories({ ...plan, timeZone })
      .find(({ name }) => name === 'profile')
      ?.create();
  expect(profileIn('Europe/Berlin')?.channels.length).toBeGreaterThan(50);
  // a detector without the setting could not use it
  expect(() => profileIn('Europe/Atlantis')).toThrow(RangeError);
});

it('leaves records of past events to rules of the user', () => {
  const river = /(RW\.LT01: .*?)role: measurement/;
  const channelsOf = (text: string): string[] => {
    const plan = planOfText(text);
    return detectorFactories(plan)
      .filter((factory) => factory.create().channels.some(({ tags }) => tags.some((tag) => plan.tags[tag]?.name === 'RW.LT01')))
      .map(({ plugin: { threshold } }) => threshold);
  };
  expect(new Set(channelsOf(example))).toContain('statistical');
  const limited = example.replace(river, '$1role: record').replace(/(RW\.LT01: .*?)(, description)/, '$1, limits: {high: 5}$2');
  expect([...new Set(channelsOf(limited))]).toEqual(['stated']);
  expect(
    planOfText(limited).groups.some(({ tags }) =>
      tags.includes(planOfText(limited).tags.findIndex(({ name }) => name === 'RW.LT01')),
    ),
  ).toBe(false);
});
