import { z } from 'zod';
import { scoreScenario } from '../../src/core/scenario-score.ts';
import { injectDetections, meanDelayMs } from '../../src/alerts/report/inject-detections.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { InstructorRecord, LabStatus } from '../../src/core/lab.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { labOf, record } from './lab.ts';
import { route } from './route.ts';
import { injectDetection, instructorEntry } from './schemas/lab.ts';
import { acted, list, nothing, time } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Most steps of a scenario that are returned. */
const mostSteps = 200;

const textOf = (most: number) => z.string().trim().min(1).max(most);

/**
 * Routes of the person who runs an exercise. Everybody may read the hints that were given; all other routes contain the ground truth
 * or lead to it.
 */
export const instructorRoutes = {
  'GET /api/lab/exercise': route({
    permission: 'run-lab',
    summary:
      'Returns the running scenario, or the last one: its steps beside the alerts that count for them, hints and notes of the instructor.',
    input: nothing,
    answer: z.strictObject({
      exercise: z
        .strictObject({
          scenario: z.string(),
          startedAt: time,
          endsAt: time,
          isRunning: z.boolean(),
          injects: list(injectDetection).describe(`steps by time, at most ${mostSteps}`),
          steps: z.int().describe('number of steps of the scenario'),
          meanDelayMs: z.number().optional().describe('mean detection delay of the hostile steps'),
          falseAlerts: z.int().describe('alerts without a cause in the scenario'),
          hints: list(instructorEntry).describe('hints that were given'),
          notes: list(instructorEntry),
          offered: list(z.string()).describe('hints of the scenario that were not given yet'),
        })
        .optional(),
    }),
    handler: async (_call, services) => {
      const lab = labOf(services);
      const status = lab.status();
      const span = spanOf(status);
      const scenario = lab.scenarios.find(({ id }) => id === span?.scenario);
      if (span === undefined || scenario === undefined) return {};
      const { startedAt, endsAt, isRunning } = span;
      const { counted, falseAlerts } = await countedAlerts(services.view, scenario, status, startedAt);
      const events = status.events.filter(({ time }) => time >= startedAt && time <= endsAt);
      const injects = injectDetections({ scenario, startedAt, events, counted });
      const { hints = [], notes = [] } = lab.instructor ?? {};
      const given = new Set(hints.map(({ text }) => text));
      const mean = meanDelayMs(injects);
      return {
        exercise: {
          scenario: scenario.id,
          startedAt,
          endsAt,
          isRunning,
          injects: injects.slice(0, mostSteps),
          steps: injects.length,
          ...(mean === undefined ? {} : { meanDelayMs: mean }),
          falseAlerts,
          hints,
          notes,
          offered: (scenario.hints ?? []).filter((text) => !given.has(text)),
        },
      };
    },
  }),

  'POST /api/lab/hint': route({
    permission: 'run-lab',
    summary: 'Gives the participants of the running scenario a hint: each page shows it, and the score deducts points for it.',
    input: z.strictObject({ text: textOf(limits.hintLength) }),
    answer: acted({ id: z.string() }),
    handler: ({ input: { text }, session }, services) => {
      const { id } = instructorOf(services).hint(text);
      record(services, session, 'lab.hint', id, { after: text });
      return { id };
    },
  }),

  'POST /api/lab/note': route({
    permission: 'run-lab',
    summary: 'Adds a note of the instructor to the running scenario, or to the last one. The debrief lists it.',
    input: z.strictObject({ text: textOf(limits.noteLength) }),
    answer: acted({ id: z.string() }),
    handler: ({ input: { text }, session }, services) => {
      const { id } = instructorOf(services).note(text);
      // without its text: participants with the role auditor read the audit trail
      record(services, session, 'lab.note', id);
      return { id };
    },
  }),

  'GET /api/lab/hints': route({
    permission: 'view',
    summary: 'Returns the hints that the participants of the running scenario, or of the last one, were given.',
    input: nothing,
    answer: z.strictObject({ hints: list(instructorEntry) }),
    handler: (_call, services) => ({ hints: labOf(services).instructor?.hints ?? [] }),
  }),
};

function instructorOf(services: Services): InstructorRecord {
  const { instructor } = labOf(services);
  if (instructor === undefined) throw new ApiError('not-found', 'This lab keeps no hints and notes.');
  return instructor;
}

interface Span {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly isRunning: boolean;
}

function spanOf({ running, last }: LabStatus): Span | undefined {
  if (running !== undefined) return { ...running, isRunning: true };
  if (last === undefined) return undefined;
  return { scenario: last.scenario, startedAt: last.startedAt, endsAt: last.endedAt, isRunning: false };
}

/** Alerts that match the ground truth, oldest first: of the result if the scenario has ended. */
async function countedAlerts(
  { alerts, clock }: MonitorView,
  scenario: Scenario,
  { running, last }: LabStatus,
  startedAt: number,
): Promise<{ readonly counted: readonly Alert[]; readonly falseAlerts: number }> {
  const ended = running === undefined ? last : undefined;
  const to = ended === undefined ? {} : { to: ended.endedAt + 1 };
  const raised = await alerts.find({ from: startedAt, limit: limits.alertsPerQuery, ...to });
  if (ended === undefined) return scoreScenario(scenario, startedAt, raised, clock.now());
  const counted = raised.filter(({ id }) => ended.counted.includes(id)).toSorted((a, b) => a.raisedAt - b.raisedAt);
  return { counted, falseAlerts: ended.falseAlerts };
}
