import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CollectorPlugin } from '../core/collector.ts';
import type { DetectorPlugin } from '../core/detector.ts';
import { ScadaError } from '../core/errors.ts';
import type { HistorianPlugin } from '../core/historian.ts';
import { jsonSchema } from './json-schema.ts';
import { resolveSecrets } from './secrets.ts';
import type { ConfigProblem } from './problems.ts';
import { loadConfig, parseConfig } from './load.ts';
import type { PluginRegistry } from './registry.ts';

const unused = (): never => {
  throw new Error('not created in this test');
};
const collector: CollectorPlugin = {
  type: 'wire',
  summary: 'a protocol',
  schema: z.strictObject({ host: z.string().default('127.0.0.1'), secret: z.string().optional() }),
  addressSchema: z.strictObject({ register: z.int().min(0).max(65_535) }),
  create: unused,
};
const detector: DetectorPlugin = {
  type: 'still',
  summary: 'a method',
  schema: z.strictObject({ window: z.int().default(5) }),
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  check: (config) => ((config as { window: number }).window === 7 ? [{ path: ['window'], message: 'there is no tag 7' }] : []),
  create: unused,
};
const historian: HistorianPlugin = { type: 'duckdb', summary: 'a store', schema: z.strictObject({}), create: unused };
const registry: PluginRegistry = {
  collectors: [collector],
  detectors: [detector],
  historians: [historian],
  notifiers: [],
  dashboard: z.strictObject({ port: z.int().default(1) }),
};

const sound = `
site: {name: Works}
areas:
  - {id: well, name: Well, indicators: [LT1], equipment: [{id: W1, name: Well}]}
scanClasses: {normal: 2s, slow: 1m}
devices:
  plc: {type: wire, description: the only one}
tags:
  LT1: {device: plc, address: {register: 3}, area: well, equipment: W1, unit: m, range: [0, 5], description: Level}
  LT2: {device: plc, address: {register: 4}, area: well, equipment: W1, scan: slow, description: Level}
`;
const parse = (text: string, environment: Record<string, string> = {}) =>
  parseConfig(text, 'plant.yaml', { registry, environment });

function problemsOf(text: string): string {
  try {
    parse(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ScadaError);
    expect((thrown as ScadaError).kind).toBe('config');
    return (thrown as ScadaError).message;
  }
  throw new Error('the configuration was accepted');
}

describe('a valid configuration', () => {
  it('is resolved with its defaults', () => {
    const config = parse(sound);
    expect(config.tags.at(0)).toMatchObject({
      name: 'LT1',
      scanMs: 2000,
      range: { low: 0, high: 5 },
      address: { register: 3 },
      short: 'LT1',
    });
    expect(config.tags.at(1).scanMs).toBe(60_000);
    expect(config.devices[0]).toMatchObject({ name: 'plc', description: 'the only one', config: { host: '127.0.0.1' } });
    expect(config.detectors).toEqual([{ plugin: detector, config: { window: 5 } }]);
    expect(config.budgetPerDay).toBe(2.4);
    expect(config.historian.plugin).toBe(historian);
  });

  it('states which tags read the same value by their aliases', () => {
    const { tags } = parse(
      sound
        .replace('description: the only one}', '$&\n  gw: {type: wire}')
        .replace(
          /$/,
          '  LT1.GW: {device: gw, address: {register: 9}, aliases: [{device: plc, address: {register: 3}}], area: well, equipment: W1, description: Level}\n',
        ),
    );
    expect(tags.tags.map(({ sameAs }) => sameAs)).toEqual([undefined, undefined, ['LT1']]);
  });

  it('accepts a client secret only as a reference to the environment', () => {
    const problems: ConfigProblem[] = [];
    const resolve = (clientSecret: string) => resolveSecrets({ identity: { clientSecret } }, { OIDC: 's3' }, problems);
    expect(resolve('${env:OIDC}')).toEqual({ identity: { clientSecret: 's3' } });
    expect(problems).toEqual([]);
    for (const literal of ['s3', '${env:OIDC}x']) resolve(literal);
    const message = 'must be ${env:NAME}, the name of an environment variable';
    expect(problems).toEqual(Array(2).fill({ path: ['identity', 'clientSecret'], message }));
    expect(JSON.stringify(problems)).not.toContain('s3');
  });

  it('replaces secrets from the environment, and omits a disabled detector', () => {
    const config = parse(`${sound.replace('type: wire,', `type: wire, secret: '\${env:PLC_KEY}',`)}detectors: {still: false}\n`, {
      PLC_KEY: 's3',
    });
    expect(config.devices[0]?.config).toMatchObject({ secret: 's3' });
    expect(config.detectors).toEqual([]);
  });
});

