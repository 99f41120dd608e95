import { Sub, Tab } from '../../frame/sub.tsx';
import { shared } from '../../text.ts';
import { useKeys } from '../../ui/keys.ts';
import { Report } from './report.tsx';
import './shift.css';
import { texts } from './text.ts';

/** Pages for the work of a shift. */
export function Shift() {
  useKeys(() => [{ caption: 'Esc', text: shared.key.back, on: ['Escape'], run: () => history.back() }]);
  return (
    <>
      <Sub
        label={texts.title.shift}
        tabs={
          <Tab to={{ page: 'shift', tab: 'report' }} current>
            {texts.label.tabs.report}
          </Tab>
        }
      />
      <Report />
    </>
  );
}
