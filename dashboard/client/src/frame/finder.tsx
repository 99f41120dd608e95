import { createResource, createSignal, For, Show } from 'solid-js';
import { useApp } from '../store/app-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import './finder.css';
import { texts } from './text.ts';

/** Finds a tag by name or description and opens its trend. */
export function Finder(props: { readonly onClose: () => void }) {
  const { tags, go } = useApp();
  const [text, setText] = createSignal('');
  const [found] = createResource(
    () => text().trim() || undefined,
    async (wanted) => await tags.search(wanted),
  );
  const hits = () => (found.state === 'errored' || text().trim() === '' ? [] : (found.latest ?? []));
  const open = (tag: string | undefined): void => {
    if (tag === undefined) return;
    props.onClose();
    go({ page: 'tag', tag });
  };
  return (
    <Dialog title={texts.title.finder} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open(hits()[0]?.name);
        }}
      >
        <label>
          {texts.label.nameOrWords}
          <input class="field" type="search" autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </form>
      <div class="finder">
        <For
          each={hits()}
          fallback={<Show when={text().trim() !== '' && found.state === 'ready'}>{texts.sentence.noTagMatches}</Show>}
        >
          {(tag) => (
            <button type="button" onClick={() => open(tag.name)}>
              <b>{tag.name}</b>
              <span class="ellipsis">{tag.description}</span>
              <span class="dim">{tag.area}</span>
            </button>
          )}
        </For>
        <Show when={found.state === 'errored'}>
          <p role="alert">{texts.sentence.searchFailed}</p>
        </Show>
      </div>
    </Dialog>
  );
}
