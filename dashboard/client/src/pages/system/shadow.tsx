import { createMemo, createResource, For, Show } from 'solid-js';
import type { ShadowAlert, ShadowStatus } from '../../../../../src/core/monitor.ts';
import { formatPercent } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Differences between shadow and live detection. The shadow detection notifies nobody. Requested again each minute. */
export function Shadow() {
  const { alerts, clock } = useApp();
  const minute = createMemo(() => Math.floor(clock.second() / 60_000));
  const [answer, { refetch }] = createResource(
    () => ({ open: alerts.open().length, minute: minute() }),
    async () => await query('GET /api/shadow', {}),
  );
  return (
    <Show
      when={answer.state !== 'errored'}
      fallback={
        <Panel title={texts.title.shadow}>
          <Loaded of={answer} retry={() => void refetch()}>
            {() => null}
          </Loaded>
        </Panel>
      }
    >
      <Show when={answer.latest?.shadow}>{(status) => <ShadowPanel status={status()} />}</Show>
    </Show>
  );
}

function ShadowPanel(props: { readonly status: ShadowStatus }) {
  const { zone, clock } = useApp();
  const cost = (): string => {
    const { coreShare, lost } = props.status;
    return texts.note.shadowCost(formatPercent(coreShare), lost);
  };
  return (
    <Panel title={texts.title.shadow} end={props.status.state === 'running' ? cost() : ''}>
      <p>{props.status.changes.length === 0 ? texts.sentence.noChanges : props.status.changes.join('; ')}</p>
      <p>{props.status.text}</p>
      <Show when={props.status.state === 'running'}>
        <p>
          {texts.sentence.compared(zone().moment(props.status.since, clock.second()), props.status.live, props.status.shadow)}{' '}
          {texts.sentence.applyShadow}
        </p>
        <ScrollRegion label={texts.title.shadowDifferences}>
          <Differences title={texts.title.onlyShadow} alerts={props.status.more} />
          <Differences title={texts.title.onlyLive} alerts={props.status.less} />
        </ScrollRegion>
      </Show>
    </Panel>
  );
}

function Differences(props: { readonly title: string; readonly alerts: readonly ShadowAlert[] }) {
  const { zone, clock } = useApp();
  return (
    <section>
      <h3>{props.title}</h3>
      <Show when={props.alerts.length > 0} fallback={<Empty>{texts.sentence.noDifferences}</Empty>}>
        <table class="table">
          <thead>
            <tr>
              <th>{shared.column.since}</th>
              <th>{texts.column.place}</th>
              <th>{texts.column.sentence}</th>
              <th>{shared.column.detector}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.alerts.toReversed()}>
              {({ since, device, equipment, area, explanation, detector }) => (
                <tr>
                  <td>{zone().moment(since, clock.second())}</td>
                  <td class="mono">{device ?? (equipment || area)}</td>
                  <td class="wide" title={explanation.sentence}>
                    {explanation.sentence}
                  </td>
                  <td>{detector}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
