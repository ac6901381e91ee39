"""The time zone of this machine."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo


def local_zone(name: str, localtime: Path = Path("/etc/localtime")) -> tzinfo:
    """Return the time zone of this machine, with its clock changes where they can be known.

    `name` is the variable TZ; a POSIX rule such as EST5EDT,M3.2.0 is not understood.
    """
    with contextlib.suppress(ValueError, OSError, LookupError):
        if name:
            return ZoneInfo(name.lstrip(":"))
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file)
    with contextlib.suppress(ValueError):  # the C library takes UTC+25, Python does not
        here = datetime.now().astimezone().tzinfo
        assert here is not None
        return here
    return local_zone("", localtime) if name else UTC
