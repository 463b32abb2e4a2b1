/** Makes elements: the few lines that a page needs instead of a framework. */
import { parseBlocks, parseInlines } from '../../quiz/rich-text';

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element with attributes (`onclick` and the like take functions; false leaves one out) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The inline marks of a quiz text as nodes. */
export function richInline(source: string): Node[] {
  return parseInlines(source).map((inline) => {
    if (inline.kind === 'text') return document.createTextNode(inline.text);
    return h(inline.kind === 'code' ? 'code' : 'em', {}, inline.text);
  });
}

/** A quiz text as paragraphs and code. */
export function richBlocks(source: string): Node[] {
  return parseBlocks(source).map((block) => {
    if (block.kind === 'code') return h('pre', { tabindex: '0' }, h('code', {}, block.lines.join('\n')));
    const paragraph = h('p', {});
    for (const inline of block.inlines)
      paragraph.append(
        inline.kind === 'text' ? inline.text : h(inline.kind === 'code' ? 'code' : 'em', {}, inline.text),
      );
    return paragraph;
  });
}
