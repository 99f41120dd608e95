import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { startReadModbusServer } from '../../../test/support/modbus-simulator.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { answerPdu, type ScriptedPeer, type ScriptedRequest, startScriptedPeer } from '../../../test/support/scripted-modbus.ts';
import { TinyPlant } from '../../../test/support/tiny-plant.ts';
import { main } from '../../main.ts';
import { confirm } from '../../tools/discovery/confirm.ts';

interface Written {
  readonly devices: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tags: Readonly<Record<string, { readonly address: object; readonly kind: string; readonly description: string }>>;
}

const float = (value: number): readonly [high: number, low: number] => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [view.getUint16(0), view.getUint16(2)];
};

/** Holding registers 0–9 of a device with changing values and swapped words. It refuses all other registers. */
function movingRegisters(step: number): readonly number[] {
  const [flow, head] = [float(120.37 + 0.713 * Math.sin(step)), float(20.1 + 0.0371 * step)];
  const total = 1_234_567 + 3 * step;
  return [flow[1], flow[0], head[1], head[0], total & 0xffff, total >>> 16, 0, step % 3, 0x10000 - 123 - step, 417];
}

function movingDevice(): (request: ScriptedRequest) => void {
  let step = 0;
  return (request) => {
    const { pdu } = request;
    if (pdu.readUInt8(0) !== 3) return answerPdu(request, [0x80 | pdu.readUInt8(0), 1]);
    const [start, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
    if (start + count > 10) return answerPdu(request, [0x83, 2]);
    const reply = Buffer.alloc(2 + 2 * count);
    reply.writeUInt8(3, 0);
    reply.writeUInt8(2 * count, 1);
    movingRegisters(step++)
      .slice(start, start + count)
      .forEach((word, i) => reply.writeUInt16BE(word, 2 + 2 * i));
    answerPdu(request, reply);
  };
}

const signals = ['SIGINT', 'SIGTERM'] as const;
const quick = ['--rate', '50', '--every', '0.05'];

describe('scadawatch discover', () => {
  let dir: string;
  let out: string;
  let printed: string[];
  let peer: ScriptedPeer | undefined;
  let listeners: readonly (readonly unknown[])[];
  beforeEach(() => {
    listeners = signals.map((signal) => process.listeners(signal));
    dir = mkdtempSync(join(tmpdir(), 'discover-'));
    out = join(dir, 'plant.yaml');
    printed = [];
    const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
    vi.spyOn(console, 'log').mockImplementation(print);
    vi.spyOn(console, 'error').mockImplementation(print);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    process.exitCode = 0;
    // A command keeps signal listeners until its process ends, which here is the process of the test.
    signals.forEach((signal, i) => {
      for (const own of process.listeners(signal)) if (listeners[i]?.includes(own) !== true) process.off(signal, own);
    });
    await peer?.[Symbol.asyncDispose]();
    peer = undefined;
    rmSync(dir, { recursive: true });
  });

  const device = async (script: (request: ScriptedRequest) => void = movingDevice()): Promise<string> => {
    peer = await startScriptedPeer(script);
    return `tcp://127.0.0.1:${peer.port}`;
  };
  async function run(...argv: readonly string[]): Promise<{ readonly code: unknown; readonly text: string }> {
    process.exitCode = 0;
    printed.length = 0;
    await main(['node', 'scadawatch', ...argv, '--data', join(dir, 'data')]);
    return { code: process.exitCode, text: printed.join('\n') };
  }
  const written = (): Written => parse(readFileSync(out, 'utf8')) as Written;

  it('writes a configuration that check accepts, with types, word orders and the evidence', async () => {
    const address = await device();
    const { code, text } = await run('discover', 'modbus', address, '--range', 'holding:0-19', '--yes', '--out', out, ...quick);
    expect(text).toContain('FC3 Read Holding Registers');
    expect(text).toContain('unit 1, holding 0–19');
    expect(text).toMatch(/6 requests \(never more than \d+\), one at a time, no second sees more than 50/);
    expect(text).toContain('not discovered: unit 1, holding 10–19: refused with exception 2 (illegal address)');
    expect(code).toBe(0);
    const { tags, devices } = written();
    expect(devices['modbus1']).toMatchObject({ type: 'modbus', host: '127.0.0.1', fillRegisters: 0 });
    expect(Object.entries(tags).map(([name, { address: where, kind }]) => [name, where, kind])).toEqual([
      ['H0', { table: 'holding', register: 0, type: 'float32', order: 'CDAB' }, 'analog'],
      ['H2', { table: 'holding', register: 2, type: 'float32', order: 'CDAB' }, 'analog'],
      ['H4', { table: 'holding', register: 4, type: 'uint32', order: 'CDAB' }, 'counter'],
      ['H6', { table: 'holding', register: 6 }, 'analog'],
      ['H7', { table: 'holding', register: 7 }, 'discrete'],
      ['H8', { table: 'holding', register: 8, type: 'int16' }, 'analog'],
      ['H9', { table: 'holding', register: 9 }, 'analog'],
    ]);
    expect(tags['H2']?.description).toMatch(/^guessed float32, CDAB, 20\.\d+…20\.\d+$/);
    for (const { description } of Object.values(tags)) expect(description).toMatch(/^guessed /);
    const check = await run('check', out);
    expect(check.text).toContain('ok   modbus1: 7 of 7 tags answer');
    expect(check.code).toBe(0);
  });

  it('discovers the tags of a simulated controller in a form that check accepts', async () => {
    const plant = new TinyPlant();
    plant.set('LEVEL', 2.5);
    plant.set('FLOW', 12.25);
    plant.set('PRESSURE', -12.3);
    plant.set('HOURS', 100_100);
    let requests = 0;
    const step = (): void => {
      requests++;
      plant.set('LEVEL', 2.5 + 0.0137 * Math.sin(requests));
      plant.set('FLOW', 12.25 + 0.113 * Math.cos(requests));
      plant.set('HOURS', plant.get('HOURS') + 1);
    };
    await using server = await startReadModbusServer({ plant, onRequest: step });
    const ranges = ['input:0-19', 'holding:0-2', 'coil:20-21', 'discrete:20'].flatMap((range) => ['--range', range]);
    const found = await run('discover', 'modbus', `tcp://127.0.0.1:${server.port}`, ...ranges, '--yes', '--out', out, ...quick);
    expect(found.code).toBe(0);
    const { tags, devices } = written();
    expect(devices['modbus1']?.['description']).toBe('scadawatch SIM 1.0 Simulated controller plc1');
    expect(tags['I0']?.address).toMatchObject({ register: 0, type: 'float32' });
    expect(tags['I2']?.address).toMatchObject({ register: 2, type: 'float32' });
    expect(tags['I4']?.address).toMatchObject({ register: 4, type: 'int16' });
    expect(tags['I10']).toMatchObject({ kind: 'counter', address: { register: 10, type: 'uint32' } });
    expect(Object.keys(tags)).toEqual(expect.arrayContaining(['C20', 'C21', 'D20', 'H0', 'H2']) as string[]);
    expect((await run('check', out)).text).toMatch(/ok {3}modbus1: (\d+) of \1 tags answer/);
    expect(plant.writes).toEqual([]);
  });

  it('sends no request to a device without consent', async () => {
    const address = await device();
    const refused = await run('discover', 'modbus', address, '--range', 'holding:0-9', '--out', out);
    expect(refused.code).toBe(2);
    expect(refused.text).toMatch(/unit 1, holding 0–9[^]*there is no terminal[^]*--yes/);
    expect(existsSync(out)).toBe(false);
    expect(peer?.connections).toBe(0);
  });

  it.each([
    [['tcp://127.0.0.1:1'], /--range: which addresses may be read\? e\.g\. --range holding:0-99/],
    [['tcp://127.0.0.1:1', '--range', 'registers:1'], /--range: registers:1: a table/],
    [['tcp://127.0.0.1:1', '--range', 'coil:1', '--rate', '1000'], /--rate: /],
    [['--range', 'coil:1'], /device, host: transport tcp needs a host[^]*ADDRESS/],
    [['10.0.0.1', '--range', 'coil:1'], /10\.0\.0\.1 is no address of a Modbus device/],
    [['--device', '{host: 127.0.0.1, hots: 1}', '--range', 'coil:1'], /device, hots: unknown setting/],
    [['--device', '{type: opcua}', '--range', 'coil:1'], /of the type "opcua", not modbus/],
    [['--device', '{host: "${env:NO_SUCH_HOST}"}', '--range', 'coil:1'], /NO_SUCH_HOST is not set/],
    [['--device', '/no/such/file', '--range', 'coil:1'], /\/no\/such\/file cannot be read/],
  ])('refuses %j with a reason', async (argv, message) => {
    const { code, text } = await run('discover', 'modbus', ...argv, '--yes');
    expect(text).toMatch(message);
    expect(code).toBe(2);
  });

  it('overwrites no file, and refuses before it sends a request', async () => {
    writeFileSync(out, 'mine');
    const { code, text } = await run('discover', 'modbus', await device(), '--range', 'holding:0-9', '--yes', '--out', out);
    expect(code).toBe(2);
    expect(text).toContain('the file already exists');
    expect(peer?.connections).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it('accepts device settings as in a configuration, and keeps them', async () => {
    const { port } = new URL(await device());
    const file = join(dir, 'device.yaml');
    writeFileSync(
      file,
      `{type: modbus, host: 127.0.0.1, port: ${port}, forbidden: [{table: holding, from: 2, to: 3}], fillRegisters: 7}`,
    );
    const { code } = await run(
      'discover',
      'modbus',
      '--device',
      file,
      '--name',
      'plc7',
      '--range',
      'holding:0-9',
      '--yes',
      '--out',
      out,
      ...quick,
    );
    expect(code).toBe(0);
    expect(peer?.asked.filter((pdu) => pdu.startsWith('03'))).not.toContain('030000000a');
    expect(written().devices['plc7']).toMatchObject({ fillRegisters: 7, forbidden: [{ table: 'holding', from: 2, to: 3 }] });
    expect(Object.keys(written().tags)).toEqual(['H0', 'H4', 'H6', 'H7', 'H8', 'H9']);
  });

  it('writes nothing if nothing was found', async () => {
    const address = await device((request) => answerPdu(request, [0x80 | request.pdu.readUInt8(0), 2]));
    const { code, text } = await run('discover', 'modbus', address, '--range', 'holding:0-3', '--yes', '--out', out, ...quick);
    expect(code).toBe(1);
    expect(text).toContain('nothing was found, no configuration is written');
    expect(existsSync(out)).toBe(false);
  });

  it('stops on Ctrl-C and writes the results so far', async () => {
    const address = await device();
    const argv = ['src/start.js', 'discover', 'modbus', address, '--range', 'holding:0-9', '--samples', '50', '--every', '0.2'];
    const child = spawn(process.execPath, [...argv, '--rate', '20', '--yes', '--out', out], { stdio: 'ignore' });
    const exit = once(child, 'exit');
    await vi.waitFor(() => expect(peer?.asked.length).toBeGreaterThan(4), { timeout: 60_000 });
    child.kill('SIGINT');
    expect(await exit).toEqual([1, null]);
    expect(peer?.asked.length).toBeLessThan(51);
    expect(written().tags['H0']?.address).toMatchObject({ type: 'float32' });
    expect(readFileSync(out, 'utf8')).toContain('it was stopped before its end');
  });

  it.for([
    ['y', true],
    ['n', false],
  ] as const)('asks on a terminal, and does what is answered: %s', async ([answer, goesOn], test) => {
    const socat = requirePeer('socat', test);
    const address = await device();
    const command = `${process.execPath} src/start.js discover modbus tcp\\://127.0.0.1\\:${new URL(address).port} --range holding\\:0-9 --samples 2 --rate 50 --out ${out}`;
    const child = spawn(socat.path, ['-t', '20', '-', `EXEC:"${command}",pty,stderr,setsid,ctty,echo=0`]);
    const exit = once(child, 'exit');
    let shown = '';
    child.stdout.on('data', (chunk) => (shown += String(chunk)));
    await vi.waitFor(() => expect(shown).toContain('Go on? [y/N]'), { timeout: 60_000 });
    expect(peer?.connections).toBe(0);
    child.stdin.write(`${answer}\n`);
    await vi.waitFor(() => expect(shown).toMatch(goesOn ? /\d+ tags in/ : /No request was sent/), { timeout: 60_000 });
    child.stdin.end();
    await exit;
    expect(existsSync(out)).toBe(goesOn);
    expect(peer?.connections).toBe(goesOn ? 1 : 0);
  });
});

describe('a confirmation', () => {
  const never = new AbortController().signal;

  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['n\n', false],
    ['\n', false],
    ['yesterday\n', false],
  ])('reads %j as %s', async (answer, agreed) => {
    const input = new PassThrough();
    const output = new PassThrough();
    const asked = confirm('Go on? ', { input, output }, never);
    input.write(answer);
    expect(await asked).toBe(agreed);
    expect(String(output.read())).toContain('Go on? ');
  });

  it('counts as no if the input ends or the command is stopped', async () => {
    const input = new PassThrough();
    const ended = confirm('?', { input, output: new PassThrough() }, never);
    input.end();
    expect(await ended).toBe(false);
    const stop = new AbortController();
    const stopped = confirm('?', { input: new PassThrough(), output: new PassThrough() }, stop.signal);
    stop.abort();
    expect(await stopped).toBe(false);
    expect(await confirm('?', { input: new PassThrough(), output: new PassThrough() }, AbortSignal.abort())).toBe(false);
  });
});
