"""Inside the disposable child: what it may still do once it holds a stranger's bytes. Compute, and answer; nothing else.

Two fences, because each has a hole: limits (the superuser may begin processes in spite of them) and a filter of system calls (some
kernels refuse it).
"""

import ctypes
import errno
import platform
import resource
import struct
from collections.abc import Iterable
from typing import ClassVar, Final

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_S: Final = 20

_NO_NEW_PRIVILEGES: Final = 38  # linux/prctl.h
_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000  # linux/seccomp.h
_REFUSE: Final = 0x00050000
_LOAD, _EQUAL, _HAS, _RETURN = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h: one word, jump if equal, if bit set, end
_THREAD: Final = 0x00010000  # linux/sched.h: a thread, not a process
_CLONE3: Final = 435  # everywhere; "unknown" makes the C library use the older clone, whose flags a filter can see
_ARENA_MAX: Final = -8  # malloc.h

# What decoders and Python need to compute, to take memory and to answer through a pipe that is open already. Not there, among all the
# others: open, socket, connect, execve, kill, ptrace, prlimit; clone for threads alone, which libheif needs. Numbers of x86-64 and of ARM64 (linux/unistd.h); -1: has it not.
_ALLOWED: Final = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "poll": (7, -1), "lseek": (8, 62),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "pread64": (17, 67), "readv": (19, 65), "writev": (20, 66),
    "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233), "nanosleep": (35, 101), "getpid": (39, 172),
    "exit": (60, 93), "gettimeofday": (96, 169), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153),
    "sigaltstack": (131, 132), "gettid": (186, 178), "futex": (202, 98), "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128), "clock_gettime": (228, 113), "clock_nanosleep": (230, 115),
    "exit_group": (231, 94), "set_robust_list": (273, 99), "rseq": (334, 293), "ppoll": (271, 73), "getrandom": (318, 278),
}  # fmt: skip
_libc: Final = ctypes.CDLL(None, use_errno=True)
_CLONE: Final = (56, 220)
_MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # linux/audit.h, and the column above


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_: ClassVar = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def confine() -> bool:
    """Caps this process for good: memory, CPU time; no file can be opened or written, no process or connection begun.

    What is loaded only when first used must have been loaded before (``records.preloaded``). False when the kernel does not filter
    system calls, so that only the limits hold.
    """
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))  # equal ones would kill without saying why
    if hasattr(_libc, "mallopt"):  # of the GNU C library: 128 MB of address space for each thread otherwise
        _libc.mallopt(_ARENA_MAX, 1)
    filtered = _filtered()
    if not filtered:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # takes threads too, and with them HEIC
    return filtered


def _filtered() -> bool:
    """Sets the filter for good. A kernel without it, or a machine that is not listed, answers False."""
    if platform.machine() not in _MACHINES or _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    audit, column = _MACHINES[platform.machine()]
    code = program(audit, _CLONE[column], (numbers[column] for numbers in _ALLOWED.values()))
    held = _Program(len(code) // 8, ctypes.cast(ctypes.c_char_p(code), ctypes.c_void_p))
    return bool(_libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(held), 0, 0) == 0)


def program(audit: int, clone: int, numbers: Iterable[int]) -> bytes:
    """The filter as the kernel reads it: eight bytes an instruction. Calls of another machine's sort are refused, and all not listed.

    Places of the words looked at (linux/seccomp.h, struct seccomp_data): 0 the number of the call, 4 the machine, 16 the lower half of
    the first argument.
    """
    listed = sorted(number for number in numbers if number >= 0)
    left = len(listed)
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 0, left + 5, audit), (_LOAD, 0, 0, 0)]
    code += [(_EQUAL, left + 5 - at, 0, number) for at, number in enumerate(listed)]
    code += [(_EQUAL, 1, 0, clone), (_EQUAL, 3, 2, _CLONE3), (_LOAD, 0, 0, 16), (_HAS, 2, 0, _THREAD)]
    code += [(_RETURN, 0, 0, _REFUSE | errno.EPERM), (_RETURN, 0, 0, _REFUSE | errno.ENOSYS), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *one) for one in code)
