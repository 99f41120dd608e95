import { createMemo, createResource, For } from 'solid-js';
import { loadByTenMinutes } from '../../pure/alarm-load.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Loaded } from '../../ui/resource.tsx';

const dayMs = 86_400_000;
const slots = 144;

/** How often the plant calls its people, and whether the data behind that can be relied upon. */
export function AlarmLoad(props: { readonly span: number }) {
  const { alerts, clock, health, zone } = useStation();
  const now = createMemo(() => Math.floor(clock.second() / 600_000) * 600_000 + 600_000);
  const [day, { refetch }] = createResource(
    () => ({ end: now(), open: alerts.open().length }),
    async ({ end }) => (Number.isNaN(end) ? undefined : await askDay(end)),
  );
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label="Alarm load">
      <header class="panel-head">
        <h2>Alarm load, 24 h</h2>
        <span class="end">per 10 min</span>
      </header>
      <Loaded of={day} retry={() => void refetch()}>
        {(counts) => (
          <>
            <Bars counts={counts()} />
            <p class="load-times" aria-hidden="true">
              <For each={[24, 18, 12, 6, 0]}>{(hours) => <span>{zone().minute(now() - hours * 3_600_000)}</span>}</For>
            </p>
            <dl class="facts ends">
              <dt>Average rate</dt>
              <dd>
                <b>{(counts().reduce((sum, n) => sum + n, 0) / slots).toFixed(2)}</b>
              </dd>
              <dt>Devices answering</dt>
              <dd>
                <b>
                  {health.health()?.devices.filter((device) => device.state === 'up').length ?? '––'} of{' '}
                  {health.health()?.devices.length ?? '––'}
                </b>
              </dd>
              <dt>Tags without data</dt>
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

async function askDay(end: number): Promise<readonly number[]> {
  const { alerts } = await ask('GET /api/alerts', { from: end - dayMs, to: end, limit: 1000 });
  return loadByTenMinutes(alerts, end, slots);
}

function Bars(props: { readonly counts: readonly number[] }) {
  const top = (): number => Math.max(12, ...props.counts);
  return (
    <svg
      class="load-bars"
      viewBox={`0 0 ${slots} 100`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Alarms raised in each ten minutes of the last day; 10 is a flood"
    >
      <rect class="ground" width={slots} height="100" />
      <For each={props.counts}>
        {(count, index) => (
          <rect class="bar" x={index()} width="0.8" y={100 - (count / top()) * 100} height={(count / top()) * 100} />
        )}
      </For>
      <path class="limit" d={`M0 ${100 - (10 / top()) * 100}H${slots}`} />
    </svg>
  );
}
