import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { observeEvent } from '../core/observation.ts';
import { TagTable } from '../core/tag.ts';
import { DeviceBoard } from './devices.ts';

const settings = { host: '10.0.0.2', port: 502, unit: 3, securityMode: 'Sign', user: { name: 'x', passphrase: 'secret' } };
const boardOf = (): DeviceBoard => {
  const tags = new TagTable([tagOf('A', { device: 'plc1', address: { unit: 7 } }), tagOf('B', { device: 'plc1' })]);
  const plugin = { type: 'modbus' } as never;
  return new DeviceBoard([{ name: 'plc1', description: '', plugin, config: settings }], tags, 0);
};

it('states the connection by its security settings and unit ids, without accounts', () => {
  const [asset] = boardOf().assets();
  expect(asset).toMatchObject({
    address: '10.0.0.2:502',
    tags: 2,
    connection: { securityMode: 'Sign', units: '3, 7', access: 'read only' },
  });
  expect(JSON.stringify(asset)).not.toContain('secret');
});

it('keeps the last changes of identity and posture, newest first', () => {
  const board = boardOf();
  const identity = { product: 'S7', softwareVersion: '2.1' };
  board.take(observeEvent({ type: 'identity', time: 1, device: 'plc1', identity: { product: 'S7', softwareVersion: '2.0' } }));
  board.take(
    observeEvent({ type: 'identity', time: 2, device: 'plc1', identity, previous: { product: 'S7', softwareVersion: '2.0' } }),
  );
  for (let time = 3; time < 30; time++) {
    const posture = { subject: 'certificate', before: 'a', after: 'b', text: `Certificate ${time}.`, weight: 'note' } as const;
    board.take(observeEvent({ type: 'posture', time, device: 'plc1', ...posture }));
  }
  const [asset] = board.assets();
  expect(asset?.identity).toEqual(identity);
  expect(asset?.changes).toHaveLength(20);
  expect(asset?.changes[0]).toEqual({ at: 29, text: 'Certificate 29.' });
  const early = boardOf();
  early.take(
    observeEvent({ type: 'identity', time: 2, device: 'plc1', identity, previous: { product: 'S7', softwareVersion: '2.0' } }),
  );
  expect(early.assets()[0]?.changes).toEqual([{ at: 2, text: 'Identity changed: softwareVersion 2.0 → 2.1.' }]);
});
