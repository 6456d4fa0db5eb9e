import { CommandServer } from "../../../providers/command/server";

// The command engine for machines whose program is in another folder: its servers are idle for half a second.
const server = new CommandServer(process.argv[2], {
  folder: process.env.PROGRAM_FOLDER,
  idle: 500,
});
void server.listen().then((port) => {
  console.log(String(port));
});
