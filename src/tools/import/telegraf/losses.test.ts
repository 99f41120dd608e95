import { parse, stringify } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { importTelegraf } from './index.ts';

const lossesOf = (toml: string): readonly string[] => importTelegraf(toml, 'telegraf.conf').losses;

const registers = `
  [[inputs.modbus]]
  name = "plc"
  slave_id = 1
  controller = "tcp://10.0.0.5:502"
  timeout = "1s"
  coils = [{ name = "run", address = [3] }]
  holding_registers = [{ name = "level", byte_order = "AB", data_type = "INT16", address = [8] }]
  [inputs.modbus.workarounds]
  pause_between_requests = "30ms"`;

const requests = (style: string): string => `
  [[inputs.modbus]]
  name = "plc"
  controller = "tcp://10.0.0.5:502"
  configuration_type = "${style}"
  [[inputs.modbus.${style}]]
  slave_id = 1
  byte_order = "ABCD"
  fields = [{ address = 1, name = "level", type = "INT16" }, { address = 2, name = "flow", type = "INT16" }]
  [[inputs.modbus.${style}]]
  slave_id = 2
  fields = [{ address = 1, name = "turbidity", type = "INT16" }]`;

const nodes = `
  [[inputs.opcua]]
  endpoint = "opc.tcp://10.0.0.7:4840"
  security_policy = "None"
  security_mode = "None"
  nodes = [{ name = "level", namespace = "2", identifier_type = "s", identifier = "L" }]
  [[inputs.opcua.group]]
  namespace_uri = "urn:plant"
  identifier_type = "s"
  nodes = [{ name = "flow", identifier = "F" }, { name = "sum", identifier = "S" }]`;

const listener = `
  [[inputs.opcua_listener]]
  endpoint = "opc.tcp://10.0.0.7:4840"
  security_policy = "None"
  security_mode = "None"
  [[inputs.opcua_listener.group]]
  namespace_uri = "urn:plant"
  [[inputs.opcua_listener.group.nodes]]
  name = "flow"
  identifier = "F"
  monitoring_params = { queue_size = 3, data_change_filter = { deadband_type = "Absolute", deadband_value = 0.1 } }`;

/** Puts an unknown key into each table, and adds its path to `paths`. */
function mark(table: Record<string, unknown>, path: string, paths: Set<string>): void {
  for (const [key, value] of Object.entries(table)) {
    for (const inner of Array.isArray(value) ? value : [value]) {
      if (typeof inner === 'object' && inner !== null) mark(inner as Record<string, unknown>, `${path}${key}.`, paths);
    }
  }
  table['from_tomorrow'] = 1;
  paths.add(`${path}from_tomorrow`);
}

describe('losses that are not reported: none', () => {
  test.each([
    ['modbus', registers],
    ['modbus', requests('request')],
    ['modbus', requests('metric')],
    ['opcua', nodes],
    ['opcua_listener', listener],
  ])('an unknown key is reported wherever it is in inputs.%s', (kind, toml) => {
    expect(lossesOf(toml)).toEqual([]);
    const root = parse(toml) as { inputs: Record<string, Record<string, unknown>[]> };
    const paths = new Set<string>();
    for (const section of root.inputs[kind] ?? []) mark(section, '', paths);
    const named = lossesOf(stringify(root)).map((loss) => loss.replace(/^inputs\.\w+ \w+: /, '').replace(/ \(.*\)$/, ''));
    expect(named.toSorted()).toEqual([...paths].toSorted());
  });

  test('unsupported Modbus settings, each by name and position', () => {
    const toml = `
      [[inputs.modbus]]
      name = "plc"
      controller = "tcp://10.0.0.5:502"
      configuration_type = "metric"
      name_override = "m"
      parity = "E"
      tagpass = { a = ["b"] }
      coils = [{ name = "c" }]
      [[inputs.modbus.metric]]
      slave_id = 1
      fields = [{ address = 1, name = "level", type = "INT16" }, { address = 2, name = "gap", output = "INT64", omit = true }]
      [[inputs.modbus.metric]]
      slave_id = 2
      fields = [{ address = 1, name = "turbidity", type = "INT16", output = "FLOAT64" }]
      [inputs.modbus.metric.tags]
      machine = "press"
      [inputs.modbus.workarounds]
      string_register_location = "upper"
      [inputs.modbus.tags]
      site = "north"`;
    expect(lossesOf(toml)).toEqual([
      'inputs.modbus plc: name_override',
      'inputs.modbus plc: parity',
      'inputs.modbus plc: tagpass.a',
      'inputs.modbus plc: coils.name (c)',
      'inputs.modbus plc: metric.fields.output (turbidity)',
      'inputs.modbus plc: metric.tags.machine (#2)',
      'inputs.modbus plc: workarounds.string_register_location',
      'inputs.modbus plc: tags.site',
    ]);
  });

  test('unsupported OPC UA settings: for each key the first few nodes by name', () => {
    const many = Array.from({ length: 8 }, (_, i) => `{ name = "n${i}", identifier = "N${i}", data_type = "int" }`).join(', ');
    const toml = `
      [[inputs.opcua]]
      security_policy = "None"
      security_mode = "None"
      certificate = "cert.pem"
      private_key = "key.pem"
      connect_timeout = "10s"
      session_timeout = "20m"
      request_timeout = "1s"
      optional_fields = ["DataType"]
      username = ""
      [inputs.opcua.workarounds]
      additional_valid_status_codes = []
      [[inputs.opcua.group]]
      namespace = "3"
      nodes = [${many}]
      default_tags = { area = "north" }
      [[inputs.opcua_listener]]
      interval = "5s"
      security_policy = "None"
      security_mode = "None"
      subscription_interval = "soon"
      [[inputs.opcua_listener.nodes]]
      name = "a"
      namespace = "1"
      identifier = "A"
      default_tags = { area = "south" }
      [inputs.opcua_listener.nodes.monitoring_params]
      discard_oldest = false
      queue_size = 20000
      data_change_filter = { trigger = "Status", deadband_type = "Some" }
      [global_tags]
      site = "x"
      [agent]
      round_interval = true`;
    expect(lossesOf(toml)).toEqual([
      'inputs.opcua opcua: request_timeout, in ms, 1000: 5000 is the least here',
      'inputs.opcua opcua: certificate',
      'inputs.opcua opcua: private_key',
      'inputs.opcua opcua: connect_timeout',
      'inputs.opcua opcua: session_timeout',
      'inputs.opcua opcua: optional_fields',
      'inputs.opcua opcua: group.nodes.data_type (n0, n1, n2, n3, n4 and 3 more)',
      'inputs.opcua opcua: group.default_tags.area (#1)',
      'inputs.opcua opcua: username, workarounds.additional_valid_status_codes: empty, so that what holds without it holds; fill in what is missing',
      'inputs.opcua_listener opcua_listener: a: trigger Status: each change of value or status is reported here',
      'inputs.opcua_listener opcua_listener: a: deadband_type Some is not known',
      'inputs.opcua_listener opcua_listener: a: discard_oldest = false: the newest values are kept here',
      'inputs.opcua_listener opcua_listener: a: queue_size 20000: 10000 is the most here',
      'inputs.opcua_listener opcua_listener: interval',
      'inputs.opcua_listener opcua_listener: subscription_interval',
      'inputs.opcua_listener opcua_listener: nodes.default_tags.area (a)',
      'global_tags: site',
      'agent: round_interval',
    ]);
  });
});
