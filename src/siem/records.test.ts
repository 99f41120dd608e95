import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordClass } from '../../test/support/ocsf-records.ts';
import type { SecurityRecord } from '../core/security-record.ts';
import { recordFormats } from './index.ts';

const at = Date.UTC(2026, 11, 3, 9);
const act = (kind: string, more: Partial<NonNullable<SecurityRecord['act']>> = {}): SecurityRecord => ({
  id: 'audit-7',
  stream: 'audit',
  time: at,
  kind,
  text: `user-1 ${kind}`,
  site: 'North',
  act: { role: 'admin', user: 'user-1', object: 'user-2', ...more },
});
const event = (kind: string, traffic: SecurityRecord['traffic'] = {}): SecurityRecord => ({
  id: 'event-1:0-3',
  stream: 'network',
  time: at,
  kind,
  text: kind,
  site: 'North',
  traffic: { client: '10.0.0.66', server: '10.0.0.5', port: 502, protocol: 'modbus', device: 'plc1', ...traffic },
});
const gap = (stream: SecurityRecord['stream']): SecurityRecord => ({
  id: 'gap-1',
  stream,
  time: at,
  kind: 'gap',
  text: '3 files were deleted',
  site: 'North',
});

const parsed = (format: 'ocsf' | 'ecs', record: SecurityRecord) =>
  JSON.parse(recordFormats[format](record)) as Record<string, unknown>;

/** Class, activity and status of OCSF; category, type and outcome of ECS. */
const acts = [
  ['session.opened', 3002, 1, 1, 'authentication', ['start'], 'success'],
  ['session.refused', 3002, 1, 2, 'authentication', ['start'], 'failure'],
  ['session.closed', 3002, 2, 1, 'authentication', ['end'], 'success'],
  ['user.second-factor-refused', 3002, 1, 2, 'authentication', ['start'], 'failure'],
  ['user.created', 3001, 1, 1, 'iam', ['user', 'creation'], 'success'],
  ['user.passphrase-changed', 3001, 3, 1, 'iam', ['user', 'change'], 'success'],
  ['user.disabled', 3001, 5, 1, 'iam', ['user', 'change'], 'success'],
  ['user.removed', 3001, 6, 1, 'iam', ['user', 'deletion'], 'success'],
  ['user.second-factor-added', 3001, 10, 1, 'iam', ['user', 'change'], 'success'],
  ['user.role-changed', 3005, 1, 1, 'iam', ['admin', 'change'], 'success'],
  ['token.created', 3005, 1, 1, 'iam', ['admin', 'creation'], 'success'],
  ['token.revoked', 3005, 2, 1, 'iam', ['admin', 'deletion'], 'success'],
  ['config.loaded', 3004, 3, 1, 'configuration', ['change'], 'success'],
  ['baseline.imported', 3004, 1, 1, 'configuration', ['creation'], 'success'],
  ['case.exported', 3004, 2, 1, 'configuration', ['access'], 'success'],
  ['alert.acknowledged', 3004, 3, 1, 'configuration', ['change'], 'success'],
  ['a kind of a later version', 3004, 3, 1, 'configuration', ['change'], 'success'],
] as const;

describe('an act', () => {
  it.each(acts)('%s has its class, activity and status', (kind, uid, activity, status, category, types, outcome) => {
    const ocsf = parsed('ocsf', act(kind));
    expect(recordClass(uid).safeParse(ocsf).error?.issues).toBeUndefined();
    expect(ocsf).toMatchObject({ class_uid: uid, activity_id: activity, status_id: status, type_uid: uid * 100 + activity });
    expect(parsed('ecs', act(kind))).toMatchObject({
      event: { kind: 'event', category: [category], type: types, outcome, action: kind, id: 'audit-7' },
      user: { name: 'user-1', roles: ['admin'] },
    });
    expect(recordFormats.cef(act(kind))).toMatch(
      new RegExp(`^CEF:0\\|scadawatch\\|scadawatch\\|[^|]+\\|${kind}\\|Audit: ${kind}\\|[13]\\|`),
    );
  });

  it('has the address of a sign-in, the account, the change and the reason', () => {
    const record = act('user.role-changed', { address: '10.0.0.9', before: 'viewer', after: 'admin', reason: 'night shift' });
    const ocsf = parsed('ocsf', record);
    expect(recordClass(3005).safeParse(ocsf).error?.issues).toBeUndefined();
    expect(ocsf).toMatchObject({
      src_endpoint: { ip: '10.0.0.9' },
      actor: { user: { name: 'user-1' } },
      user: { name: 'user-2' },
      privileges: ['admin'],
      status_detail: 'night shift',
      unmapped: { before: 'viewer', after: 'admin' },
    });
    expect(parsed('ecs', record)).toMatchObject({ source: { ip: '10.0.0.9' }, user: { target: { name: 'user-2' } } });
    expect(recordFormats.cef(record)).toContain(' src=10.0.0.9 suser=user-1 spriv=admin reason=night shift ');
  });
});

