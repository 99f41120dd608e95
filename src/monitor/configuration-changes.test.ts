import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { VirtualClock } from '../core/clock.ts';
import { openState } from '../state/state.ts';
import { noteConfiguration } from './configuration-changes.ts';
import { registry } from '../app/registry.ts';

const plant = (limits: string, rest = ''): string => `
site: { name: Works, timeZone: UTC }
areas: [{ id: a, name: A, equipment: [{ id: T1, name: T1, kind: tank }] }]
devices: { plc: { type: modbus, host: 127.0.0.1 } }
tags:
  T1.LT: { description: Level, device: plc, area: a, equipment: T1, unit: m, address: { table: holding, register: 0, type: float32 }, limits: { ${limits} } }
${rest}`;

/** Starts with each text of the configuration in turn: the sentences of the alarms, and the audited changes. */
function starts(...texts: readonly string[]): { readonly alarms: (string | undefined)[]; readonly audited: string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-changes-'));
  const file = join(dir, 'plant.yaml');
  using state = openState(dir);
  const alarms = texts.map((text) => {
    writeFileSync(file, text);
    return noteConfiguration(state, parseConfig(text, file, { registry: registry, environment: {} }), new VirtualClock(0));
  });
  const audited = state.audit
    .read({ action: 'config.limit-changed', limit: 100 })
    .map(({ object, before, after }) => `${object}: ${before} → ${after}`);
  return { alarms, audited };
}

it('names the limit that has changed, with its old and new value', () => {
  const { alarms, audited } = starts(plant('high: 5, low: 1'), plant('high: 6, low: 1'));
  expect(alarms).toEqual([undefined, 'The configuration plant.yaml has changed since the last start: T1.LT high 5 m → 6 m.']);
  expect(audited).toEqual(['T1.LT high: 5 m → 6 m']);
});

it('names a removed limit, a disabled detector and a changed setting, and counts more than three', () => {
  const less = plant('high: 5', 'detectors: { frozen: false }\nalarmBudget: 12');
  const { alarms, audited } = starts(plant('high: 5, low: 1'), less);
  expect(alarms[1]).toMatch(/alarm budget 2\.4 a day → 12 a day; T1\.LT low 1 m → none; detector frozen disabled and \d+ more/);
  expect(audited).toContain('detector frozen: enabled → undefined');
});

it('names a removed tag and a rule that hides alerts', () => {
  const other = '  X.LT: { description: Other, device: plc, area: a, equipment: T1, address: { table: holding, register: 9 } }\n';
  const rule = `alarms: { suppress: [{ when: { device: plc }, alerts: { equipment: T1 }, cause: line is off }] }`;
  const { alarms, audited } = starts(plant('high: 5', other), plant('high: 5', rule));
  expect(alarms[1]).toMatch(/tag X\.LT removed/);
  expect(audited).toContain('suppression 1: undefined → equipment T1: line is off');
});

it('takes settings that an earlier version did not store for unchanged', () => {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-changes-'));
  const file = join(dir, 'plant.yaml');
  using state = openState(dir);
  const start = (text: string): string | undefined => {
    writeFileSync(file, text);
    return noteConfiguration(state, parseConfig(text, file, { registry: registry, environment: {} }), new VirtualClock(0));
  };
  start(plant('high: 5'));
  const stored = state.baselines.latest('site/protection');
  const earlier = Object.fromEntries(
    Object.entries(stored?.content as Record<string, string>).filter(([key]) => !/^(tag |device |source|format)/.test(key)),
  );
  state.baselines.add({ name: 'site/protection', createdAt: 0, source: file, content: earlier });
  expect(start(plant('high: 6'))).toMatch(/start: T1\.LT high 5 m → 6 m\.$/);
  expect(start(plant('high: 6', 'sourceTimes: { ahead: 2d }'))).toMatch(/source times/);
});

it('reports nothing for an unchanged start, and a change beside the limits as such', () => {
  const { alarms, audited } = starts(plant('high: 5'), plant('high: 5'), `${plant('high: 5')}\n# comment\n`);
  expect(alarms.slice(0, 2)).toEqual([undefined, undefined]);
  expect(alarms[2]).toContain('No limit, detector or alarm budget has changed.');
  expect(audited).toEqual([]);
});
