import { describe, expect, it } from 'vitest';
import { AddressBook } from './ends.ts';

const devices = [
  { name: 'PLC-1', type: 'modbus', config: { host: '10.0.0.7', port: 1502 } },
  { name: 'PLC-2', type: 'modbus', config: { host: '10.0.0.8' } },
  { name: 'UNIT-2', type: 'modbus', config: { host: '10.0.0.8', port: 502, unit: 2 } },
  { name: 'LAB', type: 'modbus', config: { host: 'localhost', port: 5020 } },
  { name: 'UA-1', type: 'opcua', config: { endpoint: 'opc.tcp://10.0.0.9:48010/path' } },
  { name: 'UA-2', type: 'opcua', config: { endpoint: 'opc.tcp://[2001:DB8:0:0:0:0:0:1]' } },
  { name: 'UA-3', type: 'opcua', config: { endpoint: 'opc.tcp://historian.plant:4840' } },
  { name: 'SAFE', type: 'modbus', config: { host: '10.0.0.7', port: 802, transport: 'tls' } },
  { name: 'FAR', type: 'modbus', config: { host: 'plc.plant' } },
  { name: 'RTU', type: 'modbus', config: { serial: { path: '/dev/ttyS0' } } },
  { name: 'TAP', type: 'capture', config: { source: { type: 'interface', name: 'eth1' } } },
];

describe('the address book', () => {
  const book = new AddressBook(devices, { 'historian.plant': '10.0.0.10' });

  it.each([
    ['10.0.0.7', 1502, 'PLC-1', 'modbus'],
    ['10.0.0.8', 502, 'PLC-2', 'modbus'],
    ['127.0.0.1', 5020, 'LAB', 'modbus'],
    ['::1', 5020, 'LAB', 'modbus'],
    ['10.0.0.9', 48_010, 'UA-1', 'opcua'],
    ['2001:db8::1', 4840, 'UA-2', 'opcua'],
    ['10.0.0.10', 4840, 'UA-3', 'opcua'],
    ['10.0.0.7', 802, 'SAFE', 'modbus'],
  ])('maps %s:%i to the device %s', (address, port, device, type) => {
    expect(book.at(address, port)).toEqual({ device, type, usesTls: device === 'SAFE' });
  });

  it('maps an address without a port to its first device', () => {
    expect(['10.0.0.7', '10.0.0.8', '10.0.0.10', '10.0.0.1'].map((address) => book.deviceAt(address))).toEqual([
      'PLC-1',
      'PLC-2',
      'UA-3',
      undefined,
    ]);
  });

  it('finds no device elsewhere, and lists the names that it cannot resolve', () => {
    expect(book.at('10.0.0.7', 502)).toBeUndefined();
    expect(book.at('10.0.0.1', 40_000)).toBeUndefined();
    expect(book.unresolved).toEqual(['FAR']);
  });
});
