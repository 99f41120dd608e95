import { describe, expect, it } from 'vitest';
import { draftText } from '../../draft.ts';
import { importTelegraf } from './index.ts';

const toml = `
  # $COMMENTED is not asked for
  [agent]
  interval = "${'${GATHER:-2s}'}"
  [[inputs.modbus]]
  name = "$NAME"
  controller = "tcp://${'${PLC_HOST}'}:${'${PLC_PORT-502}'}"
  slave_id = $PLC_UNIT
  timeout = "$PLC_TIMEOUT"
  busy_retries = ${'${RETRIES:-3}'}
  name_override = "costs $$5"
  holding_registers = [{ name = "level", byte_order = "AB", data_type = "INT16", address = [8] }]
  [inputs.modbus.workarounds]
  close_connection_after_gather = $ONCE
  [[outputs.influxdb]]
  token = "$TOKEN_OF_ANOTHER_PART"
`;

const told = (variable: string, place: string): string => `the environment variable ${variable} (${place}): `;

describe('environment variables of a Telegraf configuration', () => {
  it('are resolved as by Telegraf: in strings, for numbers and booleans, with defaults; each is named without its value', () => {
    const environment = { NAME: 'plc', PLC_HOST: '10.0.0.5', PLC_UNIT: '7', ONCE: 'true', PLC_TIMEOUT: '', RETRIES: '' };
    const draft = importTelegraf(toml, 'telegraf.conf', environment);
    expect(draft.devices['plc']).toMatchObject({ host: '10.0.0.5', port: 502, unit: 7, busyRetries: 3, closeAfterPoll: true });
    expect(draft.tags).toMatchObject([{ name: 'plc.level', scanMs: 2_000 }]);
    const now = 'replaced by its present value: import again when it changes';
    expect(draft.losses).toEqual([
      'inputs.modbus plc: name_override',
      'inputs.modbus plc: timeout: empty, so that what holds without it holds; fill in what is missing',
      'outputs: influxdb',
      `${told('PLC_TIMEOUT', 'inputs.modbus.timeout')}it is empty here: set it as it is for Telegraf and import again, unless that is meant`,
      told('NAME', 'inputs.modbus.name') + now,
      told('PLC_HOST', 'inputs.modbus.controller') + now,
      told('PLC_UNIT', 'inputs.modbus.slave_id') + now,
      told('ONCE', 'inputs.modbus.workarounds.close_connection_after_gather') + now,
    ]);
    expect(draft.losses.join()).not.toContain('10.0.0.5');
  });

  it('that are not set are named with their position and a hint', () => {
    const { losses } = importTelegraf(toml, 'telegraf.conf', {});
    const missing = losses.filter((loss) => loss.startsWith('the environment variable'));
    expect(missing.map((loss) => /variable (\S+) .*: (it is not set here): set it/.exec(loss)?.slice(1))).toEqual(
      ['NAME', 'PLC_HOST', 'PLC_UNIT', 'PLC_TIMEOUT', 'ONCE'].map((name) => [name, 'it is not set here']),
    );
  });

  it('that contain a password stay variables and are not looked up', () => {
    const draft = importTelegraf(
      `[[inputs.opcua]]
       name = "ua"
       endpoint = "opc.tcp://10.0.0.7:4840"
       auth_method = "UserName"
       username = "$UA_USER"
       password = "\${UA_PASSWORD}"
       nodes = [{ name = "level", namespace = "3", identifier_type = "s", identifier = "L" }]`,
      'telegraf.conf',
      { UA_USER: 'reader', UA_PASSWORD: 'not to be seen' },
    );
    expect(draft.devices['ua']).toMatchObject({ user: { name: 'reader', passphrase: '${env:UA_PASSWORD}' } });
    expect(draftText(draft) + draft.losses.join()).not.toContain('not to be seen');
    expect(draft.losses).toContain(
      'inputs.opcua ua: the password: the environment variable UA_PASSWORD must be set at each start here too',
    );
  });

  it('cannot replace a part of the file; the error names the position without its text', () => {
    const broken = '[[inputs.modbus]]\n$MORE\npassword = "secret" x\n';
    const importing = (): unknown => importTelegraf(broken, 'telegraf.conf', { MORE: 'a = 1' });
    expect(importing).toThrow(/^telegraf\.conf: it is no TOML: .* \(line 2, column \d+\)$/);
    expect(importing).not.toThrow(/secret/);
  });
});

// a search for the end from each quote or brace takes minutes
it.each([
  ['a quote without an end', `a = "${'\\"'.repeat(500_000)}`],
  ['three quotes without an end', `a = """${'x'.repeat(1_000_000)}`],
  ['many single quotes', `a = ${"'x\n".repeat(300_000)}`],
  ['a text of 1 MB without an end', `a = "${'x '.repeat(500_000)}`],
  ['references without an end', `a = ${'${a:-'.repeat(200_000)}`],
  ['references without an end in a text', `a = "${'${a:-'.repeat(200_000)}"`],
  ['lists', `a = ${'['.repeat(500_000)}`],
])('%s in a file is an error with file and reason', (_, toml) => {
  expect(() => importTelegraf(toml, 'telegraf.conf', {})).toThrow(/^telegraf\.conf: it /);
});
