import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { requirePeer } from '../../../test/support/peers.ts';
import { TinyPlant, testContext } from '../../../test/support/tiny-plant.ts';
import { ModbusActor } from '../../actors/modbus.ts';
import { startModbusServer } from '../modbus/index.ts';
import { startTap } from './index.ts';

test('the traffic of a server is a capture that another program decodes without errors', async (context) => {
  const tshark = requirePeer('tshark', context);
  await using server = await startModbusServer(
    { plant: new TinyPlant(), controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 },
    testContext(),
  );
  await using tap = await startTap({ host: '127.0.0.1', port: 0, mirrored: [server.port] }, testContext());
  const chunks: Buffer[] = [];
  const listener = connect({ host: '127.0.0.1', port: tap.port });
  listener.on('data', (chunk) => chunks.push(chunk));
  await expect.poll(() => Buffer.concat(chunks).length).toBe(24);
  {
    await using actor = await ModbusActor.connect({ host: '127.0.0.1', port: server.port, unit: 1 });
    await actor.scan(0, 39);
  }
  const folder = await mkdtemp(join(tmpdir(), 'tap-'));
  const file = join(folder, 'tap.pcap');
  const fields = ['tcp.flags.str', 'tcp.checksum.status', 'ip.checksum.status', 'tcp.analysis.flags', 'modbus.func_code'];
  const args = [
    '-r',
    file,
    '-d',
    `tcp.port==${server.port},mbtcp`,
    '-o',
    'tcp.check_checksum:TRUE',
    '-o',
    'ip.check_checksum:TRUE',
  ];
  const packets = async (): Promise<string[][]> => {
    await writeFile(file, Buffer.concat(chunks));
    const { stdout } = await promisify(execFile)(tshark.path, [
      ...args,
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
    ]);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  };
  // handshake, identity and eight blocks with request and answer, three packets of the end
  await expect.poll(async () => (await packets()).length, { timeout: 60_000 }).toBe(3 + 2 * 9 + 3);
  const seen = await packets();
  expect(seen.every(([, tcp, ip, analysis]) => tcp === '1' && ip === '1' && analysis === '')).toBe(true);
  expect(seen.map((packet) => packet[4]).filter(Boolean)).toEqual(['43', '43', ...Array(8).fill('3'), ...Array(8).fill('4')]);
  listener.destroy();
  await rm(folder, { recursive: true });
});
