import { credentials, Metadata } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** The display of one resource. */
export interface Reporter {
  /** Shows a line beside the resource until the next one comes. */
  status(text: string): void;
  /** Shows a text that stays. */
  say(severity: Severity, text: string): void;
}

// Passing lines beyond this number are not kept: they would not be shown any faster.
const maxWaiting = 500;

/** Pulumi's display, which the engine that started this process shows. */
export class Display {
  private readonly engine: EngineClient | undefined;
  private readonly waiting: LogRequest[] = [];
  private sending: Promise<void> | undefined;

  /** @param address The engine's address, "host:port"; without one nothing is shown. */
  constructor(address: string | undefined) {
    this.engine = address ? new EngineClient(address, credentials.createInsecure()) : undefined;
  }

  of(urn: string): Reporter {
    return {
      status: (text) => {
        this.show(urn, "INFO", text, true);
      },
      say: (severity, text) => {
        this.show(urn, severity, text, false);
      },
    };
  }

  /** Resolves when everything shown so far has reached the engine. */
  async flush(): Promise<void> {
    await this.sending;
  }

  private show(urn: string, severity: Severity, text: string, ephemeral: boolean): void {
    if (!this.engine) {
      return;
    }
    const last = this.waiting.at(-1);
    // A passing line that the next one would replace at once need not be shown.
    if (ephemeral && this.waiting.length >= maxWaiting) {
      if (last?.getEphemeral() && last.getUrn() === urn) {
        last.setMessage(text);
        return;
      }
    }
    const request = new LogRequest()
      .setUrn(urn)
      .setSeverity(LogSeverity[severity])
      .setMessage(text)
      .setEphemeral(ephemeral);
    this.waiting.push(request);
    this.sending ??= this.deliver();
  }

  private async deliver(): Promise<void> {
    // Lines of the same turn of the event loop are sent together.
    await Promise.resolve();
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      await this.send(request);
    }
    this.sending = undefined;
  }

  private send(request: LogRequest): Promise<void> {
    return new Promise((resolve) => {
      // A display that fails must neither break the operation nor delay it line by line.
      this.engine?.log(request, new Metadata(), { deadline: Date.now() + 5000 }, (error) => {
        if (error) {
          this.waiting.length = 0;
        }
        resolve();
      });
    });
  }
}
