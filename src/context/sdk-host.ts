/** Something that the process with the SDK is asked for. What comes of the last call with `keeps` is what the last two are about. */
export type HostRequest =
  | { readonly do: 'find'; readonly name: string }
  | { readonly do: 'load'; readonly needs: readonly string[] }
  | {
      readonly do: 'call';
      readonly name: string;
      readonly settings: object;
      readonly method: string;
      readonly args: readonly unknown[];
      /** The methods that the result must have, for a result that cannot be handed over. */
      readonly keeps?: readonly string[];
    }
  | { readonly do: 'listen' | 'invoke'; readonly method: string };

export interface HostEvents {
  /** An answer or an event, as bin/sdk-host.js says it: not to be trusted, since the package shares the channel. */
  onMessage(message: unknown): void;
  /** A line that the package has printed, on either stream. */
  onOutput(line: string): void;
  /** The process is gone, or never was. */
  onEnd(): void;
}

/** A process of its own, with the SDK in it. */
export interface SdkHost {
  send(request: HostRequest & { readonly id: number }): void;
  /** Ends it at once, whatever it does, and hands over the rest of what was printed. */
  stop(): Promise<void>;
}

/**
 * @param apiServer where the SDK is to send the key
 * @throws CliError `proxy_invalid`
 */
export type StartSdkHost = (apiServer: string, events: HostEvents) => Promise<SdkHost>;
