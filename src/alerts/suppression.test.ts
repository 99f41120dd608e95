import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import type { SuppressionRule } from '../core/alarm-settings.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { Quality } from '../core/quality.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { Suppression } from './suppression.ts';

const start = Date.UTC(2026, 10, 25);
const tags = new TagTable([
  tagOf('P1.MODE', { area: 'pumping', equipment: 'P1', kind: 'discrete', device: 'plc1' }),
  tagOf('P1.FT', { area: 'pumping', equipment: 'P1', device: 'plc1' }),
  tagOf('R1.LT', { area: 'network', equipment: 'R1', device: 'rtu1' }),
]);
const rules: readonly SuppressionRule[] = [
  { when: { tag: 0, is: [0, 3] }, of: { kind: 'equipment', id: 'P1' }, cause: 'P1 is off' },
  { when: { device: 'gateway' }, of: { kind: 'device', id: 'rtu1' }, cause: 'The gateway does not answer' },
];

const finding = (tag: string, more: Partial<Finding> = {}): Finding => tagFinding(tags, tag, start, more);

function room(store = new MemoryAlerts(), at = start) {
  const clock = new VirtualClock(at);
  const value = new Float64Array(3).fill(Number.NaN);
  const quality = new Uint32Array(3).fill(Quality.BadWaitingForInitialData);
  const receiveTime = new Float64Array(3).fill(Number.NaN);
  const suppression = new Suppression({ rules, tags, latest: { value, quality, receiveTime } });
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, suppression });
  const tick = (): void => {
    clock.set(clock.now() + 1000);
    manager.tick();
  };
  const mode = (code: number, q: number = Quality.Good): void => {
    [value[0], quality[0], receiveTime[0]] = [code, q, clock.now()];
    tick();
  };
  const begin = (of: Finding): void => manager.take({ change: 'begin', finding: of });
  const states = (): string[] => manager.open().map(({ title, state }) => `${title} ${state}`);
  return { store, manager, mode, begin, states, tick };
}

describe('suppression by design', () => {
  it('hides the alerts of equipment in a state of the plant with the cause, and annunciates what remains', () => {
    const { manager, mode, begin, states, store } = room();
    mode(1);
    begin(finding('P1.FT'));
    expect(states()).toEqual(['P1.FT is high B']);
    mode(3);
    expect(manager.open()[0]).toMatchObject({ state: 'H', suppressed: { cause: 'P1 is off' } });
    manager.acknowledge('ALT-000001', { role: 'operator' });
    mode(0);
    mode(1);
    expect(states()).toEqual(['P1.FT is high B']);
    expect(manager.open()[0]).not.toHaveProperty('suppressed');
    expect(store.changes.map(({ kind }) => kind)).toEqual(['raised', 'suppressed', 'unsuppressed']);
  });

  it('needs a usable value of the tag, and continues after a restart until the first one', () => {
    const { mode, begin, states, store } = room();
    mode(0);
    begin(finding('P1.FT'));
    expect(states()).toEqual(['P1.FT is high H']);
    const later = room(store, start + 60_000);
    later.begin(finding('P1.FT', { id: 'again' }));
    later.tick();
    expect(later.states()).toEqual(['P1.FT is high H']);
    later.mode(0, Quality.BadOutOfService);
    expect(later.states()).toEqual(['P1.FT is high B']);
  });

  it('continues over one missed read, which begins none', () => {
    const { mode, begin, states, store } = room();
    mode(0);
    begin(finding('P1.FT'));
    mode(0, Quality.UncertainNoCommunicationLastUsableValue);
    mode(0);
    expect(states()).toEqual(['P1.FT is high H']);
    mode(0, Quality.BadTimeout);
    expect(states()).toEqual(['P1.FT is high B']);
    mode(0, Quality.UncertainNoCommunicationLastUsableValue);
    expect(states()).toEqual(['P1.FT is high B']);
    expect(store.changes.map(({ kind }) => kind)).toEqual(['raised', 'unsuppressed']);
  });

  it('never hides an intrusion, or an alert with a finding elsewhere', () => {
    const { mode, begin, states, tick } = room();
    mode(0);
    begin(finding('P1.FT'));
    begin(finding('R1.LT', { id: 'else', equipment: 'P1', area: 'pumping' }));
    tick();
    expect(states()).toEqual(['P1.FT is high B']);
    const other = room();
    other.mode(0);
    const { explanation } = finding('P1.FT');
    other.begin(finding('P1.FT', { explanation: { ...explanation, techniques: ['T1692.001'], seen: ['T1692.001'] } }));
    expect(other.states()).toEqual(['P1.FT is high B']);
  });

  it('hides the alerts behind a lost device, not the alert about that device', () => {
    const { manager, begin, states, tick } = room();
    const lost = finding('R1.LT', {
      id: 'lost',
      detector: 'device-health',
      device: 'gateway',
      tags: [],
      area: '',
      equipment: '',
    });
    begin(finding('R1.LT'));
    begin({ ...lost, id: 'cert', detector: 'posture' });
    tick();
    expect(states()).toEqual(['R1.LT is high B', 'R1.LT is high B']);
    begin(lost);
    tick();
    expect(states()).toEqual(['R1.LT is high H', 'R1.LT is high B']);
    manager.take({ change: 'end', finding: { ...lost, endedAt: start + 5000 } });
    tick();
    expect(states()).toEqual(['R1.LT is high B', 'R1.LT is high B']);
  });
});
