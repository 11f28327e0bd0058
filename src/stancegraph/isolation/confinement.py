"""Cutting a process that works for others off from the network, from starting programs, and from writing files.

On Linux this is done by seccomp (`seccomp(2) <https://man7.org/linux/man-pages/man2/seccomp.2.html>`_), which any
process may impose on itself for good: the calls that open a socket, start a program or look into other processes fail
with EPERM. What was open before stays open, so that a worker speaks with the server, and with nobody else. `confine`
does not assume that it worked, but tries.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import signal
import socket
import struct
import sys

_REFUSED_CALLS = {
    # socket socketpair connect accept bind listen accept4, execve execveat, ptrace, process_vm_readv/writev,
    # unshare setns mount, bpf, open_by_handle_at, pidfd_getfd, and io_uring_*, which opens sockets by itself
    "x86_64": (0xC000003E, (41, 53, 42, 43, 49, 50, 288, 59, 322, 101, 310, 311, 272, 308, 165, 321, 304, 438)),
    "aarch64": (0xC00000B7, (198, 199, 203, 202, 200, 201, 242, 221, 281, 117, 270, 271, 97, 268, 40, 280, 265, 438)),
}
"""By machine: the number of its architecture for audits, and the numbers of the system calls that are refused."""

_IO_URING = (425, 426, 427)  # the same everywhere
_X32 = 0x40000000  # where x86-64 has its calls once more, under other numbers
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl(2)
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the classic Berkeley packet filter


class _Program(ctypes.Structure):
    """The C structure ``sock_fprog``: how many instructions a filter has, and where they are."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(*, writing: bool = False) -> bool:
    """Cut this process off for good.

    Args:
        writing: Allow the process to write to files. Otherwise it cannot from here on, on any system, as the largest
            size of a file is set to 0 bytes.

    Returns:
        Whether the process now has no way to the network.
    """
    if not writing:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that a refused write is an error, not the end
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and platform.machine() in _REFUSED_CALLS:
        _filter_calls(*_REFUSED_CALLS[platform.machine()])
    return not _can_open_sockets()


def _filter_calls(architecture: int, refused: tuple[int, ...]) -> None:
    """Have the system refuse those calls, by their numbers, with a filter of the classic Berkeley packet filter."""
    numbers = (*refused, *_IO_URING)
    instructions = [
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # its number
        (_AT_LEAST, len(numbers) + 1, 0, _X32),
        *((_EQUAL, len(numbers) - index, 0, number) for index, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)


def _can_open_sockets() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True
