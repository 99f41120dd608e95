import { toScadaError } from '../core/errors.ts';
import { isCanary } from '../core/observation.ts';
import { TaskScope } from '../core/scope.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { SelfWatch } from './self-watch.ts';
import { Shadow } from './shadow/shadow.ts';

/**
 * Starts the shadow detection. Undefined if none is configured, if it has no baseline, or if its start fails, which raises an
 * alarm.
 */
export async function startShadow(
  { options, stream, supervisor, use }: MonitorRuntime,
  selfWatch: Pick<SelfWatch, 'set'>,
): Promise<Shadow | undefined> {
  const { config, dataDir, state, clock, logger } = options;
  const shadow = await Shadow.open({ config, dataDir, baselines: state.baselines, clock, logger }).catch((thrown: unknown) => {
    selfWatch.set('shadow-stopped', true, { detail: `Error: ${toScadaError(thrown).message}.` });
    return undefined;
  });
  if (shadow === undefined) return undefined;
  const running = new TaskScope();
  running.start((stop) => supervisor.run('shadow', (signal) => shadow.run(signal), stop));
  use('shadow detection', {
    [Symbol.asyncDispose]: async () => {
      shadow.close();
      await running[Symbol.asyncDispose]();
    },
  });
  stream.tap((observation) => {
    if (!isCanary(observation)) shadow.offer(observation);
  });
  return shadow;
}