describe('an event of the network', () => {
  it.each([
    ['wire-connection', { state: 'opened' }, 1, ['connection', 'start']],
    ['wire-connection', { state: 'closed' }, 2, ['connection', 'end']],
    ['wire-connection', { state: 'reset' }, 3, ['connection', 'end']],
    ['wire-connection', { state: 'refused' }, 5, ['connection', 'denied']],
    ['device', { state: 'down' }, 4, ['connection', 'end']],
    ['poll-failed', {}, 4, ['connection', 'info']],
    ['wire-write', { operation: 'FC6' }, 6, ['protocol', 'info']],
    ['wire-traffic', { packets: 12, bytes: 900 }, 6, ['protocol', 'info']],
  ] as const)('%s %o has its activity', (kind, traffic, activity, types) => {
    const ocsf = parsed('ocsf', event(kind, traffic));
    expect(recordClass(4001).safeParse(ocsf).error?.issues).toBeUndefined();
    expect(ocsf).toMatchObject({ class_uid: 4001, activity_id: activity, dst_endpoint: { ip: '10.0.0.5', port: 502 } });
    expect(parsed('ecs', event(kind, traffic))).toMatchObject({
      event: { category: ['network'], type: types },
      source: { ip: '10.0.0.66' },
      destination: { ip: '10.0.0.5', port: 502 },
    });
    expect(recordFormats.cef(event(kind, traffic))).toContain(' src=10.0.0.66 dst=10.0.0.5 dpt=502 ');
  });
});

it.each(['audit', 'network'] as const)('a gap in the stream %s is stated in each format', (stream) => {
  const ocsf = parsed('ocsf', gap(stream));
  expect(recordClass(stream === 'audit' ? 3004 : 4001).safeParse(ocsf).error?.issues).toBeUndefined();
  expect(ocsf).toMatchObject({ activity_id: 99, message: '3 files were deleted' });
  expect(parsed('ecs', gap(stream))).toMatchObject({ message: '3 files were deleted', event: { action: 'gap', type: ['info'] } });
  expect(recordFormats.cef(gap(stream))).toContain('msg=3 files were deleted');
});

it('each format is one line with the fields of its schema, whatever texts it has', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '=', '|', '\\', '"', '\n', '\r', '\u2028', '\u0085', '<', '{', '10.0.0.1'),
  });
  const record = fc.record({
    kind: text,
    text,
    object: text,
    user: text,
    reason: text,
    address: text,
    after: text,
    device: text,
  });
  const property = fc.property(record, fc.constantFrom('audit' as const, 'network' as const), (of, stream) => {
    const { kind, text: message, device, address, ...more } = of;
    const one = stream === 'audit' ? act(kind, { ...more, address }) : event(kind, { device, client: address });
    for (const format of ['cef', 'ocsf', 'ecs'] as const) {
      const line = recordFormats[format]({ ...one, text: message });
      // oxlint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      if (format !== 'cef') expect(JSON.parse(line)).toMatchObject({ message });
    }
    const ocsf = parsed('ocsf', one);
    expect(recordClass(ocsf['class_uid'] as number).safeParse(ocsf).error?.issues).toBeUndefined();
  });
  fc.assert(property, { numRuns: 200 });
});
