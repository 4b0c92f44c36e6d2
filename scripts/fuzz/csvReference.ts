/**
 * CSV by the book (RFC 4180, with lone carriage returns as line ends), one character at a time: slow, and written for
 * nothing but to be compared with. Knows only files that the scan has found sound.
 *
 * @returns the fields of each row below the header.
 */
export function parseCsv(text: string, delimiter: string, columns: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  let blank = true;
  const endField = (): void => {
    record.push(field);
    field = "";
    state = "start";
  };
  const endRecord = (): void => {
    endField();
    // A blank line means nothing, unless the table has one column: then it is an empty value.
    if (!blank || (columns === 1 && records.length > 0)) records.push(record);
    record = [];
    blank = true;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (state === "quoted") {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else state = "closed";
      continue;
    }
    if (character === "\r" || character === "\n") {
      if (character === "\r" && text[at + 1] === "\n") at++;
      endRecord();
      continue;
    }
    blank = false;
    if (character === delimiter) endField();
    else if (character === '"' && state === "start") state = "quoted";
    else if (state !== "closed") {
      field += character;
      state = "plain";
    }
  }
  if (!blank) endRecord();
  return records.slice(1);
}
