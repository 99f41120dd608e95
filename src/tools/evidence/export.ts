import { basename, join } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };
import type { MonitorConfig } from '../../config/resolve.ts';
import { consoleActor } from '../../core/console-actor.ts';
import type { Alert } from '../../core/alert.ts';
import type { Batch } from '../../core/batch.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Historian } from '../../core/historian.ts';
import { encodeJson } from '../../core/json.ts';
import type { DamagedPackets } from '../../core/packets.ts';
import { type Naming, shownChange } from '../../core/shown.ts';
import type { StateStore } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';
import { type ClockLine, type EventLine, readEventLog } from '../../storage/event-log/index.ts';
import { packetParts } from '../../storage/packets/index.ts';
import { knownBaseline, learnedBaseline } from '../../learning/baselines/store.ts';
import { baselineId } from '../../detection/baseline/fits.ts';
import { withModes } from '../../learning/baselines/modes.ts';
import { modesInForce } from '../../learning/baselines/modes-in-force.ts';
import { planDetection } from '../../detection/plan/plan.ts';
import { configurationHash, eventsFolder, packetsFolder } from '../../data-directory/folders.ts';
import { merged } from './merged.ts';
import { writeEvidence } from './file.ts';
import { formatVersion, type Manifest, type Summary } from './format.ts';
import { inOrderOfReceipt } from './order.ts';
import { encodePacketsLine, PacketCounter } from './packets.ts';
import { encodeBatchLine } from './samples.ts';

/** Extension of the period at both ends when samples are read by source time, ms. The clock of a device may be wrong. */
const clockSlackMs = 3_600_000;
/** Changes of alerts that are read per query. */
const changesAtOnce = 500;
/** Bytes of packets per line. */
const packetPartBytes = 1_048_576;

export interface ExportOptions {
  readonly config: MonitorConfig;
  /** Data directory of the monitor, for its event log. */
  readonly dataDir: string;
  readonly state: StateStore;
  readonly historian: Historian;
  readonly clock: Clock;
  /** ms UTC, the end exclusive. */
  readonly period: { readonly from: number; readonly to: number };
  /** Alerts that are the reason of the export. */
  readonly alerts: readonly Alert[];
  /** Names of users in the file: real or pseudonyms. */
  readonly naming: Naming;
  readonly reason?: string | undefined;
  /** False to leave out the raw packets of the taps. */
  readonly withPackets: boolean;
  /** File to write; must not exist. */
  readonly out: string;
}

export interface Exported {
  readonly summary: Summary;
  /** Hash of the contents, hexadecimal. */
  readonly sha256: string;
}

interface EvidenceLine {
  /** ms UTC */
  readonly time: number;
  readonly text: string;
}

/**
 * Writes the records of a period to one file: samples in the order of receipt, events, changes of alerts and raw packets, between a manifest
 * and a hash of everything. The audit trail records the export with its hash.
 * @throws ScadaError INPUT_INVALID if nothing was recorded, or the file cannot be written
 */
export async function exportEvidence(options: ExportOptions, signal: AbortSignal): Promise<Exported> {
  const { state, clock, out, reason } = options;
  const manifest = manifestOf(options);
  const count = new Counter(options.config.tags);
  async function* lines(): AsyncGenerator<string> {
    yield encodeJson(manifest);
    // at equal times samples come first: an event was received with the batch before it
    for await (const { text } of merged([
      samples(options, count, signal),
      events(options, count, signal),
      changes(options, count),
      packets(options, count, signal),
    ]))
      yield text;
    const summary = count.summary();
    if (summary.samples.count === 0 && summary.events.count === 0 && summary.packets === undefined) {
      throw new ScadaError('config', 'INPUT_INVALID', 'nothing was recorded in that span of time', {
        hint: 'name a span in which the monitor ran; --data is the folder of its run',
      });
    }
    yield encodeJson(summary);
  }
  const sha256 = await writeEvidence(out, lines(), signal);
  state.audit.append({
    time: clock.now(),
    ...consoleActor(),
    action: 'evidence.exported',
    object: basename(out),
    after: `sha256:${sha256}`,
    reason,
  });
  return { summary: count.summary(), sha256 };
}

function manifestOf({ config, state, clock, period, alerts, reason }: ExportOptions): Manifest {
  const plan = planDetection(withModes(config, modesInForce(state.baselines, config.tags)));
  const baseline = knownBaseline(state.baselines, plan);
  const learned = learnedBaseline(state.baselines, plan);
  return {
    kind: 'manifest',
    format: 'scadawatch-evidence',
    version: formatVersion,
    site: config.site.name,
    exported: { at: clock.now(), ...(reason === undefined ? {} : { reason }) },
    tool: { name: packageFile.name, version: packageFile.version, node: process.version },
    period,
    alerts: alerts.map(({ id, incident, title, raisedAt }) => ({ id, incident, title, raisedAt })),
    configuration: { file: basename(config.file), sha256: configurationHash(config.file) },
    ...(baseline === undefined
      ? {}
      : { baseline: { version: learned?.version, id: baselineId(baseline), source: baseline.calibration.source } }),
    clock:
      'ms UTC by the clock of the machine that monitored (receiveTime, at) and of the devices (sourceTime); where they were set ' +
      'or differed is an event of type clock, and what the monotonic time was then a line of kind clock',
    historian: config.historian.plugin.type,
    tags: config.tags.tags.map(({ name, device, kind, unit, description }) => ({ name, device, kind, unit, description })),
  };
}

