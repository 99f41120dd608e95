import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { consoleActor } from '../../core/console-actor.ts';
import type { MeasuredLimits } from '../../core/detection-limits.ts';
import { ScadaError } from '../../core/errors.ts';
import type { StateStore } from '../../core/state.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { fitsPlan } from '../../detection/baseline/fits.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { saveBaseline, siteBaseline } from './store.ts';

/** Largest unpacked size of a shipped baseline, bytes. */
const mostBytes = 256 * 2 ** 20;

/** A shipped baseline with its detection limits. */
export interface ShippedBaseline extends Baseline {
  readonly limits?: MeasuredLimits;
}

/**
 * Reads a baseline that is shipped with a simulated plant. Undefined if the file does not exist.
 * @throws ScadaError INPUT_INVALID if it is damaged
 */
export async function readShipped(file: URL): Promise<ShippedBaseline | undefined> {
  try {
    const packed = await readFile(file);
    const text = await promisify(gunzip)(packed, { maxOutputLength: mostBytes });
    return JSON.parse(text.toString('utf8')) as ShippedBaseline;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ScadaError('config', 'INPUT_INVALID', `the shipped baseline cannot be read: ${fileURLToPath(file)}`, {
      hint: 'install scadawatch again, or learn in the lab instead: scadawatch lab --learn-days 1',
      cause: thrown,
    });
  }
}

/**
 * Stores a shipped baseline as the newest version of a data directory without one, or with one that an upgrade of the plant has made
 * unusable, and records that in the audit trail. Earlier versions stay.
 * @returns false if the data directory has a baseline that fits, or the shipped one was learned for another configuration
 */
export function adoptShipped(state: StateStore, plan: DetectionPlan, shipped: ShippedBaseline, time: number): boolean {
  const stored = siteBaseline(state.baselines);
  if (!fitsPlan(shipped, plan) || (stored !== undefined && fitsPlan(stored.content, plan))) return false;
  const { limits: _, ...baseline } = shipped;
  const version = saveBaseline(state.baselines, baseline, time);
  state.audit.append({
    ...consoleActor(),
    time,
    action: 'baseline.learned',
    object: `version ${version}`,
    after: shipped.calibration.source,
  });
  return true;
}
