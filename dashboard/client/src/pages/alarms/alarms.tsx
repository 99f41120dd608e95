import { createSignal, Show } from 'solid-js';
import { needsAcknowledgement } from '../../../../../src/core/alert.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { useApp } from '../../store/app-context.ts';
import { ActiveAlarms } from './active.tsx';
import './alarms.css';
import { AlarmHistory } from './history.tsx';
import { texts } from './text.ts';

/** Alarm pages: active, unacknowledged, history. */
export function Alarms() {
  const { route, alerts } = useApp();
  const tab = () => {
    const at = route();
    return at.page === 'alarms' ? at.tab : 'active';
  };
  const [tools, setTools] = createSignal<Element>();
  const waiting = (): number => alerts.open().filter((alert) => needsAcknowledgement(alert.state)).length;
  return (
    <>
      <Sub
        label={texts.title.alarms}
        tabs={
          <>
            <Tab to={{ page: 'alarms', tab: 'active' }} current={tab() === 'active'}>
              {texts.label.active} <b>{alerts.open().length}</b>
            </Tab>
            <Tab to={{ page: 'alarms', tab: 'unacknowledged' }} current={tab() === 'unacknowledged'}>
              {texts.label.unacknowledged} <b>{waiting()}</b>
            </Tab>
            <Tab to={{ page: 'alarms', tab: 'history' }} current={tab() === 'history'}>
              {texts.label.historyTab}
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
