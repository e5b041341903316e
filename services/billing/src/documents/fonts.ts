import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Font } from 'fontkit';

export type Weight = 'plain' | 'bold';

/** Paths of the font files of one typeface. */
type Face = Record<Weight, string>;

const inPackage = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);
const face = (name: string, plain: string, bold: string): Face => ({
  plain: inPackage(name, plain),
  bold: inPackage(name, bold),
});

const UNIFONT = 'files/unifontex-latin-400-normal.woff';

/** The fairest first: Latin, Greek, Cyrillic, Arabic and Hebrew; Devanagari; all the rest of the world's scripts. */
const FACES = [
  face('dejavu-fonts-ttf', 'ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf'),
  face(
    '@expo-google-fonts/noto-sans-devanagari',
    '400Regular/NotoSansDevanagari_400Regular.ttf',
    '700Bold/NotoSansDevanagari_700Bold.ttf',
  ),
  face('@fontsource/unifontex', UNIFONT, UNIFONT),
];

/** The first typeface that has the character. */
export function faceOf(char: string): Face {
  const codePoint = char.codePointAt(0)!;
  return FACES.find(({ plain }) => fontAt(plain).hasGlyphForCodePoint(codePoint)) ?? FACES[0]!;
}

let fontkit: typeof import('fontkit') | undefined;
const fonts = new Map<string, Font>();

/** To be waited for before a font is opened: the reader of fonts is loaded when it is first needed. */
export async function loadFontReader(): Promise<void> {
  fontkit ??= await import('fontkit');
}

/** The font of that path, opened when it is first needed. */
export function fontAt(path: string): Font {
  const file = () => (path.endsWith('.woff') ? unpacked(readFileSync(path)) : readFileSync(path));
  const font = fonts.get(path) ?? (fontkit!.create(file()) as Font);
  fonts.set(path, font);
  return font;
}

/** The font within a WOFF file. Read as it is, its tables would be unpacked anew for every glyph. */
function unpacked(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  const parts: Buffer[] = [head];
  for (let at = 0, offset = head.length; at < count; at++) {
    const entry = woff.subarray(44 + 20 * at, 64 + 20 * at);
    const [start, packedSize, size] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)];
    const packed = woff.subarray(start, start + packedSize);
    const table = packedSize < size ? inflateSync(packed) : packed;
    const record = head.subarray(12 + 16 * at);
    entry.copy(record, 0, 0, 4);
    entry.copy(record, 4, 16, 20);
    record.writeUInt32BE(offset, 8);
    record.writeUInt32BE(size, 12);
    // Tables begin at multiples of four.
    parts.push(table, Buffer.alloc(-size & 3));
    offset += size + (-size & 3);
  }
  return Buffer.concat(parts);
}
