import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MonitorConfig } from '../config/resolve.ts';
import { systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Logger } from '../core/plugin.ts';
import { holderFile, lockFile, openDataDirectory } from '../data-directory/index.ts';
import { openState } from '../state/state.ts';
import { withModes } from '../learning/baselines/modes.ts';
import { modesInForce } from '../learning/baselines/modes-in-force.ts';
import { knownBaseline } from '../learning/baselines/store.ts';
import { configurationHash } from '../data-directory/folders.ts';
import { baselineId } from '../detection/baseline/fits.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import { planDetection } from '../detection/plan/plan.ts';
import type { Manifest } from '../tools/evidence/format.ts';
import { type Serving, serve } from './serve.ts';
import { ReplayPlayer } from '../monitor/replay-player.ts';
import { readRecording, type RecordingOptions } from '../tools/replay/recording.ts';

export interface ReplayOptions extends RecordingOptions {
  readonly config: MonitorConfig;
  /** Data directory of the monitor. Its baseline is used; only the folder `replay` in it is changed. */
  readonly dataDir: string;
  /** Recorded seconds per second; Infinity for as fast as possible. */
  readonly speed: number;
  readonly logger: Logger;
}

/** A monitor whose input is a recording, with its dashboard. */
export interface Replay extends AsyncDisposable {
  readonly serving: Serving;
  /** Differences from the conditions under which evidence was exported. */
  readonly notes: readonly string[];
  /** Resolves when the recording has ended and all of it has been judged. */
  readonly ended: Promise<void>;
  /** All findings so far, in the order of their begin. */
  findings(): readonly Finding[];
}

/**
 * Plays a recording through the path of live samples. Alerts go to a state of their own, and no notifier receives them.
 * @throws ScadaError INPUT_INVALID
 */
export async function startReplay(options: ReplayOptions, signal: AbortSignal): Promise<Replay> {
  const { dataDir, files, logger, speed } = options;
  const source = files.map((file) => basename(file)).join(', ');
  const manifests: Manifest[] = [];
  const recording = readRecording({ ...options, onManifest: (manifest) => manifests.push(manifest) }, signal);
  const player = await ReplayPlayer.open(recording, source, speed, systemClock);
  if (player === undefined) throw new ScadaError('config', 'INPUT_INVALID', `${source}: there is nothing in it to replay`);
  const { config, baseline } = knownIn(dataDir, { ...options.config, notifiers: [] });
  const folder = join(dataDir, 'replay');
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(openDataDirectory(folder, 'replay', systemClock.now()));
  await removeLastReplay(folder);
  const findings = new Map<string, Finding>();
  const serving = cleanup.use(
    await serve({
      config,
      dataDir: folder,
      clock: player.clock,
      logger,
      seed: 1,
      baseline,
      replay: player,
      onFindings: (changes) => {
        for (const { finding } of changes) findings.set(finding.id, finding);
      },
    }),
  );
  const resources = cleanup.move();
  return {
    serving,
    notes: manifests.flatMap((manifest) => differencesOf(manifest, config, baseline)),
    ended: serving.monitor.ended,
    findings: () => [...findings.values()],
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Removes everything but the lock, which this process holds. */
async function removeLastReplay(folder: string): Promise<void> {
  const old = (await readdir(folder)).filter((name) => name !== holderFile && !name.startsWith(lockFile));
  await Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Baseline of a data directory, and the configuration with the modes that are in force there. */
function knownIn(dataDir: string, stated: MonitorConfig): { config: MonitorConfig; baseline: Baseline | undefined } {
  using state = openState(dataDir);
  const config = withModes(stated, modesInForce(state.baselines, stated.tags));
  return { config, baseline: knownBaseline(state.baselines, planDetection(config)) };
}

/** Differences between the conditions of the export and of this replay, in sentences. */
function differencesOf(manifest: Manifest, { file }: MonitorConfig, baseline: Baseline | undefined): string[] {
  const then = new Date(manifest.exported.at).toISOString();
  const notes: string[] = [];
  if (manifest.configuration.sha256 !== configurationHash(file))
    notes.push(`The evidence was exported at ${then} under another configuration than ${file}: findings may differ.`);
  if (manifest.baseline?.id !== (baseline === undefined ? undefined : baselineId(baseline)))
    notes.push(`The evidence was exported at ${then} under another baseline than the one here: findings may differ.`);
  return notes;
}
