import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../test/support/alert-changes.ts';
import { detectionFinding } from '../../test/support/ocsf.ts';
import type { Alert, SentChange } from '../core/alert.ts';
import { deliveryId, eventOf, formats } from './index.ts';

const dashboard = 'https://scadawatch.example';
const id = deliveryId('alert', [changeOf()]);

/** A reader of CEF by its specification: header fields between bars, then `key=value` pairs. */
function readCef(line: string): { header: string[]; fields: Record<string, string> } {
  const [head = ''] = /^(?:(?:[^|\\]|\\.)*\|){7}/.exec(line) ?? [];
  const extension = line.slice(head.length);
  const fields: Record<string, string> = {};
  for (const [, key = '', value = ''] of extension.matchAll(/(?:^| )(\w+)=((?:[^\\=]|\\.)*?)(?= \w+=|$)/gs))
    fields[key] = value.replaceAll(/\\(.)/g, (_, escaped: string) => ({ n: '\n', r: '\r' })[escaped] ?? escaped);
  const header = [...head.matchAll(/((?:[^|\\]|\\.)*)\|/g)].map(([, text = '']) => text.replaceAll(/\\([\\|])/g, '$1'));
  return { header, fields };
}

describe('a CEF event', () => {
  it('says what, where, since when, how sure, which technique, who, and links to the incident', () => {
    const line = formats.cef(eventOf(changeOf(), dashboard));
    expect(line).toMatch(/^CEF:0\|scadawatch\|scadawatch\|[\d.]+\|traffic\|10\.0\.0\.66 writes CL\.SP 1\.00 → 0\.30 mg\/L\|10\|/);
    const { fields } = readCef(line);
    expect(fields).toMatchObject({
      rt: String(intrusion.raisedAt),
      start: String(intrusion.since),
      externalId: 'ALT-000017',
      act: 'raised',
      outcome: 'new',
      cat: 'network',
      msg: intrusion.explanation.sentence,
      src: '10.0.0.66',
      dhost: 'plc1',
      deviceFacility: 'disinfection',
      destinationServiceName: 'CL',
      cs1Label: 'tags',
      cs1: 'CL.SP CL.AT01',
      cs2: 'T1692.001 (ATT&CK for ICS v19, seen)',
      cs3: 'normal operation causes this less than once in 40 d, estimated from 10 d of data',
      cs4: 'INC-000017',
      cs6: 'Restore the set-point\nCall the shift engineer',
      flexString1: id,
      request: 'https://scadawatch.example/#/incident/INC-000017',
    });
  });

  it('is one line and keeps every text, whatever it contains', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '=', '|', '\\', '\n', '\r', 'é', 'src=1', 'b') });
    fc.assert(
      fc.property(text, text, (title, note) => {
        const alert: Alert = { ...intrusion, headline: { title, sentence: title, at: 1 } };
        const line = formats.cef(eventOf(changeOf(1, { alert, note: `x${note}x` })));
        expect(line).not.toMatch(/[\r\n]/);
        const { header, fields } = readCef(line);
        expect(header).toHaveLength(7);
        expect(header[5]).toBe(title.replaceAll(/[\r\n]+/g, ' '));
        expect(fields['reason']).toBe(`x${note}x`);
        expect(fields['src']).toBe('10.0.0.66');
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** A change of an alert about a device, as the lab raises it: finer times than ms, no equipment, areas of its tags. */
const ofDevice: SentChange = {
  ...changeOf(1),
  time: intrusion.raisedAt + 0.25,
  place: { site: 'North', device: 'plc1', address: '10.0.0.5', port: 502 },
  alert: {
    ...intrusion,
    area: '',
    areas: ['disinfection'],
    equipment: '',
    since: intrusion.since + 0.8994,
    findings: intrusion.findings.map((finding) => ({ ...finding, certainty: { kind: 'stated' } })),
  },
};

describe('an alert about a device', () => {
  it('names site, device with its address, and areas in every format, with whole ms and without a score', () => {
    const { fields } = readCef(formats.cef(eventOf(ofDevice)));
    expect(fields).toMatchObject({
      rt: String(intrusion.raisedAt),
      start: String(intrusion.since + 1),
      dhost: 'plc1',
      dst: '10.0.0.5',
      dpt: '502',
      deviceFacility: 'disinfection',
      flexString2: 'North',
    });
    expect(fields).not.toHaveProperty('cfp1');
    const ocsf: unknown = JSON.parse(formats.ocsf(eventOf(ofDevice)));
    expect(detectionFinding.safeParse(ocsf).error?.issues).toBeUndefined();
    expect(ocsf).toMatchObject({
      start_time: intrusion.since + 1,
      resources: [{ name: 'plc1', type: 'device', group: { name: 'disinfection' }, namespace: 'North' }],
      evidences: [
        { src_endpoint: { ip: '10.0.0.66' }, dst_endpoint: { ip: '10.0.0.5', port: 502 } },
        { data: { techniques: [{ id: 'T1692.001', version: '19', certainty: 'seen' }] } },
      ],
    });
    expect(JSON.parse(formats.ecs(eventOf(ofDevice)))).toMatchObject({
      source: { ip: '10.0.0.66' },
      destination: { ip: '10.0.0.5', port: 502 },
      related: { ip: ['10.0.0.66'] },
      labels: { site: 'North' },
      scadawatch: { area: 'disinfection' },
    });
  });

  it('has pseudonyms of addresses as names', () => {
    const hidden: SentChange = { ...ofDevice, place: { site: 'North', device: 'plc1', address: 'address-1', port: 502 } };
    expect(readCef(formats.cef(eventOf(hidden))).fields).not.toHaveProperty('dst');
    const ocsf: unknown = JSON.parse(formats.ocsf(eventOf(hidden)));
    expect(detectionFinding.safeParse(ocsf).error?.issues).toBeUndefined();
    expect(ocsf).toMatchObject({ evidences: [{ dst_endpoint: { name: 'address-1' } }, {}] });
  });

  it('of an alert without a device has a resource with a name', () => {
    const none = changeOf(1, { alert: { ...intrusion, area: '', equipment: '', device: undefined } });
    expect(detectionFinding.safeParse(JSON.parse(formats.ocsf(eventOf(none)))).error?.issues).toBeUndefined();
  });
});

describe('an OCSF event', () => {
  const read = (...of: Parameters<typeof eventOf>) => JSON.parse(formats.ocsf(eventOf(...of))) as Record<string, unknown>;

  it('is a Detection Finding with the anomaly as measured against normal', () => {
    const event = read(changeOf(), dashboard);
    expect(detectionFinding.safeParse(event).error?.issues).toBeUndefined();
    expect(event).toMatchObject({
      type_uid: 200_401,
      severity_id: 5,
      status_id: 1,
      confidence_id: 3,
      is_alert: true,
      finding_info: {
        uid: 'ALT-000017',
        attacks: [{ version: '19', technique: { uid: 'T1692' }, sub_technique: { uid: 'T1692.001', name: 'Command Message' } }],
        src_url: 'https://scadawatch.example/#/incident/INC-000017',
      },
      evidences: [{ src_endpoint: { ip: '10.0.0.66' } }, { data: { writes: [{ tag: 'CL.SP', before: 1, after: 0.3 }] } }],
      anomaly_analyses: [
        {
          analysis_targets: [{ name: 'CL.SP', type: 'tag' }],
          anomalies: [{ observation_parameter: 'CL.SP', observations: [{ value: '0.3 mg/L' }] }],
          baselines: [{ observation_parameter: 'CL.SP', observations: [{ value: '1 mg/L' }] }],
        },
      ],
      metadata: { uid: id },
    });
  });

  it('keeps the id of the finding through its life, and closes it', () => {
    for (const [kind, more, activity, status] of [
      ['acknowledged', { state: 'C', acknowledgedAt: 5 }, 2, 2],
      ['shelved', { state: 'G' }, 2, 3],
      ['returned', { state: 'D', returnedAt: 6 }, 3, 4],
      ['cleared', { state: 'A', returnedAt: 6 }, 3, 4],
    ] as const) {
      const event = read(changeOf(2, { kind, alert: { ...intrusion, ...more } }));
      expect(detectionFinding.safeParse(event).error?.issues, kind).toBeUndefined();
      expect(event, kind).toMatchObject({ activity_id: activity, status_id: status, finding_info: { uid: 'ALT-000017' } });
    }
  });

  it('of an alert of an earlier version has the writing client, and none of a number that is not finite', () => {
    const { explanation } = intrusion;
    const old: Alert = {
      ...intrusion,
      network: undefined,
      findings: [],
      explanation: {
        ...explanation,
        clients: undefined,
        contributions: [{ tag: 'CL.SP', share: 1, unit: 'mg/L', measured: 0.3, expected: Number.NaN }],
      },
    };
    const event = read(changeOf(1, { alert: old }));
    expect(detectionFinding.safeParse(event).error?.issues).toBeUndefined();
    expect(event).toMatchObject({ confidence_id: 1, evidences: [{ src_endpoint: { ip: '10.0.0.66' } }, {}] });
    expect(JSON.stringify(event)).not.toContain('null');
  });
});

describe('an ECS event', () => {
  it('has the fields of an alert, and the rest below scadawatch', () => {
    const event: unknown = JSON.parse(formats.ecs(eventOf(changeOf(3, { by: { role: 'operator', user: 'user-1' } }), dashboard)));
    expect(event).toMatchObject({
      '@timestamp': '2026-11-24T03:12:02.000Z',
      event: { kind: 'alert', category: ['network', 'intrusion_detection'], type: ['start'], severity: 10 },
      source: { address: '10.0.0.66' },
      host: { name: 'plc1' },
      user: { name: 'user-1' },
      threat: { framework: 'MITRE ATT&CK for ICS v19', technique: { id: ['T1692.001'] } },
      scadawatch: { incident: 'INC-000017', writes: [{ client: '10.0.0.66' }] },
    });
  });
});
