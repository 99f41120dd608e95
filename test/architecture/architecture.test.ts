import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, npmEverywhere, pluginCategories } from './layers.ts';
import { cyclesOf, importsOf, isTest, reachedFrom, sourceFiles } from './source.ts';

interface Unit {
  readonly name: string;
  readonly layer: number;
  readonly npm: readonly string[];
}

/** The unit a file belongs to; `detectors/*` makes `detectors/frozen` of `detectors/frozen/index.ts`. */
function unitOf(file: string): Unit | undefined {
  for (const { unit, layer, npm } of layers) {
    if (file === unit || file.startsWith(`${unit}/`)) return { name: unit, layer, npm };
    if (!unit.endsWith('/*')) continue;
    const parent = unit.slice(0, -1);
    const [folder, ...rest] = file.startsWith(parent) ? file.slice(parent.length).split('/') : [];
    if (folder !== undefined && rest.length > 0) return { name: parent + folder, layer, npm };
  }
  return undefined;
}

const files = sourceFiles().filter((file) => existsSync(file));
const product = files.filter((file) => !isTest(file));
const configs = /^(vitest|vitest\.long|vite)\.config\.ts$/;

describe('the source tree', () => {
  it('has a layer for every file', () => {
    expect(files.filter((file) => unitOf(file) === undefined && !configs.test(file))).toEqual([]);
  });

  it('numbers each decision once, in its name and its title', () => {
    const names = readdirSync('docs/decisions').toSorted();
    const numbers = names.map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(names.map((_, i) => i + 1));
    const titles = names.map((name) =>
      Number.parseInt(readFileSync(join('docs/decisions', name), 'utf8').replace(/^# /, ''), 10),
    );
    expect(titles).toEqual(numbers);
  });

  it('imports only downwards, and siblings never meet', () => {
    const wrong = product.flatMap((file) => {
      const from = unitOf(file);
      return importsOf(file).flatMap(({ to, local, typeOnly }) => {
        const target = local ? unitOf(to) : undefined;
        if (from === undefined || target === undefined || from.name === target.name || target.layer < from.layer) return [];
        return [`${file} → ${to}${typeOnly ? ' (type)' : ''}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('imports only types of the API into the browser client, so that no server code is in its bundle', () => {
    const client = product.filter((file) => file.startsWith('dashboard/client/'));
    const all = client.flatMap((file) => importsOf(file).filter(({ to }) => /^dashboard\/(api|accounts|server)\//.test(to)));
    expect(all.length).toBeGreaterThan(20);
    expect(all.flatMap(({ from, to, typeOnly }) => (typeOnly ? [] : [`${from} → ${to}`]))).toEqual([]);
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

  it('has no files that import each other, types included', () => {
    const graph = new Map(product.map((file) => [file, importsOf(file).flatMap((one) => (one.local ? [one.to] : []))]));
    expect(cyclesOf(graph)).toEqual([]);
  });

  it('has no folders side by side that import each other, types included', () => {
    const parents = new Map<string, Map<string, Set<string>>>();
    const edge = (parent: string, from: string, to: string): void => {
      const children = parents.get(parent) ?? new Map<string, Set<string>>();
      parents.set(parent, children);
      for (const child of [from, to]) children.set(child, children.get(child) ?? new Set());
      children.get(from)?.add(to);
    };
    for (const file of product) {
      for (const { to, local } of importsOf(file)) {
        const [from, other] = [file.split('/'), to.split('/')];
        const shared = from.findIndex((name, i) => name !== other[i]);
        const areFolders = shared > 0 && from.length > shared + 1 && other.length > shared + 1;
        if (local && areFolders) edge(from.slice(0, shared).join('/'), from[shared] as string, other[shared] as string);
      }
    }
    expect(parents.size).toBeGreaterThan(10);
    expect([...parents].flatMap(([parent, children]) => cyclesOf(children).map((cycle) => [parent, ...cycle]))).toEqual([]);
  });

  it('has simulated servers that share no code with collectors', () => {
    const servers = product.filter((file) => file.startsWith('simulators/servers/'));
    const shared = servers.flatMap((file) =>
      importsOf(file).filter(({ to, local }) => local && !/^(src\/core|simulators)\//.test(to)),
    );
    expect(servers.length).toBeGreaterThan(10);
    expect(shared.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no folders in src that import each other, types included', () => {
    const folders = new Map<string, Set<string>>();
    for (const file of product.filter((name) => name.startsWith('src/'))) {
      const to = importsOf(file).flatMap((one) => (one.local ? [dirname(one.to)] : []));
      folders.set(dirname(file), new Set([...(folders.get(dirname(file)) ?? []), ...to]));
    }
    expect(folders.size).toBeGreaterThan(40);
    expect(cyclesOf(folders)).toEqual([]);
  });

  it('has a README in every folder of src', () => {
    const folders = readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory());
    expect(folders.filter((name) => !existsSync(join('src', name, 'README.md')))).toEqual([]);
  });

  it.each(readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory()))(
    'names only files and entry points that exist in the README of src/%s',
    (folder) => {
      const text = readFileSync(join('src', folder, 'README.md'), 'utf8');
      const named = [...text.matchAll(/`([\w./-]+(?:\.(?:ts|md|json)|\/))`/g)].map(([, name]) => name as string);
      const places = (name: string): string[] => [join('src', folder, name), join('src', name), name];
      expect(named.filter((name) => !places(name).some((place) => existsSync(place)))).toEqual([]);

      const entry = /^(?:- )?\*\*Entry points?:?\*\*.*$/m.exec(text)?.[0] ?? '';
      const symbols = [...entry.matchAll(/`([A-Za-z]\w*)`/g)].map(([, name]) => name as string);
      const code = product.filter((file) => file.startsWith('src/')).map((file) => readFileSync(file, 'utf8'));
      const isExported = (name: string): boolean =>
        code.some((source) =>
          new RegExp(`^export (?:abstract |async )*(?:class|function|const|interface|type) ${name}\\b`, 'm').test(source),
        );
      expect(symbols.filter((name) => !isExported(name))).toEqual([]);
      expect(entry).toContain('`');
    },
  );

  it('keeps src/app to the command line and wiring: at most 3000 lines', () => {
    const app = product.filter((file) => file.startsWith('src/app/'));
    const lines = app.map((file) => readFileSync(file, 'utf8').split('\n').length - 1);
    expect(lines.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(3_000);
  });

  it('has no clock in detectors and in what judges with them: time comes with the observations', () => {
    const judging = product.filter((file) => /^(detectors|src\/detector-kit|src\/detection\/(engine|feed))\//.test(file));
    expect(judging.length).toBeGreaterThan(100);
    const reads = /[:<] ?Clock\b|systemClock|Date\.now|new Date\(\)|performance\.|\bmonotonic\b/;
    expect(judging.filter((file) => reads.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('keeps files small', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 500);
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

/** Words that are types of plug-ins and mean something else as well, and where they may; everywhere in `src` if that is not said. */
const otherMeanings: Readonly<Record<string, { readonly meaning: string; readonly only?: RegExp }>> = {
  counter: { meaning: 'kind of a tag' },
  'device-health': { meaning: 'event of a device' },
  discrete: { meaning: 'kind of a tag, table of Modbus' },
  modbus: {
    meaning: 'protocol on the wire; input of Telegraf, device that is written',
    only: /^src\/(core\/wire\.ts|tools\/import\/)/,
  },
  opcua: {
    meaning: 'protocol on the wire; input of Telegraf, device that is written',
    only: /^src\/(core\/wire\.ts|tools\/import\/)/,
  },
  posture: { meaning: 'event of a device' },
  range: { meaning: 'property of a tag' },
  replay: { meaning: 'command, folder, act of a plant' },
  sequence: { meaning: 'number of a change' },
  stix: { meaning: 'language of the patterns of STIX', only: /^src\/(siem|feeds)\// },
};

describe('code outside of plug-ins', () => {
  const isPlugin = (file: string): boolean => pluginCategories.some((category) => new RegExp(`^${category}/[^/]+/`).test(file));
  const isList = (file: string): boolean => pluginCategories.some((category) => file === `${category}/index.ts`);
  const machinery = product.filter((file) => !isPlugin(file) && !isList(file) && !file.includes('testing'));
  const types = pluginCategories.flatMap((category) =>
    readdirSync(category).filter((name) => existsSync(join(category, name, 'index.ts'))),
  );
  const scenarios = readdirSync('simulators/scenarios').filter((name) => !/\.(ts|md)$/.test(name));

  it('imports no plug-in, only their lists', () => {
    expect(machinery.length).toBeGreaterThan(300);
    const wrong = machinery.flatMap((file) => importsOf(file).filter(({ to, local }) => local && isPlugin(to)));
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('names no type of a plug-in and no scenario', () => {
    const wrong = machinery.flatMap((file) => {
      const words = [...readFileSync(file, 'utf8').matchAll(/'([a-z][a-z0-9-]*)'/g)].map(([, word = '']) => word);
      const named = words.filter((word) => {
        const other = otherMeanings[word];
        return [...types, ...scenarios].includes(word) && (other === undefined || other.only?.test(file) === false);
      });
      return file.startsWith('src/') ? named.map((word) => `${file}: ${word}`) : [];
    });
    expect(types.length).toBeGreaterThan(25);
    expect(wrong).toEqual([]);
  });
});

/** What asks a device to change, by the names that the libraries give it. */
const modbusWrites = /\bwrite(Registers?|Coils?|FC(?![1-4]\b)\w*|MaskRegister|CustomFC\w*)\b|\bcustomFunction\b/;
const opcuaWrites =
  /\.(call|callMethod|writeSingleNode|historyUpdate|conditionRefresh\w*|acknowledgeCondition|confirmCondition|addCommentCondition|setPublishingMode|setMonitoringMode)\b|\bClientAlarm\w*|\binstallAlarmMonitoring\b/;
/**
 * The requests of OPC UA that collectors name: they read, or are about what the server keeps for us. Those that the library makes
 * by itself are held on the wire.
 */
const opcuaReads = [
  'Browse',
  'BrowseNext',
  'CloseSession',
  'CreateMonitoredItems',
  'CreateSubscription',
  'DeleteSubscriptions',
  'GetEndpoints',
  'OpenSecureChannel',
  'Publish',
  'Read',
  'Republish',
  'TransferSubscriptions',
  'TranslateBrowsePathsToNodeIds',
];
/** The only places where something is written, and why they may: of sessions, `write` is a service that changes nodes. */
const writes = /(?<!\.\.)\.write\b/;
const writers: Readonly<Record<string, string>> = {
  'collectors/modbus/transport/allow.ts': 'sends, and looks at the very bytes: nothing but reads',
  'collectors/opcua/connection/transport.ts': 'sends the bytes that the library has made, the end of a channel in its turn',
  'collectors/capture/sources/gzip.ts': 'feeds the decompression of a file',
  'collectors/capture/modbus/conversation.ts': 'reports the write of another',
  'collectors/capture/opcua/wire.ts': 'reports the write of another',
};

describe('read-only', () => {
  const folders = readdirSync('collectors').filter((name) => existsSync(join('collectors', name, 'index.ts')));
  const graph = reachedFrom(folders.map((name) => `collectors/${name}/index.ts`));
  const sources = graph.map((file) => ({ file, source: readFileSync(file, 'utf8') }));
  const saying = (words: RegExp): string[] => sources.flatMap(({ file, source }) => (words.test(source) ? [file] : []));

  it('follows what the collectors import, beyond their own folders and to the end', () => {
    expect(graph).toEqual(expect.arrayContaining(['collectors/modbus/transport/allow.ts', 'src/ingest/polling/heap.ts']));
    expect(folders).toEqual(expect.arrayContaining(['capture', 'modbus', 'opcua']));
    // a name that is only known at run time could be anything
    expect(saying(/\bimport\((?!\s*['"])|\brequire\(|\bcreateRequire\b/)).toEqual([]);
  });

  it('has no write call in anything that a collector reaches', () => {
    expect(saying(modbusWrites)).toEqual([]);
    expect(saying(opcuaWrites)).toEqual([]);
    expect(saying(writes).toSorted()).toEqual(Object.keys(writers).toSorted());
    const services = sources.flatMap(({ file, source }) =>
      importsOf(file).some(({ to }) => to.startsWith('node-opcua')) ? [...source.matchAll(/\b([A-Z]\w+)Request\b/g)] : [],
    );
    expect([...new Set(services.map(([, service = '']) => service))].toSorted()).toEqual(opcuaReads);
  });
});
