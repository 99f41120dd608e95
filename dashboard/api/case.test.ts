import { afterEach, beforeEach, expect, it } from 'vitest';
import { intrusion } from '../../test/support/alert-changes.ts';
import { mispEventRules } from '../../test/support/misp.ts';
import { stixProblems } from '../../test/support/stix.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await aBench();
  bench.view.alerts.change(intrusion.id, 'B', 'raised', { ...intrusion, tags: ['LT-1'], device: 'plc-1' });
});
afterEach(async () => bench[Symbol.asyncDispose]());

it('an incident is exported as STIX, MISP and HTML, each recorded in the audit trail', async () => {
  const analyst = await bench.as('analyst');
  const file = async (format: 'html' | 'stix' | 'misp') =>
    (await analyst.call('GET /api/incident/file', { id: intrusion.incident, format, tlp: 'green' })).body;
  const stix = await file('stix');
  expect(stix.name).toBe('INC-000017.stix.json');
  const bundle = JSON.parse(stix.text) as { objects: { type: string }[] };
  expect(stixProblems(bundle)).toEqual([]);
  // the address of the device is known here
  expect(bundle.objects.some(({ type }) => type === 'network-traffic')).toBe(true);
  expect(mispEventRules.safeParse(JSON.parse((await file('misp')).text)).success).toBe(true);
  bench.view.recorded = {
    records: [
      {
        time: intrusion.since,
        kind: 'wire-write',
        client: '10.0.0.66',
        server: '127.0.0.1',
        port: 502,
        operation: 'FC6',
        text: 'x',
      },
    ],
    more: false,
  };
  expect((await file('html')).text).toContain('FC6');
  const exported = bench.audit.entries.filter(({ action }) => action === 'case.exported');
  expect(exported.map(({ role, object, after }) => [role, object, after])).toEqual([
    ['analyst', 'INC-000017', 'stix, TLP:GREEN'],
    ['analyst', 'INC-000017', 'misp, TLP:GREEN'],
    ['analyst', 'INC-000017', 'html, TLP:GREEN'],
  ]);
});

it('packets are exported unchanged, within the HTML and STIX files too, if a tap has stored some', async () => {
  const analyst = await bench.as('analyst');
  const file = (format: 'html' | 'stix' | 'pcapng') =>
    analyst.call('GET /api/incident/file', { id: intrusion.incident, format, tlp: 'green' });
  expect((await file('pcapng')).status).toBe(404);
  const { since } = intrusion;
  const packets = { content: Buffer.from([1, 2, 255]), packets: 1, from: since, to: since, more: false };
  bench.view.stored = { file: packets, damaged: [{ file: 'held.pcapng', bytes: 40, after: since }] };
  expect((await file('pcapng')).body).toEqual({ name: 'INC-000017.pcapng', text: 'AQL/', encoding: 'base64' });
  expect((await file('html')).body.text).toMatch(/held\.pcapng[^]*base64,AQL\//);
  expect((await file('stix')).body.text).toMatch(/"payload_bin": "AQL\/"[^]*held\.pcapng/);
});

it('an export does without samples while the historian is away, and names an unknown incident', async () => {
  const auditor = await bench.as('auditor');
  bench.view.onHistory = async () => {
    throw new ScadaError('retryable', 'STORE_UNAVAILABLE', 'away');
  };
  const { body } = await auditor.call('GET /api/incident/file', { id: intrusion.incident, format: 'html', tlp: 'red' });
  expect(body.text).toContain('Samples are not in this file');
  expect((await auditor.call('GET /api/incident/file', { id: 'INC-1', format: 'stix', tlp: 'red' })).status).toBe(404);
});
