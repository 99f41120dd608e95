import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../test/support/alert-changes.ts';
import { mispEventRules } from '../../test/support/misp.ts';
import { stixProblems } from '../../test/support/stix.ts';
import type { Alert, AlertChange } from '../core/alert.ts';
import { printedHtml } from '../core/printed-file.ts';
import { byRole } from '../core/shown.ts';
import {
  type Case,
  caseDocument,
  caseOf,
  endpointsOf,
  evidenceLimits,
  mispEvent,
  readCase,
  stixBundle,
  tlpLevels,
} from './index.ts';

const devices = endpointsOf([
  { name: 'plc1', address: '10.0.0.5:502' },
  { name: 'ua', address: 'opc.tcp://[fd00::7]:4840/path' },
  { name: 'named', address: 'plc.example:502' },
  { name: 'serial', address: '/dev/ttyS0' },
]);
const analyst = { role: 'analyst', user: 'user-1', session: 's-1' };
/** The intrusion from an address outside of the plant, as operators saw it afterwards. */
const outside: Alert = {
  ...intrusion,
  id: 'ALT-000018',
  raisedAt: intrusion.raisedAt + 5_000,
  changedAt: intrusion.raisedAt + 9_000,
  explanation: { ...intrusion.explanation, clients: ['203.0.113.7', 'aa:bb:cc:dd:ee:ff'], writes: [] },
  findings: [],
  techniques: [
    ...intrusion.techniques,
    { id: 'T0836', name: 'Modify Parameter', idV18: 'T0836', version: '19', certainty: 'possible' },
  ],
};
const verdict = (word: 'true' | 'false' | 'expected') => ({ word, at: intrusion.raisedAt + 9_000, by: analyst });
const comment = changeOf(4, {
  kind: 'commented',
  by: analyst,
  note: 'Asked the <shift> leader',
  time: intrusion.raisedAt + 9_000,
});
const frame = { site: 'North', tlp: 'amber+strict', devices, dashboard: 'https://scadawatch.example' } as const;
const aCase = (alerts: readonly Alert[] = [outside, intrusion], acts: readonly AlertChange[] = [changeOf(), comment]): Case =>
  caseOf(alerts, acts, frame);
/** Objects of a type. */
const of = (bundle: ReturnType<typeof stixBundle>, type: string) => bundle.objects.filter((one) => one.type === type);

it('endpoints are the addresses of devices that are IP addresses', () => {
  expect([...devices]).toEqual([
    ['plc1', { address: '10.0.0.5', port: 502 }],
    ['ua', { address: 'fd00::7', port: 4840 }],
  ]);
});

describe('a case as a STIX bundle', () => {
  it('keeps to the specification for every marking and verdict', () => {
    for (const tlp of tlpLevels) expect(stixProblems(stixBundle(caseOf([intrusion], [], { site: 'North', tlp })))).toEqual([]);
    for (const word of ['true', 'false', 'expected'] as const)
      expect(stixProblems(stixBundle(aCase([{ ...outside, verdict: verdict(word) }, intrusion])))).toEqual([]);
    const process: Alert = { ...intrusion, explanation: { ...intrusion.explanation, clients: [] }, findings: [], device: 'ua' };
    expect(stixProblems(stixBundle(aCase([process])))).toEqual([]);
    expect(stixProblems(stixBundle(aCase([{ ...process, device: undefined, techniques: [] }])))).toEqual([]);
  });

  it('has what was seen, by whom, where and how sure', () => {
    const bundle = stixBundle(aCase());
    expect(of(bundle, 'incident')).toMatchObject([
      {
        name: intrusion.title,
        external_references: [{ external_id: 'INC-000017', url: 'https://scadawatch.example/#/incident/INC-000017' }],
      },
    ]);
    expect(of(bundle, 'ipv4-addr').map(({ value }) => value)).toEqual(['10.0.0.5', '10.0.0.66', '203.0.113.7']);
    expect(of(bundle, 'network-traffic')).toMatchObject([{ dst_port: 502, protocols: ['ipv4', 'tcp'] }, {}]);
    expect(of(bundle, 'sighting')).toMatchObject([{ confidence: 85 }, { confidence: 15 }]);
    expect(of(bundle, 'attack-pattern').map((one) => one['external_references'])).toMatchObject([
      [{ external_id: 'T1692.001', url: 'https://attack.mitre.org/techniques/T1692/001' }],
      [{ external_id: 'T0836' }],
    ]);
    expect(of(bundle, 'note')).toMatchObject([
      { content: 'ALT-000017, commented: Asked the <shift> leader', authors: ['analyst user-1'] },
    ]);
    expect(JSON.stringify(bundle)).not.toContain('s-1');
  });

  it('names only addresses as indicators that others can search for', () => {
    expect(of(stixBundle(aCase()), 'indicator').map(({ pattern }) => pattern)).toEqual(["[ipv4-addr:value = '203.0.113.7']"]);
  });

  it('uses the ids of MITRE, and the ids of observables that every producer uses', () => {
    const bundle = stixBundle(aCase());
    expect(of(bundle, 'attack-pattern')[1]?.id).toBe('attack-pattern--097924ce-a9a9-4039-8591-e0deedfb8722');
    // as computed by an independent implementation of STIX
    expect(of(bundle, 'ipv4-addr')[0]?.id).toBe('ipv4-addr--9b2a70bf-92d9-5cd3-a61c-f06e7f0277c9');
    expect(of(bundle, 'network-traffic')[0]?.id).toBe('network-traffic--46bce389-9b43-5cfc-a8b6-dc13c1e71069');
  });

  it('updates what an earlier one of the same site has said, and retracts it after a verdict', () => {
    const before = stixBundle(aCase());
    expect(stixBundle(aCase())).toEqual(before);
    const after = stixBundle(aCase([{ ...outside, verdict: verdict('false') }, intrusion]));
    const revoked = after.objects.filter((one) => one['revoked'] === true).map(({ id }) => id);
    expect(before.objects.map(({ id }) => id)).toEqual(expect.arrayContaining(revoked));
    expect(revoked.map((id) => id.split('--')[0] ?? '').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'indicator',
      'relationship',
      'relationship',
      'relationship',
      'sighting',
    ]);
    expect(of(after, 'grouping')).toHaveLength(1);
    expect(of(stixBundle(aCase([{ ...outside, verdict: verdict('true') }])), 'report')).toHaveLength(1);
    const other = stixBundle(caseOf([intrusion], [], { ...frame, site: 'South' }));
    const own = new Set(before.objects.filter((one) => one['created_by_ref'] !== undefined).map(({ id }) => id));
    expect(other.objects.some(({ id }) => own.has(id))).toBe(false);
  });
});

