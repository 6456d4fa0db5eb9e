export function begin(): void;
export function ended(): Promise<void>;
