import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floors, npmEverywhere, pluginCategories } from './floors.ts';
import { importsOf, isTest, sourceFiles } from './source.ts';

interface Unit {
  readonly name: string;
  readonly floor: number;
  readonly npm: readonly string[];
}

/** The unit a file belongs to; `detectors/*` makes `detectors/frozen` of `detectors/frozen/index.ts`. */
function unitOf(file: string): Unit | undefined {
  for (const { unit, floor, npm } of floors) {
    if (file === unit || file.startsWith(`${unit}/`)) return { name: unit, floor, npm };
    if (!unit.endsWith('/*')) continue;
    const parent = unit.slice(0, -1);
    const [folder, ...rest] = file.startsWith(parent) ? file.slice(parent.length).split('/') : [];
    if (folder !== undefined && rest.length > 0) return { name: parent + folder, floor, npm };
  }
  return undefined;
}

const files = sourceFiles().filter((file) => existsSync(file));
const product = files.filter((file) => !isTest(file));
const configs = /^(vitest|vite)\.config\.ts$/;

describe('the house', () => {
  it('has a floor for every file', () => {
    expect(files.filter((file) => unitOf(file) === undefined && !configs.test(file))).toEqual([]);
  });

  it('imports only downwards, and siblings never meet', () => {
    const wrong = product.flatMap((file) => {
      const from = unitOf(file);
      return importsOf(file).flatMap(({ to, local, typeOnly }) => {
        const target = local ? unitOf(to) : undefined;
        if (from === undefined || target === undefined || from.name === target.name || target.floor < from.floor) return [];
        return [`${file} → ${to}${typeOnly ? ' (type)' : ''}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('uses each npm package only where the list allows it', () => {
    const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
    const wrong = product.flatMap((file) => {
      const unit = unitOf(file);
      return importsOf(file).flatMap(({ to, local, typeOnly }) => {
        if (local || unit === undefined || to.startsWith('node:') || builtin.has(to)) return [];
        const everywhere = npmEverywhere.includes(to) && (unit.name !== 'src/core' || typeOnly);
        return everywhere || unit.npm.includes(to) ? [] : [`${file} → ${to}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('keeps files small', () => {
    const long = product.filter((file) => readFileSync(file, 'utf8').split('\n').length > 500);
    expect(long).toEqual([]);
    const lengths = product.map((file) => readFileSync(file, 'utf8').split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(130);
  });
});

describe.each(pluginCategories)('plug-ins in %s', (category) => {
  const folders = existsSync(category)
    ? readdirSync(category).filter(
        (name) => statSync(join(category, name)).isDirectory() && existsSync(join(category, name, 'index.ts')),
      )
    : [];

  it('has some', () => expect(folders.length).toBeGreaterThan(0));

  it.each(folders)('%s is registered, documented and tested', (folder) => {
    expect(readFileSync(join(category, 'index.ts'), 'utf8')).toContain(`./${folder}/index.ts`);
    expect(existsSync(join(category, folder, 'README.md'))).toBe(true);
    expect(readdirSync(join(category, folder), { recursive: true }).some((name) => String(name).endsWith('.test.ts'))).toBe(true);
  });

  it('has no folder that is not a plug-in', () => {
    const others = existsSync(category)
      ? readdirSync(category).filter((name) => statSync(join(category, name)).isDirectory() && !folders.includes(name))
      : [];
    expect(others).toEqual([]);
  });
});

describe('read-only', () => {
  it('has no write call in a collector', () => {
    const writes = /\bwrite(Register|Registers|Coil|Coils|FC(5|6|15|16|22|23)|SingleNode)\b|\bsession\.(write|call)\b/;
    const wrong = product.filter((file) => file.startsWith('collectors/') && writes.test(readFileSync(file, 'utf8')));
    expect(wrong).toEqual([]);
  });
});
