import { dirname, join } from 'node:path';
import bidiFactory from 'bidi-js';
import { type Font, openSync } from 'fontkit';

export type Weight = 'plain' | 'bold';

/** A piece of text that one font draws as a whole, from the left edge of where it is seen. */
export interface Piece {
  text: string;
  /** Path of its font. */
  font: string;
}

interface Face {
  files: Record<Weight, string>;
  opened?: Font;
}

const inPackage = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);
const face = (name: string, plain: string, bold: string): Face => ({
  files: { plain: inPackage(name, plain), bold: inPackage(name, bold) },
});

const UNIFONT = 'files/unifontex-latin-400-normal.woff';

/** The fonts, the fairest first: Latin, Greek, Cyrillic, Arabic and Hebrew; Devanagari; all the rest of the world's scripts. */
const FACES = [
  face('dejavu-fonts-ttf', 'ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf'),
  face(
    '@expo-google-fonts/noto-sans-devanagari',
    '400Regular/NotoSansDevanagari_400Regular.ttf',
    '700Bold/NotoSansDevanagari_700Bold.ttf',
  ),
  face('@fontsource/unifontex', UNIFONT, UNIFONT),
];

const bidi = bidiFactory();

/** What shapes with the letter before it, whatever font has it. */
const CLINGS = /^[\p{M}\u200c\u200d]$/u;
const LETTER = /^\p{L}$/u;

/**
 * One line of text as pieces in the order in which they are seen, by the Unicode bidirectional algorithm: an Arabic
 * name is read from the right, a number within it from the left.
 */
export function piecesOf(line: string, weight: Weight): Piece[] {
  const embedding = bidi.getEmbeddingLevels(line);
  const mirrored = bidi.getMirroredCharactersMap(line, embedding.levels);
  const pieces: (Piece & { start: number; level: number; joins: boolean })[] = [];
  let at = 0;
  for (const char of line) {
    const start = at;
    at += char.length;
    const last = pieces.at(-1);
    if (last && CLINGS.test(char)) {
      last.text += char;
      continue;
    }
    const level = embedding.levels[start] ?? 0;
    const font = faceOf(char).files[weight];
    // From right to left a font draws whole words; what stands between them is put into its place here.
    const joins = level % 2 === 0 || LETTER.test(char);
    if (last?.joins && joins && last.level === level && last.font === font) last.text += char;
    else pieces.push({ text: mirrored.get(start) ?? char, font, start, level, joins });
  }
  const seenAt = new Map(bidi.getReorderedIndices(line, embedding).map((index, place) => [index, place]));
  return pieces.sort((a, b) => seenAt.get(a.start)! - seenAt.get(b.start)!);
}

function faceOf(char: string): Face {
  const codePoint = char.codePointAt(0)!;
  return FACES.find((face) => opened(face).hasGlyphForCodePoint(codePoint)) ?? FACES[0]!;
}

function opened(face: Face): Font {
  face.opened ??= openSync(face.files.plain) as Font;
  return face.opened;
}
