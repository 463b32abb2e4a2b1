/** Dark and light: what the system asks for, until the button says otherwise; the choice is remembered. */
import { recall, remember } from './memory';

type Theme = 'light' | 'dark';

export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const now = (): Theme =>
    (document.documentElement.dataset.theme as Theme | undefined) ?? (dark.matches ? 'dark' : 'light');
  const chosen = recall<Theme | ''>('theme', '');
  if (chosen) document.documentElement.dataset.theme = chosen;
  const label = (): void =>
    button?.setAttribute('aria-label', now() === 'dark' ? 'Switch to light colours' : 'Switch to dark colours');
  button?.addEventListener('click', () => {
    const next: Theme = now() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    remember('theme', next);
    label();
  });
  dark.addEventListener('change', label);
  label();
}
