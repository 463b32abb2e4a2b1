/** A flame graph as SVG without scripts: a box for each function on each stack, as wide as its samples, over the one that called it. */
import { escapeHtml } from '../site/html';
import type { Profile, Stack } from './profile';

/** Functions with all that they called, by name in the order of the alphabet. */
interface Node {
  samples: number;
  readonly callees: Map<string, Node>;
}

const WIDTH = 1200;
const ROW = 18;
const HEAD = 44;
/** A box that is narrower than this many pixels is left out, with what stands on it. */
const NARROWEST = 0.3;
/** Pixels of a letter, about. */
const LETTER = 6.6;
const STYLE =
  'svg{font:11px ui-monospace,Menlo,Consolas,monospace;background:#fff}text{fill:#1c1917;pointer-events:none}' +
  '.h{font:600 14px system-ui,sans-serif}.n{font:12px system-ui,sans-serif}rect{stroke:#fff;stroke-width:.5}';

/** `title` says what was profiled. */
export function flameGraph({ stacks, instructions, every }: Profile, title: string): string {
  const root = treeOf(stacks);
  const depth = depthOf(root);
  const height = HEAD + depth * ROW + 8;
  const boxes = [
    ...boxesOf(root, {
      left: 0,
      scale: WIDTH / Math.max(1, root.samples),
      bottom: height - 8 - ROW,
      all: root.samples,
    }),
  ];
  const count = `${instructions.toLocaleString('en')} instructions, ${root.samples.toLocaleString('en')} samples, one each ${every.toLocaleString('en')}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d">` +
    `<title id="t">${escapeHtml(title)}</title><desc id="d">${escapeHtml(`Flame graph: ${count}.`)}</desc><style>${STYLE}</style>` +
    `<text class="h" x="4" y="18">${escapeHtml(title)}</text><text class="n" x="4" y="35">${escapeHtml(count)}</text>${boxes.join('')}</svg>\n`
  );
}

function treeOf(stacks: ReadonlyMap<string, Stack>): Node {
  const root: Node = { samples: 0, callees: new Map() };
  for (const { frames, samples } of stacks.values()) {
    root.samples += samples;
    let node = root;
    for (const name of frames) {
      let callee = node.callees.get(name);
      if (!callee) node.callees.set(name, (callee = { samples: 0, callees: new Map() }));
      callee.samples += samples;
      node = callee;
    }
  }
  return root;
}

const depthOf = ({ callees }: Node): number =>
  callees.size === 0 ? 0 : 1 + Math.max(...[...callees.values()].map(depthOf));

interface Place {
  readonly left: number;
  /** Pixels of a sample. */
  readonly scale: number;
  readonly bottom: number;
  /** All samples. */
  readonly all: number;
}

function* boxesOf(node: Node, place: Place): Generator<string> {
  let { left } = place;
  for (const [name, callee] of [...node.callees].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const width = callee.samples * place.scale;
    if (width >= NARROWEST) {
      yield box(name, callee.samples, width, { ...place, left });
      yield* boxesOf(callee, { ...place, left, bottom: place.bottom - ROW });
    }
    left += width;
  }
}

function box(name: string, samples: number, width: number, { left, bottom, all }: Place): string {
  const said = `${name}: ${samples} samples, ${((100 * samples) / all).toFixed(1)} %`;
  const letters = Math.floor((width - 6) / LETTER);
  const label = name.length <= letters ? name : letters > 3 ? `${name.slice(0, letters - 1)}…` : '';
  const text = label === '' ? '' : `<text x="${fixed(left + 3)}" y="${bottom + 13}">${escapeHtml(label)}</text>`;
  return (
    `<g><title>${escapeHtml(said)}</title><rect x="${fixed(left)}" y="${bottom}" width="${fixed(width)}" height="${ROW}" ` +
    `fill="${colourOf(name)}"/>${text}</g>`
  );
}

const fixed = (value: number): string => value.toFixed(2);

/** Always the same for a name: warm, and light enough for dark letters. */
function colourOf(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return `hsl(${15 + (hash % 40)} ${70 + ((hash >>> 8) % 25)}% ${66 + ((hash >>> 16) % 12)}%)`;
}
