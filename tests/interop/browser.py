"""A real Chromium, driven through chromedriver's WebDriver over loopback, with all that it asks for kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from . import setup
from .running import need

LIMIT_S = 60.0  # bounds each command; a page of five thousand cells is open in a few seconds
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the WebDriver standard's name for a reference to an element
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: what is meant for another host ends here

ENTER, ESCAPE, SPACE, ARROW_UP = "\ue007", "\ue00c", " ", "\ue013"


class Browser:
    """One window."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client, self._base = client, f"/session/{session}"

    def open(self, url: str) -> None:
        """Goes to a page, and forgets what the one before it asked for and complained of."""
        self._logs("browser")
        self._logs("performance")
        self._post("/url", url=url)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns that is run in the page."""
        return self._post("/execute/sync", script=script, args=list(arguments))

    def send(self, selector: str, text: str) -> None:
        """Keys, to the first element that fits."""
        self._post(f"/element/{self._find(selector)}/value", text=text)

    def click(self, selector: str) -> None:
        """A click on the first element that fits."""
        self._post(f"/element/{self._find(selector)}/click")

    def texts(self, selector: str) -> list[str]:
        """The text of all elements that fit, whether they are to be seen or not."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector
        )
        return found

    def visible(self, selector: str) -> list[str]:
        """The text of those elements that take up room."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter(e => e.getClientRects().length).map(e => e.textContent)",
            selector,
        )
        return found

    def complaints(self) -> list[str]:
        """What stands in the console: errors of scripts, what the page's policy refused, what could not be loaded."""
        return [str(entry["message"]) for entry in self._logs("browser")]

    def requests(self) -> list[str]:
        """The URLs that the page asked for."""
        events = [json.loads(entry["message"])["message"] for entry in self._logs("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def has_dialog(self) -> bool:
        """Whether an alert or the like is open."""
        return self._client.get(f"{self._base}/alert/text").status_code == 200

    def close_dialog(self) -> None:
        """Takes away the alert that is open."""
        self._post("/alert/accept")

    def devtools(self, command: str, **parameters: object) -> Any:
        """A command of the browser's own protocol."""
        return self._post("/goog/cdp/execute", cmd=command, params=parameters)

    def _find(self, selector: str) -> str:
        return str(self._post("/element", using="css selector", value=selector)[_ELEMENT])

    def _logs(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._post("/se/log", type=kind)
        return found

    def _post(self, path: str, **body: object) -> Any:
        answer = self._client.post(self._base + path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A window of a browser that lives for as long as the block lasts, and reaches loopback only."""
    for name in ("chromium", "chromedriver"):
        need(setup.program(name) is not None, f"The program {name} is not installed.")
    driver = subprocess.Popen(
        [setup.program("chromedriver") or "", "--port=0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{_port(driver)}", timeout=LIMIT_S, trust_env=False) as client:
            answer = client.post("/session", json={"capabilities": {"alwaysMatch": _capabilities(folder)}})
            assert answer.status_code == 200, answer.text
            session = answer.json()["value"]["sessionId"]
            try:
                yield Browser(client, session)
            finally:
                client.delete(f"/session/{session}")
    finally:
        driver.terminate()
        driver.communicate(timeout=LIMIT_S)


def _port(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout is not None
    for line in driver.stdout:
        if "started successfully on port" in line:
            return int(line.rstrip(". \n").rpartition(" ")[2])
    raise AssertionError("chromedriver did not start")


def _capabilities(folder: Path) -> dict[str, Any]:
    arguments = [
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        f"--user-data-dir={folder}",
        f"--proxy-server={NOWHERE}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    if sys.platform != "win32" and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox does not work for root
    return {
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": setup.program("chromium"), "args": arguments},
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }


class Site:
    """A server on loopback that has a few pages and keeps the path of every request."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages, self.asked = pages, list[str]()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = site.pages.get(self.path)
                self.send_response(200 if found is not None else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write((found or "").encode("utf-8"))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
                """Nothing: what was asked for is kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
