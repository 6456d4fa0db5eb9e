import { Metadata, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answer, checkFailure, fields, struct } from "../protocol/service";
import { Incomplete } from "./machine";
import type { VagrantProvider } from "./provider";

/**
 * The provider's methods as Pulumi's engine calls them. The SDK's own server does not pass on the address of an engine
 * that attaches to it.
 */
export function methodsOf(provider: VagrantProvider): UntypedServiceImplementation {
  return {
    attach: answer((request: PluginAttach) => {
      provider.attach(request.getAddress());
      return new Empty();
    }),
    getSchema: answer(async () =>
      new messages.GetSchemaResponse().setSchema(await provider.getSchema()),
    ),
    getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
    configure: answer(() =>
      new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true),
    ),
    check: answer(async (request: messages.CheckRequest) => {
      const [old, given] = [fields(request.getOlds()), fields(request.getNews())];
      const { inputs, failures } = await provider.check(request.getUrn(), old, given);
      return new messages.CheckResponse()
        .setInputs(struct(inputs))
        .setFailuresList(failures.map(checkFailure));
    }),
    diff: answer(async (request: messages.DiffRequest) => {
      const [old, given] = [fields(request.getOlds()), fields(request.getNews())];
      const found = await provider.diff(request.getId(), request.getUrn(), old, given);
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse()
        .setChanges(found.changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(found.replaces)
        .setDeletebeforereplace(found.deleteBeforeReplace);
    }),
    create: answer(async (request: messages.CreateRequest) => {
      const given = fields(request.getProperties());
      const { id, outs } = await recorded(provider.create(request.getUrn(), given));
      return new messages.CreateResponse().setId(id).setProperties(struct(outs));
    }),
    read: answer(async (request: messages.ReadRequest) => {
      const old = fields(request.getProperties());
      const { id, props, inputs } = await provider.read(request.getId(), request.getUrn(), old);
      return new messages.ReadResponse()
        .setId(id)
        .setProperties(struct(props))
        .setInputs(struct(inputs));
    }),
    update: answer(async (request: messages.UpdateRequest) => {
      const [old, given] = [fields(request.getOlds()), fields(request.getNews())];
      const update = provider.update(request.getId(), request.getUrn(), old, given);
      return new messages.UpdateResponse().setProperties(struct((await recorded(update)).outs));
    }),
    delete: answer(async (request: messages.DeleteRequest) => {
      const old = fields(request.getProperties());
      await provider.delete(request.getId(), request.getUrn(), old);
      return new Empty();
    }),
    cancel: answer(async () => {
      await provider.cancel();
      return new Empty();
    }),
  };
}

/** The result of an operation. Pulumi records an incomplete machine, which an error's details describe. */
async function recorded<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw error instanceof Incomplete ? withDetails(error) : error;
  }
}

function withDetails(error: Incomplete): Error {
  const failed = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(struct(error.properties))
    .setReasonsList(error.reasons);
  const details = new Any();
  details.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new Status()
    .setCode(status.UNKNOWN)
    .setMessage(error.message)
    .setDetailsList([details]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return Object.assign(error, { metadata });
}
