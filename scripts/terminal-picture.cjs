// Runs a command in a terminal (tmux) and writes what stands on the screen as an SVG: the pictures of the README.
// Usage: node scripts/terminal-picture.cjs OUT.svg COLUMNS ROWS "title" "command" [text or key to send ...]
const { execFileSync, execSync } = require('node:child_process');
const { writeFileSync } = require('node:fs');

const [out, columns, rows, title, command, ...keys] = process.argv.slice(2);
if (!command) {
  process.stderr.write('usage: node scripts/terminal-picture.cjs OUT.svg COLUMNS ROWS "title" "command" [key ...]\n');
  process.exit(2);
}
const session = `picture-${process.pid}`;
const tmux = (...args) => execFileSync('tmux', ['-L', session, ...args], { encoding: 'utf8' });
const sleep = (seconds) => execSync(`sleep ${seconds}`);

/** The screen once it has stood still for a second. */
function settled() {
  for (let last = '', same = 0; ; sleep(0.25)) {
    const now = tmux('capture-pane', '-p', '-e', '-t', session);
    same = now === last && now.trim() ? same + 1 : 0;
    if (same >= 6) return now;
    last = now;
  }
}

const PALETTE = ['#45475a', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#cdd6f4'];
const BRIGHT = ['#7f849c', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#ffffff'];
const BACK = '#1e1e2e',
  FORE = '#cdd6f4';
const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const PLAIN = { fill: FORE, bold: false, dim: false, reverse: false, underline: false };

/** One line of text with SGR escapes, as runs of equal style. A style lasts over line ends. */
function runs(line, style) {
  const all = [];
  let at = 0;
  for (const part of line.split(/(\x1b\[[0-9;]*m)/)) {
    const sgr = /^\x1b\[([0-9;]*)m$/.exec(part);
    if (!sgr) {
      if (part) all.push({ text: part, at, ...style });
      at += [...part].length;
      continue;
    }
    for (const code of (sgr[1] || '0').split(';').map(Number)) {
      if (code === 0) Object.assign(style, { fill: FORE, bold: false, dim: false, reverse: false, underline: false });
      else if (code === 1) style.bold = true;
      else if (code === 2) style.dim = true;
      else if (code === 4) style.underline = true;
      else if (code === 7) style.reverse = true;
      else if (code === 22) style.bold = style.dim = false;
      else if (code === 24) style.underline = false;
      else if (code === 27) style.reverse = false;
      else if (code === 39) style.fill = FORE;
      else if (code >= 30 && code <= 37) style.fill = PALETTE[code - 30];
      else if (code >= 90 && code <= 97) style.fill = BRIGHT[code - 90];
    }
  }
  return all;
}

function svg(screen) {
  const lines = screen.replace(/\n+$/, '').split('\n');
  const width = 8.4,
    height = 19,
    left = 18,
    top = 46;
  const w = Math.round(columns * width + 2 * left),
    h = Math.round(lines.length * height + top + 16);
  const style = { ...PLAIN };
  const body = lines.flatMap((line, y) =>
    runs(line, style)
      .filter((r) => r.text.trim() || r.reverse)
      .map((r) => {
        const x = (left + r.at * width).toFixed(1),
          base = top + y * height + 14;
        const back = r.reverse
          ? `<rect x="${x}" y="${top + y * height}" width="${([...r.text].length * width).toFixed(1)}" height="${height}" fill="${r.fill}"/>`
          : '';
        const look = `${r.bold ? ' font-weight="bold"' : ''}${r.dim ? ' opacity="0.65"' : ''}${r.underline ? ' text-decoration="underline"' : ''}`;
        return `${back}<text x="${x}" y="${base}" fill="${r.reverse ? BACK : r.fill}"${look} textLength="${([...r.text].length * width).toFixed(1)}" xml:space="preserve">${escape(r.text)}</text>`;
      }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<rect width="${w}" height="${h}" rx="10" fill="${BACK}"/>
<circle cx="22" cy="22" r="6" fill="#f38ba8"/><circle cx="42" cy="22" r="6" fill="#f9e2af"/><circle cx="62" cy="22" r="6" fill="#a6e3a1"/>
<text x="${w / 2}" y="26" fill="#7f849c" text-anchor="middle" font-family="sans-serif" font-size="13">${escape(title)}</text>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
${body.join('\n')}
</g>
</svg>
`;
}

tmux(
  '-f',
  '/dev/null',
  'new-session',
  '-d',
  '-s',
  session,
  '-x',
  columns,
  '-y',
  rows,
  `env PS1= ${command}; sleep 600`,
);
try {
  let screen = settled();
  for (const key of keys) {
    tmux('send-keys', '-t', session, ...key.split(' '));
    screen = settled();
  }
  writeFileSync(out, svg(screen));
} finally {
  tmux('kill-server');
}
