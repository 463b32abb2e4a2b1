/** Search over all lessons, without a server: the index is a script that is loaded when the field is first used. */
import MiniSearch from 'minisearch';
import { h } from './elements';
import { SEARCH_FIELDS, type SearchDocument } from './search-fields';

declare global {
  interface Window {
    HV_SEARCH?: object;
  }
}

const MOST = 8;
const AROUND = 60;

export function startSearch(): void {
  const field = document.querySelector<HTMLInputElement>('#search');
  const list = document.querySelector<HTMLUListElement>('#search-results');
  const status = document.querySelector<HTMLElement>('#search-status');
  if (!field || !list || !status) return;
  const root = document.documentElement.dataset.root ?? '';
  let index: MiniSearch<SearchDocument> | undefined;

  const show = (): void => {
    const query = field.value.trim();
    const results = query === '' || !index ? [] : index.search(query).slice(0, MOST);
    list.replaceChildren(
      ...results.map((result) => h('li', {}, entry(result as unknown as SearchDocument, query, root))),
    );
    list.hidden = results.length === 0;
    status.textContent = query === '' ? '' : results.length === 0 ? 'Nothing found' : `${results.length} found`;
  };
  const load = (): void => {
    if (document.querySelector('#search-index')) return;
    const script = h('script', { id: 'search-index', src: `${root}assets/search.js` });
    script.addEventListener('load', () => {
      index = MiniSearch.loadJS(window.HV_SEARCH as never, SEARCH_FIELDS);
      show();
    });
    document.head.append(script);
  };
  field.addEventListener('focus', load);
  field.addEventListener('input', show);
  keyboard(field, list);
}

function entry(found: SearchDocument, query: string, root: string): HTMLAnchorElement {
  const lesson = h('span', { class: 'where' }, found.lesson);
  return h(
    'a',
    { href: root + found.id },
    h('strong', {}, found.title),
    lesson,
    h('span', { class: 'excerpt' }, excerpt(found.text, query)),
  );
}

/** The words around the first hit, whole words only. */
function excerpt(text: string, query: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase().split(/\s+/)[0]));
  const from = at <= AROUND ? 0 : text.indexOf(' ', at - AROUND) + 1;
  const until = text.lastIndexOf(' ', at + query.length + AROUND);
  const cut = text.length > at + query.length + AROUND;
  return `${from > 0 ? '… ' : ''}${text.slice(from, cut ? until : undefined)}${cut ? ' …' : ''}`;
}

/** `/` goes to the field, arrows walk the results, Escape leaves. */
function keyboard(field: HTMLInputElement, list: HTMLElement): void {
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as Element).tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
    }
    const stops = [field, ...list.querySelectorAll<HTMLElement>('a')];
    const here = stops.indexOf(document.activeElement as HTMLElement);
    if (here === -1) return;
    if (event.key === 'Escape') {
      field.value = '';
      list.hidden = true;
      field.blur();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || list.hidden) return;
    event.preventDefault();
    stops[(here + step + stops.length) % stops.length].focus();
  });
  document.addEventListener('click', (event) => {
    if (!(event.target as Element).closest('.search')) list.hidden = true;
  });
}