describe('the alarm system', () => {
  it('has no effect if nothing is configured, except shelving for a shift', () => {
    const { alarms, site } = parse(sound);
    expect(alarms).toEqual({ suppress: [], delays: [], realarm: [], escalate: [], joinMs: 600_000 });
    expect(site.shelvingMs).toBe(12 * 3_600_000);
  });

  it('is resolved to tags and times, with escalations by their time', () => {
    const { alarms, site } = parse(`${sound}alarms:
  shelving: 8h
  suppress:
    - {when: {tag: LT2, is: [0]}, alerts: {equipment: W1}, cause: The well is off}
    - {when: {device: plc}, alerts: {area: well}, cause: The PLC is lost}
  delays: [{priority: 3, on: 15s}, {tags: [LT1], off: 1m}]
  realarm: [{priority: 1, after: 30m}]
  escalate: [{priority: 1, after: 10m, to: admin}, {priority: 1, after: 5m, to: engineer}]
`);
    expect(site.shelvingMs).toBe(8 * 3_600_000);
    expect(alarms).toEqual({
      suppress: [
        { when: { tag: 1, is: [0] }, of: { kind: 'equipment', id: 'W1' }, cause: 'The well is off' },
        { when: { device: 'plc' }, of: { kind: 'area', id: 'well' }, cause: 'The PLC is lost' },
      ],
      delays: [
        { priority: 3, tags: undefined, onMs: 15_000, offMs: 0 },
        { priority: undefined, tags: ['LT1'], onMs: 0, offMs: 60_000 },
      ],
      realarm: [{ priority: 1, afterMs: 1_800_000 }],
      escalate: [
        { priority: 1, afterMs: 300_000, to: 'engineer' },
        { priority: 1, afterMs: 600_000, to: 'admin' },
      ],
      joinMs: 600_000,
    });
  });
});

