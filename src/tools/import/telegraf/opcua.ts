import { collectors } from '../../../../collectors/index.ts';
import { variableOf } from './variables.ts';
import type { DraftTag } from '../../draft.ts';
import type { Entry } from './entry.ts';
import { fieldNameOf, type IsAddress, nodeOf, type Parents, watchOf } from './opcua-nodes.ts';
import { type Section, type SectionContext, within } from './section.ts';

type Kind = 'opcua' | 'opcua_listener';

/** Type of the device in the configuration that is written. */
const deviceType = 'opcua';

const isAddress: IsAddress = (place) =>
  collectors.some(({ type, addressSchema }) => type === deviceType && addressSchema.safeParse(place).success);

const policies = ['None', 'Basic256Sha256', 'Basic256', 'Basic128Rsa15', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'];
const deprecated = ['Basic256', 'Basic128Rsa15'];
const modes = ['Sign', 'SignAndEncrypt'];

/**
 * Device and tags of one `[[inputs.opcua]]` or `[[inputs.opcua_listener]]`. Source: READMEs of the plug-ins, influxdata/telegraf.
 */
export function readOpcuaSection(section: Entry, kind: Kind, context: SectionContext): Section {
  const name = section.text('name', kind);
  const device = context.devices.take(name);
  const lose = (what: string): void => context.lose(`inputs.${kind} ${device}: ${what}`);
  const settings = settingsOf(section, kind, device, lose);
  const reportMs = section.durationMs('subscription_interval') ?? defaultReportMs;
  const tagsOf = (parents: Parents, nodes: readonly Entry[], prefix: string): DraftTag[] =>
    nodes.flatMap((node): DraftTag[] => {
      const field = fieldNameOf(node);
      const loseOf = (what: string): void => lose(`${field || 'a node without a name'}: ${what}`);
      const place = nodeOf(node, parents, isAddress, loseOf);
      // sampling, queue and filter apply to subscriptions only, not to polling
      const { scanMs, ...watch } = kind === 'opcua' ? { scanMs: context.intervalMs() } : watchOf(node, parents, reportMs, loseOf);
      if (place === undefined) return [];
      const address = { ...place, ...watch };
      return [{ name: context.tags.take(`${prefix}.${field}`), device, address, kind: 'analog', description: field, scanMs }];
    });
  const tags = [
    ...tagsOf({}, section.tables('nodes'), name),
    ...section.tables('group').flatMap((group) => tagsOf({ group }, group.tables('nodes'), group.text('name', name))),
  ];
  if (section.tables('events').length > 0) {
    lose('its events: alarms of the server are mirrored instead, see `alarms`');
    section.ignore('events');
  }
  return { device, settings, tags };
}

/** Telegraf's default of `subscription_interval`, ms. */
const defaultReportMs = 100;

function settingsOf(section: Entry, kind: Kind, device: string, lose: (what: string) => void): Record<string, unknown> {
  const settings: Record<string, unknown> = {
    type: deviceType,
    endpoint: section.text('endpoint', 'opc.tcp://localhost:4840'),
    ...securityOf(section, lose),
    ...userOf(section, device, lose),
  };
  if (kind === 'opcua') settings['mode'] = 'poll';
  else {
    const reportMs = section.durationMs('subscription_interval') ?? defaultReportMs;
    settings['publishingMs'] = within(reportMs, 50, 60_000, 'subscription_interval, in ms,', lose);
  }
  const deadlineMs = section.durationMs('request_timeout');
  if (deadlineMs !== undefined) settings['deadlineMs'] = within(deadlineMs, 5_000, 120_000, 'request_timeout, in ms,', lose);
  if (section.text('timestamp', 'gather') !== 'gather') lose('timestamp: source and receive time are both kept here');
  if (section.table('workarounds').list('additional_valid_status_codes').length > 0)
    lose('additional_valid_status_codes: the quality of each sample is kept as it is');
  return settings;
}

function securityOf(section: Entry, lose: (what: string) => void): Record<string, unknown> {
  const policy = section.text('security_policy', 'auto');
  const mode = section.text('security_mode', 'auto');
  if (policy === 'None' || mode === 'None') return { securityMode: 'None', securityPolicy: 'None' };
  if (policy === 'auto' || mode === 'auto')
    lose('security "auto": messages are signed and encrypted here unless it is named otherwise');
  const [knownMode, knownPolicy] = [modes.includes(mode), policies.includes(policy)];
  if (!knownMode && mode !== 'auto') lose(`security_mode ${mode} is not known`);
  if (!knownPolicy && policy !== 'auto') lose(`security_policy ${policy} is not known`);
  return {
    ...(knownMode ? { securityMode: mode } : {}),
    ...(knownPolicy ? { securityPolicy: policy } : {}),
    ...(deprecated.includes(policy) ? { allowDeprecated: true } : {}),
  };
}

function userOf(section: Entry, device: string, lose: (what: string) => void): Record<string, unknown> {
  const method = section.text('auth_method', 'Anonymous');
  switch (method) {
    case 'UserName': {
      // a password that is already a variable stays one
      const own = variableOf(section.text('password'));
      const variable = own ?? `${device.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_PASSPHRASE`;
      section.ignore('password');
      if (own === undefined) lose(`the password: set the environment variable ${variable} instead`);
      else lose(`the password: the environment variable ${variable} must be set at each start here too`);
      return { user: { name: section.text('username'), passphrase: `\${env:${variable}}` } };
    }
    case 'Certificate':
      return { user: { certificateFile: section.text('certificate'), keyFile: section.text('private_key') } };
    case 'Anonymous':
      return {};
    default:
      lose(`auth_method ${method} is unknown: the connection is anonymous`);
      return {};
  }
}
