import { createResource } from 'solid-js';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { AlarmBudget } from './alarm-budget.tsx';
import { DetectionLimits } from './detection-limits.tsx';
import { Following } from './following.tsx';
import { Unwatched } from './unwatched.tsx';
import { Shadow } from './shadow.tsx';
import { texts } from './text.ts';

/** Alarm budget, thresholds, unwatched channels and detection limits. Requested again whenever an alert opens or closes. */
export function Detection() {
  const { alerts } = useApp();
  const [detection, { refetch }] = createResource(
    () => ({ open: alerts.open().length }),
    async () => await query('GET /api/detection', {}),
  );
  return (
    <main class="page system detection">
      <Unwatched />
      <DetectionLimits />
      <Panel title={texts.title.budget} end={texts.note.budget}>
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
