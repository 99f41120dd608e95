import { createResource } from 'solid-js';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { AlarmBudget } from './alarm-budget.tsx';
import { Following } from './following.tsx';
import { Unwatched } from './unwatched.tsx';
import { Shadow } from './shadow.tsx';

/** What detection promises and how it keeps it. Asked anew whenever an alert comes or goes. */
export function Detection() {
  const { alerts } = useStation();
  const [detection, { refetch }] = createResource(
    () => ({ open: alerts.open().length }),
    async () => await ask('GET /api/detection', {}),
  );
  return (
    <main class="page system detection">
      <Unwatched />
      <Panel title="Alarm budget" end="anomalies that nobody found true or expected, per day">
        <Loaded of={detection} retry={() => void refetch()} cells={6}>
          {(known) => <AlarmBudget budgets={known().budgets} />}
        </Loaded>
      </Panel>
      <Loaded of={detection} retry={() => void refetch()} cells={6}>
        {(known) => <Following status={known().following} />}
      </Loaded>
      <Shadow />
    </main>
  );
}
