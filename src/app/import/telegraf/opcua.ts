import type { DraftTag } from '../../draft.ts';
import type { Section, SectionContext } from './modbus.ts';
import { durationOf, numberOf, type Table, tablesOf, textOf } from './values.ts';

type Kind = 'opcua' | 'opcua_listener';

const policies = ['None', 'Basic256Sha256', 'Basic256', 'Basic128Rsa15', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'];
const deprecated = ['Basic256', 'Basic128Rsa15'];

/** A device and its tags from one `[[inputs.opcua]]` or `[[inputs.opcua_listener]]`. Source: the plug-ins' READMEs, influxdata/telegraf. */
export function readOpcuaSection(section: Table, kind: Kind, context: SectionContext): Section {
  const name = textOf(section, 'name', kind);
  const device = context.devices.take(name);
  const lose = (what: string): void => context.lose(`inputs.${kind} ${device}: ${what}`);
  const settings = settingsOf(section, kind, device, lose);
  const groups = [
    { group: {} as Table, nodes: tablesOf(section, 'nodes') },
    ...tablesOf(section, 'group').map((group) => ({ group, nodes: tablesOf(group, 'nodes') })),
  ];
  const tags = groups.flatMap(({ group, nodes }) =>
    nodes.flatMap((node): DraftTag[] => {
      const merged: Table = { ...group, ...node };
      const address = nodeOf(merged);
      const field = textOf(node, 'name', textOf(node, 'field_name'));
      if (address === undefined) {
        lose(`${field || 'a node without a name'}: it has no identifier`);
        return [];
      }
      const prefix = textOf(group, 'name', name);
      const tag = context.tags.take(`${prefix}.${field}`);
      for (const key of ['default_tags', 'tags']) if (merged[key] !== undefined) lose(`${tag}: its ${key}`);
      const scanMs = samplingOf(merged, section, kind, context);
      return [{ name: tag, device, address: { node: address }, kind: 'analog', description: field, scanMs }];
    }),
  );
  if (tablesOf(section, 'events').length > 0) lose('its events: alarms of the server are mirrored instead, see `alarms`');
  return { device, settings, tags };
}

function settingsOf(section: Table, kind: Kind, device: string, lose: (what: string) => void): Record<string, unknown> {
  const settings: Record<string, unknown> = { type: 'opcua', endpoint: textOf(section, 'endpoint', 'opc.tcp://localhost:4840') };
  const policy = textOf(section, 'security_policy', 'auto');
  const mode = textOf(section, 'security_mode', 'auto');
  if (policy === 'auto' || mode === 'auto')
    lose('security "auto": messages are signed and encrypted here unless it is named otherwise');
  if (policy === 'None' || mode === 'None') Object.assign(settings, { securityMode: 'None', securityPolicy: 'None' });
  else {
    if (mode !== 'auto') settings['securityMode'] = mode;
    if (policies.includes(policy)) settings['securityPolicy'] = policy;
    if (deprecated.includes(policy)) settings['allowDeprecated'] = true;
  }
  const auth = textOf(section, 'auth_method', 'Anonymous');
  if (auth === 'UserName') {
    const variable = `${device.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_PASSPHRASE`;
    settings['user'] = { name: textOf(section, 'username'), passphrase: `\${env:${variable}}` };
    lose(`the password: set the environment variable ${variable} instead`);
  } else if (auth === 'Certificate') {
    settings['user'] = { certificateFile: textOf(section, 'certificate'), keyFile: textOf(section, 'private_key') };
  }
  if (kind === 'opcua') settings['mode'] = 'poll';
  else settings['publishingMs'] = Math.max(50, durationOf(section, 'subscription_interval') ?? 100);
  const deadlineMs = durationOf(section, 'request_timeout');
  if (deadlineMs !== undefined) settings['deadlineMs'] = Math.max(5_000, deadlineMs);
  if (textOf(section, 'timestamp', 'gather') !== 'gather') lose('timestamp: source and receive time are both kept here');
  const valid = tablesOf(section, 'workarounds')[0]?.['additional_valid_status_codes'];
  if (Array.isArray(valid) && valid.length > 0)
    lose('additional_valid_status_codes: the quality of each sample is kept as it is');
  return settings;
}

function samplingOf(node: Table, section: Table, kind: Kind, { intervalMs }: SectionContext): number {
  if (kind === 'opcua') return intervalMs;
  const params = tablesOf(node, 'monitoring_params')[0] ?? {};
  const sampling = durationOf(params, 'sampling_interval') ?? durationOf(node, 'sampling_interval') ?? 0;
  return sampling > 0 ? sampling : Math.max(100, durationOf(section, 'subscription_interval') ?? 100);
}

/** The NodeId in its text form. */
function nodeOf(node: Table): string | undefined {
  const whole = textOf(node, 'id');
  if (whole !== '') return whole;
  const identifier = textOf(node, 'identifier');
  const type = textOf(node, 'identifier_type', 's');
  if (identifier === '') return undefined;
  return `ns=${numberOf(node, 'namespace') ?? 0};${type}=${identifier}`;
}
