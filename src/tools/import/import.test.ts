import { describe, expect, test } from 'vitest';
import { modbus } from '../../../collectors/modbus/index.ts';
import { answerRight, scriptedBit, scriptedRegister, startScriptedPeer } from '../../../test/support/scripted-modbus.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { parseConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { type Draft, draftText } from '../draft.ts';
import { registry } from '../../app/registry.ts';
import { importCsv } from './csv.ts';
import { importTelegraf } from './telegraf/index.ts';

const environment = { UA_PASSPHRASE: 'x' };
const configOf = (draft: Draft): MonitorConfig => parseConfig(draftText(draft), 'import.yaml', { registry, environment });

/** Reads the imported tags by name from a peer with known registers. */
async function readAll(config: MonitorConfig): Promise<Record<string, number | string>> {
  const values: Record<string, number | string> = {};
  for (const { name, config: own } of config.devices) {
    const target = { device: name, tags: config.tags, dataDir: '', devices: [] };
    const signal = AbortSignal.timeout(20_000);
    await using session = await modbus.create(own as never, target, testContext()).connect(signal);
    const wanted = config.tags.ofDevice(name).length;
    for await (const observation of session) {
      if (observation.kind !== 'batch') continue;
      const { batch } = observation;
      for (let row = 0; row < batch.length; row++) {
        values[config.tags.at(batch.tag[row] ?? 0).name] = batch.texts.get(row) ?? batch.value[row] ?? Number.NaN;
      }
      if (Object.keys(values).length >= wanted) break;
    }
  }
  return values;
}

/** Two registers of the peer as a 32-bit number, with the bytes in this order. */
function word(...bytes: readonly [register: number, high: boolean][]): number {
  return bytes.reduce((value, [register, high]) => {
    const content = scriptedRegister(register);
    return value * 256 + (high ? content >> 8 : content & 0xff);
  }, 0);
}

