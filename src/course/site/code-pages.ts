/** Pages that show the source files which lessons point at, each line with an address. Solutions get none: they are for after trying. */
import fs from 'node:fs';
import path from 'node:path';
import type { CodeReference } from '../markdown/code-pattern';
import type { Highlight } from './highlight';

export interface CodePage {
  readonly href: string;
  /** `../` for every folder below the site's root. */
  readonly base: string;
  readonly title: string;
  readonly kind: 'code';
  readonly html: string;
  /** Lessons' pages have more; the layout asks for it. */
  readonly description: string;
}

export class CodePages {
  private readonly root: string;
  private readonly highlight: Highlight;
  private readonly files = new Set<string>();

  constructor(root: string, highlight: Highlight) {
    this.root = root;
    this.highlight = highlight;
  }

  /** The address of a declaration for a page that lies below `base`; asking for it is what makes the page. */
  hrefOf(code: CodeReference, base: string): string | undefined {
    if (code.file.startsWith('solutions/')) return undefined;
    this.files.add(code.file);
    return `${base}${hrefOf(code.file)}#L${code.line}`;
  }

  render(): CodePage[] {
    return [...this.files].sort().map((file) => {
      const source = fs.readFileSync(path.join(this.root, file), 'utf8').replace(/\n$/, '');
      const html = this.highlight(source, path.extname(file).slice(1), { idsFrom: 1 });
      const base = '../'.repeat(hrefOf(file).split('/').length - 1);
      return { href: hrefOf(file), base, title: file, kind: 'code', html, description: `Source of ${file}` };
    });
  }
}

function hrefOf(file: string): string {
  return `code/${file}.html`;
}
