import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { ModbusActor } from '../../simulators/actors/modbus.ts';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { startTap } from '../../simulators/servers/tap/index.ts';
import { registry } from '../../src/app/registry.ts';
import { serve, type Serving } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Plant } from '../../src/core/plant.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { main } from '../../src/main.ts';
import { newPlant, startTime } from '../support/plants.ts';
import { testContext } from '../support/tiny-plant.ts';

const plantOf = (port: number, tap: number, unit: number): string => `
site: {name: Works}
areas: [{id: t, name: Treatment, equipment: [{id: CG, name: Coagulation}, {id: CL, name: Chlorine}]}]
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: ${port}, unit: ${unit}, identity: false, pauseMs: 5}
  TAP: {type: capture, source: {type: pcap-over-ip, host: 127.0.0.1, port: ${tap}}, reportMs: 100}
scanClasses: {fast: 200ms}
tags:
  CG.ALSP: {device: plc1, scan: fast, address: {table: holding, register: 0, type: float32}, role: setpoint, area: t, equipment: CG, unit: mg/L, decimals: 2, description: Alum dose set-point}
  CG.TRIM: {device: plc1, scan: fast, address: {table: holding, register: 7, type: float32}, role: parameter, area: t, equipment: CG, unit: '%', decimals: 2, description: Alum trim}
  CG.ALDOSE: {device: plc1, scan: fast, address: {table: input, register: 20, type: float32}, area: t, equipment: CG, unit: mg/L, description: Alum dose}
dashboard: {port: 0}
`;
const passphrase = 'correct horse battery';
const intruder = '127.0.0.66';
/** Names of the parameters of the test. */
const names = ['CG.ALSP', 'CG.TRIM'];

let plant: Plant;
let dir: string;
let file: string;
let data: string;
let modbus: { readonly port: number; readonly unit: number };
const cleanup = new AsyncDisposableStack();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scadawatch-reference-'));
  cleanup.defer(() => rm(dir, { recursive: true }));
  plant = await newPlant({ seed: 4, startTime, life: 'calibration' }, waterworks);
  const { unit } = (waterworks.ports.controllers ?? []).find(({ name }) => name === 'plc1') ?? { unit: 1 };
  const server = cleanup.use(await startModbusServer({ plant, controller: 'plc1', unit }, testContext()));
  const tap = cleanup.use(await startTap({ host: '127.0.0.1', port: 0, mirrored: [server.port] }, testContext()));
  modbus = { port: server.port, unit };
  file = join(dir, 'plant.yaml');
  data = join(dir, 'data');
  await writeFile(file, plantOf(server.port, tap.port, unit));
}, 60_000);
afterAll(() => cleanup.disposeAsync());

async function start(): Promise<Serving> {
  const config = await loadConfig(file, { registry, environment: {} });
  const serving = await serve({ config, dataDir: data, clock: systemClock, logger: silentLogger, seed: 1 });
  await expect.poll(() => serving.monitor.view.devices().every(({ state }) => state === 'up'), { timeout: 60_000 }).toBe(true);
  return serving;
}

/** A client of the network changes a parameter of the controller. */
async function write(point: string, value: number, from = intruder): Promise<void> {
  const known = plant.points.find(({ name }) => name === point);
  if (known === undefined) throw new Error(`the plant has no point ${point}`);
  await using actor = await ModbusActor.connect({ host: '127.0.0.1', ...modbus, localAddress: from });
  await actor.write(known.modbus, value);
  plant.step(1);
}

async function scadawatch(...words: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  const printed: string[] = [];
  const spies = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
  for (const spy of spies) spy.mockImplementation((...parts: unknown[]) => void printed.push(parts.join(' ')));
  process.exitCode = 0;
  await main(['node', 'scadawatch', 'reference', ...words, '--data', data]);
  const code = process.exitCode;
  process.exitCode = 0;
  for (const spy of spies) spy.mockRestore();
  return { code, output: printed.join('\n') };
}

async function signIn(address: string, name: string): Promise<Browser> {
  const browser = new Browser(address);
  expect((await browser.call('POST /api/login', { name, passphrase })).status).toBe(200);
  return browser;
}

