import { fontAt, type Weight } from './fonts';
import { type Piece, piecesOf } from './written-text';

export interface Style {
  weight?: Weight;
  size?: number;
  color?: string;
}

/** Where a text stands: from `x` to the right, or to the left of it; never wider than `width`. */
export interface Column {
  x: number;
  width: number;
  align?: 'right';
}

const MARGIN = 56;
/** Room at the foot of each page for its number. */
const FOOT = 30;
const LEADING = 1.6;
const INK = '#1c2733';
const RULE = '#d5dbe1';

/** Pages of A4 that are filled from top to bottom. */
export class Sheet {
  readonly left = MARGIN;
  readonly right: number;
  private readonly bottom: number;
  private y = MARGIN;
  /** What is drawn at the top of each further page. */
  private head: () => void = () => undefined;

  constructor(private readonly page: PDFKit.PDFDocument) {
    this.right = page.page.width - MARGIN;
    this.bottom = page.page.height - MARGIN - FOOT;
  }

  /** Draws texts side by side, each wrapped within its column, and goes on below the longest. */
  row(cells: { text: string; column: Column }[], style: Style = {}): void {
    const drawn = cells.map(({ text, column }) => ({ column, lines: this.wrapped(text, column.width, style) }));
    const leading = (style.size ?? 10) * LEADING;
    this.keepTogether(leading * Math.max(...drawn.map(({ lines }) => lines.length)));
    for (const { column, lines } of drawn)
      lines.forEach((line, at) => this.draw(line, { column, style, y: this.y + at * leading }));
    this.down(leading * Math.max(...drawn.map(({ lines }) => lines.length)));
  }

  /** What follows, of that height, stands on one page, if need be the next. */
  keepTogether(height: number): void {
    if (this.y + height <= this.bottom) return;
    this.page.addPage();
    this.y = MARGIN;
    this.head();
  }

  /** From here on, each page begins with this. */
  repeat(head: () => void): void {
    this.head = head;
    head();
  }

  rule(): void {
    this.down(4);
    this.page.moveTo(this.left, this.y).lineTo(this.right, this.y).lineWidth(0.5).strokeColor(RULE).stroke();
    this.down(8);
  }

  down(points: number): void {
    this.y += points;
  }

  /** Blocks that begin at one height; what follows stands below the longest. */
  beside(...blocks: (() => void)[]): void {
    const top = this.y;
    const ends = blocks.map((block) => {
      this.y = top;
      block();
      return this.y;
    });
    this.y = Math.max(...ends);
  }

  /** Draws a text at the foot of every page. */
  number(textOf: (page: number, pages: number) => string, style: Style): void {
    const { count } = this.page.bufferedPageRange();
    const column = { x: this.right, width: this.right - this.left, align: 'right' } as const;
    for (let at = 0; at < count; at++) {
      this.page.switchToPage(at);
      this.draw(textOf(at + 1, count), { column, style, y: this.page.page.height - MARGIN });
    }
  }

  private draw(line: string, { column, style, y }: { column: Column; style: Style; y: number }): void {
    const pieces = piecesOf(line, style.weight ?? 'plain');
    let x = column.align === 'right' ? column.x - this.widthOf(pieces, style) : column.x;
    this.page.fillColor(style.color ?? INK);
    for (const piece of pieces) {
      this.useFont(piece, style);
      this.page.text(piece.text, x, y, { lineBreak: false, baseline: 'top' });
      x += this.page.widthOfString(piece.text);
    }
  }

  /** Breaks a text where its words end, and a word that is wider than a line within itself. */
  private wrapped(text: string, width: number, style: Style): string[] {
    return text.split('\n').flatMap((paragraph) => {
      const lines = [''];
      for (const word of paragraph.split(/\s+/)) {
        const longer = `${lines.at(-1)} ${word}`.trim();
        if (this.fits(longer, width, style)) lines[lines.length - 1] = longer;
        else lines.push(...this.broken(word, width, style));
      }
      return lines.filter((line, at) => line !== '' || at > 0 || lines.length === 1);
    });
  }

  private broken(word: string, width: number, style: Style): string[] {
    const parts = [''];
    for (const char of word) {
      const longer = parts.at(-1) + char;
      if (parts.at(-1) === '' || this.fits(longer, width, style)) parts[parts.length - 1] = longer;
      else parts.push(char);
    }
    return parts;
  }

  private fits(line: string, width: number, style: Style): boolean {
    return this.widthOf(piecesOf(line, style.weight ?? 'plain'), style) <= width;
  }

  private widthOf(pieces: Piece[], style: Style): number {
    return pieces.reduce((sum, piece) => sum + this.useFont(piece, style).widthOfString(piece.text), 0);
  }

  private useFont({ font }: Piece, { size = 10 }: Style): PDFKit.PDFDocument {
    // An open font is taken too, which the types do not know: opening it anew for each invoice takes longer than drawing.
    const opened = fontAt(font) as unknown as Buffer;
    return this.page.registerFont(font, opened).font(font).fontSize(size);
  }
}
