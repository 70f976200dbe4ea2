"""The socket that the tracking server listens on."""

import socket


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one. OSError when the address is taken or is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=512)
    # Without it each answer on a kept connection waits 40 ms for the acknowledgement of its head: asyncio sets it only
    # on sockets that name their protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
