"""A person with a browser that runs no script: sees pages, fills in forms, follows where it is sent."""

from collections.abc import Callable
from typing import Self

import httpx
from markup import Element, page_of

PATIENCE = 30.0  # seconds


class Person:
    """One browser with cookies of its own; every page that it sees is checked for its markup."""

    def __init__(self, address: str, base: str = "", **headers: str) -> None:
        self.address = address
        self.base = base
        self.http = httpx.Client(base_url=address, timeout=PATIENCE, headers=headers)
        self.answers: list[httpx.Response] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def looks(self, path: str | None = None) -> Element:
        """Open the page, or open it anew."""
        return self._seen(self.http.get(path or self.base or "/"))

    def gets(self, path: str) -> httpx.Response:
        return self._got(self.http.get(path))

    def posts(self, fields: dict[str, str], path: str = "/say", **headers: str) -> httpx.Response:
        """Post fields as they are, and return what is answered, wherever that leads."""
        return self._got(
            self.http.post(f"{self.base}{path}", data=fields, headers={"Origin": self.address, **headers})
        )

    def submits(self, form: Element, button: Element | None = None, **typed: str) -> Element:
        """Fill in a form and send it, by a button of it."""
        return self._goes_on(self.sends(form, button, **typed))

    def sends(self, form: Element, button: Element | None = None, **typed: str) -> httpx.Response:
        """Fill in a form and send it; return what is answered, which leads back to the page."""
        assert form.attrs["method"] == "post"
        names = {each.attrs.get("name") for each in (*form.every("input"), *form.every("textarea"))}
        assert typed.keys() <= names, f"there is no field for {typed.keys() - names}"
        fields = {
            each.attrs["name"]: each.attrs["value"] for each in form.every("input") if "value" in each.attrs
        }
        fields |= typed
        if button is not None and "name" in button.attrs:
            fields[button.attrs["name"]] = button.attrs["value"]
        return self._got(self.http.post(form.attrs["action"], data=fields, headers={"Origin": self.address}))

    def says(self, text: str) -> Element:
        """Type something in and send it."""
        return self.submits(self.page.one("form", id="compose"), text=text)

    def presses(self, label: str) -> Element:
        """Press a choice that is open."""
        return self.submits(*self._button(label))

    def types(self, value: str) -> Element:
        """Fill in the field for a number or a day."""
        form = self.page.one("form", class_="typed")
        [name] = [each.attrs["name"] for each in form.every("input") if each.attrs["name"] != "n"]
        return self._goes_on(self.sends(form, None, **{name: value}))

    def amends(self, name: str) -> Element:
        """Press the change link of an input."""
        button = self.page.one("button", name="amend", value=name)
        return self.submits(_form_of(button), button)

    def rates(self, good: bool, at: int = -1) -> Element:
        """Say whether an answer was good, the last unless another is meant."""
        form = self.page.every("form", class_="rating")[at]
        return self.submits(form, form.one("button", value="1" if good else "0"))

    @property
    def page(self) -> Element:
        """What it sees now."""
        return self._page

    @property
    def said(self) -> list[str]:
        """What the page says that the person said."""
        turns = self.page.every("li", class_="me")
        return [each.one("div", class_="bubble").text.removeprefix("您说：") for each in turns]

    @property
    def told(self) -> list[str]:
        """What the page answered, without blanks, after its first words."""
        return [
            "".join(each.one("div", class_="bubble").text.split())
            for each in self.page.every("li", class_="bot")[1:]
        ]

    @property
    def choices(self) -> list[str]:
        return [each.words for each in self.page.every("button", name="choice")]

    @property
    def chat(self) -> str:
        """The cookie by which the browser is known."""
        [found] = [each.value for each in self.http.cookies.jar if "talk" in each.name]
        assert found is not None
        return found

    def waits_for(self, holds: Callable[[], bool], times: int = 300) -> None:
        """Open the page anew until something holds."""
        for _ in range(times):
            self.looks()
            if holds():
                return
        raise AssertionError("waited in vain")

    def _button(self, label: str) -> tuple[Element, Element]:
        [button] = [each for each in self.page.every("button", name="choice") if each.words == label]
        return _form_of(button), button

    def _goes_on(self, response: httpx.Response) -> Element:
        assert response.status_code == 303, response.text
        target = httpx.URL(self.address).join(response.headers["location"])
        assert str(target).startswith(self.address)
        return self._seen(self.http.get(target))

    def _seen(self, response: httpx.Response) -> Element:
        self._got(response)
        assert response.status_code == 200, response.text
        self._page = page_of(response.text)
        return self._page

    def _got(self, response: httpx.Response) -> httpx.Response:
        self.answers.append(response)
        if response.headers.get("content-type", "").startswith("text/html"):
            page_of(response.text)
            assert response.headers["cache-control"] == "no-store"
            assert "content-security-policy" in response.headers
        return response


def _form_of(button: Element) -> Element:
    return next(each for each in button.above if each.tag == "form")
