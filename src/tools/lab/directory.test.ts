import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { labDirectories, plantFile } from './directory.ts';
import { LabPlantSwitch } from './plants.ts';

const plants = ['waterworks', 'substation'];
let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scadawatch-plant-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const of = (plant: string, isNamed = false) => labDirectories({ data: dir, plant, isNamed }, plants);
const own = { data: '', accounts: '' };

describe('the directories of a lab', () => {
  beforeEach(() => void Object.assign(own, { data: dir, accounts: dir }));

  it('are the usual one for the first plant, and a folder below it for any other, with the same accounts', async () => {
    expect(await of('waterworks')).toEqual(own);
    expect(await of('substation')).toEqual({ data: join(dir, 'plants', 'substation'), accounts: dir });
  });

  it('are the named one for the plant that runs on it first', async () => {
    expect(await of('substation', true)).toEqual(own);
    writeFileSync(plantFile(dir), JSON.stringify({ plant: 'substation', seed: 1, state: {} }));
    for (const isNamed of [true, false]) {
      expect(await of('substation', isNamed)).toEqual(own);
      expect(await of('waterworks', isNamed)).toEqual({ data: join(dir, 'plants', 'waterworks'), accounts: dir });
    }
  });

  it('of an earlier version, beside the usual one, stay in use with their own accounts', async () => {
    const beside = `${dir}-substation`;
    mkdirSync(beside);
    try {
      expect(await of('substation')).toEqual({ data: beside, accounts: beside });
      expect(await of('substation', true)).toEqual(own);
    } finally {
      rmSync(beside, { recursive: true });
    }
  });

  it.each(['', '{"plant":"wat', '{"plant":"brewery","seed":1}', 'null'])('ignore a stored plant that is %j', async (text) => {
    writeFileSync(plantFile(dir), text);
    expect(await of('waterworks')).toEqual(own);
    expect(await of('substation', true)).toEqual(own);
  });
});

describe('a switch of the plant', () => {
  const listed = plants.map((type) => ({ type, summary: `${type}.` }));

  it('ends the run after its response and names the next plant', async () => {
    const clock = new VirtualClock(0);
    const plantSwitch = new LabPlantSwitch(listed, 'waterworks', clock);
    plantSwitch.switchTo('substation');
    expect(plantSwitch.ended.aborted).toBe(false);
    await clock.advance(1_000);
    expect([plantSwitch.chosen, plantSwitch.ended.aborted]).toEqual(['substation', true]);
  });

  it.each(['waterworks', 'brewery'])('to %s is refused with the way out', (type) => {
    const plantSwitch = new LabPlantSwitch(listed, 'waterworks');
    expect(() => plantSwitch.switchTo(type)).toThrow(expect.objectContaining({ code: 'LAB_REFUSED', hint: 'choose substation' }));
    expect(plantSwitch.ended.aborted).toBe(false);
  });
});
