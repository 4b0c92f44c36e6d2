export type Decision = "pass" | "kill" | "full" | "short";

export interface Faults {
  count(): number;
  restore(): void;
}

export function injectFaults(options: {
  readonly folder: string;
  decide(operation: number, name: string): Decision;
  kill(): Promise<never>;
}): Promise<Faults>;

export function decisionOf(fault: string): (operation: number, name: string) => Decision;
