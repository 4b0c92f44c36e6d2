export interface PublicDeclaration {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly documented: boolean;
}
export function publicDeclarations(entry: string): PublicDeclaration[];
