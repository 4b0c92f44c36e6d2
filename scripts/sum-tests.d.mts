export function sumResults(folder: string): {
  passed: number;
  skipped: number;
  failures: { name: string; message: string }[];
};
