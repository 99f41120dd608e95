import type { Alert } from '../../core/alert.ts';
import type { LabEvent } from '../../core/lab.ts';
import { isHostile, type Scenario, type ScenarioStep } from '../../core/scenario.ts';
import { isAtExpectedAsset, namesTechnique } from './scenario-match.ts';

/** A step of an exercise beside the first alert that counts for it. Times in ms UTC of plant time. */
export interface InjectDetection {
  /** When the step was performed; its planned time if it was not. */
  readonly time: number;
  /** Time since the start of the scenario, ms. */
  readonly afterMs: number;
  readonly text: string;
  /** False for a harmless step, which no alert counts for. */
  readonly isHostile: boolean;
  readonly isPerformed: boolean;
  readonly alert?: InjectAlert | undefined;
}

/** The first alert that counts for a step. */
export interface InjectAlert {
  readonly id: string;
  readonly incident: string;
  readonly title: string;
  readonly raisedAt: number;
  /** From the step to the alert, ms. Negative if the alert was in alarm at the step already. */
  readonly delayMs: number;
  /** True if the alert is at the asset that the scenario expects; undefined if it expects none. */
  readonly isAssetRight?: boolean | undefined;
  /** True if the alert has a technique of the scenario; undefined if the scenario has none. */
  readonly isTechniqueRight?: boolean | undefined;
  readonly acknowledgedAt?: number | undefined;
}

/** What steps and alerts are compared by. */
export interface InjectedExercise {
  readonly scenario: Scenario;
  readonly startedAt: number;
  readonly events: readonly LabEvent[];
  /** Alerts that match the ground truth of the scenario, oldest first. */
  readonly counted: readonly Alert[];
}

/**
 * The steps of a scenario, each with the first alert that counts for it. Such an alert was raised after the step, or was still in alarm at
 * it. It concerns the point or the controller of the step, or a span of the ground truth that lies between this hostile step and the next one.
 */
export function injectDetections({ scenario, startedAt, events, counted }: InjectedExercise): readonly InjectDetection[] {
  const hostile = scenario.steps.filter((step) => isHostile(scenario.kind, step));
  return scenario.steps
    .map((step) => {
      const isHostileStep = hostile.includes(step);
      const planned = startedAt + step.atS * 1_000;
      const performed = events.find(({ lane, text, time }) => lane !== 'control' && text === step.text && time >= planned);
      const time = performed?.time ?? planned;
      const isFirst = step === hostile[0];
      const nextS = hostile.find(({ atS }) => atS > step.atS)?.atS ?? scenario.durationS;
      const isOwn = isHostileStep ? targetsOf(scenario, step, nextS, isFirst) : () => false;
      const alert =
        performed === undefined ? undefined : counted.find((one) => isOwn(one) && isInAlarmFrom(one, Math.min(time, planned)));
      return {
        time,
        afterMs: time - startedAt,
        text: step.text,
        isHostile: isHostileStep,
        isPerformed: performed !== undefined,
        ...(alert === undefined ? {} : { alert: injectAlert(alert, scenario, time) }),
      };
    })
    .toSorted((a, b) => a.time - b.time);
}

/** True if an alert was raised after a time, or had not returned to normal then. */
const isInAlarmFrom = ({ raisedAt, returnedAt }: Alert, time: number): boolean =>
  raisedAt >= time || returnedAt === undefined || returnedAt > time;

/** Test if an alert concerns a hostile step. */
function targetsOf(scenario: Scenario, { atS, act }: ScenarioStep, nextS: number, isFirst: boolean): (alert: Alert) => boolean {
  const spans = scenario.truth.filter(({ fromS, toS }) => fromS < nextS && toS > atS);
  const tags = new Set(spans.flatMap((span) => span.tags));
  const equipment = new Set(spans.flatMap((span) => span.equipment));
  const own = act.type === 'plant' ? act.action : act;
  if ('point' in own) tags.add(own.point);
  if ('points' in own) for (const point of own.points) tags.add(point);
  const controller = 'controller' in act ? act.controller : undefined;
  return (alert) =>
    equipment.has(alert.equipment) ||
    (controller !== undefined && alert.device === controller) ||
    alert.tags.some((tag) => tags.has(tag)) ||
    (isFirst && isAtExpectedAsset(alert, scenario));
}

function injectAlert(alert: Alert, scenario: Scenario, time: number): InjectAlert {
  const { id, incident, title, raisedAt, acknowledgedAt } = alert;
  return {
    id,
    incident,
    title,
    raisedAt,
    delayMs: raisedAt - time,
    isAssetRight: scenario.expect === undefined ? undefined : isAtExpectedAsset(alert, scenario),
    isTechniqueRight: scenario.techniques.length === 0 ? undefined : namesTechnique(alert, scenario),
    acknowledgedAt,
  };
}

/** Mean of the delays of the hostile steps that were detected after they began, ms; undefined without one. */
export function meanDelayMs(injects: readonly InjectDetection[]): number | undefined {
  const delays = injects.flatMap(({ alert }) => (alert === undefined || alert.delayMs < 0 ? [] : [alert.delayMs]));
  return delays.length === 0 ? undefined : delays.reduce((a, b) => a + b, 0) / delays.length;
}
