import {
  status,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RuntimeOptionsResponse,
  TemplateResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version } from "@pulumi/pulumi/version";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Children } from "./children";
import { generatePackage } from "./generate";
import { about, installDependencies } from "./install";
import { link } from "./link";
import { programDependencies, requiredPackages } from "./packages";
import { runPlugin } from "./plugin";
import { run } from "./run";

/** The engine's interface to a language: running programs and plugins, and finding what they need. */
export class LanguageHost {
  /**
   * @param engine The engine's address, "host:port". When it is not known yet, Handshake brings it.
   * @param tracing The endpoint for traces of programs.
   */
  constructor(
    private readonly children: Children,
    private engine = "",
    private readonly tracing?: string,
  ) {}

  /** The methods in the form that the server needs. */
  service(): ILanguageRuntimeServer {
    const { children } = this;
    return {
      handshake: unary((request) => {
        this.engine = request.getEngineAddress();
        return new LanguageHandshakeResponse();
      }),
      getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
      run: unary((request) =>
        run(children, request, { engine: this.engine, tracing: this.tracing }),
      ),
      runPlugin: streaming((call) => runPlugin(children, call)),
      cancel: unary(async () => {
        await children.stop();
        return new Empty();
      }),
      getRequiredPackages: unary((request) =>
        new GetRequiredPackagesResponse().setPackagesList(
          requiredPackages(request.getInfo()?.getProgramDirectory() ?? ""),
        ),
      ),
      getProgramDependencies: unary((request) =>
        new GetProgramDependenciesResponse().setDependenciesList(
          programDependencies(
            request.getInfo()?.getProgramDirectory() ?? "",
            request.getTransitivedependencies(),
          ),
        ),
      ),
      installDependencies: streaming((call) => installDependencies(children, call)),
      about: unary(() => about(children)),
      // No choice: npm is the only package manager.
      runtimeOptionsPrompts: unary(() => new RuntimeOptionsResponse()),
      template: unary(() => new TemplateResponse()),
      // Older than GetRequiredPackages, which the engine prefers.
      getRequiredPlugins: missing("GetRequiredPlugins"),
      // Bidirectional. Without it the engine asks for RunPlugin.
      runPlugin2: (call) => {
        call.emit("error", unimplemented("RunPlugin2"));
      },
      generateProgram: missing("converting a program"),
      generateProject: missing("converting a project"),
      generatePackage: unary((request) => generatePackage(children, request)),
      link: unary((request) => link(children, request)),
      pack: missing("packing an SDK"),
    };
  }
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, done) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => {
          done(null, response);
        },
        (error: unknown) => {
          done({ code: status.UNKNOWN, message: (error as Error).message });
        },
      );
  };
}

function streaming<Request, Response>(
  work: (call: ServerWritableStream<Request, Response>) => Promise<void>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    work(call).then(
      () => {
        call.end();
      },
      (error: unknown) => {
        call.emit("error", { code: status.UNKNOWN, message: (error as Error).message });
      },
    );
  };
}

function missing<Request, Response>(what: string): handleUnaryCall<Request, Response> {
  return (_call, done) => {
    done(unimplemented(what));
  };
}

function unimplemented(what: string) {
  const message =
    `${what} is not part of ipvs-lab's language host; an official Pulumi installation has it ` +
    "(https://www.pulumi.com/docs/install)";
  return { name: "unimplemented", code: status.UNIMPLEMENTED, message };
}
