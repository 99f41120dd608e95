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
  /** Data folder of the monitor: its baseline is used, nothing in it is changed but the folder `replay`. */
  readonly dataDir: string;
  /** Recorded seconds per second; infinite for as fast as it is judged. */
  readonly speed: number;
  readonly logger: Logger;
}

/** A monitor that is fed from a recording, with its page. */
export interface Replay extends AsyncDisposable {
  readonly serving: Serving;
  /** Where it will not be judged as it was when evidence of it was exported. */
  readonly notes: readonly string[];
  /** Resolves when the recording has ended and everything in it has been judged. */
  readonly ended: Promise<void>;
  /** Every finding so far, in the order in which they began. */
  findings(): readonly Finding[];
}

/**
 * Plays a recording through the path that live samples take. Alerts go to a state of their own and to nobody else: no notifier
 * hears of what is not happening.
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

/** Everything but the lock, which this process holds. */
async function removeLastReplay(folder: string): Promise<void> {
  const old = (await readdir(folder)).filter((name) => name !== holderFile && !name.startsWith(lockFile));
  await Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** What a monitor of this data folder judges by, with the configuration as it has it. */
function knownIn(dataDir: string, stated: MonitorConfig): { config: MonitorConfig; baseline: Baseline | undefined } {
  using state = openState(dataDir);
  const config = withModes(stated, modesInForce(state.baselines, stated.tags));
  return { config, baseline: knownBaseline(state.baselines, planDetection(config)) };
}

/** Says where what evidence was exported under is not what it is replayed under. */
function differencesOf(manifest: Manifest, { file }: MonitorConfig, baseline: Baseline | undefined): string[] {
  const then = new Date(manifest.exported.at).toISOString();
  const notes: string[] = [];
  if (manifest.configuration.sha256 !== configurationHash(file))
    notes.push(`The evidence was exported at ${then} under another configuration than ${file}: findings may differ.`);
  if (manifest.baseline?.id !== (baseline === undefined ? undefined : baselineId(baseline)))
    notes.push(`The evidence was exported at ${then} under another baseline than the one here: findings may differ.`);
  return notes;
}
