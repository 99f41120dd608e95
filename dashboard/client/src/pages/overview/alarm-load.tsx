import { createMemo, createResource, For } from 'solid-js';
import { type AlarmLoad as Load, loadByTenMinutes } from '../../pure/alerts/alarm-load.ts';
import { formatNumber } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Loaded } from '../../ui/resource.tsx';
import { texts } from './text.ts';

const dayMs = 86_400_000;
const slots = 144;

/** Alarms and anomalies of a day, and the state of the devices. */
export function AlarmLoad(props: { readonly span: number }) {
  const { alerts, clock, health, zone } = useApp();
  const now = createMemo(() => Math.floor(clock.second() / 600_000) * 600_000 + 600_000);
  const [day, { refetch }] = createResource(
    () => ({ end: now(), open: alerts.open().length }),
    async ({ end }) => (Number.isNaN(end) ? undefined : await loadOfDay(end)),
  );
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label={texts.title.alarmLoad}>
      <header class="panel-head">
        <h2>{texts.title.alarmLoadDay}</h2>
        <span class="end">{texts.note.perTenMinutes}</span>
      </header>
      <Loaded of={day} retry={() => void refetch()}>
        {(load) => (
          <>
            <Bars counts={load().counts} />
            <p class="load-times" aria-hidden="true">
              <For each={[24, 18, 12, 6, 0]}>{(hours) => <span>{zone().minute(now() - hours * 3_600_000)}</span>}</For>
            </p>
            <dl class="facts ends">
              <dt>{texts.label.alarms}</dt>
              <dd>
                <b>{formatNumber(load().counts.reduce((sum, n) => sum + n, 0))}</b>
              </dd>
              <dt>{texts.label.anomalies}</dt>
              <dd>
                <b>{formatNumber(load().anomalies)}</b>
              </dd>
              <dt>{texts.label.devicesUp}</dt>
              <dd>
                <b>
                  {texts.note.ofAll(
                    formatNumber(health.health()?.devices.filter((device) => device.state === 'up').length ?? Number.NaN),
                    formatNumber(health.health()?.devices.length ?? Number.NaN),
                  )}
                </b>
              </dd>
              <dt>{texts.label.tagsWithoutData}</dt>
              <dd>
                <b>
                  {health
                    .health()
                    ?.devices.filter((device) => device.state !== 'up')
                    .reduce((sum, device) => sum + device.tags, 0) ?? '––'}
                </b>
              </dd>
            </dl>
          </>
        )}
      </Loaded>
    </section>
  );
}

async function loadOfDay(end: number): Promise<Load> {
  const { alerts } = await query('GET /api/alerts', { from: end - dayMs, to: end, limit: 1000 });
  return loadByTenMinutes(alerts, end, slots);
}

function Bars(props: { readonly counts: readonly number[] }) {
  const top = (): number => Math.max(12, ...props.counts);
  return (
    <div class="load-chart">
      <svg class="load-bars" viewBox={`0 0 ${slots} 100`} preserveAspectRatio="none" role="img" aria-label={texts.label.loadBars}>
        <rect class="ground" width={slots} height="100" />
        <For each={props.counts}>
          {(count, index) => (
            <rect class="bar" x={index()} width="0.8" y={100 - (count / top()) * 100} height={(count / top()) * 100} />
          )}
        </For>
        <path class="limit" d={`M0 ${100 - (10 / top()) * 100}H${slots}`} />
      </svg>
      <span class="load-limit" style={{ top: `${100 - (10 / top()) * 100}%` }} aria-hidden="true">
        {texts.note.floodLimit}
      </span>
    </div>
  );
}
