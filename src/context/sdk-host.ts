/** A call to the process with the SDK. The last two kinds of call use the result of the last call with `keeps`. */
export type HostRequest =
  | { readonly do: 'find'; readonly name: string }
  | { readonly do: 'load'; readonly needs: readonly string[] }
  | {
      readonly do: 'call';
      readonly name: string;
      readonly settings: object;
      readonly method: string;
      readonly args: readonly unknown[];
      /** Methods that the result must have, if the result cannot be serialised. */
      readonly keeps?: readonly string[];
    }
  | { readonly do: 'listen' | 'invoke'; readonly method: string };

export interface HostEvents {
  /** An answer or event from bin/sdk-host.js. Untrusted, since the SDK can write to the same channel. */
  onMessage(message: unknown): void;
  /** A line that the SDK printed. */
  onOutput(line: string): void;
  /** The process has ended, or could not start. */
  onEnd(): void;
}

/** A separate process that runs the SDK. */
export interface SdkHost {
  send(request: HostRequest & { readonly id: number }): void;
  /** Kills the process, and delivers the rest of its output. */
  stop(): Promise<void>;
}

/**
 * @param apiServer to which the SDK sends the key
 * @throws CliError `proxy_invalid`
 */
export type StartSdkHost = (apiServer: string, events: HostEvents) => Promise<SdkHost>;
