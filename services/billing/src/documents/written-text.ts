import bidiFactory from 'bidi-js';
import { faceOf, type Weight } from './fonts';

/** A piece of text that one font draws as a whole, from the left edge of where it is seen. */
export interface Piece {
  text: string;
  /** Path of its font. */
  font: string;
}

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
    const font = faceOf(char)[weight];
    // From right to left a font draws whole words; what stands between them is put into its place here.
    const joins = level % 2 === 0 || LETTER.test(char);
    if (last?.joins && joins && last.level === level && last.font === font) last.text += char;
    else pieces.push({ text: mirrored.get(start) ?? char, font, start, level, joins });
  }
  const seenAt = new Map(bidi.getReorderedIndices(line, embedding).map((index, place) => [index, place]));
  return pieces.sort((a, b) => seenAt.get(a.start)! - seenAt.get(b.start)!);
}
