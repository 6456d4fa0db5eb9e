import {
  Server,
  ServerCredentials,
  status,
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./wire";

/** Serves a provider's methods on 127.0.0.1 only. Returns the port. */
export function listen(methods: UntypedServiceImplementation): Promise<number> {
  // A command's output and a file may exceed gRPC's default limit.
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, methods);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) {
        reject(error);
      } else {
        resolve(port);
      }
    });
  });
}

/** Makes a method of the service from a function. An error may have a status of gRPC's and details of Pulumi's. */
export function answer<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => void {
  return (call, done) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => {
          done(null, response);
        },
        (error: unknown) => {
          const { message: details, code, metadata } = error as Error & StatusFields;
          const known = typeof code === "number" ? code : status.UNKNOWN;
          done(Object.assign(new Error(details), { code: known, details, metadata }));
        },
      );
  };
}

interface StatusFields {
  /** A status of gRPC's, or a word of Node.js's. */
  code?: unknown;
  metadata?: Metadata;
}

export function checkFailure(failure: { property: string; reason: string }): CheckFailure {
  return new CheckFailure().setProperty(failure.property).setReason(failure.reason);
}

export function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

export function fields(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}
