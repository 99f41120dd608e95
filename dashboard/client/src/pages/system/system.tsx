import { Match, Show, Switch } from 'solid-js';
import { Sub, Tab } from '../../frame/sub.tsx';
import { useStation } from '../../store/station.ts';
import { useKeys } from '../../ui/keys.ts';
import { Forbidden, Panel } from '../../ui/panel.tsx';
import '../../ui/table.css';
import { OwnAccount } from './account.tsx';
import { AuditTrail } from './audit.tsx';
import { Baseline } from './baseline.tsx';
import { Detection } from './detection.tsx';
import { DeviceTable } from './devices.tsx';
import { Events } from './events.tsx';
import { HealthPage } from './health.tsx';
import { Maintenance } from './maintenance.tsx';
import './system.css';
import { Users } from './users.tsx';

/** Does the monitor itself work. */
export function System() {
  const { route, may } = useStation();
  const tab = () => {
    const at = route();
    return at.page === 'system' ? at.tab : 'health';
  };
  useKeys(() => [{ caption: 'Esc', text: 'back', on: ['Escape'], run: () => history.back() }]);
  return (
    <>
      <Sub
        label="System"
        tabs={
          <>
            <Tab to={{ page: 'system', tab: 'health' }} current={tab() === 'health'}>
              Health
            </Tab>
            <Tab to={{ page: 'system', tab: 'devices' }} current={tab() === 'devices'}>
              Devices
            </Tab>
            <Tab to={{ page: 'system', tab: 'detection' }} current={tab() === 'detection'}>
              Detection
            </Tab>
            <Tab to={{ page: 'system', tab: 'baseline' }} current={tab() === 'baseline'}>
              Baseline
            </Tab>
            <Tab to={{ page: 'system', tab: 'maintenance' }} current={tab() === 'maintenance'}>
              Maintenance
            </Tab>
            <Tab to={{ page: 'system', tab: 'events' }} current={tab() === 'events'}>
              Events
            </Tab>
            <Tab to={{ page: 'system', tab: 'audit' }} current={tab() === 'audit'}>
              Audit
            </Tab>
            <Tab to={{ page: 'system', tab: 'account' }} current={tab() === 'account'}>
              Account
            </Tab>
            <Show when={may('manage-users')}>
              <Tab to={{ page: 'system', tab: 'users' }} current={tab() === 'users'}>
                Users
              </Tab>
            </Show>
          </>
        }
      />
      <Switch>
        <Match when={tab() === 'health'}>
          <HealthPage />
        </Match>
        <Match when={tab() === 'devices'}>
          <main class="page system">
            <DeviceTable />
          </main>
        </Match>
        <Match when={tab() === 'detection'}>
          <Detection />
        </Match>
        <Match when={tab() === 'baseline'}>
          <main class="page system">
            <Baseline />
          </main>
        </Match>
        <Match when={tab() === 'maintenance'}>
          <main class="page system">
            <Maintenance />
          </main>
        </Match>
        <Match when={tab() === 'events'}>
          <main class="page system">
            <Events />
          </main>
        </Match>
        <Match when={tab() === 'audit'}>
          <main class="page system">
            <Show
              when={may('read-audit')}
              fallback={
                <Panel title="Audit">
                  <Forbidden needs="read-audit" />
                </Panel>
              }
            >
              <AuditTrail />
            </Show>
          </main>
        </Match>
        <Match when={tab() === 'account'}>
          <main class="page system">
            <OwnAccount />
          </main>
        </Match>
        <Match when={tab() === 'users'}>
          <main class="page system">
            <Show
              when={may('manage-users')}
              fallback={
                <Panel title="Users">
                  <Forbidden needs="manage-users" />
                </Panel>
              }
            >
              <Users />
            </Show>
          </main>
        </Match>
      </Switch>
    </>
  );
}
