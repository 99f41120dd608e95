import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { FindingChange } from '../core/finding.ts';
import { noteCertificate } from './certificate-alarms.ts';
import { SelfWatch } from './self-watch.ts';

it('raises one alarm for the end of the certificate, which becomes more urgent, and one for files that cannot be used', () => {
  const changes: string[] = [];
  const report = ({ change, finding }: FindingChange): void => {
    changes.push(`${change} ${finding.explanation.title} ${finding.alarm?.priority}`);
    expect(finding.explanation.title.length).toBeLessThanOrEqual(48);
    expect(finding.explanation.sentence.length).toBeLessThanOrEqual(200);
  };
  const watch = new SelfWatch(new VirtualClock(0), report);
  const expiresAt = Date.UTC(2027, 0, 1);
  const note = (daysLeft: 30 | 7 | 1 | undefined, problem?: string) => {
    changes.length = 0;
    noteCertificate(watch, { expiresAt, daysLeft, problem });
    noteCertificate(watch, { expiresAt, daysLeft, problem });
    return [...changes];
  };
  expect(note(undefined)).toEqual([]);
  expect(note(30)).toEqual(['begin Dashboard: certificate expires in 30 days 3']);
  expect(note(7)).toEqual([
    'end Dashboard: certificate expires in 30 days 3',
    'begin Dashboard: certificate expires in 7 days 2',
  ]);
  expect(note(1, 'the new certificate is expired')).toEqual([
    'end Dashboard: certificate expires in 7 days 2',
    'begin Dashboard: certificate expires within a day 1',
    'begin Dashboard: new certificate is not in use 2',
  ]);
  expect(note(undefined)).toEqual([
    'end Dashboard: certificate expires within a day 1',
    'end Dashboard: new certificate is not in use 2',
  ]);
});
