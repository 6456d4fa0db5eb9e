import { credentials, Metadata } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Progress } from "./program/progress";

/** Writes into Pulumi's display through the engine that started this provider. */
export class EngineLog {
  private readonly engine: EngineClient | undefined;
  // One message after the other: parallel calls could arrive in another order.
  private sent: Promise<void> = Promise.resolve();

  /** @param address The engine's address, "host:port"; without one nothing is shown. */
  constructor(address: string | undefined) {
    this.engine = address ? new EngineClient(address, credentials.createInsecure()) : undefined;
  }

  /** The progress of one resource. */
  of(urn: string): Progress {
    return {
      status: (text) => {
        this.send(urn, LogSeverity.INFO, text, true);
      },
      info: (text) => {
        this.send(urn, LogSeverity.INFO, text, false);
      },
      warn: (text) => {
        this.send(urn, LogSeverity.WARNING, text, false);
      },
    };
  }

  /** Resolves when everything said so far has reached the engine. */
  flush(): Promise<void> {
    return this.sent;
  }

  private send(urn: string, severity: LogSeverity, text: string, ephemeral: boolean): void {
    const request = new LogRequest()
      .setUrn(urn)
      .setSeverity(severity)
      .setMessage(text)
      .setEphemeral(ephemeral);
    this.sent = this.sent.then(() => this.deliver(request));
  }

  private deliver(request: LogRequest): Promise<void> {
    return new Promise((resolve) => {
      if (!this.engine) {
        resolve();
        return;
      }
      // A display that fails must not break the operation.
      this.engine.log(request, new Metadata(), { deadline: Date.now() + 5000 }, () => {
        resolve();
      });
    });
  }
}