describe('a Telegraf configuration', () => {
  test.each([
    [
      'register style',
      (port: number) => `
        [agent]
        interval = "1s"
        [[inputs.modbus]]
        name = "plc"
        slave_id = 1
        controller = "tcp://127.0.0.1:${port}"
        configuration_type = "register"
        coils = [{ name = "run", address = [3] }]
        holding_registers = [
          { name = "factor", byte_order = "AB", data_type = "FIXED", scale = 0.01, address = [8] },
          { name = "energy", byte_order = "ABCD", data_type = "UFIXED", scale = 0.001, address = [5, 6] },
          { name = "swapped", byte_order = "BA", data_type = "UINT16", scale = 1.0, address = [40] },
        ]
        input_registers = [{ name = "count", byte_order = "CDAB", data_type = "UINT32", scale = 1.0, address = [20, 21] }]
      `,
      {
        'plc.run': scriptedBit(3),
        'plc.factor': 0.01 * scriptedRegister(8),
        'plc.energy': 0.001 * word([5, true], [5, false], [6, true], [6, false]),
        'plc.swapped': word([40, false], [40, true]),
        'plc.count': word([21, true], [21, false], [20, true], [20, false]),
      },
    ],
    [
      'request style',
      (port: number) => `
        [[inputs.modbus]]
        interval = "1s"
        name = "plc"
        controller = "tcp://127.0.0.1:${port}"
        configuration_type = "request"
        [[inputs.modbus.request]]
        slave_id = 1
        byte_order = "DCBA"
        register = "holding"
        fields = [
          { address = 0, name = "voltage", type = "UINT16", scale = 0.1 },
          { address = 1, name = "power", type = "UINT32" },
          { address = 3, name = "left out", type = "UINT32", omit = true },
        ]
        [[inputs.modbus.request]]
        slave_id = 7
        register = "discrete"
        fields = [{ address = 4, name = "door", measurement = "hall" }]
      `,
      {
        'plc.voltage': 0.1 * word([0, false], [0, true]),
        'plc.power': word([2, false], [2, true], [1, false], [1, true]),
        'hall.door': scriptedBit(4),
      },
    ],
    [
      'metric style',
      (port: number) => `
        [[inputs.modbus]]
        interval = "1s"
        name = "plc"
        controller = "tcp://127.0.0.1:${port}"
        configuration_type = "metric"
        [[inputs.modbus.metric]]
        slave_id = 1
        byte_order = "BADC"
        measurement = "pump"
        fields = [
          { register = "coil", address = 9, name = "on" },
          { address = 30, name = "speed", type = "UINT32" },
          { address = 12, name = "bit3", type = "BIT", bit = 3 },
        ]
      `,
      {
        'pump.on': scriptedBit(9),
        'pump.speed': word([30, false], [30, true], [31, false], [31, true]),
        'pump.bit3': (word([12, false], [12, true]) >> 3) & 1,
      },
    ],
  ])('%s reads the same values', async (_, toml, expected) => {
    await using peer = await startScriptedPeer(answerRight);
    const draft = importTelegraf(toml(peer.port), 'telegraf.conf');
    const values = await readAll(configOf(draft));
    expect(Object.keys(values).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, value] of Object.entries(expected)) expect(values[name], name).toBeCloseTo(value, 6);
  });

  test('OPC UA: nodes, groups, security, sampling; the password goes to the environment', () => {
    const draft = importTelegraf(
      `
        [[inputs.opcua]]
        name = "ua"
        endpoint = "opc.tcp://10.0.0.7:4840"
        security_policy = "Basic256Sha256"
        security_mode = "Sign"
        auth_method = "UserName"
        username = "reader"
        password = "secret"
        nodes = [{ name = "level", namespace = "3", identifier_type = "s", identifier = "Tank.Level" }]
        [[inputs.opcua.group]]
        namespace = "4"
        identifier_type = "i"
        nodes = [{ name = "flow", identifier = "1001" }]
        [[inputs.opcua_listener]]
        endpoint = "opc.tcp://10.0.0.8:4840"
        security_policy = "None"
        security_mode = "None"
        subscription_interval = "200ms"
        nodes = [{ name = "x", namespace = "1", identifier_type = "s", identifier = "X", monitoring_params = { sampling_interval = "500ms" } }]
      `,
      'telegraf.conf',
    );
    const config = configOf(draft);
    expect(config.tags.tags.map(({ name, device, address, scanMs }) => [name, device, address, scanMs])).toEqual([
      ['ua.level', 'ua', { node: 'ns=3;s=Tank.Level' }, 10_000],
      ['ua.flow', 'ua', { node: 'ns=4;i=1001' }, 10_000],
      ['opcua_listener.x', 'opcua_listener', { node: 'ns=1;s=X' }, 500],
    ]);
    expect(config.devices[0]?.config).toMatchObject({ mode: 'poll', securityMode: 'Sign', securityPolicy: 'Basic256Sha256' });
    expect(config.devices[1]?.config).toMatchObject({ mode: 'subscribe', publishingMs: 200, securityMode: 'None' });
    expect(draftText(draft)).not.toContain('secret');
    expect(draft.losses.join('\n')).toContain('UA_PASSPHRASE');
  });

  test('serial lines; losses are named', () => {
    const draft = importTelegraf(
      `
        [[inputs.modbus]]
        name = "bus"
        slave_id = 4
        controller = "file:///dev/ttyUSB0"
        baud_rate = 19200
        parity = "E"
        configuration_type = "metric"
        [[inputs.modbus.metric]]
        slave_id = 4
        fields = [
          { address = 1, name = "half", type = "FLOAT16" },
          { address = 2, name = "low", type = "INT8L" },
          { address = 3, name = "whole", type = "INT16" },
        ]
        [inputs.modbus.metric.tags]
        machine = "press"
        [[inputs.cpu]]
        [[outputs.influxdb]]
      `,
      'telegraf.conf',
    );
    expect(configOf(draft).devices[0]?.config).toMatchObject({
      transport: 'serial',
      serial: { path: '/dev/ttyUSB0', parity: 'even' },
      unit: 4,
    });
    expect(draft.tags.map(({ name }) => name)).toEqual(['bus.whole']);
    expect(draft.losses).toEqual([
      'inputs.modbus bus: half: its type FLOAT16 cannot be read here',
      'inputs.modbus bus: low: its type INT8L cannot be read here',
      'inputs.modbus bus: metric.tags.machine (#1)',
      'inputs.cpu: scadawatch collects Modbus and OPC UA',
      'outputs: influxdb',
    ]);
  });

  test.each([
    ['no = [toml', 'it is no TOML'],
    ['[[inputs.cpu]]', 'it has no inputs.modbus'],
  ])('%j is refused', (text, message) => {
    expect(() => importTelegraf(text, 'telegraf.conf')).toThrow(message);
  });
});