describe('an invalid configuration', () => {
  it.each([
    ['an unknown key', sound.replace('unit: m,', 'units: m,'), 'plant.yaml:9:73 tags.LT1.units: unknown setting'],
    ['a missing setting', sound.replace('type: wire', 'port: 1'), 'devices.plc.type: this setting is missing (string)'],
    ['a wrong type', sound.replace('unit: m,', 'unit: [m],'), 'tags.LT1.unit: expected string, received array'],
    [
      'a range upside down',
      sound.replace('range: [0, 5]', 'range: [5, 0]'),
      'tags.LT1.range: the low end must be below the high end',
    ],
    ['an impossible address', sound.replace('{register: 3}', '{register: 70000}'), 'plant.yaml:9:32 tags.LT1.address.register'],
    ['a tag given twice', sound.replace('LT2:', 'LT1:'), 'plant.yaml:10:3 this name is given twice'],
    [
      'a name in the settings of a detector that is no tag',
      `${sound}detectors: {still: {window: 7}}\n`,
      'plant.yaml:11:21 detectors.still.window: there is no tag 7',
    ],
    [
      'an unknown device',
      sound.replace('{device: plc, address: {register: 4}', '{device: plx, address: {register: 4}'),
      'tags.LT2.device: there is no device plx; known: plc',
    ],
    [
      'an alias on an unknown device',
      sound.replace('address: {register: 4}', 'address: {register: 4}, aliases: [{device: plx, address: {register: 1}}]'),
      'tags.LT2.aliases.0.device: there is no device plx; known: plc',
    ],
    [
      'an alias with an impossible address',
      sound.replace('address: {register: 4}', 'address: {register: 4}, aliases: [{device: plc, address: {register: 70000}}]'),
      'tags.LT2.aliases.0.address.register',
    ],
    [
      'an unknown type of device',
      sound.replace('type: wire', 'type: wave'),
      'plant.yaml:7:9 devices.plc.type: there is no type wave; known: wire',
    ],
    ['an unknown scan class', sound.replace('scan: slow', 'scan: lazy'), 'tags.LT2.scan: there is no scan class lazy'],
    ['an unknown indicator', sound.replace('[LT1]', '[LT9]'), 'areas.0.indicators.0: there is no tag LT9'],
    ['an unknown detector', `${sound}detectors: {moving: {}}\n`, 'detectors.moving: there is no detector moving; known: still'],
    [
      'an unknown setting of a detector',
      `${sound}detectors: {still: {windows: 4}}\n`,
      'detectors.still.windows: unknown setting',
    ],
    [
      'an area that two positions have',
      `${sound}positions: [{name: N, areas: [well], alarmBudget: 1}, {name: S, areas: [well], alarmBudget: 1}]\n`,
      'positions.1.areas.0: the area well belongs to the position N',
    ],
    [
      'a position that may be called more often than the plant',
      `${sound}positions: [{name: N, areas: [well], alarmBudget: 3}]\n`,
      'positions.0.alarmBudget: larger than the alarm budget of the whole plant, 2.4',
    ],
    [
      'a position of no area',
      `${sound}positions: [{name: N, areas: [east], alarmBudget: 1}]\n`,
      'positions.0.areas.0: there is no area east',
    ],
    [
      'a time zone that is none',
      sound.replace('{name: Works}', '{name: Works, timeZone: Europe/Atlantis}'),
      'site.timeZone: is no IANA time zone',
    ],
    ['a duration that is none', sound.replace('slow: 1m', 'slow: often'), 'scanClasses.slow: a length of time such as'],
    [
      'a secret that is not there',
      sound.replace('type: wire,', `type: wire, secret: '\${env:PLC_KEY}',`),
      'devices.plc.secret: the environment variable PLC_KEY is not set',
    ],
    [
      'a suppression by an unknown tag',
      `${sound}alarms: {suppress: [{when: {tag: LT9, is: [0]}, alerts: {area: well}, cause: off}]}\n`,
      'alarms.suppress.0.when.tag: there is no tag LT9; known: LT1, LT2',
    ],
    [
      'a suppression of an unknown place',
      `${sound}alarms: {suppress: [{when: {device: plc}, alerts: {equipment: W9}, cause: off}]}\n`,
      'alarms.suppress.0.alerts.equipment: there is no equipment W9; known: W1',
    ],
    [
      'a suppression without a place',
      `${sound}alarms: {suppress: [{when: {device: plc}, alerts: {}, cause: off}]}\n`,
      'alarms.suppress.0.alerts: give one of area, equipment, device',
    ],
    ['a delay of an hour', `${sound}alarms: {delays: [{on: 1h}]}\n`, 'alarms.delays.0: a delay is 10m at most'],
    ['text that is not YAML', 'site: [', 'plant.yaml:1:8'],
  ])('is refused for %s, with file, line and path', (_, text, message) => {
    expect(problemsOf(text)).toContain(message);
  });

  it('is refused with all of its problems', () => {
    const text = sound.replace('scan: slow', 'scan: lazy').replace('[LT1]', '[LT9]');
    expect(problemsOf(text).split('\n')).toHaveLength(2);
  });
});

describe('the JSON schema for editors', () => {
  it('contains the settings of file and plug-ins, and requires none that has a default', () => {
    const schema = JSON.parse(JSON.stringify(jsonSchema(registry))) as {
      properties: Record<string, { additionalProperties?: unknown }>;
      required: string[];
    };
    expect(schema.required).toEqual(['site', 'areas', 'devices', 'tags']);
    expect(schema.properties['devices']?.additionalProperties).toMatchObject({
      oneOf: [
        {
          required: ['type'],
          additionalProperties: false,
          properties: { type: { const: 'wire' }, host: { default: '127.0.0.1' } },
        },
      ],
    });
  });
});

