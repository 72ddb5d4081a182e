/** The options of a run that distinguish it from other runs. */
export interface RunFacts {
  readonly mode?: string | undefined;
  /** Whether it uses the official SDK. */
  readonly isSdk?: boolean;
  /** The origin of the server. Null if unknown. */
  readonly server: string | null;
  readonly sandbox: boolean;
  readonly profile: string | null;
}

/**
 * Describes the variant of a run. The port of an embedded sandbox is left out, since it changes with every run, and report
 * readers would treat each run as a new test.
 */
export function variantOf({ mode, isSdk, server, sandbox, profile }: RunFacts): readonly string[] {
  return [
    mode,
    isSdk ? 'sdk' : null,
    sandbox ? 'sandbox' : server,
    profile === null ? null : `profile ${profile}`,
  ].filter((part) => part !== null && part !== undefined);
}
