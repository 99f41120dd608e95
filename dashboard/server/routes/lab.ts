import type { LabControl } from '../../../src/core/lab.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import type { AuditLog } from '../../../src/core/state.ts';
import { ApiError } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import type { Session } from '../sessions.ts';
import { actorOf } from './actor.ts';

type LabRoute = 'GET /api/lab' | 'POST /api/lab/speed' | 'POST /api/lab/start' | 'POST /api/lab/stop' | 'POST /api/lab/reset';

/** Routes for running an exercise. Its participants must not see scenarios or true values. */
export function labRoutes(view: MonitorView, audit: AuditLog): Pick<Handlers, LabRoute> {
  const lab = (): LabControl => {
    if (view.lab === undefined)
      throw new ApiError('not-found', 'No simulated plant is connected. Start scadawatch with the lab command.');
    return view.lab;
  };
  const record = (session: Session, action: string, object: string, change: { before?: string; after?: string } = {}): void =>
    audit.append({ time: view.clock.now(), ...actorOf(session), action, object, ...change });

  return {
    'GET /api/lab': () => ({ status: lab().status(), scenarios: lab().scenarios }),

    'POST /api/lab/speed': async ({ input: { speed }, session }) => {
      const before = String(lab().status().pace.speed);
      await lab().setSpeed(speed);
      record(session, 'lab.speed', lab().status().plant, { before, after: String(speed) });
      return {};
    },

    'POST /api/lab/start': async ({ input: { scenario }, session }) => {
      if (!lab().scenarios.some(({ id }) => id === scenario))
        throw new ApiError('not-found', `Scenario ${scenario} does not exist.`);
      await lab().start(scenario);
      record(session, 'lab.started', scenario);
      return {};
    },

    'POST /api/lab/stop': async ({ session }) => {
      const running = lab().status().running?.scenario ?? '';
      await lab().stop();
      record(session, 'lab.stopped', running);
      return {};
    },

    'POST /api/lab/reset': async ({ session }) => {
      await lab().reset();
      record(session, 'lab.reset', lab().status().plant);
      return {};
    },
  };
}
