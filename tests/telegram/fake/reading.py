"""What a request carries: fields and files of a JSON, form or multipart body and of the query string."""

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from .errors import bad_request


@dataclass
class Carried:
    """Fields as they came: text from forms and multipart bodies, any JSON value from JSON bodies."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)

    def add(self, name: str, value: Any) -> None:
        if name in self.fields:
            self.twice.append(name)
        self.fields[name] = value


def _read_multipart(content_type: str, body: bytes, carried: Carried) -> None:
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if message.defects or not message.is_multipart():
        raise bad_request("can't parse the multipart body")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(payload, bytes):
            raise bad_request("can't parse the multipart body")
        if part.get_filename() is not None:
            carried.files[name] = payload
        else:
            carried.add(name, payload.decode())


def read_request(content_type: str, query: str, body: bytes) -> Carried:
    """Everything the request carries; raises ApiError 400 for a body that cannot be read."""
    carried = Carried()
    for name, value in parse_qsl(query, keep_blank_values=True):
        carried.add(name, value)
    kind = content_type.split(";")[0].strip().lower()
    try:
        if not body:
            return carried
        if kind == "application/json":
            given = json.loads(body)
            if not isinstance(given, dict):
                raise bad_request("object expected as the body")
            for name, value in given.items():
                carried.add(name, value)
        elif kind == "application/x-www-form-urlencoded":
            for name, value in parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True):
                carried.add(name, value)
        elif kind == "multipart/form-data":
            _read_multipart(content_type, body, carried)
        else:
            raise bad_request(f"unsupported content type {kind!r}")
    except ValueError as problem:
        raise bad_request(f"can't read the body: {problem}") from problem
    return carried