describe('a case with evidence', () => {
  const packets = {
    content: Buffer.from('packets'),
    packets: 3,
    from: intrusion.since - 1_000,
    to: intrusion.since,
    more: false,
  };
  const series = {
    tag: 'CL.SP',
    spanMs: 0,
    time: Float64Array.of(intrusion.since),
    value: Float64Array.of(0.3),
    low: Float64Array.of(0.3),
    high: Float64Array.of(Number.NaN),
    quality: Uint32Array.of(0x80000000),
  };

  it('has packets and samples as artifacts that belong to the incident', () => {
    const bundle = stixBundle(aCase(), { packets, samples: [series] });
    expect(stixProblems(bundle)).toEqual([]);
    const [first, second] = of(bundle, 'artifact').map((one) => Buffer.from(String(one['payload_bin']), 'base64').toString());
    expect(first).toBe('packets');
    expect(second).toBe('time,tag,value,lowest,highest,quality\r\n2026-11-24T03:12:00.000Z,CL.SP,0.3,0.3,,0x80000000\r\n');
    const observed = of(bundle, 'observed-data').filter((one) => String(one['object_refs']).includes('artifact'));
    const incident = of(bundle, 'incident')[0]?.id;
    for (const { id } of observed)
      expect(of(bundle, 'relationship').some((one) => one['source_ref'] === id && one['target_ref'] === incident)).toBe(true);
    expect(of(bundle, 'grouping')[0]?.['object_refs']).toEqual(
      expect.arrayContaining(of(bundle, 'artifact').map(({ id }) => id)),
    );
  });

  it('states damaged files of packets with their bytes and times, in HTML and in STIX', () => {
    const damaged = [
      { file: 'a.pcapng', bytes: 40, after: intrusion.since, before: intrusion.since + 2_000 },
      ...Array.from({ length: evidenceLimits.damagedFiles }, (_, i) => ({ file: `b${i}.pcapng`, bytes: 8 })),
    ];
    const evidence = { traffic: { records: [], more: false }, samples: [], packets: undefined, damagedPackets: damaged };
    const html = printedHtml(caseDocument(aCase(), evidence, { timeZone: 'UTC', madeAt: 0 }));
    expect(html).toMatch(/Damaged files of packets[^]*a\.pcapng[^]*40[^]*03:12:00[^]*03:12:02[^]*b98\.pcapng/);
    expect(html).toContain('Another 1 damaged files are not listed');
    expect(html).not.toContain('b99.pcapng');
    const bundle = stixBundle(aCase(), { damagedPackets: damaged.slice(0, 2) });
    expect(stixProblems(bundle)).toEqual([]);
    expect(of(bundle, 'note').find(({ abstract }) => abstract === 'Damaged files of packets')).toMatchObject({
      content:
        'a.pcapng of the raw packets is damaged (40 bytes): packets after 2026-11-24T03:12:00.000Z and before 2026-11-24T03:12:02.000Z may be missing\n' +
        'b0.pcapng of the raw packets is damaged (8 bytes): packets from its begin and to its end may be missing',
      object_refs: [of(bundle, 'incident')[0]?.id],
    });
    const later = of(stixBundle(aCase(), { damagedPackets: damaged.slice(1, 2) }), 'note').map(({ id }) => id);
    expect(of(bundle, 'note').filter(({ id }) => later.includes(id))).toHaveLength(1);
  });

  it('is one HTML file that contains the packets and their hash', () => {
    const html = (more: object) =>
      printedHtml(
        caseDocument(
          aCase(),
          { traffic: { records: [], more: false }, samples: [series], packets: { ...packets, ...more }, damagedPackets: [] },
          { timeZone: 'UTC', madeAt: 0 },
        ),
      );
    expect(html({})).toContain(
      `download="INC-000017.pcapng" href="data:application/vnd.tcpdump.pcap;base64,${packets.content.toString('base64')}"`,
    );
    expect(html({})).toContain(createHash('sha256').update('packets').digest('hex'));
    expect(html({})).not.toContain('left out');
    expect(html({ more: true })).toContain('Further packets are left out');
  });
});

