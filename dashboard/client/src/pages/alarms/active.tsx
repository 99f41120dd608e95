import { createEffect, createMemo, createSignal, on, Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import { isOpen, needsAcknowledgement, type Alert, mainTag } from '../../../../../src/core/alert.ts';
import { alarmSections, heldSections, incidentSections, type AlarmSection } from './alarm-sections.ts';
import { alertText, displayOf } from '../../pure/alerts/alert-words.ts';
import { formatAge } from '../../pure/format.ts';
import { firstOuts } from '../../pure/alerts/marks.ts';
import { floodSince } from '../../pure/alerts/urgency.ts';
import { useAcknowledge, useReset } from '../../store/acknowledge.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Loading, Panel } from '../../ui/panel.tsx';
import { AlarmTable } from './alarm-table.tsx';
import { AlertDetail } from './detail.tsx';
import { NoteDialog } from './note.tsx';
import { ShelveDialog } from './shelve.tsx';
import { whyRoute } from '../../pure/route.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** The list of open alerts, operated by keyboard, with the detail of the selected alert beside it. */
export function ActiveAlarms(props: { readonly onlyNew: boolean; readonly tools: Element | undefined }) {
  const { alerts, clock, zone, go, live, may, back } = useApp();
  const { acknowledge, allowed } = useAcknowledge();
  const { reset, allowed: mayReset } = useReset();
  const [noting, setNoting] = createSignal<readonly string[]>();
  const firstOut = createMemo(() => firstOuts([...alerts.open(), ...alerts.cleared()]));
  const [shelving, setShelving] = createSignal<readonly string[]>();
  const [cursor, setCursor] = createSignal<string>();
  const [marked, setMarked] = createSignal<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = createSignal('');
  const [pointer, setPointer] = createSignal(false);
  const [ungrouped, setUngrouped] = createSignal(false);
  const [onScreen, setOnScreen] = createSignal<readonly string[]>([]);
  let field: HTMLInputElement | undefined;

  const flood = createMemo(() => floodSince([...alerts.open(), ...alerts.cleared()], clock.second()));
  const matches = (alert: Alert): boolean => alertText(alert).includes(filter().trim().toLowerCase());
  const current = createMemo((): readonly AlarmSection[] => {
    const open = alerts
      .open()
      .filter(matches)
      .filter((alert) => !props.onlyNew || needsAcknowledgement(alert.state));
    if (flood() !== undefined && !ungrouped()) return incidentSections(open);
    return alarmSections(open, props.onlyNew ? [] : alerts.cleared().filter(matches));
  });
  // the list does not re-sort under the pointer or while a row is selected
  const held = (): boolean => pointer() || cursor() !== undefined || marked().size > 0;
  const [frozen, setFrozen] = createSignal<readonly AlarmSection[]>([]);
  createEffect(on([held, filter, () => props.onlyNew], () => setFrozen(current())));
  const shown = createMemo(() => (held() ? heldSections(frozen(), current()) : { sections: current(), above: 0 }));
  const rows = createMemo(() => shown().sections.flatMap((section) => section.alerts));
  const selected = createMemo(() => rows().find((alert) => alert.id === cursor()) ?? rows()[0]);
  const waitingOnScreen = () => rows().filter((alert) => onScreen().includes(alert.id) && needsAcknowledgement(alert.state));

  const move = (by: number): void => {
    const list = rows();
    const at = list.findIndex((alert) => alert.id === cursor());
    setCursor(list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))]?.id);
  };
  const mark = (id: string | undefined): void => {
    if (id === undefined) return;
    const next = new Set(marked());
    if (!next.delete(id)) next.add(id);
    setMarked(next);
  };
  const release = (): void => {
    setCursor(undefined);
    setMarked(new Set<string>());
  };
  /** Ids of the marked alerts, or of the selected one. */
  const chosen = (): readonly string[] => {
    const alert = selected();
    return marked().size > 0 ? [...marked()] : alert === undefined ? [] : [alert.id];
  };
  const takeSelected = (): void => {
    if (!allowed()) return;
    acknowledge(chosen());
    setMarked(new Set<string>());
  };
  const mayShelve = (): boolean => live() && may('shelve') && chosen().some((id) => isOpen(alerts.find(id)?.state ?? 'A'));
  const shelve = (): void => {
    if (mayShelve()) setShelving(chosen());
  };
  const note = (): void => {
    if (live() && may('judge') && chosen().length > 0) setNoting(chosen());
  };
  const latched = (): readonly string[] => chosen().filter((id) => alerts.find(id)?.state === 'F');
  const resetSelected = (): void => {
    if (mayReset() && latched().length > 0) reset(latched());
  };
  const withSelected = (run: (alert: Alert) => void) => (): void => {
    const alert = selected();
    if (alert !== undefined) run(alert);
  };
  const toTrend = withSelected((alert) => {
    const tag = mainTag(alert);
    if (tag !== undefined) go({ page: 'tag', tag });
  });
  const toDisplay = withSelected((alert) => go(displayOf(alert)));
  const toIncident = withSelected((alert) => go(whyRoute(alert)));
  useKeys(() => [
    { caption: '↑ ↓', text: shared.key.move, on: ['ArrowUp', 'ArrowDown'], run: (key) => move(key === 'ArrowUp' ? -1 : 1) },
    { caption: 'Space', text: texts.key.select, on: [' '], run: () => mark(selected()?.id) },
    { caption: 'A', text: shared.key.acknowledge, on: ['a'], run: takeSelected },
    { caption: 'S', text: shared.key.shelve, on: ['s'], run: shelve },
    { caption: 'C', text: shared.key.comment, on: ['c'], run: note },
    { caption: 'R', text: texts.key.reset, on: ['r'], run: resetSelected, quiet: latched().length === 0 },
    { caption: 'T', text: shared.key.trend, on: ['t'], run: toTrend },
    { caption: 'D', text: shared.key.unit, on: ['d'], run: toDisplay },
    { caption: 'W', text: shared.key.explain, on: ['w'], run: toIncident },
    { caption: '↵', text: texts.key.detail, on: ['Enter'], run: toIncident, quiet: true },
    { caption: 'N', text: texts.key.nextNew, on: ['n'], run: () => nextNew() },
    { caption: '/', text: shared.key.find, on: ['/'], run: () => field?.focus(), quiet: true },
    {
      caption: 'F',
      text: texts.key.group,
      on: ['f'],
      run: () => setUngrouped(!ungrouped()),
      quiet: flood() === undefined,
    },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: () => (held() ? release() : back()) },
  ]);
  const nextNew = (): void => {
    const list = rows().filter((alert) => needsAcknowledgement(alert.state));
    const at = list.findIndex((alert) => alert.id === cursor());
    setCursor(list[(at + 1) % Math.max(1, list.length)]?.id);
  };

  return (
    <main class="page alarms">
      <Portal mount={props.tools as Node}>
        <input
          class="field"
          ref={(element) => (field = element)}
          type="search"
          placeholder={`${shared.label.findTag}  /`}
          aria-label={shared.label.findTag}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <Button
          disabled={!allowed() || waitingOnScreen().length === 0}
          onPress={() => acknowledge(waitingOnScreen().map((alert) => alert.id))}
        >
          {texts.button.acknowledgeVisible(waitingOnScreen().length)}
        </Button>
      </Portal>
      <Panel class="list" label={texts.title.list}>
        <Show when={flood()}>
          {(found) => (
            <p class="notice">
              <b>{texts.label.flood(zone().time(found().first.raisedAt), found().count, found().first.title)}</b>
              <Button key="F" onPress={() => setUngrouped(!ungrouped())}>
                {ungrouped() ? texts.button.group : texts.button.ungroup}
              </Button>
            </p>
          )}
        </Show>
        <Show when={shown().above > 0}>
          <p class="notice">
            <Button key="Esc" onPress={release}>
              {texts.button.showNew(shown().above)}
            </Button>
          </p>
        </Show>
        <Show when={alerts.known()} fallback={<Loading cells={8} />}>
          <Show when={rows().length > 0} fallback={<NoAlarms filtered={filter() !== ''} />}>
            <AlarmTable
              sections={shown().sections}
              firstOut={firstOut()}
              cursor={cursor()}
              marked={marked()}
              onCursor={setCursor}
              onOpen={(alert) => go(whyRoute(alert))}
              onPointer={setPointer}
              onScreen={setOnScreen}
            />
          </Show>
        </Show>
      </Panel>
      <Show
        when={selected()}
        fallback={
          <aside class="panel detail" aria-label={texts.title.chosen}>
            <Empty>{texts.sentence.noneSelected}</Empty>
          </aside>
        }
      >
        {(alert) => (
          <AlertDetail
            alert={alert()}
            onAcknowledge={allowed() && (marked().size > 0 || needsAcknowledgement(alert().state)) ? takeSelected : undefined}
            count={marked().size}
            onShelve={mayShelve() ? shelve : undefined}
            onReset={mayReset() && latched().length > 0 ? resetSelected : undefined}
            onTrend={toTrend}
            onDisplay={toDisplay}
            onWhy={toIncident}
          />
        )}
      </Show>
      <Show when={noting()}>
        {(ids) => <NoteDialog alerts={ids().flatMap((id) => alerts.find(id) ?? [])} onClose={() => setNoting(undefined)} />}
      </Show>
      <Show when={shelving()}>
        {(ids) => <ShelveDialog alerts={ids().flatMap((id) => alerts.find(id) ?? [])} onClose={() => setShelving(undefined)} />}
      </Show>
    </main>
  );
}

function NoAlarms(props: { readonly filtered: boolean }) {
  const { alerts, clock, zone } = useApp();
  const last = () => alerts.cleared()[0];
  return (
    <Empty>
      <Show when={!props.filtered} fallback={<b>{texts.sentence.noMatch}</b>}>
        <b>{texts.sentence.noActive}</b>{' '}
        <Show when={last()}>
          {(alert) => texts.sentence.lastCleared(zone().time(alert().changedAt), formatAge(clock.second() - alert().changedAt))}
        </Show>
      </Show>
    </Empty>
  );
}
