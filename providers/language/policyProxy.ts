import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerHandshakeResponse,
  AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { unlimited } from "./limits";

type Variables = Record<string, string>;

/** Stands in for a policy pack: takes the engine's first messages, and hands on all later ones. */
export class PolicyProxy {
  /** The variables for the pack's environment, known once the engine has sent its first request. */
  readonly variables: Promise<Variables>;
  private readonly server = new Server(unlimited);
  private readonly pack: Promise<Client>;
  private know!: (variables: Variables) => void;
  private attach!: (pack: Client) => void;
  private fail!: (reason: Error) => void;
  private configuration: Buffer | undefined;

  private constructor() {
    this.variables = new Promise((resolve) => {
      this.know = resolve;
    });
    this.pack = new Promise((resolve, reject) => {
      this.attach = resolve;
      this.fail = reject;
    });
    // It may be rejected before anybody awaits it.
    this.pack.catch(() => undefined);
  }

  /** Starts a server on a port of its own. */
  static async listen(): Promise<PolicyProxy> {
    const proxy = new PolicyProxy();
    proxy.server.addService(bytesOnly(AnalyzerService), proxy.service());
    proxy.port = await new Promise((resolve, reject) => {
      proxy.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) {
          reject(error);
        } else {
          resolve(port);
        }
      });
    });
    return proxy;
  }

  port = 0;

  /** Removes the line with the port of the pack's server from its output, and connects to that port. */
  afterPort(handOn: (data: Buffer) => void): (data: Buffer) => void {
    let attached = false;
    let line = "";
    return (data) => {
      if (attached) {
        handOn(data);
        return;
      }
      // A pack may print something while it is loaded.
      const lines = (line + data.toString()).split("\n");
      line = lines.pop() ?? "";
      const port = lines.findIndex((text) => /^\d+$/.test(text));
      attached = port >= 0;
      if (attached) {
        void this.connect(Number(lines[port]));
        lines.splice(port, 1);
      }
      const rest = [...lines, ...(attached ? [line] : [])].join("\n");
      if (rest) {
        handOn(Buffer.from(attached ? rest : `${rest}\n`));
      }
    };
  }

  /** Ends the server. Calls that still wait for the pack fail. */
  close(): void {
    this.know({});
    this.fail(new Error("the policy pack ended before it answered"));
    this.server.tryShutdown(() => undefined);
    void this.pack.then(
      (pack) => {
        pack.close();
      },
      () => undefined,
    );
  }

  private async connect(port: number): Promise<void> {
    const pack = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), unlimited);
    try {
      if (this.configuration) {
        await ask(pack, AnalyzerService.configureStack.path, this.configuration);
      }
    } catch (error) {
      // Packs with an older SDK get these only from their environment.
      if ((error as ServiceError).code !== status.UNIMPLEMENTED) {
        this.fail(error as Error);
        return;
      }
    }
    this.attach(pack);
  }

  private service() {
    const handOn = Object.fromEntries(
      Object.entries(AnalyzerService).map(([name, { path }]) => [
        name,
        answering((request) => this.handOn(path, request)),
      ]),
    );
    return {
      ...handOn,
      handshake: answering(() => empty(new AnalyzerHandshakeResponse())),
      configureStack: answering((request) => {
        this.configuration = request;
        this.know(stackVariables(AnalyzerStackConfigureRequest.deserializeBinary(request)));
        return empty(new AnalyzerStackConfigureResponse());
      }),
    };
  }

  private async handOn(path: string, request: Buffer): Promise<Buffer> {
    // A request without a stack, as for publishing a pack.
    this.know({});
    return ask(await this.pack, path, request);
  }
}

function stackVariables(request: AnalyzerStackConfigureRequest): Variables {
  return {
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
  };
}

const same = (data: Buffer): Buffer => data;

/** The same methods with raw messages, which are handed on unchanged. */
function bytesOnly(service: typeof AnalyzerService) {
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    {
      ...method,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  ]);
  return Object.fromEntries(methods) as typeof AnalyzerService;
}

function empty(message: { serializeBinary(): Uint8Array }): Promise<Buffer> {
  return Promise.resolve(Buffer.from(message.serializeBinary()));
}

function answering(answer: (request: Buffer) => Promise<Buffer>) {
  return (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void => {
    answer(call.request).then(
      (response) => {
        done(null, response);
      },
      (error: unknown) => {
        done(error as ServiceError);
      },
    );
  };
}

function ask(pack: Client, path: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pack.makeUnaryRequest(path, same, same, request, (error, response) => {
      if (error) {
        reject(error);
      } else {
        resolve(response ?? Buffer.alloc(0));
      }
    });
  });
}
