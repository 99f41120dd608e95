import type { MonitorConfig } from '../../config/resolve.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeBatch, observeEvent } from '../../core/observation.ts';
import { decodeEvent, isEventLine } from '../../storage/event-log/index.ts';
import { SourceTimes } from '../../ingest/source-times.ts';
import { checkEvidence, evidenceLines, parsed } from '../evidence/file.ts';
import { batchSchema, type Manifest } from '../evidence/format.ts';
import { decodeBatchLine, TextCodes } from '../evidence/samples.ts';
import type { Recorded } from '../../monitor/replay-player.ts';

interface EvidenceOptions {
  readonly config: MonitorConfig;
  /** Tags to leave out. */
  readonly ignore: readonly string[];
  readonly onManifest?: ((manifest: Manifest) => void) | undefined;
}

/**
 * Samples and events of an evidence file, in file order. The whole file is read and its hash verified before the first item.
 * @throws ScadaError INPUT_INVALID for a file that is damaged, altered or incomplete, and for tags that the configuration does
 * not have
 */
export async function* evidenceOf(
  file: string,
  { config, ignore, onManifest }: EvidenceOptions,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void, void> {
  const { manifest, summary } = await checkEvidence(file, signal);
  const { tags } = config;
  const unknown = Object.keys(summary.tags).filter((name) => tags.indexOf(name) === undefined && !ignore.includes(name));
  if (unknown.length > 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: no tag is called ${unknown.slice(0, 8).join(', ')}`, {
      hint: `it was exported with other tags than those of ${config.file}; leave them out with --ignore`,
    });
  }
  onManifest?.(manifest);
  const codes = new TextCodes(tags);
  const times = new SourceTimes(config.sourceTimes);
  let time = Number.NEGATIVE_INFINITY;
  for await (const text of evidenceLines(file, signal)) {
    const line = parsed(text);
    if (isEventLine(line)) {
      const { at, event } = decodeEvent(line, tags);
      time = Math.max(time, at);
      yield { time, observation: observeEvent(event) };
      continue;
    }
    // every line was checked: the others are the manifest, packets, clocks, changes of alerts and the summary
    const batch = batchSchema.safeParse(line);
    if (!batch.success) continue;
    const named = (name: string): number | undefined => (ignore.includes(name) ? undefined : tags.indexOf(name));
    const decoded = times.check(decodeBatchLine(batch.data, named, codes));
    if (decoded.length === 0) continue;
    time = Math.max(time, decoded.receiveTime[0] as number);
    yield { time, observation: observeBatch(decoded) };
  }
}
