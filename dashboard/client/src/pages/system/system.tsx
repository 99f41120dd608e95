import { Match, Show, Switch } from 'solid-js';
import { Sub, Tab } from '../../frame/sub.tsx';
import { useApp } from '../../store/app-context.ts';
import { useKeys } from '../../ui/keys.ts';
import { Forbidden, Panel } from '../../ui/panel.tsx';
import { AlarmRecords } from './alarms/alarms.tsx';
import { OwnAccount } from './account.tsx';
import { AuditTrail } from './audit.tsx';
import { Approvals } from './approvals/approvals.tsx';
import { Assets } from './assets/assets.tsx';
import { Baseline } from './baseline.tsx';
import { ChangedConfiguration } from './configuration/changed.tsx';
import { Displays } from './displays.tsx';
import { Detection } from './detection.tsx';
import { DeviceTable } from './devices.tsx';
import { Episodes } from './episodes/episodes.tsx';
import { Events } from './events.tsx';
import { HealthPage } from './health.tsx';
import { Maintenance } from './maintenance/maintenance.tsx';
import { Reference } from './reference/reference.tsx';
import './system.css';
import { Unusual } from './unusual/unusual.tsx';
import { Tokens } from './tokens/tokens.tsx';
import { Users } from './users.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';
import { texts as unusual } from './unusual/text.ts';

/** System pages: health, devices, detection, minor findings, baseline, reference set, alarm records, maintenance, events, audit, accounts. */
export function System() {
  const { route, may, back } = useApp();
  const tab = () => {
    const at = route();
    return at.page === 'system' ? at.tab : 'health';
  };
  useKeys(() => [{ caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back }]);
  return (
    <>
      <Sub
        label={texts.title.system}
        tabs={
          <>
            <Tab to={{ page: 'system', tab: 'health' }} current={tab() === 'health'}>
              {texts.label.tabs.health}
            </Tab>
            <Tab to={{ page: 'system', tab: 'devices' }} current={tab() === 'devices'}>
              {texts.label.tabs.devices}
            </Tab>
            <Tab to={{ page: 'system', tab: 'assets' }} current={tab() === 'assets'}>
              {texts.label.tabs.assets}
            </Tab>
            <Tab to={{ page: 'system', tab: 'detection' }} current={tab() === 'detection'}>
              {texts.label.tabs.detection}
            </Tab>
            <Show when={may('view-minor')}>
              <Tab to={{ page: 'system', tab: 'unusual' }} current={tab() === 'unusual'}>
                {texts.label.tabs.unusual}
              </Tab>
            </Show>
            <Tab to={{ page: 'system', tab: 'baseline' }} current={tab() === 'baseline'}>
              {texts.label.tabs.baseline}
            </Tab>
            <Tab to={{ page: 'system', tab: 'alarms' }} current={tab() === 'alarms'}>
              {texts.label.tabs.alarms}
            </Tab>
            <Tab to={{ page: 'system', tab: 'maintenance' }} current={tab() === 'maintenance'}>
              {texts.label.tabs.maintenance}
            </Tab>
            <Tab to={{ page: 'system', tab: 'events' }} current={tab() === 'events'}>
              {texts.label.tabs.events}
            </Tab>
            <Tab to={{ page: 'system', tab: 'audit' }} current={tab() === 'audit'}>
              {texts.label.tabs.audit}
            </Tab>
            <Tab to={{ page: 'system', tab: 'account' }} current={tab() === 'account'}>
              {texts.label.tabs.account}
            </Tab>
            <Show when={may('manage-users')}>
              <Tab to={{ page: 'system', tab: 'users' }} current={tab() === 'users'}>
                {texts.label.tabs.users}
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
        <Match when={tab() === 'assets'}>
          <main class="page system assets">
            <Assets />
          </main>
        </Match>
        <Match when={tab() === 'detection'}>
          <Detection />
        </Match>
        <Match when={tab() === 'unusual'}>
          <main class="page system unusual">
            <Show
              when={may('view-minor')}
              fallback={
                <Panel title={unusual.title.now}>
                  <Forbidden needs="view-minor" />
                </Panel>
              }
            >
              <Unusual />
            </Show>
          </main>
        </Match>
        <Match when={tab() === 'baseline'}>
          <main class="page system baseline">
            <Episodes />
            <Reference />
            <Baseline />
          </main>
        </Match>
        <Match when={tab() === 'alarms'}>
          <main class="page system alarm-records">
            <ChangedConfiguration />
            <Approvals />
            <AlarmRecords />
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
                <Panel title={texts.title.audit}>
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
                <Panel title={texts.title.users}>
                  <Forbidden needs="manage-users" />
                </Panel>
              }
            >
              <Users />
              <Displays />
              <Tokens />
            </Show>
          </main>
        </Match>
      </Switch>
    </>
  );
}
