export const rooms: Readonly<Record<string, readonly string[]>>;
export function checkTree(root: string): string[];
export function checkFile(path: string, source: string): string[];