it('an engineer approves the present values, a write through Modbus differs from them, and the diff names the client', async () => {
  onTestFinished(() => {
    process.exitCode = 0;
  });
  {
    await using serving = await start();
    const { dashboard, monitor } = serving;
    const admin = new Browser(dashboard.address);
    const token = dashboard.setupLink?.split('#setup=')[1] ?? '';
    expect((await admin.call('POST /api/setup', { token, name: 'ada', passphrase })).status).toBe(200);
    for (const role of ['viewer', 'engineer'] as const)
      expect((await admin.call('POST /api/users/add', { name: role, passphrase, role })).status).toBe(200);
    const [viewer, engineer] = [await signIn(dashboard.address, 'viewer'), await signIn(dashboard.address, 'engineer')];

    // no reference set, no judgement
    await expect
      .poll(() => names.every((_, tag) => !Number.isNaN(monitor.view.latest.value[tag])), { timeout: 30_000 })
      .toBe(true);
    const { body } = await viewer.call('GET /api/reference', {});
    expect(body).toMatchObject({ waiting: false, lines: names.map((tag) => ({ tag, state: 'not-referenced' })) });
    expect(body.set).toBeUndefined();
    expect((await scadawatch('diff', file)).output).toBe('There is no reference set: nothing is compared.');

    // the controller computes the dose from the trim: the set-point has a span
    const values = body.lines.map(({ tag, present = Number.NaN }) =>
      tag === 'CG.ALSP' ? { tag, value: present, low: 0, high: 80 } : { tag, value: present },
    );
    const trim = values.find(({ tag }) => tag === 'CG.TRIM')?.value ?? Number.NaN;
    const approval = { base: 0, values, reason: 'commissioning' };
    expect((await viewer.call('POST /api/reference/approve', approval)).status).toBe(403);
    const others = values.map((one) => ({ ...one, value: one.value + 1 }));
    // on a loaded machine a value may be late for a moment, and is then refused for that
    const answerTo = async (given: typeof values): Promise<readonly [status: number, text: string]> => {
      const { status, text } = await engineer.call('POST /api/reference/approve', { ...approval, values: given });
      return [status, text];
    };
    await expect.poll(() => answerTo(others), { timeout: 30_000 }).toEqual([409, expect.stringContaining('now, not')]);
    await expect.poll(async () => (await answerTo(values))[0], { timeout: 30_000 }).toBe(200);
    expect((await viewer.call('GET /api/reference', {})).body).toMatchObject({
      set: { version: 1, by: { role: 'engineer' }, reason: 'commissioning', count: 2 },
      lines: names.map((tag) => ({ tag, state: 'equal' })),
    });
    const { body: audit } = await admin.call('GET /api/audit', { action: 'reference.approved' });
    expect(audit).toMatchObject({
      entries: [{ user: 'engineer', object: 'version 1', before: 'none', reason: 'commissioning' }],
    });

    await write('CG.TRIM', trim + 5);
    const found = () => monitor.view.alerts.open().find(({ findings }) => findings.some((one) => one.detector === 'parameters'));
    await expect.poll(() => found()?.tags, { timeout: 60_000 }).toContain('CG.TRIM');
    const alert = found();
    const sentence = (): string => alert?.findings.find(({ detector }) => detector === 'parameters')?.explanation.sentence ?? '';
    expect(sentence()).toMatch(/^Alum trim is .* since .* UTC.*Reference value .* \(version 1, approved .* by an engineer\)\.$/);
    await expect
      .poll(async () => (await viewer.call('GET /api/reference', {})).body.lines[0], { timeout: 60_000 })
      .toMatchObject({ tag: 'CG.TRIM', state: 'differs', reference: { value: trim }, write: { client: intruder } });
    const { code, output } = await scadawatch('diff', file);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/CG\.TRIM is .* %, reference .* %, since .*, written by 127\.0\.0\.66 at /),
    ]);
  }
  {
    // a restart keeps the reference set and the difference, until the value is as approved again
    await using serving = await start();
    const { monitor } = serving;
    const open = (): boolean =>
      monitor.view.alerts
        .open()
        .some(({ findings }) => findings.some(({ detector, endedAt }) => detector === 'parameters' && endedAt === undefined));
    await expect.poll(open, { timeout: 60_000 }).toBe(true);
    await write('CG.TRIM', monitor.view.reference?.current()?.values.find(({ tag }) => tag === 'CG.TRIM')?.value ?? Number.NaN);
    await expect.poll(open, { timeout: 60_000 }).toBe(false);

    // another reference set is an act that the monitor reports
    const engineer = await signIn(serving.dashboard.address, 'engineer');
    const { lines } = (await engineer.call('GET /api/reference', {})).body;
    const values = lines.map(({ tag, present = Number.NaN }) => ({ tag, value: present }));
    expect((await engineer.call('POST /api/reference/approve', { base: 1, values, reason: 'new pump' })).status).toBe(200);
    const acts = () => monitor.view.alerts.open().map(({ explanation }) => explanation.sentence);
    await expect.poll(acts).toContainEqual(expect.stringMatching(/engineer approved reference set version 2.*new pump/));
  }
  // while the monitor is stopped, a command approves the last values, with a span
  const approved = await scadawatch('approve', file, '--reason', 'span', '--exclude', 'CG.TR*', '--span', 'CG.ALSP=0..70');
  expect([approved.code, approved.output]).toEqual([
    0,
    expect.stringMatching(/CG\.ALSP .*, allowed 0.00 mg\/L to 70.00 mg\/L\n.*version 3 with 1 value is/),
  ]);
  const stopped = await scadawatch('withdraw', file, '--reason', 'test of the limits');
  expect([stopped.code, stopped.output]).toEqual([0, expect.stringContaining('Version 4 withdraws the reference set')]);
  const again = await scadawatch('withdraw', file, '--reason', 'twice');
  expect([again.code, again.output]).toEqual([
    expect.any(Number),
    expect.stringContaining('there is no reference set to withdraw'),
  ]);
  const renewed = await scadawatch(
    'approve',
    file,
    '--reason',
    'after the test',
    '--exclude',
    'CG.TR*',
    '--span',
    'CG.ALSP=0..70',
  );
  expect(renewed.output).toMatch(/version 5 with 1 value is/);
  // where a second person must approve, the command only requests it
  const strict = join(dir, 'strict.yaml');
  await writeFile(strict, `${await readFile(file, 'utf8')}alarms: {secondPerson: true}\n`);
  const requested = await scadawatch('approve', strict, '--reason', 'one person');
  expect([requested.code, requested.output]).toEqual([0, expect.stringMatching(/1 value wait: .* another user approves/)]);

  // whoever changes the stored set without the key of the data directory is found
  {
    using other = new DatabaseSync(join(data, 'state.db'));
    other.exec(`UPDATE baseline SET content = replace(content, '"high":70', '"high":90') WHERE name = 'site/reference'`);
  }
  await using serving = await start();
  const invalid = serving.monitor.view.alerts.open().find(({ title }) => title === 'Reference set is not valid');
  expect(invalid?.explanation.sentence).toContain(
    `Version 5 does not match its signature. Command: scadawatch reference diff ${file}`,
  );
  expect((await scadawatch('diff', file)).code).toBe(1);

  // a person withdraws it: nothing is compared, and the alarm ends
  const engineer = await signIn(serving.dashboard.address, 'engineer');
  expect((await engineer.call('POST /api/reference/approve', { base: 0, values: [], reason: 'rebuilt' })).status).toBe(200);
  const { body } = await engineer.call('GET /api/reference', {});
  expect(body).toMatchObject({ set: { version: 6, count: 0 }, lines: names.map((tag) => ({ tag, state: 'not-referenced' })) });
  const isInvalid = () =>
    serving.monitor.view.alerts
      .open()
      .some(
        ({ title, findings }) => title === 'Reference set is not valid' && findings.some(({ endedAt }) => endedAt === undefined),
      );
  await expect.poll(isInvalid).toBe(false);
  expect((await scadawatch('diff', file)).output).toMatch(/version 6 .*0 values\. Reason: rebuilt\nIt is withdrawn/);
}, 180_000);
