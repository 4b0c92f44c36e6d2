export function sumResults(folder: string): { passed: number; failed: number; skipped: number };