describe('an entry whose name is a pattern', () => {
  const many = { ...registry, collectors: [{ ...collector, expand: unused }] };
  const pattern = "  'P.{name}': {device: plc, address: {register: 7}, area: well, equipment: W1, description: 'Of {path}'}\n";
  const match = (...path: string[]) => ({ path, address: { register: path.length } });

  /** Loads the valid configuration with more entries and their expansion. */
  async function load(entries: string, matches: Readonly<Record<string, ReturnType<typeof match>[]>>) {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    try {
      const file = join(folder, 'plant.yaml');
      await writeFile(file, sound + entries);
      const expand = async () => new Map(Object.entries(matches).map(([name, list]) => [name, { matches: list }]));
      return await loadConfig(file, { registry: many, environment: {}, expand });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('expands to a tag per match, with a plain name', async () => {
    const { tags } = await load(pattern, { 'P.{name}': [match('area 1', 'flow [1]'), match('x')] });
    expect(tags.tags.slice(2)).toMatchObject([
      { name: 'P.flow_1_', description: 'Of area 1.flow [1]', address: { register: 2 } },
      { name: 'P.x', description: 'Of x', address: { register: 1 } },
    ]);
  });

  it('assigns no name twice, and skips points with explicit entries', async () => {
    const path = pattern.replace('{name}', '{path}');
    await expect(load(pattern, { 'P.{name}': [match('a', 'b'), match('c', 'b')] })).rejects.toThrow(
      /:11:3 tags\.P\.\{name\}: a\/b and c\/b would have the same name P\.b; \{path\} distinguishes points/,
    );
    const named = pattern.replace('P.{name}', '{name}');
    const { tags } = await load(named + path, { '{name}': [match('LT1'), match('b')], 'P.{path}': [match('a', 'b')] });
    expect(tags.tags.map(({ name }) => name)).toEqual(['LT1', 'LT2', 'b', 'P.a.b']);
  });

  it('is validated once, and needs a device with patterns', () => {
    expect(problemsOf(sound + pattern)).toBe('plant.yaml:11:3 tags.P.{name}: a device of type wire has no patterns');
    const elsewhere = sound + pattern.replace('equipment: W1', 'equipment: W9');
    expect(() => parseConfig(elsewhere, 'plant.yaml', { registry: many, environment: {} })).toThrow(
      /^plant\.yaml:11:\d+ tags\.P\.\{name\}\.equipment: there is no equipment W9; known: W1$/,
    );
    expect(parseConfig(sound + pattern, 'plant.yaml', { registry: many, environment: {} }).tags.size).toBe(2);
  });

  it('assigns the modes of an equipment to its tags, and reports errors in them', () => {
    const modes = 'modes: {tag: RUN, values: {stopped: [0], running: [1, 2]}, resting: [stopped], settle: 30s}';
    const text = `${sound.replace('{id: W1, name: Well}', `{id: W1, name: Well, ${modes}}`)}  RUN: {device: plc, address: {register: 5}, area: well, equipment: W1, kind: discrete, description: Runs}\n`;
    const { tags } = parse(text);
    const [level, , run] = tags.tags;
    expect(level?.modes).toEqual({ tag: 'RUN', of: { 0: 'stopped', 1: 'running', 2: 'running' }, settleMs: 30_000 });
    expect([run?.modes, run?.restsAt]).toEqual([undefined, [0]]);
    expect(problemsOf(text.replace('tag: RUN', 'tag: LT2'))).toContain('LT2 is analog; only a discrete tag can define a mode');
    expect(problemsOf(text.replace('tag: RUN', 'tag: GO'))).toContain('there is no tag GO');
    expect(problemsOf(text.replace('[stopped]', '[asleep]'))).toContain('there is no mode asleep');
    expect(problemsOf(text.replace('[1, 2]', '[0, 1]'))).toContain('0 is the mode stopped already');
  });
});

it('an equipment depends on other equipment of any area', () => {
  const more = (id: string): string =>
    sound.replace('{id: W1, name: Well}', `{id: W1, name: Well, dependsOn: [${id}]}, {id: P1, name: Pump}`);
  expect(parse(more('P1')).site.areas[0]?.equipment[0]?.dependsOn).toEqual(['P1']);
  expect(problemsOf(more('P9'))).toMatch(/areas\.0\.equipment\.0\.dependsOn\.0: there is no equipment P9; known: W1, P1/);
});

describe('a hostile or careless file', () => {
  it.each(['toString', 'constructor', 'hasOwnProperty', '__proto__'])(
    'a device, scan class or variable named %s is unknown',
    (name) => {
      expect(
        problemsOf(sound.replace('{device: plc, address: {register: 3}', `{device: ${name}, address: {register: 3}`)),
      ).toMatch(new RegExp(`plant.yaml:9:\\d+ tags.LT1.device: there is no device ${name}`));
      expect(problemsOf(sound.replace('scan: slow', `scan: ${name}`))).toContain(`tags.LT2.scan: there is no scan class ${name}`);
      expect(problemsOf(sound.replace('the only one', `"\${env:${name}}"`))).toContain(`environment variable ${name} is not set`);
      expect(problemsOf(sound.replace('indicators: [LT1]', `indicators: [${name}]`))).toContain(`there is no tag ${name}`);
    },
  );

  it('a device or tag cannot have the name of a member of every object', () => {
    expect(problemsOf(sound.replace('  LT2:', '  constructor:'))).toContain('reserved word');
    expect(problemsOf(sound.replace('plc: {type', 'valueOf: {type'))).toContain('reserved word');
  });

  it.each([
    ['tag', '  LT2:'],
    ['device', '  plc:'],
    ['area', 'id: well'],
    ['equipment', 'id: W1'],
    ['group', 'name: g'],
  ])('no %s has the name of a member of every object', (_, place) => {
    const all = `${sound}groups: [{name: g, tags: {role: measurement}}]\n`;
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      const hostile = all.replace(place, place.includes(': ') ? `${place.split(' ')[0]} ${name}` : `  ${name}:`);
      // a name in front is refused by its characters, and one of a map by its line
      expect(problemsOf(hostile)).toMatch(/plant\.yaml:\d+:\d+ .*(?:reserved word|letters, digits, dot)/);
    }
  });

  it('an alias that contains itself is refused with its line', () => {
    expect(problemsOf(`${sound}groups: &all\n  - *all\n`)).toBe('plant.yaml:12:5 the alias *all contains itself');
    expect(problemsOf(`${sound}groups: &all\n  - {name: g, tags: {deep: [*all]}}\n`)).toContain(
      'plant.yaml:12:29 the alias *all',
    );
  });

  it('aliases that expand beyond the limit are refused with their line', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `  l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);
    const bomb = `${sound}detectors:\n  l0: &l0 [lol, lol]\n${levels.join('\n')}\n`;
    expect(problemsOf(bomb)).toMatch(/^plant.yaml:1[789]:\d+ the aliases up to \*l\d expand to more than 5000000 values$/);
  });

  it('many tags may share their settings by an alias', () => {
    const tag = (i: number): string =>
      `  T${i}: {device: plc, address: &a${i} {register: ${i}}, area: well, equipment: W1, description: *text}\n`;
    const text = sound
      .replace('  LT1: {', '  LT1: &first {')
      .replace('unit: m, range: [0, 5], description: Level', 'description: &text Level');
    expect(parse(text + Array.from({ length: 500 }, (_, i) => tag(i)).join('')).tags.size).toBe(502);
  });

  it('too deep nesting is refused', () => {
    expect(problemsOf(`${sound}groups: ${'['.repeat(200_000)}`)).toMatch(/^plant.yaml:\d+:\d+ /);
  });

  it('a repeated name is found among 5000, and problems are listed up to a limit', () => {
    const tag = (i: number): string =>
      `  T${i}: {device: plc, address: {register: 1}, area: no, equipment: W1, description: T}\n`;
    const many = (count: number): string => sound + Array.from({ length: count }, (_, i) => tag(i)).join('');
    expect(problemsOf(`${many(5_000)}  T4999: {}\n`)).toBe('plant.yaml:5011:3 this name is given twice');
    const lines = problemsOf(many(1_000)).split('\n');
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe('and 800 more problems');
  });
});

it('reads a large file as a small one, and names the lines of its problems', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'scadawatch-large-'));
  const read = async (text: string) => {
    await writeFile(join(dir, 'plant.yaml'), text);
    return await loadConfig(join(dir, 'plant.yaml'), { registry, environment: {} });
  };
  try {
    const filled = `${sound}${`# ${'x'.repeat(98)}\n`.repeat(10_000)}`;
    expect((await read(filled)).tags).toEqual(parseConfig(sound, 'plant.yaml', { registry, environment: {} }).tags);
    await expect(read(`${filled}colour: red\n`)).rejects.toThrow(/plant.yaml:\d{5}:1 colour/);
    await expect(read(`${filled}areas: []\n`)).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringMatching(/plant.yaml:\d{5}:1 this name is given twice/) as string,
    });
  } finally {
    await rm(dir, { recursive: true });
  }
});
