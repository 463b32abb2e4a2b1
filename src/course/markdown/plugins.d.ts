/** Types of the two markdown-it plugins that ship none. */
declare module 'markdown-it-container' {
  import type MarkdownIt = require('markdown-it');
  interface ContainerOptions {
    validate?(params: string): boolean;
    render?(tokens: readonly MarkdownIt.Token[], index: number): string;
    marker?: string;
  }
  const container: (md: MarkdownIt.MarkdownIt, name: string, options?: ContainerOptions) => void;
  export = container;
}

declare module 'markdown-it-footnote' {
  import type MarkdownIt = require('markdown-it');
  const footnote: (md: MarkdownIt.MarkdownIt) => void;
  export = footnote;
}
