import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labDirectory, plantFile, refuseOtherPlant } from './directory.ts';

const plants = ['waterworks', 'substation'];
let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scadawatch-plant-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the data directory of a lab', () => {
  it('is the usual one for the first plant, and its own for any other', () => {
    expect(plants.map((plant) => labDirectory({ data: '.scadawatch', plant }, plants))).toEqual([
      '.scadawatch',
      '.scadawatch-substation',
    ]);
  });

  it('is refused for another plant than the one that ran on it, with the way out', () => {
    writeFileSync(plantFile(dir), JSON.stringify({ plant: 'waterworks', seed: 1, state: {} }));
    expect(() => refuseOtherPlant(dir, 'waterworks', plants)).not.toThrow();
    expect(() => refuseOtherPlant(dir, 'substation', plants)).toThrow(
      expect.objectContaining({ code: 'LAB_REFUSED', hint: expect.stringContaining('--plant waterworks') as string }),
    );
  });

  it.each(['', '{"plant":"wat', '{"plant":"brewery","seed":1}', 'null'])('is accepted if the stored plant is %j', (text) => {
    writeFileSync(plantFile(dir), text);
    expect(() => refuseOtherPlant(dir, 'substation', plants)).not.toThrow();
  });

  it('is accepted before the first run', () => {
    expect(() => refuseOtherPlant(dir, 'substation', plants)).not.toThrow();
  });
});
