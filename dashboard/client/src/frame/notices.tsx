import { Show } from 'solid-js';
import type { SavingStatus } from '../../../../src/core/state.ts';
import { formatAge } from '../pure/format.ts';
import { routeHash } from '../pure/route.ts';
import { actFailure, dismissFailure } from '../store/act-failure.ts';
import { useApp } from '../store/app-context.ts';
import { shared } from '../text.ts';
import { texts } from './text.ts';

/** Notices under the banner: old picture, replay, exercise, hint, maintenance, changed configuration, second person, unsaved changes, failed action, restored link. */
export function Notices(props: { readonly looking: boolean; readonly onHide: () => void }) {
  const { connection, lab, zone, health, may } = useApp();
  const unsaved = (): SavingStatus | undefined => {
    const saving = health.health()?.saving;
    return saving === undefined || saving.state === 'ok' ? undefined : saving;
  };
  const maintained = (): string | undefined => {
    const open = health.health()?.maintenance ?? [];
    const [first] = open;
    if (first === undefined) return undefined;
    return open.length === 1
      ? texts.note.maintenanceOne(`${first.place.kind} ${first.place.id}`, zone().minute(first.to))
      : texts.note.maintenanceMany(open.length);
  };
  return (
    <section class="notices" aria-label={texts.label.notices}>
      <Show when={props.looking}>
        <div class="stripe" role="status">
          <span>
            <b>{texts.note.lastPicture(zone().time(connection.stoppedAt()))}</b> ·{' '}
            {texts.note.lastPictureAge(formatAge(connection.quietMs()))}
          </span>
          <button type="button" class="link" onClick={() => props.onHide()}>
            {texts.button.hideLastPicture}
          </button>
        </div>
      </Show>
      <Show when={connection.replay()}>
        {(replay) => (
          <div class="stripe">
            <span>
              <b>{texts.note.replay}</b> · {texts.note.replayed(replay().source)} ·{' '}
              {replay().speed === 0 ? texts.note.replayEnded : texts.note.speed(replay().speed)}
            </span>
          </div>
        )}
      </Show>
      <Show when={lab.feed()}>
        <div class="stripe">
          <span>
            <b>{texts.note.exercise}</b> · {texts.note.simulated}
          </span>
        </div>
      </Show>
      <Show when={lab.feed()?.hint}>
        {(hint) => (
          <div class="stripe" role="status">
            <span>
              <b>{hint().id}</b> · {zone().time(hint().time)} · {hint().text}{' '}
              <a href={routeHash({ page: 'lab', tab: may('run-lab') ? 'instructor' : 'run' })}>{texts.note.allHints}</a>
            </span>
          </div>
        )}
      </Show>
      <Show when={maintained()}>
        {(text) => (
          <div class="stripe">
            <span>
              <b>{texts.note.maintenance}</b> · {text()} · {texts.note.notAnnunciated}{' '}
              <a href={routeHash({ page: 'system', tab: 'maintenance' })}>{texts.note.outOfService}</a>
            </span>
          </div>
        )}
      </Show>
      <Show when={may('confirm-configuration') && (health.health()?.unconfirmed ?? 0) > 0}>
        <div class="stripe">
          <span>
            <b>{texts.note.configuration}</b> · {texts.note.unconfirmed(health.health()?.unconfirmed ?? 0)}{' '}
            <a href={routeHash({ page: 'system', tab: 'alarms' })}>{texts.note.confirm}</a>
          </span>
        </div>
      </Show>
      <Show when={may('approve') && (health.health()?.approvals ?? 0) > 0}>
        <div class="stripe">
          <span>
            <b>{texts.note.approvals}</b> · {texts.note.approvalsWaiting(health.health()?.approvals ?? 0)}{' '}
            <a href={routeHash({ page: 'system', tab: 'alarms' })}>{texts.note.decide}</a>
          </span>
        </div>
      </Show>
      <Show when={unsaved()}>
        {(saving) => (
          <div class="stripe" role="status">
            <span>
              <b>{texts.note.unsaved}</b> ·{' '}
              {saving().state === 'failing' ? `${texts.note.unsavedCount(saving().pending)} · ` : ''}
              {saving().reason}
            </span>
          </div>
        )}
      </Show>
      <Show when={connection.back()}>
        {(back) => (
          <div class="stripe" role="status">
            <span>{texts.label.back(formatAge(back().afterMs), back().alarms)}</span>
            <button type="button" class="link" onClick={connection.dismissBack}>
              {shared.button.close}
            </button>
          </div>
        )}
      </Show>
      <Show when={actFailure()}>
        {(text) => (
          <div class="stripe" role="alert">
            <span>
              <b>{texts.label.notDone}</b> {text()}
            </span>
            <button type="button" class="link" onClick={dismissFailure}>
              {shared.button.close}
            </button>
          </div>
        )}
      </Show>
    </section>
  );
}
