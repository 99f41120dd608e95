import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collect, type Collected, type OpcuaBench, openOpcuaBench } from '../../../../test/support/opcua.ts';
import { parseConfig } from '../../../config/load.ts';
import type { MonitorConfig } from '../../../config/resolve.ts';
import { checkDevice } from '../../discovery/device-check.ts';
import { draftText } from '../../draft.ts';
import { registry } from '../../../app/registry.ts';
import { importTelegraf } from './index.ts';

const section = (kind: string, bench: OpcuaBench, rest: string): string => `
  [agent]
  interval = "200ms"
  [[inputs.${kind}]]
  name = "ua"
  endpoint = "${bench.server.endpoint}"
  security_policy = "Aes256_Sha256_RsaPss"
  security_mode = "SignAndEncrypt"
  auth_method = "UserName"
  username = "${bench.user.name}"
  password = "not here"
  ${rest}`;

function imported(toml: string, bench: OpcuaBench) {
  const draft = importTelegraf(toml, 'telegraf.conf');
  const environment = { UA_PASSPHRASE: bench.user.passphrase };
  return { draft, config: parseConfig(draftText(draft), 'import.yaml', { registry, environment }) };
}

/** Values of the imported device. The trust list in the bench's folder `collector` contains the server. */
async function readFrom(
  bench: OpcuaBench,
  { devices, tags }: MonitorConfig,
  enough: (seen: Collected) => boolean,
): Promise<Collected> {
  const [device] = devices;
  if (device === undefined) throw new Error('no device was imported');
  const target = { device: device.name, tags, dataDir: join(bench.folder, 'collector'), devices: [] };
  await using session = await device.plugin.create(device.config, target, bench.context).connect(AbortSignal.timeout(20_000));
  return await collect(session, enough);
}

test.each([
  ['opcua', ['urn:plant']],
  ['opcua', ['urn:first', 'urn:second', 'urn:plant']],
  ['opcua_listener', ['urn:first', 'urn:plant']],
])('inputs.%s reads nodes by the URI of their namespace, whatever its index: %j', async (kind, namespaces) => {
  await using bench = await openOpcuaBench({ namespaces });
  const toml = section(
    kind,
    bench,
    `
    nodes = [
      { name = "chlorine", namespace_uri = "urn:plant", identifier_type = "s", identifier = "CL.AT01" },
      { name = "setpoint", id = "nsu=urn:plant;s=CL.SP" },
      { name = "index", namespace = "${namespaces.length + 1}", identifier_type = "s", identifier = "PS.P1.STARTS" },
    ]
    [[inputs.${kind}.group]]
    namespace_uri = "urn:plant"
    identifier_type = "s"
    nodes = [{ name = "level", identifier = "CW.LT01" }]`,
  );
  const { draft, config } = imported(toml, bench);
  expect(draft.losses).toEqual([expect.stringContaining('UA_PASSPHRASE')]);
  expect(config.tags.tags.map(({ address }) => address)).toEqual([
    { namespaceUri: 'urn:plant', id: 's=CL.AT01' },
    { namespaceUri: 'urn:plant', id: 's=CL.SP' },
    { node: `ns=${namespaces.length + 1};s=PS.P1.STARTS` },
    { namespaceUri: 'urn:plant', id: 's=CW.LT01' },
  ]);
  const expected: Readonly<Record<string, number>> = { 'CL.AT01': 0.97, 'CL.SP': 1.25, 'PS.P1.STARTS': 4711, 'CW.LT01': 3.5 };
  for (const [name, value] of Object.entries(expected)) bench.plant.set(name, value);
  bench.plant.step(1);
  bench.server.publish();

  const [device] = config.devices;
  if (device === undefined) throw new Error('no device was imported');
  const dataDir = join(bench.folder, 'collector');
  const report = await checkDevice(device, config.tags, dataDir, bench.context, AbortSignal.timeout(20_000));
  expect(report).toMatchObject({ ok: true, text: '4 of 4 tags answer' });
  const seen = await readFrom(bench, config, ({ samples }) => new Set(samples.map(({ tag }) => tag)).size === 4);
  expect(config.tags.tags.map((_, tag) => seen.of(tag)[0]?.value)).toEqual(Object.values(expected));
});

test('the server applies the deadband; queue and sampling interval are converted too', async () => {
  await using bench = await openOpcuaBench();
  const toml = section(
    'opcua_listener',
    bench,
    `
    [[inputs.opcua_listener.group]]
    namespace = "1"
    identifier_type = "s"
    sampling_interval = "200ms"
      [[inputs.opcua_listener.group.nodes]]
      name = "coarse"
      identifier = "CL.AT01"
        [inputs.opcua_listener.group.nodes.monitoring_params]
        queue_size = 7
        discard_oldest = true
          [inputs.opcua_listener.group.nodes.monitoring_params.data_change_filter]
          trigger = "StatusValue"
          deadband_type = "Absolute"
          deadband_value = 0.5
      [[inputs.opcua_listener.group.nodes]]
      name = "fine"
      identifier = "CW.LT01"
      monitoring_params = { sampling_interval = "300ms" }`,
  );
  const { draft, config } = imported(toml, bench);
  expect(draft.losses).toHaveLength(1);
  expect(config.tags.tags.map(({ address, scanMs }) => [address, scanMs])).toEqual([
    [{ node: 'ns=1;s=CL.AT01', queueSize: 7, deadband: { type: 'absolute', value: 0.5 } }, 200],
    [{ node: 'ns=1;s=CW.LT01' }, 300],
  ]);
  const steps = [1, 1.2, 2];
  const set = (value: number): void => {
    for (const name of ['CL.AT01', 'CW.LT01']) bench.plant.set(name, value);
    bench.plant.step(1);
    bench.server.publish();
  };
  set(1);
  let at = 0;
  const seen = await readFrom(bench, config, (all) => {
    if (!all.of(1).some(({ value }) => value === steps[at]) || all.of(0).length === 0) return false;
    const next = steps[at + 1];
    if (next === undefined) return all.of(0).some(({ value }) => value === steps[at]);
    at += 1;
    set(next);
    return false;
  });
  expect([...new Set(seen.of(1).map(({ value }) => value))]).toEqual(steps);
  expect([...new Set(seen.of(0).map(({ value }) => value))]).toEqual([1, 2]);
});

test.each([
  ['{ name = "x", identifier = "A" }', 'x: it has neither a namespace nor a namespace_uri'],
  [
    '{ name = "x", namespace = "2", namespace_uri = "urn:plant", identifier = "A" }',
    'x: it has both a namespace and a namespace_uri',
  ],
  ['{ name = "x", namespace = "2", identifier_type = "i", identifier = "A" }', 'x: ns=2;i=A is no NodeId'],
  ['{ name = "x", id = "svr=1;i=2" }', 'x: svr=1;i=2 is no NodeId'],
  ['{ name = "x", namespace = "2" }', 'x: it has no identifier'],
])('no other node is read instead of %s', (node, why) => {
  const draft = importTelegraf(
    `
    [[inputs.opcua]]
    security_policy = "None"
    security_mode = "None"
    nodes = [${node}]`,
    'telegraf.conf',
  );
  expect(draft.tags).toEqual([]);
  expect(draft.losses).toEqual([`inputs.opcua opcua: ${why}`]);
});
