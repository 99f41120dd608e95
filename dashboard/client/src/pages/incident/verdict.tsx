import { createResource, For, Show } from 'solid-js';
import type { Alert, Verdict } from '../../../../../src/core/alert.ts';
import { verdictWords } from '../../pure/alerts/alert-words.ts';
import { headlineOf, incidentVerdict } from '../../pure/alerts/incidents.ts';
import { routeHash, whyRoute } from '../../pure/route.ts';
import { act, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { VerdictDialog } from '../../ui/verdict-dialog.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Object of a verdict on the page of an incident. */
export type Judged = 'incident' | 'alert';

/** Verdict on an incident, that on the selected alert, and similar alerts with theirs. */
export function VerdictPanel(props: {
  readonly incident: string;
  readonly alert: Alert;
  readonly members: readonly Alert[];
  /** Opens the dialog for a verdict on the alert alone. */
  readonly onJudge: (() => void) | undefined;
  readonly onLearn: (() => void) | undefined;
}) {
  const { zone, clock, may } = useApp();
  const [found, { refetch }] = createResource(
    () => props.alert.id,
    async (id) => (await query('GET /api/alerts/similar', { id })).similar,
  );
  const own = () => (props.alert.verdict?.ofIncident === true ? undefined : props.alert.verdict);
  return (
    <Panel title={texts.title.verdict} end={props.incident}>
      <p class="verdict">
        <Given verdict={incidentVerdict(props.members)} none={texts.sentence.noVerdict} />
      </p>
      <div class="verdict">
        <Show when={own()}>
          {(verdict) => (
            <span>
              {props.alert.id}: <Given verdict={verdict()} none="" />
            </span>
          )}
        </Show>
        <span class="button-row">
          <Button disabled={props.onJudge === undefined} onPress={() => props.onJudge?.()}>
            {texts.button.judgeAlert}
          </Button>
          <Show when={may('decide-baseline')}>
            <Button disabled={props.onLearn === undefined} onPress={() => props.onLearn?.()}>
              {texts.button.learn}
            </Button>
          </Show>
        </span>
      </div>
      <div class="panel-head rule">
        <h2>{texts.title.similar}</h2>
        <span class="end">{texts.note.similarity}</span>
      </div>
      <Loaded of={found} retry={() => void refetch()}>
        {(similar) => (
          <div class="text" tabindex="0" role="region" aria-label={texts.title.similar}>
            <For each={similar()} fallback={<p class="dim">{texts.sentence.noSimilar}</p>}>
              {({ alert, alike }) => (
                <p title={alike.join('; ')}>
                  <a href={routeHash(whyRoute(alert))}>{zone().moment(alert.since, clock.second())}</a> {alert.title}{' '}
                  <b>{verdictText(alert)}</b> <span class="dim">{alike.join('; ')}</span>
                </p>
              )}
            </For>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const noteText = ({ note }: Pick<Verdict, 'note'>): string => (note === undefined ? '' : `: ${note}`);

const verdictText = ({ verdict }: Alert): string =>
  verdict === undefined ? texts.note.noVerdict : `${verdictWords[verdict.word]}${noteText(verdict)}`;

/** A verdict with its note, role and time. */
function Given(props: { readonly verdict: Verdict | undefined; readonly none: string }) {
  const { zone, clock } = useApp();
  return (
    <Show when={props.verdict} fallback={<span class="dim">{props.none}</span>}>
      {(verdict) => (
        <span>
          <b>{verdictWords[verdict().word]}</b>
          {noteText(verdict())}{' '}
          <span class="dim">
            ({verdict().by.role}, {zone().moment(verdict().at, clock.second())})
          </span>
        </span>
      )}
    </Show>
  );
}

/** Dialog for a verdict on an incident, or on one of its alerts alone. */
export function IncidentVerdictDialog(props: {
  readonly of: Judged;
  readonly incident: string;
  readonly alert: Alert;
  readonly members: readonly Alert[];
  readonly onClose: () => void;
}) {
  return (
    <Show
      when={props.of === 'incident'}
      fallback={
        <VerdictDialog
          title={texts.title.verdictOn(props.alert.id)}
          about={props.alert.title}
          before={props.alert.verdict}
          text={texts.button.saveVerdict}
          judge={async (given) => await act('POST /api/alerts/judge', { id: props.alert.id, ...given })}
          onClose={props.onClose}
        />
      }
    >
      <VerdictDialog
        title={texts.title.verdictOn(props.incident)}
        about={headlineOf(props.members, props.alert).title}
        before={incidentVerdict(props.members)}
        scope={shared.sentence.incidentVerdict}
        text={texts.button.saveVerdict}
        judge={async (given) => await act('POST /api/incident/judge', { id: props.incident, ...given })}
        onClose={props.onClose}
      />
    </Show>
  );
}
