// What the scripts of the book's pages share on `window`, and what they load: for TypeScript.

interface Window {
  /** book/_assets/page.js; an attribute is a property whose name has a hyphen. */
  rcPage: {
    make<T extends keyof HTMLElementTagNameMap>(
      tag: T,
      properties?: { [name: string]: any },
      ...children: (string | Node)[]
    ): HTMLElementTagNameMap[T];
    button(
      textContent: string,
      onclick: (event: MouseEvent) => void,
      properties?: { [name: string]: any },
    ): HTMLButtonElement;
    download(name: string, type: string, data: BlobPart): void;
    isTable(value: unknown): boolean;
    load(name: string): any;
    pluralize(n: number, noun: string, plural?: string): string;
    store(name: string, value: object): void;
    stripMarks(text: string): string;
    tableIn(holder: object, key: string): any;
  };
  /** scripts/book/extras.py: files that were built, and decks by page. */
  rcExtras?: { pdf: string[]; slides: { [page: string]: string } };
  rcEnlarge(figure: Element): void;
  rcGrowLetters(drawing: Element): void;
  rcStack(drawing: Element): void;
  /** By page: address, title, and its sections. */
  rcSearch(pages: [string, string, string[][]][]): void;
  /** scripts/book/make_pdf.py asks for these. */
  paperPage(options: any): object;
  paperBook(): void;
  paperNumbers(numbers: { [id: string]: string }): void;
}

declare const DOCUMENTATION_OPTIONS: { pagename: string };
declare const MiniSearch: any;
declare const Reveal: any;
declare const RevealNotes: any;
