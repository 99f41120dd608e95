import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import type { AlarmRecord } from '../core/alarm-record.ts';
import { alarmCsv, parseAlarmCsv } from './alarm-csv.ts';
import { alarmYaml, parseAlarmYaml } from './alarm-file.ts';

const points = new Map([
  ['T1.LT', tagOf('T1.LT', { range: { low: 0, high: 5 } })],
  ['P1.RUN', tagOf('P1.RUN', { kind: 'discrete', unit: '', range: undefined, states: { 0: 'stopped', 1: 'running' } })],
]);
const plant = {
  detectors: ['range', 'traffic'],
  tags: ['T1.LT', 'T2.LT'],
  equipment: ['T1'],
  areas: ['network'],
  devices: ['plc1'],
  tagOf: (name: string) => points.get(name),
};
const word = fc.stringMatching(/^[A-Za-z0-9=+@,;"'é](?:[ -~é]{0,30}[!-~é])?$/);
const list = (names: readonly string[]) => fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 });
const record: fc.Arbitrary<AlarmRecord> = fc
  .record({
    id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
    match: fc.record({
      detectors: list(plant.detectors),
      kinds: list(['write', 'client']),
      tags: list(['T1.LT', 'T?.LT', '*']),
      equipment: list(plant.equipment),
      areas: fc.constant(['network']),
      devices: list(plant.devices),
      techniques: list(['T0848']),
    }),
    direction: fc.constantFrom('high' as const, 'low' as const, undefined),
    priority: fc.constantFrom(1 as const, 2 as const, 3 as const),
    class: word,
    cause: word,
    consequence: word,
    response: fc.array(word, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
    respondWithinMs: fc.integer({ min: 1, max: 10_000 }).map((s) => s * 1_000),
    owner: word,
    returns: fc.constantFrom(
      {},
      { returnWhen: 'T1.LT above 1.5 m' },
      { returnWhen: 'T1.LT below 3 m and P1.RUN is 1', returnDelayMs: 90_000 },
      { returnWhen: 'P1.RUN is 0 or 1', returnDelayMs: 3_600_000 },
    ),
  })
  .map(({ direction, match, returns, ...rest }) => ({
    ...rest,
    ...returns,
    match: direction === undefined ? match : { ...match, direction },
  }));
const records = fc.uniqueArray(record, { maxLength: 4, selector: ({ id }) => id });

describe('a file of alarm records', () => {
  it('states the same after it was written and read, in YAML and CSV', () => {
    fc.assert(
      fc.property(records, (all) => {
        // an apostrophe before a formula is the guard that the writer adds
        fc.pre(!JSON.stringify(all).match(/'[=+\-@]/));
        expect(parseAlarmYaml(alarmYaml(all), 'a.yaml', plant)).toEqual(all);
        expect(parseAlarmCsv(alarmCsv(all), 'a.csv', plant)).toEqual(all);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('without a return condition it is written as earlier versions read it', () => {
    const [one] = parseAlarmCsv(
      'id,priority,tags,cause,consequence,response,respondWithin,owner\nA,2,T1.LT,b,c,d,10m,e',
      'a.csv',
      plant,
    );
    const old = one === undefined ? [] : [one];
    const columns =
      'id,priority,class,detectors,kinds,tags,equipment,areas,devices,techniques,direction,cause,consequence,response,respondWithin,owner';
    expect(alarmCsv(old)).toBe(`${columns}\r\nA,2,process,,,T1.LT,,,,,,b,c,d,10m,e\r\n`);
    expect(alarmYaml(old)).not.toContain('return');
    expect(Object.keys(one ?? {}).filter((key) => key.startsWith('return'))).toEqual([]);
  });

  const header = 'id,priority,tags,cause,consequence,response,respondWithin,owner';
  const row = 'A,2,T1.LT,Pump,Overflow,"Stop it\nCall",10m,Shift';

  it.each<[string, string, string]>([
    ['another priority', `${header}\n${row.replace('2', '4')}`, 'a.csv:2 priority: '],
    [
      'a cell after a row of two lines',
      `${header}\n${row}\n${row.replace('A', 'B').replace('10m', 'soon')}`,
      'a.csv:4 respondWithin: a length of time',
    ],
    ['a missing cell', `${header}\n${row.replace('Overflow', '')}`, 'a.csv:2 consequence: this setting is missing (string)'],
    ['a tag that does not exist', `${header}\n${row.replace('T1', 'T9')}`, 'a.csv:2 tags: T9.LT fits nothing in this plant'],
    ['an id given twice', `${header}\n${row}\n${row}`, 'a.csv:4 id: the record A is given twice'],
    ['no match', `${header}\n${row.replace('T1.LT', '')}`, 'a.csv:2 detectors: state at least one of'],
    ['too many cells', `${header}\n${row},more`, 'a.csv:2 row: 9 cells, but the header has 8'],
    [
      'a return condition of another unit',
      `${header},returnWhen\n${row},T1.LT above 2 ft`,
      'a.csv:2 returnWhen: T1.LT is in m, not in ft',
    ],
    ['a return delay alone', `${header},returnDelay\n${row},1m`, 'a.csv:2 returnDelay: a return delay needs `returnWhen`'],
    ['an unknown column', `${header},colour\n${row},red`, 'a.csv:1 colour: this column is unknown'],
    ['a column given twice', `${header},id\n${row},A`, 'a.csv:1 id: this column is given twice'],
    ['a quote that does not end', `${header}\n${row.replace('Call"', 'Call')}`, 'row: Quote Not Closed'],
    ['a text that is too long', `${header}\n${row.replace('Pump', 'P'.repeat(301))}`, 'a.csv:2 cause: Too big'],
    ['a time of more than a week', `${header}\n${row.replace('10m', '8d')}`, 'a.csv:2 respondWithin: a time from 1s to 7d'],
  ])('names line and column: %s', (_, text, problem) => {
    expect(() => parseAlarmCsv(text, 'a.csv', plant)).toThrow(problem);
  });

  it.each<[string, string, string]>([
    ['an unknown key', 'colour: red', 'a.yaml:3:5 alarms.0.colour: unknown setting'],
    ['no return condition', 'returnWhen: T1.LT high', 'a.yaml:3:5 alarms.0.returnWhen: not a condition such as'],
    ['a return condition of an unknown tag', 'returnWhen: T9.LT above 2 m', 'alarms.0.returnWhen: the plant has no tag T9.LT'],
    ['one that the range excludes', 'returnWhen: T1.LT above 5 m', 'T1.LT is never above 5: its range is 0 to 5'],
    ['one without a unit', 'returnWhen: T1.LT above 2', 'T1.LT is in m: state the unit after the number'],
    ['a state that does not exist', 'returnWhen: P1.RUN is 2', 'P1.RUN is never 2: its states are 0, 1'],
    ['a limit of a discrete tag', 'returnWhen: P1.RUN above 0', 'P1.RUN is a discrete tag: state its values'],
    ['a state of an analog tag', 'returnWhen: T1.LT is 2', 'T1.LT is an analog tag'],
    ['a problem of the second condition', 'returnWhen: T1.LT above 2 m and P1.RUN is 7', 'P1.RUN is never 7'],
    [
      'a return delay of more than an hour',
      'returnWhen: T1.LT above 2 m\n    returnDelay: 2h',
      'returnDelay: a time from 1s to 1h',
    ],
    ['a detector that does not exist', 'match: {detectors: [rnge]}', 'a.yaml:3:13 alarms.0.match.detectors: rnge fits nothing'],
    ['another priority', 'priority: 4', 'a.yaml:3:5 alarms.0.priority: '],
  ])('names line and column of YAML: %s', (_, line, problem) => {
    const rest = [
      'priority: 1',
      'match: {tags: [T1.LT]}',
      'cause: a',
      'consequence: b',
      'response: c',
      'respondWithin: 1m',
      'owner: d',
    ];
    const key = line.slice(0, line.indexOf(':'));
    const text = [
      'alarms:',
      '  - id: A',
      `    ${line}`,
      ...rest.filter((one) => !one.startsWith(`${key}:`)).map((one) => `    ${one}`),
    ].join('\n');
    expect(() => parseAlarmYaml(text, 'a.yaml', plant)).toThrow(problem);
  });

  it('refuses a file that is too long, and more than 2000 records', () => {
    expect(() => parseAlarmCsv('x'.repeat(2_000_001), 'a.csv', plant)).toThrow('a.csv has 2000001 characters, more than 2000000');
    const many = [header, ...Array.from({ length: 2_001 }, (_, i) => row.replace('A', `A${i}`).replace('\n', ' '))].join('\n');
    expect(() => parseAlarmCsv(many, 'a.csv', plant)).toThrow('a.csv:2002 id: more than 2000 records');
  });
});