describe('a case as a MISP event', () => {
  it('keeps to the core format, and tells others only addresses that they can search for', () => {
    const event = mispEvent(aCase());
    expect(mispEventRules.safeParse(event).error).toBeUndefined();
    expect(event.Event).toMatchObject({
      info: `North: ${intrusion.title}`,
      date: '2026-11-24',
      published: false,
      threat_level_id: '1',
      analysis: '0',
      Tag: [
        { name: 'tlp:amber+strict' },
        { name: 'scadawatch:mitre-ics-technique-seen="T1692.001"' },
        { name: 'scadawatch:mitre-ics-technique-possible="T0836"' },
      ],
    });
    const shared = event.Event.Attribute.filter((one) => one.to_ids).map(({ value }) => value);
    expect(shared).toEqual(['203.0.113.7']);
    expect(event.Event.Attribute.map(({ type, value }) => `${type} ${value}`)).toEqual(
      expect.arrayContaining([
        'ip-src 10.0.0.66',
        'ip-dst|port 10.0.0.5|502',
        'comment ALT-000017, commented: Asked the <shift> leader',
      ]),
    );
  });

  it('keeps its UUIDs, and retracts after a verdict', () => {
    const before = mispEvent(aCase()).Event;
    const judged = [outside, intrusion].map((alert) => ({ ...alert, verdict: verdict('false') }));
    const after = mispEvent(aCase(judged)).Event;
    expect(after).toMatchObject({ uuid: before.uuid, threat_level_id: '4', analysis: '2' });
    expect(after.Attribute.map(({ uuid }) => uuid)).toEqual(before.Attribute.map(({ uuid }) => uuid));
    expect(after.Attribute.some((one) => one.to_ids)).toBe(false);
  });
});

describe('a case as a document', () => {
  it('is readable without the monitor, with the traffic and samples around it, and escapes every text', () => {
    const record = { time: intrusion.since, kind: 'wire-write', client: '10.0.0.66', server: '10.0.0.5', port: 502 };
    const other = { ...record, kind: 'wire-traffic', client: '10.0.0.5', operation: 'FC3', text: 'packets 8' };
    const traffic = { records: [other, { ...record, operation: 'FC6', text: 'CL.SP: 1 → 0.3' }], more: true };
    const one = Float64Array.of(1.5);
    const series = { tag: 'CL.AT01', spanMs: 0, time: Float64Array.of(intrusion.since), value: one, low: one, high: one };
    const samples = [{ ...series, quality: Uint32Array.of(0x42090000) }];
    const html = printedHtml(
      caseDocument(aCase(), { traffic, samples, packets: undefined, damagedPackets: [] }, { timeZone: 'UTC', madeAt: 0 }),
    );
    for (const text of [
      'TLP:AMBER+STRICT',
      'T1692.001',
      '10.0.0.5:502',
      'CL.SP: 1 → 0.3',
      'Further traffic of other clients is not listed',
      'CL.AT01',
      'UncertainSimulatedValue',
      '&lt;shift&gt;',
    ])
      expect(html).toContain(text);
    const none = { traffic: { records: [], more: false }, samples: undefined, packets: undefined, damagedPackets: [] };
    // the act comes before the usual traffic, whatever their times are
    expect(html.indexOf('CL.SP: 1 → 0.3')).toBeLessThan(html.indexOf('packets 8'));
    expect(printedHtml(caseDocument(aCase(), none, { timeZone: 'UTC', madeAt: 0 }))).toContain('No traffic was recorded');
  });
});

it('reads an incident with names as the naming shows them', async () => {
  const store = { find: () => [intrusion], actsOf: () => [comment] };
  const found = await readCase(store, 'INC-000017', frame, byRole);
  expect(found).toMatchObject({ id: 'INC-000017', notes: [{ by: { role: 'analyst' } }] });
  expect(JSON.stringify(found)).not.toContain('user-1');
  expect(await readCase({ find: () => [], actsOf: () => [] }, 'INC-1', frame, byRole)).toBeUndefined();
});
