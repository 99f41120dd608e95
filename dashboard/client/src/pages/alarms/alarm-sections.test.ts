import { mainTag } from '../../../../../src/core/alert.ts';
import { describe, expect, it } from 'vitest';
import { sampleAlert, sampleHeadline } from '../../testing/sample-alert.ts';
import { alarmSections, heldSections, incidentSections } from './alarm-sections.ts';
import { bandOf, bandText, expectedOf, expectedPart, limitText, partText, valueBandOf } from '../../pure/alerts/alert-words.ts';
import { mergedSteps, sequenceOf } from '../../pure/alerts/sequence.ts';

const shape = (sections: ReturnType<typeof alarmSections>) =>
  sections.map(({ title, alerts }) => [title.split(/[:,]/)[0], alerts.map(({ id }) => id)]);

describe('the sections of the alarm list', () => {
  const open = [
    sampleAlert('new', { priority: 3 }),
    sampleAlert('returned', { state: 'D', priority: 2 }),
    sampleAlert('taken', { state: 'C' }),
    sampleAlert('odd', { priority: 'A' }),
    sampleAlert('shelved', { state: 'G' }),
    sampleAlert('latched', { state: 'F', priority: 'A' }),
  ];

  it('are new, acknowledged, latched, anomalies, shelved, cleared', () => {
    expect(shape(alarmSections(open, [sampleAlert('gone', { state: 'A' })]))).toEqual([
      ['New', ['new', 'returned']],
      ['Acknowledged', ['taken']],
      ['Intrusions', ['latched']],
      ['Anomalies', ['odd']],
      ['Shelved', ['shelved']],
      ['Cleared in the last hour', ['gone']],
    ]);
    expect(alarmSections([], [])).toEqual([]);
  });

  it('keep their rows under the pointer: states change, new alerts are only counted', () => {
    const held = alarmSections(open.slice(0, 2), []);
    const now = alarmSections([sampleAlert('new', { priority: 3, state: 'C' }), sampleAlert('later', { priority: 1 })], []);
    const { sections, above } = heldSections(held, now);
    expect(shape(sections)).toEqual([['New', ['new', 'returned']]]);
    expect(sections[0]?.alerts.find(({ id }) => id === 'new')?.state).toBe('C');
    expect(above).toBe(1);
  });

  it('keep what is hidden apart in a flood', () => {
    const sections = incidentSections([sampleAlert('a'), sampleAlert('b', { state: 'G' })]);
    expect(shape(sections)).toEqual([
      ['INC-1', ['a']],
      ['Shelved', ['b']],
    ]);
  });

  it('have the title of the incident in a flood, and the first alert if it has another title', () => {
    const pumps = sampleHeadline('All pumps stopped', 30);
    const sections = incidentSections([
      sampleAlert('first', { since: 10, ...pumps }),
      sampleAlert('next', { since: 20, ...pumps }),
      sampleAlert('only', { incident: 'INC-2' }),
    ]);
    expect(sections.map(({ title }) => title)).toEqual(['INC-1: All pumps stopped, first: Alert first', 'INC-2: Alert only']);
  });

  it('hold neighbouring incidents of one alert together in a flood', () => {
    const alone = (id: string, priority: 1 | 2 | 3) => sampleAlert(id, { incident: `INC-${id}`, priority });
    const sections = incidentSections([
      alone('a', 1),
      alone('d', 3),
      sampleAlert('b', { priority: 2 }),
      sampleAlert('c'),
      alone('e', 3),
    ]);
    expect(sections.map(({ title, alerts }) => [title, alerts.length])).toEqual([
      ['INC-a: Alert a', 1],
      [expect.stringContaining('INC-1: '), 2],
      ['2 incidents of one alert each', 2],
    ]);
  });

  it('are incidents in a flood, first-out first', () => {
    const sections = incidentSections([
      sampleAlert('b', { since: 20 }),
      sampleAlert('a', { since: 10 }),
      sampleAlert('c', { incident: 'INC-2', priority: 1 }),
    ]);
    expect(shape(sections)).toEqual([
      ['INC-2', ['c']],
      ['INC-1', ['a', 'b']],
    ]);
  });
});

