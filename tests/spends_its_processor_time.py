"""A module to be run as a process of its own that has a second of processor time and wants more."""

from __future__ import annotations

import resource

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    while True:
        pass
