import { createSignal, Show } from 'solid-js';
import { needsAcknowledgement } from '../../../../../src/core/alert.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { useStation } from '../../store/station.ts';
import { ActiveAlarms } from './active.tsx';
import './alarms.css';
import { AlarmHistory } from './history.tsx';

/** How many are new, the worst one, what to do first. */
export function Alarms() {
  const { route, alerts } = useStation();
  const tab = () => {
    const at = route();
    return at.page === 'alarms' ? at.tab : 'active';
  };
  const [tools, setTools] = createSignal<Element>();
  const waiting = (): number => alerts.open().filter((alert) => needsAcknowledgement(alert.state)).length;
  return (
    <>
      <Sub
        label="Alarms"
        tabs={
          <>
            <Tab to={{ page: 'alarms', tab: 'active' }} current={tab() === 'active'}>
              Active <b>{alerts.open().length}</b>
            </Tab>
            <Tab to={{ page: 'alarms', tab: 'unacknowledged' }} current={tab() === 'unacknowledged'}>
              Unacknowledged <b>{waiting()}</b>
            </Tab>
            <Tab to={{ page: 'alarms', tab: 'history' }} current={tab() === 'history'}>
              History
            </Tab>
          </>
        }
        tools={<span class="tools" ref={setTools} />}
      />
      <Show when={tab() !== 'history'} fallback={<AlarmHistory />}>
        <ActiveAlarms onlyNew={tab() === 'unacknowledged'} tools={tools()} />
      </Show>
    </>
  );
}
