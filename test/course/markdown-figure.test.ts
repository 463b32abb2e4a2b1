/** Figures: described in words, drawn without colours of their own, and harmless. */
import { figureProblems, figureText, inlineFigure } from '../../src/course/markdown/figure';

const GOOD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
  <title>Two &amp; one</title>
  <desc>A guest
    above a host.</desc>
  <defs><marker id="tip"/></defs>
  <path d="M0 0h9" marker-end="url(#tip)" stroke="currentColor"/><use href="#tip"/>
</svg>`;

it('reads title and description as plain text', () => {
  expect(figureText(GOOD)).toEqual({ title: 'Two & one', description: 'A guest above a host.' });
});

it('has nothing to say about a good figure', () => expect(figureProblems(GOOD)).toEqual([]));

it.each([
  ['no description', GOOD.replace(/<desc>[^]*<\/desc>/, ''), /no <desc>/],
  ['no title', GOOD.replace(/<title>.*<\/title>/, ''), /no <title>/],
  ['no viewBox', GOOD.replace(/viewBox="[^"]*"/, ''), /no viewBox/],
  ['a fixed colour', GOOD.replace('currentColor', '#ff0000'), /fixed colour/],
  ['a script', GOOD.replace('<defs>', '<script>1</script><defs>'), /only draws/],
  ['a handler', GOOD.replace('<path ', '<path onclick="x" '), /only draws/],
  ['something from elsewhere', GOOD.replace('href="#tip"', 'href="https://example.org/a.svg"'), /only draws/],
  ['a style from elsewhere', GOOD.replace('url(#tip)', 'url(https://example.org)'), /only draws/],
  ['not SVG', 'GIF89a', /does not begin/],
])('refuses %s', (_what, svg, sentence) => expect(figureProblems(svg).join('; ')).toMatch(sentence));

it('goes into a page with unique ids and a name for screen readers', () => {
  const inlined = inlineFigure(GOOD, 'f1');
  expect(inlined).toContain('role="img" aria-labelledby="f1-title f1-desc"');
  expect(inlined).toContain('<title id="f1-title">');
  expect(inlined).toContain('<desc id="f1-desc">');
  expect(inlined).toContain('id="f1-tip"');
  expect(inlined).toContain('url(#f1-tip)');
  expect(inlined).toContain('href="#f1-tip"');
});
