import { z } from 'zod';
import type { LabControl } from '../../src/core/lab.ts';
import type { Session } from '../accounts/sessions.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { labCampaign, labStatus, scenario } from './schemas/lab.ts';
import { done, list, nothing, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Routes for running an exercise. Its participants must not see scenarios or true values. */
export const labRoutes = {
  'GET /api/lab': route({
    permission: 'run-lab',
    summary: 'Returns the state of the simulated plant, its true values, its scenarios and campaigns.',
    input: nothing,
    answer: z.strictObject({
      status: labStatus,
      scenarios: list(scenario),
      campaigns: list(labCampaign),
      plants: list(z.strictObject({ type: z.string(), summary: z.string() })).describe(
        'plants to which the lab can switch, with the running one; empty if it cannot',
      ),
    }),
    handler: (_call, services) => {
      const lab = labOf(services);
      return { status: lab.status(), scenarios: lab.scenarios, campaigns: lab.campaigns, plants: lab.plants?.all ?? [] };
    },
  }),

  'POST /api/lab/plant': route({
    permission: 'run-lab',
    summary: 'Ends the simulated plant and its monitor, and starts another plant with its own history, baseline and alerts.',
    input: z.strictObject({ plant: text }),
    answer: done,
    handler: ({ input: { plant }, session }, services) => {
      const lab = labOf(services);
      const { plants } = lab;
      if (plants === undefined)
        throw new ApiError('not-found', 'This lab has a configuration of its own: start it again with another plant.');
      plants.switchTo(plant);
      record(services, session, 'lab.plant', plant, { before: lab.status().plant, after: plant });
      return {};
    },
  }),

  'POST /api/lab/speed': route({
    permission: 'run-lab',
    summary: 'Sets the speed of the simulated plant; 0 pauses it.',
    input: z.strictObject({ speed: z.number().min(0).max(1000) }),
    answer: done,
    handler: async ({ input: { speed }, session }, services) => {
      const lab = labOf(services);
      const before = String(lab.status().pace.speed);
      await lab.setSpeed(speed);
      record(services, session, 'lab.speed', lab.status().plant, { before, after: String(speed) });
      return {};
    },
  }),

  'POST /api/lab/start': route({
    permission: 'run-lab',
    summary: 'Starts a scenario.',
    input: z.strictObject({ scenario: text }),
    answer: done,
    handler: async ({ input, session }, services) => {
      const lab = labOf(services);
      if (!lab.scenarios.some(({ id }) => id === input.scenario))
        throw new ApiError('not-found', `Scenario ${input.scenario} does not exist.`);
      await lab.start(input.scenario);
      record(services, session, 'lab.started', input.scenario);
      return {};
    },
  }),

  'POST /api/lab/campaign': route({
    permission: 'run-lab',
    summary: 'Starts a campaign: its scenarios are played one after another, each after its delay.',
    input: z.strictObject({ campaign: text }),
    answer: done,
    handler: async ({ input: { campaign }, session }, services) => {
      const lab = labOf(services);
      if (!lab.campaigns.some(({ id }) => id === campaign))
        throw new ApiError('not-found', `Campaign ${campaign} does not exist.`);
      await lab.startCampaign(campaign);
      record(services, session, 'lab.campaign', campaign);
      return {};
    },
  }),

  'POST /api/lab/stop': route({
    permission: 'run-lab',
    summary: 'Stops the running scenario and its campaign.',
    input: nothing,
    answer: done,
    handler: async ({ session }, services) => {
      const lab = labOf(services);
      const { campaign, running } = lab.status();
      const stopped = campaign?.id ?? running?.scenario ?? '';
      await lab.stop();
      record(services, session, 'lab.stopped', stopped);
      return {};
    },
  }),

  'POST /api/lab/reset': route({
    permission: 'run-lab',
    summary: 'Resets the plant to its state at the start of the exercise.',
    input: nothing,
    answer: done,
    handler: async ({ session }, services) => {
      const lab = labOf(services);
      await lab.reset();
      record(services, session, 'lab.reset', lab.status().plant);
      return {};
    },
  }),
};

export function labOf({ view }: Services): LabControl {
  if (view.lab === undefined)
    throw new ApiError('not-found', 'No simulated plant is connected. Start scadawatch with the lab command.');
  return view.lab;
}

/** Adds an act on the lab to the audit trail. */
export function record(
  { audit, view }: Services,
  session: Session,
  action: string,
  object: string,
  change: { before?: string; after?: string } = {},
): void {
  audit.append({ time: view.clock.now(), ...actorOf(session), action, object, ...change });
}
