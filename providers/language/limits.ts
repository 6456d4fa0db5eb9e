import type { ChannelOptions } from "@grpc/grpc-js";

/** A stack's resources come in one message, which may be larger than gRPC's default of 4 MB. */
export const unlimited: ChannelOptions = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
};
