import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { LineRef } from '../../../../../src/core/line-ref.ts';
import type { BaselineLine } from '../../../../../src/core/monitor.ts';
import { limits } from '../../../../protocol.ts';
import { learnedFigures, lineName, readFigures } from '../../pure/state/baseline-words.ts';
import { act, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** A decision that a user is about to make. */
export type Decision =
  | { readonly verb: 'approve'; readonly lines: readonly BaselineLine[] }
  | { readonly verb: 'edit'; readonly line: BaselineLine }
  | { readonly verb: 'unlearn' | 'lower'; readonly line: BaselineLine };

/** Dialog that explains the effect of a decision and takes figures and reason. */
export function Decide(props: { readonly decision: Decision; readonly onClose: (done: boolean) => void }) {
  const { site } = useApp();
  const [failure, setFailure] = createSignal<string>();
  let form!: HTMLFormElement;
  const { decision } = props;
  const decide = async (): Promise<void> => {
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const reason = text('reason');
    try {
      if (decision.verb === 'approve')
        await act('POST /api/baseline/approve', {
          lines: decision.lines.map(refOf),
          ...(reason === '' ? {} : { reason }),
        });
      else if (decision.verb === 'unlearn') await act('POST /api/baseline/unlearn', { line: refOf(decision.line), reason });
      else if (decision.verb === 'lower') await act('POST /api/baseline/lower', { line: refOf(decision.line), reason });
      else {
        const { figures, problem } = readFigures(decision.line, text);
        if (problem !== undefined) return void setFailure(problem);
        await act('POST /api/baseline/edit', { line: refOf(decision.line), figures, reason });
      }
      props.onClose(true);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <Dialog title={texts.title.decide[decision.verb](titleOf(decision))} onClose={() => props.onClose(false)}>
      <form
        class="decide"
        ref={(element) => (form = element)}
        onSubmit={(event) => {
          event.preventDefault();
          void decide();
        }}
      >
        <Switch>
          <Match when={decision.verb === 'approve'}>
            <p>{texts.sentence.approveEffect}</p>
            <Show when={linesOf(decision).some(({ later }) => later)}>
              <p>{texts.sentence.approveLater}</p>
            </Show>
          </Match>
          <Match when={decision.verb === 'unlearn' && decision.line}>{(line) => <p>{unlearningText(line())}</p>}</Match>
          <Match when={decision.verb === 'lower'}>
            <p>{texts.sentence.lowerEffect}</p>
          </Match>
          <Match when={decision.verb === 'edit' && decision.line}>{(line) => <Figures line={line()} />}</Match>
        </Switch>
        <Show when={site.secondPerson === true && decision.verb !== 'approve' && decision.verb !== 'lower'}>
          <p>{shared.sentence.secondPerson}</p>
        </Show>
        <label>
          {shared.label.auditReason}
          <textarea class="field" name="reason" rows="3" required={decision.verb !== 'approve'} maxlength={limits.noteLength} />
        </label>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <button type="submit" class="button button-primary">
            {texts.button[decision.verb]}
          </button>
          <Button key="Esc" onPress={() => props.onClose(false)}>
            {shared.button.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Editable figures of an entry, each with the learned one. */
function Figures(props: { readonly line: BaselineLine }) {
  return (
    <>
      <p>{props.line.later === true ? texts.sentence.editLater : texts.sentence.editNow}</p>
      <div class="figures">
        <For each={learnedFigures(props.line)}>
          {({ word, value, learned }) => (
            <label>
              <span>{texts.note.figure(word, props.line.unit)}</span>
              <input class="field" name={word} inputmode="decimal" autocomplete="off" required value={String(value)} />
              <small class="dim">{texts.note.learnedFigure(learned)}</small>
            </label>
          )}
        </For>
      </div>
    </>
  );
}

/** Effect of unlearning an entry. */
function unlearningText({ detector, channel, later, forgets }: BaselineLine): string {
  if (later === true) return texts.sentence.unlearnLater(channel);
  if (forgets === true) return texts.sentence.unlearnForgets;
  return texts.sentence.unlearnStops(detector, channel);
}

const refOf = ({ detector, channel, name }: BaselineLine): LineRef => ({ detector, channel, name });

const linesOf = (decision: Decision): readonly BaselineLine[] => (decision.verb === 'approve' ? decision.lines : [decision.line]);

function titleOf(decision: Decision): string {
  const lines = linesOf(decision);
  const [first] = lines;
  return lines.length === 1 && first !== undefined ? `${first.channel} ${lineName(first)}` : texts.note.entries(lines.length);
}