describe('the words of a row', () => {
  const told = { sentence: '', title: '', normalIf: '', techniques: [] };

  it('name the tag of the explanation, not the first tag of the alert', () => {
    const part = { tag: 'T1.FT', share: 1, unit: 'L/s', measured: 9, expected: 1 };
    const band = { tag: 'T1.AT', unit: 'mg/L', measured: 0.7, low: 0.6, high: 0.68 };
    expect(mainTag({ tags: ['T1.LT'], explanation: { ...told, band, contributions: [part] } })).toBe('T1.AT');
    expect(mainTag({ tags: ['T1.LT'], explanation: { ...told, contributions: [part] } })).toBe('T1.FT');
    expect(mainTag({ tags: ['T1.LT'], explanation: { ...told, contributions: [] } })).toBe('T1.LT');
    expect(mainTag({ tags: [], explanation: { ...told, contributions: [] } })).toBeUndefined();
  });

  it('name the violated bound', () => {
    const band = { tag: 'a', unit: 'm', measured: 2, low: 2.9, high: 3.9 };
    const alert = sampleAlert('a', { explanation: { ...told, contributions: [], band } });
    expect(limitText(alert, 2)).toBe('2.90');
    expect(limitText({ ...alert, explanation: { ...alert.explanation, band: { ...band, measured: 4 } } }, 1)).toBe('3.9');
    expect(limitText({ ...alert, explanation: { ...alert.explanation, band: { ...band, measured: 3 } } }, 1)).toBe('');
  });

  it('show state names, which have no violated bound', () => {
    const pump = {
      tag: 'a',
      share: 1,
      unit: '',
      measured: 1,
      expected: 0.2,
      states: { measured: 'running', expected: 'stopped' },
    };
    expect(partText(pump, 0)).toBe('running, expected stopped');
    expect(partText({ ...pump, states: { measured: 'running' } }, 0)).toBe('running');
    expect(partText({ tag: 'b', share: 1, unit: 'm³/h', measured: -41.234, expected: 0 }, 1)).toBe(
      '−41.2 m³/h, expected 0.0 m³/h',
    );
    expect(partText({ tag: 'b', share: 1, unit: '', measured: 3, expected: Number.NaN }, 0)).toBe('3');
    const band = { tag: 'a', unit: '', measured: 1, low: -0.3, high: 0.4 };
    const explanation = { ...told, contributions: [pump], band };
    expect(bandOf(explanation)).toBeUndefined();
    expect(limitText(sampleAlert('a', { explanation }), 0)).toBe('');
    expect(bandOf({ ...explanation, band: { ...band, tag: 'b' } })).toMatchObject({ tag: 'b' });
  });
});

describe('figures of other properties than the value', () => {
  const told = { sentence: '', title: '', normalIf: '', techniques: [] };
  const part = { tag: 'a', share: -1, unit: 'm', of: 'fluctuation', measured: 0.000_412, expected: 0.0123 };
  const band = { tag: 'a', unit: 'm', of: 'fluctuation', measured: 0.000_412, low: 0.008_12, high: 0.0183 };
  const alert = sampleAlert('a', { explanation: { ...told, contributions: [part], band } });

  it('name the property, with as many digits as needed', () => {
    expect(partText(part, 2)).toBe('fluctuation 0.000412 m, expected 0.0123 m');
    expect(bandText(band, 2)).toBe('a · fluctuation 0.000412 m, expected 0.00812 to 0.0183');
    expect(bandText({ tag: 'b', unit: '', measured: 4.2, low: 2, high: 3.456 }, 1)).toBe('b · 4.2, expected 2.0 to 3.5');
    expect(partText({ tag: 'b', share: 1, unit: '', measured: 0.0021, expected: 0 }, 1)).toBe('0.00210, expected 0.0');
  });

  it('are not drawn as the tag’s band, limit or expected value', () => {
    expect(bandOf(alert.explanation)).toBe(band);
    expect(valueBandOf(alert.explanation)).toBeUndefined();
    expect(limitText(alert, 2)).toBe('');
    expect(expectedOf([alert], 'a')).toBeUndefined();
    const plain = { tag: 'a', share: 1, unit: 'm', measured: 4, expected: 3 };
    const other = sampleAlert('b', { explanation: { ...told, contributions: [{ ...plain, expected: Number.NaN }, plain] } });
    expect(expectedOf([alert, other], 'a')).toBe(plain);
    expect(expectedOf([alert, other], 'b')).toBeUndefined();
    // a cleared alert has no expected value
    expect(expectedOf([{ ...other, state: 'D' }], 'a')).toBeUndefined();
    expect(expectedPart(other.explanation, 'a')).toBe(plain);
  });
});

describe('the order of an incident', () => {
  it('begins with the first anomalous sample and omits mere updates', () => {
    const alert = sampleAlert('a', {
      findings: [
        {
          id: 'f',
          detector: 'frozen',
          tags: ['CW.LT01'],
          since: 500,
          beganAt: 900,
          score: 2,
          peak: 3,
          explanation: { sentence: 'It is frozen.', title: 'Frozen', contributions: [], normalIf: '', techniques: [] },
        },
      ],
    });
    const step = (sequence: number, kind: 'raised' | 'updated' | 'acknowledged') => ({
      sequence,
      time: sequence * 1000,
      kind,
      by: { role: 'operator', session: 's' },
      alert,
    });
    expect(
      sequenceOf([alert], [step(1, 'raised'), step(2, 'updated'), step(3, 'acknowledged')]).map(({ time, by }) => [time, by]),
    ).toEqual([
      [500, 'frozen'],
      [1000, 'operator'],
      [3000, 'operator'],
    ]);
  });

  it('merges the steps of several responses, each once and in order', () => {
    const step = (sequence: number) => ({
      sequence,
      time: sequence,
      kind: 'recurred' as const,
      by: { role: 'monitor', session: 'monitor' },
      alert: sampleAlert('a'),
    });
    const merged = mergedSteps([step(5), step(6)], [step(3), step(4), step(5)]);
    expect(merged.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6]);
  });
});
