/** The options of a run that tell it from others. */
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
 * Describes the variant of a run. For an embedded sandbox without the port, which changes with every run: report readers would
 * take each for a new test.
 */
export function variantOf({ mode, isSdk, server, sandbox, profile }: RunFacts): readonly string[] {
  return [
    mode,
    isSdk ? 'sdk' : null,
    sandbox ? 'sandbox' : server,
    profile === null ? null : `profile ${profile}`,
  ].filter((part) => part !== null && part !== undefined);
}
