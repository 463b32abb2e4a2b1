/** Hand-made SVG figures: what they say about themselves, and how they go into a page without their ids colliding. */

export interface FigureText {
  readonly title: string;
  /** One or more sentences for whoever cannot see the figure; also what the terminal shows. */
  readonly description: string;
}

/** `<title>` and `<desc>` of an SVG file, as plain text; empty where missing. */
export function figureText(svg: string): FigureText {
  return { title: elementText(svg, 'title'), description: elementText(svg, 'desc') };
}

function elementText(svg: string, name: string): string {
  const content = new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`).exec(svg)?.[1] ?? '';
  return content
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** What would load something from elsewhere, run something, or break the page: a figure may contain none of it. */
const FORBIDDEN = [
  /<script/i,
  /\son\w+=/i,
  /<foreignObject/i,
  /(?:href|src)\s*=\s*["'](?!#)/i,
  /url\(\s*["']?(?!#)/i,
  /@import/i,
  /<image/i,
];

/** Sentences about what is wrong with a figure. */
export function figureProblems(svg: string): string[] {
  const { title, description } = figureText(svg);
  const problems: string[] = [];
  if (!/^\s*<svg[\s>]/.test(svg)) problems.push('does not begin with <svg>');
  if (!/<svg[^>]*\sviewBox="/.test(svg)) problems.push('has no viewBox');
  if (title === '') problems.push('has no <title>');
  if (description === '') problems.push('has no <desc>: say in words what it shows');
  if (FORBIDDEN.some((pattern) => pattern.test(svg))) problems.push('loads or runs something; a figure only draws');
  if (/(?:fill|stroke)="#[0-9a-f]/i.test(svg))
    problems.push("has a fixed colour; use currentColor or the page's variables, which follow dark and light");
  return problems;
}

/** The SVG as part of a page: named for screen readers by its own title and description, its ids made unique by a prefix. */
export function inlineFigure(svg: string, prefix: string): string {
  const renamed = svg
    .trim()
    .replaceAll(/\sid="([^"]+)"/g, ` id="${prefix}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`)
    .replaceAll(/href="#([^"]+)"/g, `href="#${prefix}-$1"`);
  return renamed
    .replace('<svg', `<svg role="img" aria-labelledby="${prefix}-title ${prefix}-desc"`)
    .replace(/<title[^>]*>/, `<title id="${prefix}-title">`)
    .replace(/<desc[^>]*>/, `<desc id="${prefix}-desc">`);
}
