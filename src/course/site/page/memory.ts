/** What the browser remembers: never more than a convenience, so a browser that refuses changes nothing else. */

const PREFIX = 'worldswitch.';

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows and some settings for file:// forbid it.
  }
}

export function recall<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}
