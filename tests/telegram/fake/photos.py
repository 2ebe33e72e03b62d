"""Pictures as the server takes them: PNG or JPEG with a sound header, within Telegram's limits."""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256

from .errors import bad_request

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_SUM = 10_000
LARGEST_RATIO = 20
_PNG = b"\x89PNG\r\n\x1a\n"
# Markers of a JPEG that open a frame and so tell its size.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Photo:
    """A picture: its bytes and its size in pixels."""

    data: bytes
    width: int
    height: int

    @property
    def file_id(self) -> str:
        return f"AgACAgIAAxkDAAI{sha256(self.data).hexdigest()[:40]}"

    def as_json(self) -> list[dict[str, object]]:
        unique = f"AQAD{sha256(self.data).hexdigest()[:12]}"
        return [
            {
                "file_id": self.file_id,
                "file_unique_id": unique,
                "width": self.width,
                "height": self.height,
                "file_size": len(self.data),
            }
        ]


def _png_size(data: bytes) -> tuple[int, int] | None:
    at, size = len(_PNG), None
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        end = at + 8 + length
        if data[end : end + 4] != struct.pack(">I", zlib.crc32(data[at + 4 : end])):
            return None
        if kind == b"IHDR" and length == 13:
            size = struct.unpack_from(">II", data, at + 8)
        if kind == b"IEND":
            return size
        if size is None:
            return None
        at = end + 4
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def read_photo(data: bytes) -> Photo:
    """The picture in `data`; raises ApiError 400 as the server does for what it cannot take."""
    if len(data) > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST_PHOTO} bytes"
        )
    if not data:
        raise bad_request("file must be non-empty")
    if data.startswith(_PNG):
        size = _png_size(data)
    else:
        size = _jpeg_size(data) if data.startswith(b"\xff\xd8") else None
    if size is None or 0 in size:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > LARGEST_SUM or max(size) > LARGEST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return Photo(data, *size)
