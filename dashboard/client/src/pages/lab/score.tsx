import { createMemo, For, Show } from 'solid-js';
import type { LabResult, LabStatus } from '../../../../../src/core/lab.ts';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { formatNumber, formatSpan } from '../../pure/format.ts';
import { scoreScenario } from '../../pure/scenario-score.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import '../../ui/table.css';

/** What the monitor said against what was really done. */
export function LabScore(props: {
  readonly scenario: Scenario | undefined;
  /** Of the running scenario. */
  readonly span: { readonly startedAt: number } | undefined;
  /** Of the one that has ended. */
  readonly result: LabResult | undefined;
}) {
  const { alerts, clock } = useStation();
  const score = createMemo(() => {
    const { scenario, span } = props;
    if (scenario === undefined) return undefined;
    if (span === undefined) return props.result;
    return scoreScenario(scenario, span.startedAt, [...alerts.open(), ...alerts.cleared()], clock.second());
  });
  const yes = (value: boolean | undefined): string => (value === undefined ? 'not yet' : value ? 'yes' : 'no');
  return (
    <Panel title="Against ground truth">
      <Show when={score()} fallback={<Empty>Start a scenario to compare what is said with what is done.</Empty>}>
        {(one) => (
          <dl class="facts ends">
            <Show
              when={props.scenario?.kind !== 'benign'}
              fallback={
                <>
                  <dt>Kept quiet</dt>
                  <dd>
                    <b>{one().falseAlerts === 0 ? 'yes' : 'no'}</b>
                  </dd>
                </>
              }
            >
              <dt>Detected</dt>
              <dd>
                <b>{yes(one().detected)}</b>
              </dd>
              <dt>Time to detect</dt>
              <dd>{one().afterMs === undefined ? '––' : formatSpan(one().afterMs ?? 0)}</dd>
              <dt>Expected within</dt>
              <dd>{one().withinMs === undefined ? '––' : formatSpan(one().withinMs ?? 0)}</dd>
              <dt>Technique right</dt>
              <dd>{yes(one().techniqueRight)}</dd>
            </Show>
            <dt>Other alerts since</dt>
            <dd>{one().falseAlerts}</dd>
          </dl>
        )}
      </Show>
    </Panel>
  );
}

/** True values of the process, which nobody but the simulator knows. */
export function Truth(props: { readonly status: LabStatus | undefined }) {
  const rows = createMemo(() => Object.entries(props.status?.truth ?? {}));
  return (
    <Panel title="True values" end={<Show when={props.status}>{(status) => <>seed {status().seed}</>}</Show>}>
      <Show when={rows().length > 0} fallback={<Empty>The simulator tells no true values.</Empty>}>
        <div class="table-room" tabindex="0" role="region" aria-label="True values">
          <dl class="facts ends">
            <For each={rows()}>
              {([name, value]) => (
                <>
                  <dt title={name}>{name}</dt>
                  <dd>{formatNumber(value, Math.abs(value) < 10 ? 3 : 1)}</dd>
                </>
              )}
            </For>
          </dl>
        </div>
      </Show>
    </Panel>
  );
}
