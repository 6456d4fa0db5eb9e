import { CommandServer } from "../../../providers/command/server";

// The command engine for machines whose program is in another folder: its servers are idle for three seconds.
const server = new CommandServer(process.argv[2], {
  folder: process.env.PROGRAM_FOLDER,
  idle: 3_000,
});
void server.listen().then((port) => {
  console.log(String(port));
});