describe('a tag list', () => {
  test('with names that a configuration refuses has names that it accepts', () => {
    const hostile = Object.getOwnPropertyNames(Object.prototype);
    const rows = hostile.map((name, i) => `${name},${name},127.0.0.1,${i},holding`);
    const draft = importCsv(`name,device,host,register,table\n${rows.join('\n')}\n`, 'tags.csv');
    const config = parseConfig(draftText(draft), 'plant.yaml', { registry, environment: {} });
    expect([config.tags.tags.length, config.devices.length]).toEqual([hostile.length, hostile.length]);
    expect(config.tags.tags.map(({ device }) => device)).toEqual(config.devices.map(({ name }) => name));
  });

  test('reads the same values with any column names', async () => {
    await using peer = await startScriptedPeer(answerRight);
    const draft = importCsv(
      [
        'Tag;PLC;IP address;Port;Slave ID;Address;Data type;Byte order;Factor;Engineering unit;Min;Max;Comment;Area;Colour',
        `L1;plc1;127.0.0.1;${peer.port};1;40011;UINT;;0.1;m;0;500;Tank level;tanks;blue`,
        `V1;plc1;127.0.0.1;${peer.port};1;00004;;;;;;;Valve open;tanks;red`,
        `E1;plc1;127.0.0.1;${peer.port};1;30006;UDINT;CDAB;;kWh;;;Energy;power;red`,
      ].join('\n'),
      'tags.csv',
    );
    const config = configOf(draft);
    expect(draft.losses).toEqual(['the column Colour']);
    expect(config.tags.at(0)).toMatchObject({
      unit: 'm',
      range: { low: 0, high: 500 },
      description: 'Tank level',
      area: 'tanks',
    });
    const values = await readAll(config);
    expect(values['L1']).toBeCloseTo(0.1 * scriptedRegister(10), 9);
    expect(values['V1']).toBe(scriptedBit(3));
    expect(values['E1']).toBe(word([6, true], [6, false], [5, true], [5, false]));
  });

  test('a line that cannot be used is named with its number; the other lines are imported', () => {
    const draft = importCsv(
      'tag,table,register,type\nA,holding,1,uint16\nB,holding,x,uint16\nC,,5,uint16\nD,holding,2,quaternion\nA,holding,3,\n',
      'tags.csv',
    );
    expect(draft.tags.map(({ name }) => name)).toEqual(['A', 'A_2']);
    expect(draft.losses.slice(1)).toEqual([
      'line 3 (B): x is no register',
      'line 4 (C): in which table is 5: coil, discrete, holding or input?',
      'line 5 (D): the type quaternion is not known',
    ]);
    expect(configOf(draft).tags.size).toBe(2);
  });

  test('nodes of a server; a list without its columns is refused', () => {
    const draft = importCsv('name,device,endpoint,node,scan\nX,ua1,opc.tcp://127.0.0.1:4840,ns=2;s=X,500ms\n', 'tags.csv');
    expect(configOf(draft).tags.at(0)).toMatchObject({ device: 'ua1', address: { node: 'ns=2;s=X' }, scanMs: 500 });
    expect(() => importCsv('a,b\n1,2\n', 'tags.csv')).toThrow('tags.csv, line 1');
  });
});
