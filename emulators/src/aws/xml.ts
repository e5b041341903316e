import { DOMParser, type Element } from '@xmldom/xmldom';
import { AwsError } from './aws-error';

/** Text, or children by name; a list repeats its element; undefined leaves it out. */
export type XmlContent = string | number | boolean | undefined | XmlContent[] | { [name: string]: XmlContent };

/** A document with one root element. */
export function xmlDocument(root: string, content: XmlContent, namespace?: string): string {
  const attribute = namespace ? ` xmlns="${namespace}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${render(content)}</${root}>`;
}

/** The root element of a document. @throws AwsError MalformedXML */
export function parseXml(text: string): Element {
  try {
    const root = new DOMParser({ onError: refuse }).parseFromString(text, 'text/xml').documentElement;
    if (root) return root;
  } catch {
    // Told below, in the words of the service.
  }
  throw new AwsError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

/** The child elements of that name. */
export function childrenOf(element: Element, name: string): Element[] {
  return Array.from(element.childNodes).filter(
    (node): node is Element => node.nodeType === 1 && (node as Element).localName === name,
  );
}

/** The text of the first child of that name. */
export function textOf(element: Element, name: string): string | undefined {
  return childrenOf(element, name)[0]?.textContent ?? undefined;
}

function render(content: XmlContent): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escape(String(content));
  if (Array.isArray(content)) return content.map(render).join('');
  return Object.entries(content)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => [name, item] as const))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${render(value)}</${name}>`)
    .join('');
}

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters travel as references, else a parser would normalise or refuse them. */
function escape(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);
}

function refuse(level: string, message: string): void {
  if (level !== 'warning') throw new Error(message);
}
