import { createMemo, For, Show } from 'solid-js';
import { type LabEffect, type LabResult, type LabStatus, physicalEffect } from '../../../../../src/core/lab.ts';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { formatDuration, formatFigure } from '../../pure/format.ts';
import { scoreScenario } from '../../../../../src/core/scenario-score.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** Compares the alerts of the monitor with the ground truth. */
export function LabScore(props: {
  readonly scenario: Scenario | undefined;
  /** Of the running scenario. */
  readonly span: { readonly startedAt: number } | undefined;
  /** Tests of the physical effect of the running scenario. */
  readonly effects: readonly LabEffect[] | undefined;
  /** Of the last scenario that has ended. */
  readonly result: LabResult | undefined;
}) {
  const { alerts, clock } = useApp();
  const score = createMemo(() => {
    const { scenario, span } = props;
    if (scenario === undefined) return undefined;
    if (span === undefined) return props.result;
    return scoreScenario(scenario, span.startedAt, [...alerts.open(), ...alerts.cleared()], clock.second());
  });
  const effect = createMemo(() => physicalEffect(props.span === undefined ? props.result?.effects : props.effects));
  const yes = (value: boolean | undefined): string =>
    value === undefined ? texts.note.notYet : value ? texts.note.yes : texts.note.no;
  return (
    <Panel title={texts.title.score}>
      <Show when={score()} fallback={<Empty>{texts.sentence.noScore}</Empty>}>
        {(one) => (
          <dl class="facts ends">
            <Show when={effect()}>
              {(sum) => (
                <>
                  <dt>{texts.label.effect}</dt>
                  <dd>
                    <b>{yes(sum().achieved)}</b>, {texts.note.tests(sum().passed, sum().of)}
                  </dd>
                </>
              )}
            </Show>
            <Show
              when={props.scenario?.kind !== 'benign'}
              fallback={
                <>
                  <dt>{texts.label.noFalseAlarm}</dt>
                  <dd>
                    <b>{yes(one().falseAlerts === 0)}</b>
                  </dd>
                </>
              }
            >
              <dt>{texts.label.detected}</dt>
              <dd>
                <b>{yes(one().detected)}</b>
              </dd>
              <dt>{texts.label.timeToDetect}</dt>
              <dd>{one().afterMs === undefined ? '––' : formatDuration(one().afterMs ?? 0)}</dd>
              <dt>{texts.label.expectedWithin}</dt>
              <dd>{one().withinMs === undefined ? '––' : formatDuration(one().withinMs ?? 0)}</dd>
              <dt>{texts.label.techniqueRight}</dt>
              <dd>{yes(one().techniqueRight)}</dd>
            </Show>
            <dt>{texts.label.otherAlerts}</dt>
            <dd>{one().falseAlerts}</dd>
          </dl>
        )}
      </Show>
    </Panel>
  );
}

/** True values of the process, which the simulator provides. */
export function Truth(props: { readonly status: LabStatus | undefined }) {
  const rows = createMemo(() => Object.entries(props.status?.truth ?? {}));
  return (
    <Panel title={texts.title.truth} end={<Show when={props.status}>{(status) => <>{texts.note.seed(status().seed)}</>}</Show>}>
      <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.noTruth}</Empty>}>
        <ScrollRegion label={texts.title.truth}>
          <dl class="facts ends">
            <For each={rows()}>
              {([name, value]) => (
                <>
                  <dt title={name}>{name}</dt>
                  <dd>{formatFigure(value)}</dd>
                </>
              )}
            </For>
          </dl>
        </ScrollRegion>
      </Show>
    </Panel>
  );
}
