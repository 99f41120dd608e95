import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TinyPlant } from '../../test/support/tiny-plant.ts';
import { parseScenario, readScenarios } from './read.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-scenarios-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const text = `id: drill
plant: tiny
kind: attack
title: Drill
description: A client writes.
techniques: [T0836]
physicalResult: The level rises.
effects:
  - truth level rises by 2 within 30s
  - register SP is 3 from 20s to 1m
  - truth level above -1.5 at end
difficulty: 1
duration: 2m
steps:
  - { at: 10s, actor: attacker, protocol: modbus, operation: write, controller: plc1, target: SP, value: 3, text: writes }
truth:
  - { from: 10s, to: 2m, tags: [SP], equipment: [TANK] }
`;
const tiny = { plants: ['tiny'], against: { type: 'tiny', plant: new TinyPlant() } };
const problemsOf = (...changes: readonly (readonly [string, string])[]): string => {
  const changed = changes.reduce((all, [before, after]) => {
    if (!all.includes(before)) throw new Error(`the file has no ${before}`);
    return all.replace(before, after);
  }, text);
  try {
    parseScenario(changed, 'drill.yaml', tiny);
    return '';
  } catch (thrown) {
    return (thrown as Error).message;
  }
};
const step = 'protocol: modbus, operation: write, controller: plc1, target: SP, value: 3,';

describe('a scenario file', () => {
  it('becomes a scenario whose effects have their times', () => {
    expect(parseScenario(text, 'drill.yaml', tiny)).toMatchObject({
      id: 'drill',
      durationS: 120,
      steps: [{ atS: 10, act: { type: 'modbus-write', controller: 'plc1', point: 'SP', value: 3 } }],
      truth: [{ fromS: 10, toS: 120 }],
      effects: [
        { source: 'truth', name: 'level', comparison: 'rises', value: 2, fromS: 11, toS: 40, throughout: false },
        { source: 'register', name: 'SP', comparison: 'equal', value: 3, fromS: 20, toS: 60, throughout: true },
        { comparison: 'above', value: -1.5, fromS: 120, toS: 120, throughout: true },
      ],
    });
  });

  it.each([
    ['tags: [SP]', 'tags: [SQ]', /^drill\.yaml:17:33 truth\.0\.tags\.0: there is no tag SQ; known: SP, /],
    [
      'equipment: [TANK]',
      'equipment: [TANG]',
      /^drill\.yaml:17:50 truth\.0\.equipment\.0: there is no equipment TANG; known: TANK/,
    ],
    ['target: SP', 'target: LEVLE', /^drill\.yaml:15:\d+ steps\.0\.target: there is no point LEVLE; known: LEVEL/],
    ['target: SP', 'target: LEVEL', /LEVEL cannot be written over the network: choose a set-point/],
    ['controller: plc1', 'controller: plc9', /steps\.0\.controller: there is no controller plc9; known: plc1, rtu2/],
    ['controller: plc1', 'controller: rtu2', /steps\.0\.controller: SP is on the controller plc1, not on rtu2/],
    [step, 'protocol: opcua, operation: write, target: SP, value: 3,', /SP is not served by OPC UA: write it by Modbus/],
    ['at: 10s', 'at: 3m', /steps\.0\.at: 180s is after the end of the scenario, whose duration is 120s: move it forward/],
    ['at: 10s', 'at: 10', /steps\.0\.at: a length of time such as 60s, 10m or 1h/],
    ['at: 10s', 'at: 500ms', /steps\.0\.at: whole seconds/],
    ['text: writes', 'until: 1m, text: writes', /a step that does not repeat has no end: state `every` too/],
    ['protocol: modbus', 'protocol: dnp3', /steps\.0\.protocol: there is no such protocol: choose modbus, opcua or plant/],
    [
      'operation: write',
      'operation: read',
      /steps\.0\.operation: there is no such operation of modbus: choose write, scan, connect, restart, block, display or blank/,
    ],
    ['value: 3', 'valeu: 3', /steps\.0\.value: this setting is missing[^]*steps\.0\.valeu: unknown setting/],
    ['[T0836]', '[T0855]', /^drill\.yaml:6:14 techniques\.0: [^:]* has no technique T0855: it is T1692\.001 since v19/],
    ['plant: tiny', 'plant: tyni', /^drill\.yaml:2:1 plant: there is no plant tyni; known: tiny/],
    ['[T0836]', '[T8]', /has no technique T8: take an id of the matrix/],
    ['truth level rises', 'truth levle rises', /^drill\.yaml:9:5 effects\.0: there is no true value levle; known: level/],
    [
      'rises by 2 within 30s',
      'grows by 2',
      /^drill\.yaml:9:5 effects\.0: not a condition and a time such as `truth station\.flow/,
    ],
    ['within 30s', 'within 3m', /effects\.0: 190s is after the end of the scenario/],
    ['difficulty', 'stopWhen: [truth level over 3]\ndifficulty', /stopWhen\.0: not a condition such as/],
    ['kind: attack', 'kind: benign', /a benign scenario has none: remove it, or change `kind`[^]*has no attacker/],
  ])('is refused with its line if %s is %s', (before, after, message) => {
    expect(problemsOf([before, after])).toMatch(message);
  });

  it('announces its work, and names points of a display', () => {
    const shown = 'protocol: modbus, operation: display, controller: plc1, targets: [SP, LEVEL],';
    const work = "maintenance: [{equipment: TANK, lasts: 1m, reason: 'Work order 7'}]\nsteps:";
    expect(parseScenario(text.replace(step, shown).replace('steps:', work), 'drill.yaml', tiny)).toMatchObject({
      steps: [{ act: { type: 'modbus-display', controller: 'plc1', points: ['SP', 'LEVEL'] } }],
      maintenance: [{ place: { kind: 'equipment', id: 'TANK' }, lastsS: 60, reason: 'Work order 7' }],
    });
    const of = (before: string, after: string): string => problemsOf(['steps:', work.replace(before, after)]);
    expect(of('TANK', 'TANG')).toMatch(/maintenance\.0\.equipment: there is no equipment TANG; known: TANK/);
    expect(of('lasts: 1m', 'lasts: 1h')).toMatch(/maintenance\.0\.lasts: 3600s is after the end of the scenario/);
    expect(of('equipment: TANK', 'equipment: TANK, device: plc1')).toMatch(/maintenance\.0: give one of area, equipment, device/);
    expect(problemsOf([step, shown.replace('LEVEL', 'LEVLE')])).toMatch(/steps\.0\.targets\.1: there is no point LEVLE/);
  });

  it('is checked by its plant without a change of it', () => {
    const plant = new TinyPlant();
    plant.act = () => {
      plant.set('LEVEL', 9);
      throw new RangeError('there is no act flood: rain');
    };
    const flood = text.replace(step, 'protocol: plant, operation: act, name: flood,');
    expect(() => parseScenario(flood, 'drill.yaml', { against: { type: 'tiny', plant } })).toThrow(
      /^drill\.yaml:15:\d+ steps\.0\.name: there is no act flood: rain/,
    );
    expect(plant.get('LEVEL')).toBe(0);
  });
});

describe('a folder of scenario files', () => {
  it('gives each scenario, also of subfolders, and refuses an id that is taken', () => {
    mkdirSync(join(dir, 'two'));
    writeFileSync(join(dir, 'one.yaml'), text);
    writeFileSync(join(dir, 'two', 'scenario.yaml'), text.replace('id: drill', 'id: second'));
    expect(readScenarios(dir, tiny).map(({ id }) => id)).toEqual(['drill', 'second']);
    expect(() => readScenarios(dir, { taken: ['second'] })).toThrow(
      /two.scenario\.yaml: the id second is that of a shipped scenario/,
    );
    writeFileSync(join(dir, 'two', 'scenario.yaml'), text);
    expect(() => readScenarios(dir)).toThrow(/the id drill is that of .*one\.yaml/);
  });

  it('is refused if it has none or does not exist', () => {
    mkdirSync(join(dir, 'empty'));
    expect(() => readScenarios(join(dir, 'empty'))).toThrow(/empty has 0 scenario files/);
    expect(() => readScenarios(join(dir, 'none.yaml'))).toThrow(/none\.yaml cannot be read/);
  });
});
