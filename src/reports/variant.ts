/** Facts that distinguish a run from other runs. */
export interface RunFacts {
  readonly mode?: string | undefined;
  /** Whether the run uses the official SDK. */
  readonly isSdk?: boolean;
  /** The origin of the API server. Null if unknown. */
  readonly server: string | null;
  readonly sandbox: boolean;
  readonly profile: string | null;
}

/**
 * Describes the mode, server and profile of a run. The port of a sandbox is left out, because it changes with every run. With the
 * port, report readers would treat each run as a new test.
 */
export function variantOf({ mode, isSdk, server, sandbox, profile }: RunFacts): readonly string[] {
  return [
    mode,
    isSdk ? 'sdk' : null,
    sandbox ? 'sandbox' : server,
    profile === null ? null : `profile ${profile}`,
  ].filter((part) => part !== null && part !== undefined);
}
