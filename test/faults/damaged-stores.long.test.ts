// Long: a monitor starts on each kind of damage of each store, more than twenty starts.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { openClientPki, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import type { ModbusServer } from '../../simulators/servers/modbus/index.ts';
import { detectorFactories, fingerprint, planDetection } from '../../src/detection/plan/plan.ts';
import { writeSnapshot } from '../../src/storage/snapshot.ts';
import { openMonitorData } from '../../src/app/monitor-data.ts';
import { registry } from '../../src/app/registry.ts';
import { type Serving, serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/random.ts';
import { main } from '../../src/main.ts';
import { calibrationVersion } from '../../src/detection/baseline/format.ts';
import { DiskQueue } from '../../src/storage/disk-queue/disk-queue.ts';
import { openState } from '../../src/state/state.ts';
import { mountTmpfs } from '../support/mounted-disk.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { batchOf } from '../support/samples.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';
import { silentLogger } from '../../src/core/plugin.ts';

const patience = { timeout: 60_000, interval: 100 };
const dayMs = 86_400_000;
const administrator = { name: 'chief', passphrase: 'gravel tulip harbour nine' };

const root = mkdtempSync(join(tmpdir(), 'scadawatch-damage-'));
const file = join(root, 'plant.yaml');
/** A data directory that was closed in order. */
const sound = join(root, 'sound');
let device: ModbusServer;

const plantOf = (port: number): string => `
site: {name: Test works}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: ${port}, unit: 1}}
workers: 1
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0, type: float32}, area: a, equipment: T, description: Level, unit: m, range: [0, 10], limits: {high: 5, priority: 1, response: 'Close the inlet'}}
notifiers: [{type: webhook, url: 'http://127.0.0.1:9/', secret: 'a secret that is long enough for it'}]
dashboard: {port: 0}
`;

async function start(dataDir: string): Promise<Serving & AsyncDisposable> {
  await using cleanup = new AsyncDisposableStack();
  const data = cleanup.use(await openMonitorData(dataDir, 'run', 'silent'));
  const config = await loadConfig(file, { registry, environment: {} });
  const { damages } = data;
  const serving = cleanup.use(
    await serve({ config, dataDir: data.path, namedDir: data.named, clock: systemClock, logger: silentLogger, seed: 1, damages }),
  );
  const resources = cleanup.move();
  return { ...serving, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

const alarmsOf = ({ monitor }: Serving): string[] =>
  monitor.view.alerts.open().flatMap(({ findings }) => findings.map(({ explanation }) => explanation.sentence));

/** Alarms of the monitor about itself, except that it is late, which may happen on a busy machine. */
const selfAlarmsOf = ({ monitor }: Serving): string[] =>
  monitor.view.alerts
    .open()
    .flatMap(({ findings, response }) =>
      findings
        .filter(({ detector, channel }) => detector === 'self-watch' && !/late|blocked/.test(channel ?? ''))
        .map(({ explanation }) => `${explanation.sentence} ${response}`),
    );

/** Waits for the alarm of the level, which exceeds its limit from the first sample. */
const limitIsWatched = async (serving: Serving): Promise<void> => {
  await vi.waitFor(() => expect(alarmsOf(serving).join('\n')).toMatch(/Level/), patience);
};

beforeAll(async () => {
  const plant = new TinyPlant();
  plant.set('SP', 9);
  device = await startReadModbusServer({ plant });
  writeFileSync(file, plantOf(device.port));
  await using cleanup = new AsyncDisposableStack();
  const config = await loadConfig(file, { registry, environment: {} });
  {
    const serving = cleanup.use(await start(sound));
    const token = serving.dashboard.setupLink?.split('#setup=')[1] ?? '';
    const browser = new Browser(serving.dashboard.address);
    expect((await browser.call('POST /api/setup', { ...administrator, token })).status).toBe(200);
    await limitIsWatched(serving);
    await serving[Symbol.asyncDispose]();
  }
  // samples of the day before yesterday, which the next run writes into the file of their day
  const { plugin, config: settings } = config.historian;
  const target = { tags: config.tags, dataDir: join(sound, 'history') };
  const old = systemClock.now() - 2 * dayMs;
  const dayFiles = (): string[] => readdirSync(target.dataDir).filter((name) => name.endsWith('.parquet'));
  for (const count of [20_000, 1]) {
    await using historian = await plugin.create(settings, target, testContext());
    const samples = Array.from({ length: count }, (_, i) => ({ tag: 'LEVEL', time: old + i, value: i }));
    await historian.write(batchOf(config.tags, 'plc1', samples), AbortSignal.timeout(30_000));
    if (count === 1) await vi.waitFor(() => expect(dayFiles()).not.toEqual([]), patience);
  }
  await writeSnapshot(join(sound, 'detection.snapshot'), 'a'.repeat(64), Buffer.alloc(5_000, 7));
  const options = {
    name: 'spool',
    dir: join(sound, 'spool'),
    boundBytes: 1e6,
    policy: 'drop-oldest',
    logger: silentLogger,
  } as const;
  await using queue = await DiskQueue.open(options);
  for (let i = 0; i < 20; i++) await queue.append(Buffer.alloc(500, i));
  const first = await queue.next(AbortSignal.timeout(30_000));
  queue.done(first);
  writeFileSync(join(sound, 'plant-time'), '1700000000000');
  writeFileSync(join(sound, 'plant.json'), JSON.stringify({ plant: 'x'.repeat(500) }));
});
afterAll(async () => {
  await device[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

const random = new Random(20_261_127);
const damages = {
  cut: (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  zeroed: (bytes: Buffer) => Buffer.alloc(bytes.length),
  empty: () => Buffer.alloc(0),
  garbage: (bytes: Buffer) => Buffer.from(bytes.map(() => Math.floor(256 * random.next()))),
};
type Kind = keyof typeof damages;

/** Every store except `state.db`. Damage that a normal run may also leave, such as an empty file, is excluded. */
const stores: readonly { readonly name: RegExp; readonly except?: readonly Kind[] }[] = [
  { name: /^history\/hot\.duckdb$/ },
  { name: /^history\/samples-.*\.parquet$/ },
  { name: /^spool\/cursor$/, except: ['empty'] },
  { name: /^spool\/\d+\.segment$/ },
  { name: /^events\/events-.*\.jsonl\.gz$/ },
  { name: /^detection\.snapshot$/ },
  { name: /^notify\/.*told\.json$/ },
  { name: /^secret\.key$/ },
  { name: /^plant\.json$/ },
  { name: /^plant-time$/, except: ['cut'] },
];

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(dir, name)).isFile());

const copyOf = (name: string): string => {
  const dir = join(root, name);
  cpSync(sound, dir, { recursive: true });
  return dir;
};

describe('a start on damaged stores', () => {
  it.each(Object.keys(damages) as Kind[])('watches limits and raises an alarm for each file that is %s', async (kind) => {
    const dir = copyOf(`stores-${kind}`);
    const hurt = stores
      .filter(({ except }) => except?.includes(kind) !== true)
      .map(({ name }) => {
        const found = filesIn(dir).find((each) => name.test(each));
        if (found === undefined) throw new Error(`no file ${name.source} in ${filesIn(dir).join(' ')}`);
        writeFileSync(join(dir, found), damages[kind](readFileSync(join(dir, found))));
        return join(dir, found);
      });
    await using serving = await start(dir);
    const alarms = alarmsOf(serving);
    expect(hurt.filter((each) => !alarms.some((alarm) => alarm.startsWith(`${each} `)))).toEqual([]);
    for (const [, moved] of alarms.join('\n').matchAll(/moved to (\S+)\.$/gm)) expect(existsSync(moved ?? '')).toBe(true);
    await limitIsWatched(serving);
    // accounts exist, so that sign-in is open
    const browser = new Browser(serving.dashboard.address);
    expect((await browser.call('POST /api/login', administrator)).status).toBe(200);
  });

  it('moves files aside that lie in the place of folders', async () => {
    const dir = copyOf('folders');
    for (const name of ['history', 'events', 'spool', 'notify', 'feeds']) {
      rmSync(join(dir, name), { recursive: true, force: true });
      writeFileSync(join(dir, name), 'a file');
    }
    await using serving = await start(dir);
    const alarms = alarmsOf(serving).join('\n');
    for (const name of ['history', 'events', 'spool', 'notify', 'feeds'])
      expect(alarms).toContain(`${join(dir, name)} is a file`);
    await limitIsWatched(serving);
  });

  it('finds damage in the middle of a finished day when its history is read', async () => {
    const dir = copyOf('middle');
    const name = filesIn(dir).find((each) => each.endsWith('.parquet')) ?? '';
    const bytes = readFileSync(join(dir, name));
    bytes.fill(0xa5, 100, bytes.length - 2_000);
    writeFileSync(join(dir, name), bytes);
    await using serving = await start(dir);
    const now = systemClock.now();
    const range = { tags: ['LEVEL'], from: now - 3 * dayMs, to: now };
    await serving.monitor.view.history(range, AbortSignal.timeout(60_000));
    expect(alarmsOf(serving).join('\n')).toContain(join(dir, name));
  });
});

describe('a start on a lost database of accounts and alarms', () => {
  it.each([...(Object.keys(damages) as Kind[]), 'missing'] as const)(
    'watches limits with sign-in closed where it is %s, until accounts are reset',
    async (kind) => {
      const dir = copyOf(`state-${kind}`);
      const database = join(dir, 'state.db');
      if (kind === 'missing') rmSync(database);
      else writeFileSync(database, damages[kind](readFileSync(database)));
      for (const again of [false, true]) {
        await using serving = await start(dir);
        await limitIsWatched(serving);
        if (!again) expect(alarmsOf(serving).join('\n')).toContain(`${database} `);
        expect(serving.dashboard.setupLink).toBeUndefined();
        const browser = new Browser(serving.dashboard.address);
        const { body } = await browser.call('GET /api/door', {});
        expect([body.setup, body.closed?.commands.join()]).toEqual([false, expect.stringMatching(/restore.*users reset/)]);
        expect((await browser.call('POST /api/login', administrator)).status).toBe(503);
        expect((await browser.call('POST /api/setup', { ...administrator, token: 'a'.repeat(43) })).status).toBe(503);
        if (kind !== 'empty') break;
      }
      if (kind !== 'empty') return;
      vi.spyOn(console, 'log').mockImplementation(() => undefined);
      await main(['node', 'scadawatch', 'users', 'reset', '--data', dir]);
      vi.restoreAllMocks();
      using state = openState(dir);
      expect(state.audit.read({ action: 'users.reset', limit: 1 })).toHaveLength(1);
      await using serving = await start(dir);
      expect(serving.dashboard.setupLink).toMatch(/#setup=/);
    },
  );
});

describe('a start on a baseline that cannot be used', () => {
  const rowsOf = (dir: string): unknown[] => {
    using database = new DatabaseSync(join(dir, 'state.db'));
    return database.prepare('SELECT * FROM baseline ORDER BY name, version').all();
  };
  /** @returns the version of each written row */
  const write = (dir: string, contents: Readonly<Record<string, string>>): number[] => {
    using database = new DatabaseSync(join(dir, 'state.db'));
    const insert = database.prepare(
      `INSERT INTO baseline SELECT ?, coalesce(max(version), 0) + 1, 1, 'test', ? FROM baseline RETURNING version`,
    );
    return Object.entries(contents).map(([name, content]) => Number(insert.get(name, content)?.['version']));
  };
  const all = ['site', 'site/traffic', 'site/shadow', 'site/review', 'site/followed'];

  it.each([
    ['no JSON', () => Object.fromEntries(all.map((name) => [name, '\u0000{"calibration":']))],
    ['JSON of another shape', () => Object.fromEntries(all.map((name) => [name, '{"calibration":{"detectors":7},"lines":3}']))],
    ['a baseline of traffic that its detector refuses', () => ({ 'site/traffic': '{"source":"test","baseline":"garbage"}' })],
    ['a baseline of another plan', () => ({ site: baselineText('0'.repeat(64), {}) })],
    ['a baseline without its detectors', (plan: string) => ({ site: baselineText(plan, {}) })],
    [
      'a baseline with detectors of another shape',
      (plan: string, names: readonly string[]) => ({
        site: baselineText(plan, Object.fromEntries(names.map((name) => [name, { baseline: 'garbage', thresholds: {} }]))),
      }),
    ],
  ])('watches limits and names the command where the row holds %s', async (kind, contents) => {
    const dir = copyOf(`baseline-${kind.replaceAll(' ', '-')}`);
    const plan = planDetection(await loadConfig(file, { registry, environment: {} }));
    const names = detectorFactories(plan).map(({ name }) => name);
    const written: Record<string, string> = contents(fingerprint(plan), names);
    const versions = write(dir, written);
    const before = rowsOf(dir);
    {
      await using serving = await start(dir);
      await limitIsWatched(serving);
      const alarms = serving.monitor.view.alerts.open().filter(({ priority }) => priority === 1);
      expect(versions.length).toBeGreaterThan(0);
      for (const version of versions) {
        const alarm = alarms.find(({ findings: [first] }) => first?.explanation.sentence.includes(`version ${version} `));
        expect(alarm?.findings[0]?.detector).toBe('self-watch');
        expect(JSON.stringify(alarm)).toContain(`scadawatch calibrate ${file} --data ${dir}`);
      }
    }
    expect(rowsOf(dir)).toEqual(before);
  });
});

describe('a start on a data directory that cannot be written', () => {
  beforeAll(() => void vi.stubEnv('TMPDIR', root));
  afterAll(() => void vi.unstubAllEnvs());

  it('watches limits, opens sign-in to known users, raises one alarm, and refuses a second monitor', async (context) => {
    const dir = join(root, 'read-only');
    using disk = mountTmpfs(dir);
    if (disk === undefined) return context.skip('this user cannot mount a file system');
    cpSync(sound, dir, { recursive: true });
    disk.makeReadOnly();
    const before = filesIn(dir);
    await using serving = await start(dir);
    await limitIsWatched(serving);
    const isOneAlarm = (): void =>
      expect(selfAlarmsOf(serving)).toEqual([expect.stringMatching(`^${dir} cannot be written \\(EROFS\\)`)]);
    isOneAlarm();
    expect(serving.dashboard.setupLink).toBeUndefined();
    const browser = new Browser(serving.dashboard.address);
    expect((await browser.call('POST /api/login', administrator)).status).toBe(200);
    // an act takes effect, and its mark states that it is lost at the end of the run
    const isLevel = ({ title }: { readonly title: string }): boolean => title.includes('Level');
    const [alert] = serving.monitor.view.alerts.open().filter(isLevel);
    const { body } = await browser.call('POST /api/alerts/acknowledge', { ids: [alert?.id ?? ''], note: 'seen' });
    expect(body).toMatchObject({ acknowledged: [alert?.id], notSaved: true });
    expect(serving.monitor.view.alerts.open().find(isLevel)).toMatchObject({ state: 'C', notSaved: expect.any(Number) });
    const health = (await browser.call('GET /api/health', {})).body;
    expect(health.saving).toMatchObject({ state: 'temporary', reason: expect.stringContaining(dir) });
    expect(health.parts.filter(({ state }) => state !== 'running').map(({ name }) => name)).not.toContain('state');
    isOneAlarm();
    await expect(start(dir)).rejects.toMatchObject({ code: 'DATA_IN_USE', message: expect.stringContaining(dir) });
    expect(filesIn(dir)).toEqual(before);
  });

  it('issues no set-up link where there are no accounts', async (context) => {
    const dir = join(root, 'read-only-empty');
    using disk = mountTmpfs(dir);
    if (disk === undefined) return context.skip('this user cannot mount a file system');
    disk.makeReadOnly();
    await using serving = await start(dir);
    await limitIsWatched(serving);
    expect(selfAlarmsOf(serving)).toEqual([expect.stringMatching(`^${dir} cannot be written`)]);
    expect(serving.dashboard.setupLink).toBeUndefined();
    const { body } = await new Browser(serving.dashboard.address).call('GET /api/door', {});
    expect(body.closed?.commands.join()).toContain(`users reset --data ${dir}`);
  });
});

describe('a start on a damaged database that cannot be written', () => {
  beforeAll(() => void vi.stubEnv('TMPDIR', root));
  afterAll(() => void vi.unstubAllEnvs());

  it('names the files of the data directory, not those of the copy', async (context) => {
    const dir = join(root, 'read-only-damaged');
    using disk = mountTmpfs(dir);
    if (disk === undefined) return context.skip('this user cannot mount a file system');
    cpSync(sound, dir, { recursive: true });
    for (const name of ['state.db', 'secret.key']) writeFileSync(join(dir, name), 'garbage'.repeat(200));
    disk.makeReadOnly();
    await using serving = await start(dir);
    const alarms = selfAlarmsOf(serving).toSorted();
    expect(alarms).toEqual([
      expect.stringContaining(`${dir} cannot be written`),
      expect.stringContaining(`${dir}/secret.key does not hold a key`),
      expect.stringContaining(`${dir}/state.db cannot be read`),
    ]);
    expect(alarms.join()).not.toMatch(/scadawatch-\d+-\d+|was moved/);
  });
});

describe('a start on damaged certificates', () => {
  const certificate = 'own/certs/certificate.pem';
  const key = 'own/private/private_key.pem';
  it('moves them aside, makes new ones and reports that the server must trust them', async () => {
    const dir = copyOf('certificates');
    const first = join(dir, 'devices/first');
    const made = await openClientPki(first);
    await made.manager.dispose();
    for (const name of ['devices/second', 'devices/third', 'devices/fourth']) cpSync(first, join(dir, name), { recursive: true });
    cpSync(join(first, 'pki'), join(dir, 'simulator-pki'), { recursive: true });
    const hurt: string[] = [];
    const damage = (path: string, content: string | Buffer): void => {
      writeFileSync(join(dir, path), content);
      hurt.push(join(dir, path));
    };
    damage(`devices/first/pki/${certificate}`, damages.cut(readFileSync(join(first, 'pki', certificate))));
    damage(`devices/second/pki/${key}`, damages.zeroed(readFileSync(join(first, 'pki', key))));
    damage(`devices/third/pki/${key}`, '');
    damage(`devices/third/pki/${certificate}`, 'garbage');
    damage(`simulator-pki/${key}`, 'garbage');
    await using serving = await start(dir);
    const alarms = alarmsOf(serving);
    expect(hurt.filter((file) => !alarms.some((alarm) => alarm.startsWith(`${file} is not`)))).toEqual([]);
    expect(alarms.filter((alarm) => alarm.includes('until it trusts the new certificate')).length).toBeGreaterThanOrEqual(5);
    expect(alarms.join('\n')).not.toContain('devices/fourth');
    await limitIsWatched(serving);
    for (const name of ['first', 'second', 'third']) {
      const renewed = await openClientPki(join(dir, 'devices', name));
      await renewed.manager.dispose();
      expect(renewed.current.thumbprint).not.toBe(made.current.thumbprint);
    }
  });

  it('moves what a trust list cannot read out of it, and goes on trusting the rest', async () => {
    const dir = copyOf('trust');
    const peer = join(root, 'peer');
    const { current, manager } = await openClientPki(peer);
    await manager.dispose();
    const pki = join(dir, 'devices/plc1/pki');
    await trustServer(join(dir, 'devices/plc1'), current.der);
    const [trusted = ''] = readdirSync(join(pki, 'trusted/certs'));
    const pem = readFileSync(join(pki, 'trusted/certs', trusted));
    // a certificate revocation list; only its DER structure is checked, so that an empty sequence is enough
    const crl = Buffer.concat([Buffer.from([0x30, 0x82, 1, 0]), Buffer.alloc(256, 7)]);
    const hurt: string[] = [];
    for (const [folder, sound] of [
      ['trusted/certs', pem],
      ['issuers/certs', pem],
      ['trusted/crl', crl],
      ['issuers/crl', crl],
    ] as const) {
      for (const kind of Object.keys(damages) as Kind[]) {
        writeFileSync(join(pki, folder, `${kind}.pem`), damages[kind](sound));
        hurt.push(join(pki, folder, `${kind}.pem`));
      }
      mkdirSync(join(pki, folder, 'folder.pem'));
      hurt.push(join(pki, folder, 'folder.pem'));
    }
    writeFileSync(join(pki, 'trusted/certs/two.pem'), Buffer.concat([pem, damages.cut(pem)]));
    hurt.push(join(pki, 'trusted/certs/two.pem'));
    writeFileSync(join(pki, 'issuers/crl/sound.crl'), crl);
    // folders in place of files, and files in place of folders
    mkdirSync(join(dir, 'simulator-pki/own/private/private_key.pem'), { recursive: true });
    hurt.push(join(dir, 'simulator-pki/own/private/private_key.pem'));
    for (const path of ['devices/file', 'simulator-pki/trusted', 'devices/plc1/pki/rejected']) {
      rmSync(join(dir, path), { recursive: true, force: true });
      writeFileSync(join(dir, path), 'a file');
      hurt.push(join(dir, path));
    }
    await using serving = await start(dir);
    const alarms = selfAlarmsOf(serving);
    expect(hurt.filter((file) => !alarms.some((alarm) => alarm.startsWith(`${file} is `)))).toEqual([]);
    expect(alarms).toHaveLength(hurt.length);
    await limitIsWatched(serving);
    expect(readdirSync(join(pki, 'trusted/certs'))).toEqual([trusted]);
    expect(readdirSync(join(pki, 'issuers/crl'))).toEqual(['sound.crl']);
    const opened = await openClientPki(join(dir, 'devices/plc1'));
    expect(await opened.manager.isCertificateTrusted(current.der)).toBe('Good');
    await opened.manager.dispose();
  });
});

/** A stored baseline in the form of this version. */
const baselineText = (plan: string, detectors: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    fingerprint: plan,
    bands: {},
    calibration: {
      version: calibrationVersion,
      source: 'test',
      from: 0,
      to: 1,
      promise: { budgetPerDay: 1, promised: false, days: 1, achievedPerDay: 0, missingDays: 0, text: 'none' },
      detectors,
    },
  });
