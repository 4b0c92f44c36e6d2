export const repository: string;
export function complaintAboutNode(version: string): string | undefined;
export function needsInstall(root: string): boolean;
export function needsBuild(root: string): boolean;
export function setUp(root?: string): void;
export function setUpOrExit(): void;
