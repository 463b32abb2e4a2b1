/** Syntax colours for code on pages: shiki with TextMate grammars, colours as CSS variables so that dark and light share one page. */

/** What a highlighted line may be told. */
export interface HighlightOptions {
  /** Gives every line the id `L<number>`, counted from here. */
  readonly idsFrom?: number;
}

/** Code as `<pre class="shiki">...`; a language that is not known is shown without colours. */
export type Highlight = (code: string, language: string, options?: HighlightOptions) => string;

/** File endings and fence names -> grammar. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'typescript',
  typescript: 'typescript',
  s: 'riscv',
  riscv: 'riscv',
  console: 'shellsession',
  yaml: 'yaml',
};

/** What has been coloured: a site that is built again in the same process colours only what has changed. */
const coloured = new Map<string, string>();

/** Loads the grammars (shiki is an ES module, so this cannot be done at once) and returns the function that uses them. */
export async function loadHighlighter(): Promise<Highlight> {
  const [core, engine, typescript, riscv, shellsession, yaml] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
    import('shiki/dist/langs/typescript.mjs'),
    import('shiki/dist/langs/riscv.mjs'),
    import('shiki/dist/langs/shellsession.mjs'),
    import('shiki/dist/langs/yaml.mjs'),
  ]);
  const theme = core.createCssVariablesTheme({ name: 'variables', variablePrefix: '--code-', fontStyle: true });
  const highlighter = await core.createHighlighterCore({
    themes: [theme],
    langs: [typescript.default, riscv.default, shellsession.default, yaml.default],
    engine: engine.createJavaScriptRegexEngine(),
  });
  return (code, language, options = {}) => {
    const { idsFrom } = options;
    const numbered = {
      line: (node: { properties: Record<string, unknown> }, line: number): void => {
        if (idsFrom !== undefined) node.properties.id = `L${idsFrom + line - 1}`;
      },
    };
    const key = JSON.stringify([language, idsFrom, code]);
    const html =
      coloured.get(key) ??
      highlighter.codeToHtml(code, {
        lang: LANGUAGES[language] ?? 'text',
        tokenizeTimeLimit: 0, // however busy the machine is: a line given up half-way would have other colours next time
        theme: 'variables',
        transformers: [numbered],
      });
    coloured.set(key, html);
    return html;
  };
}
