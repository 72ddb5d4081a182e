/** What a run was given. */
export interface RunFacts {
  readonly mode?: string | undefined;
  /** Whether by way of the SDK. */
  readonly isSdk?: boolean;
  /** Its origin; null where it is not known. */
  readonly server: string | null;
  readonly sandbox: boolean;
  readonly profile: string | null;
}

/**
 * What tells a run from others of its command. An embedded sandbox has another port in every run: readers of reports would take it
 * for another test each time.
 */
export function variantOf({ mode, isSdk, server, sandbox, profile }: RunFacts): readonly string[] {
  return [
    mode,
    isSdk ? 'sdk' : null,
    sandbox ? 'sandbox' : server,
    profile === null ? null : `profile ${profile}`,
  ].filter((part) => part !== null && part !== undefined);
}
