import { observeEvent } from '../core/observation.ts';
import { changesText } from '../core/reference-changes.ts';
import { isWithdrawn, type ReferenceSet } from '../core/reference.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { SelfWatch } from './self-watch.ts';
import { referenceEvent } from './reference/event.ts';

/** Passes the reference set to the detectors now and when another one is approved; raises the alarm about one that is not valid. */
export function announceReference({ options, collecting, publish, supervisor }: MonitorRuntime, selfWatch: SelfWatch): void {
  const { config, dataDir, reference, clock } = options;
  if (reference === undefined) return;
  const announce = (): void => {
    const problem = reference.problem();
    const command = `scadawatch reference diff ${config.file} --data ${dataDir}`;
    selfWatch.set('reference-invalid', problem !== undefined, { detail: `${problem ?? ''} Command: ${command}` });
    const event = referenceEvent(reference, clock.now());
    if (event === undefined) return;
    collecting.start((stop) => supervisor.run('reference set', (signal) => publish(observeEvent(event), signal), stop));
  };
  reference.onChange((replaced) => {
    const current = reference.current();
    if (replaced !== undefined && current !== undefined) selfWatch.noteProtection(replacedText(replaced, current));
    announce();
  });
  announce();
}

const replacedText = (replaced: ReferenceSet, set: ReferenceSet): string => {
  const { version, by, reason, values } = set;
  const act = isWithdrawn(set) ? `withdrew the reference set by version ${version}` : `approved reference set version ${version}`;
  return `Role ${by.role} ${act}, ${changesText(replaced.values, values)}. Reason: ${reason}`;
};
