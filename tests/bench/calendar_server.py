"""Serves a calendar at every address, as fast as it can: `python -m … PORT FILE`. Below /hang/ it never answers.

The codes of its reservations are made of the number in the address, so that each room's are its own.
"""

import asyncio
import re
import sys
from contextlib import suppress
from pathlib import Path

import uvloop

_NUMBER = re.compile(rb"/(\d+)\.ics ")


def numbered(body: bytes, number: int) -> bytes:
    """The calendar of one room."""
    return body.replace(b"HM000000", b"HM%06d" % number)


async def main(port: int, body: bytes) -> None:
    """Serve until killed."""
    head_of_all = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET /hang/"):
                await reader.read()
            else:
                found = _NUMBER.search(head)
                writer.write(head_of_all + numbered(body, int(found[1]) if found else 0))
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(converse, "127.0.0.1", port, backlog=512) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