async function* samples(
  { config: { tags }, historian, period }: ExportOptions,
  count: Counter,
  signal: AbortSignal,
): AsyncGenerator<EvidenceLine, void, void> {
  const names = tags.tags.map(({ name }) => name);
  const range = { tags: names, from: period.from - clockSlackMs, to: period.to + clockSlackMs };
  const stored = historian.scan(range, signal);
  for await (const { time, batch } of inOrderOfReceipt(stored, period, tags, () => count.misplaced++)) {
    count.batch(time, batch);
    yield { time, text: encodeBatchLine(batch, tags) };
  }
}

/** Events of the period, and clock reports of the period, just before it and just after it. */
async function* events(
  { dataDir, period }: ExportOptions,
  count: Counter,
  signal: AbortSignal,
): AsyncGenerator<EvidenceLine, void, void> {
  let time = Number.NEGATIVE_INFINITY;
  const put = (line: EventLine | ClockLine): EvidenceLine => {
    // the clock may have been set back
    time = Math.max(time, line.at);
    if (line.kind === 'clock') count.clocks++;
    else count.event(time);
    return { time, text: encodeJson(line) };
  };
  const around = { from: period.from - clockSlackMs, to: period.to + clockSlackMs };
  let before: ClockLine | undefined;
  let after: ClockLine | undefined;
  for await (const line of readEventLog(join(dataDir, eventsFolder), around, signal, (file) => count.damaged.push(file))) {
    const within = line.at >= period.from && line.at < period.to;
    if (within) {
      if (before !== undefined) yield put(before);
      before = undefined;
      yield put(line);
    } else if (line.kind === 'clock') {
      if (line.at < period.from) before = line;
      else after ??= line;
    }
  }
  for (const line of [before, after]) if (line !== undefined) yield put(line);
}

/** Changes of alerts in the period; for the alerts of the export, changes at any time. */
async function* changes(
  { state, period, alerts, naming }: ExportOptions,
  count: Counter,
): AsyncGenerator<EvidenceLine, void, void> {
  const chosen = new Set(alerts.map(({ id }) => id));
  let time = Number.NEGATIVE_INFINITY;
  for (let sequence = 0; ; ) {
    const page = await state.alerts.changesAfter(sequence, changesAtOnce);
    for (const change of page) {
      sequence = change.sequence;
      if (!chosen.has(change.alert.id) && !(change.time >= period.from && change.time < period.to)) continue;
      count.alertChanges++;
      time = Math.max(time, change.time);
      yield { time, text: encodeJson({ ...shownChange(change, naming), kind: 'alert', change: change.kind }) };
    }
    if (page.length < changesAtOnce) return;
  }
}

/** Raw packets of the period that the taps have stored. */
async function* packets(
  { dataDir, period, withPackets }: ExportOptions,
  count: Counter,
  signal: AbortSignal,
): AsyncGenerator<EvidenceLine, void, void> {
  if (!withPackets) return;
  let time = Number.NEGATIVE_INFINITY;
  const folder = join(dataDir, packetsFolder);
  for await (const part of packetParts(folder, period, packetPartBytes, signal, (one) => count.damagedPackets.push(one))) {
    count.packets.add(part);
    time = Math.max(time, part.from);
    yield { time, text: encodePacketsLine(part) };
  }
}

/** Counts the contents of a file. */
class Counter {
  readonly #tags: TagTable;
  readonly #byTag: Float64Array;
  readonly #samples: { count: number; batches: number; first?: number; last?: number } = { count: 0, batches: 0 };
  readonly #events: { count: number; first?: number; last?: number } = { count: 0 };
  readonly damaged: Summary['damaged'] = [];
  readonly damagedPackets: DamagedPackets[] = [];
  readonly packets = new PacketCounter();
  clocks = 0;
  alertChanges = 0;
  misplaced = 0;

  constructor(tags: TagTable) {
    this.#tags = tags;
    this.#byTag = new Float64Array(tags.size);
  }

  batch(time: number, { tag, length }: Batch): void {
    for (const one of tag) this.#byTag[one] = (this.#byTag[one] ?? 0) + 1;
    this.#samples.count += length;
    this.#samples.batches++;
    this.#samples.first ??= time;
    this.#samples.last = time;
  }

  event(time: number): void {
    this.#events.count++;
    this.#events.first ??= time;
    this.#events.last = time;
  }

  summary(): Summary {
    const { clocks, alertChanges, misplaced, damaged, damagedPackets } = this;
    const counts = this.#tags.tags.flatMap(({ name }, tag) => {
      const of = this.#byTag[tag] ?? 0;
      return of === 0 ? [] : [[name, of] as const];
    });
    const tags = Object.fromEntries(counts);
    const packets = this.packets.summary();
    return {
      kind: 'summary',
      samples: this.#samples,
      events: this.#events,
      clocks,
      ...(packets === undefined ? {} : { packets }),
      tags,
      alertChanges,
      misplaced,
      damaged,
      ...(damagedPackets.length === 0 ? {} : { damagedPackets }),
    };
  }
}
