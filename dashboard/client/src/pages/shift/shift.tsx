import { Show } from 'solid-js';
import { Sub, Tab } from '../../frame/sub.tsx';
import { useApp } from '../../store/app-context.ts';
import { shared } from '../../text.ts';
import { useKeys } from '../../ui/keys.ts';
import { Handover } from './handover.tsx';
import { Report } from './report.tsx';
import './shift.css';
import { texts } from './text.ts';

/** Pages for the work of a shift: handover, alarm report. */
export function Shift() {
  const { route, back } = useApp();
  const tab = () => {
    const at = route();
    return at.page === 'shift' ? at.tab : 'handover';
  };
  useKeys(() => [{ caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back }]);
  return (
    <>
      <Sub
        label={texts.title.shift}
        tabs={
          <>
            <Tab to={{ page: 'shift', tab: 'handover' }} current={tab() === 'handover'}>
              {texts.label.tabs.handover}
            </Tab>
            <Tab to={{ page: 'shift', tab: 'report' }} current={tab() === 'report'}>
              {texts.label.tabs.report}
            </Tab>
          </>
        }
      />
      <Show when={tab() === 'handover'} fallback={<Report />}>
        <Handover />
      </Show>
    </>
  );
}
