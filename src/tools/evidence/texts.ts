import { damageText } from '../../core/packets.ts';
import type { Span } from '../../core/traffic.ts';
import type { Checked } from './file.ts';
import type { Summary } from './format.ts';

/** Contents of a verified file, as lines for a person. */
export function* linesOfChecked(file: string, { manifest, summary, sha256 }: Checked): Generator<string> {
  const { site, period, alerts, exported, tool, configuration, baseline } = manifest;
  yield `${file}: ${site}, ${textOfPeriod(period)}`;
  for (const { id, title, raisedAt } of alerts) yield `alert ${id}, raised ${iso(raisedAt)}: ${title}`;
  const reason = exported.reason === undefined ? '' : `: ${exported.reason}`;
  yield `exported ${iso(exported.at)} by ${tool.name} ${tool.version}${reason}`;
  yield `configuration ${configuration.file}, SHA-256 ${configuration.sha256}`;
  yield baseline === undefined ? 'no baseline' : `baseline ${baseline.version ?? ''} of ${baseline.source}: ${baseline.id}`;
  yield* linesOfSummary(summary);
  yield `The contents are as they were written. SHA-256: ${sha256}`;
  yield 'To verify the origin, compare this hash with the audit trail of the exporting monitor, or with your own copy.';
}

export function* linesOfSummary(summary: Summary): Generator<string> {
  const { samples, events, alertChanges, packets, misplaced, damaged, damagedPackets = [] } = summary;
  yield `${samples.count} samples${spanText(samples)}, ${events.count} events${spanText(events)}, ${alertChanges} changes of alerts`;
  if (packets !== undefined) yield `${packets.count} raw packets${spanText(packets)}, SHA-256 of them: ${packets.sha256}`;
  if (misplaced > 0) yield `${misplaced} samples come later than in the order of receipt, because they were stored too far apart`;
  for (const { file, reason } of damaged) yield `${file} of the event log is damaged, what follows in it is missing: ${reason}`;
  yield* damagedPackets.map(damageText);
}

export const textOfPeriod = ({ from, to }: Span): string => `${iso(from)} to ${iso(to)}`;

const iso = (time: number): string => new Date(time).toISOString();
const spanText = ({ first, last }: { first?: number | undefined; last?: number | undefined }): string =>
  first === undefined || last === undefined ? '' : ` from ${iso(first)} to ${iso(last)}`;
