"""Answers each message with the server's name, the client's address, the address asked, and the message, as the agent's
servers do (report/testbed/agent); in a process of its own, which also answers while the agent runs a program."""

import asyncio
import json
import socket
import struct
import sys

name, port = sys.argv[1], int(sys.argv[2])


def plain(address):
    return address.removeprefix("::ffff:")


async def answer(reader, writer):
    peer, own = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
    words = {"member": name, "peer": f"{plain(peer[0])} {peer[1]}", "local": plain(own[0])}
    head = json.dumps(words).encode() + b"\n"
    try:
        while True:
            (length,) = struct.unpack("!I", await reader.readexactly(4))
            message = head + await reader.readexactly(length)
            writer.write(struct.pack("!I", len(message)) + message)
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


async def main():
    sock = socket.create_server(("::", port), family=socket.AF_INET6, backlog=1024, dualstack_ipv6=True)
    server = await asyncio.start_server(answer, sock=sock)
    await server.serve_forever()


asyncio.run(main())
